"""How a template looks: dark heads, yellow where something is needed, white where it is not, grey what is fixed.

Colour never says it alone: what is needed is also told in the note on the heading and on the first sheet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from ogp_pipeline.templates.columns import TemplateColumn

_DARK, _BLUE, _PALE, _GREY, _YELLOW, _LINE = "#1B3A5C", "#3D6A99", "#5F6B78", "#EEF1F4", "#FFF6D6", "#C3CCD6"
_FORMATS = {"date": "yyyy-mm-dd", "integer": "0"}
_TEXT = "@"

Format = Any  # xlsxwriter has no types of its own


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook; ``cells``: (yellow?, bordered?, kind of field) -> an unlocked cell."""

    heads: Mapping[str, Format]
    cells: Mapping[tuple[bool, bool, str], Format]
    page: Mapping[str, Format]
    names: Format
    given: Format
    fixed: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> "Styles":
        """All formats, made in one order so that the same workbook is the same bytes."""
        line = {"border": 1, "border_color": _LINE}
        head = {"bold": True, "font_color": "white", "text_wrap": True, "valign": "vcenter", **line}
        cell = {"text_wrap": True, "valign": "top", "locked": False}
        fixed = {"bg_color": _GREY, "font_color": "#3C4650", "text_wrap": True, "valign": "top", **line}
        cells = {}
        for needed in (True, False):
            for bordered in (True, False):
                for kind in ("string", "date", "integer"):
                    look = {**cell, "num_format": _FORMATS.get(kind, _TEXT)}
                    look |= line if bordered else {}
                    look |= {"bg_color": _YELLOW} if needed and bordered else {}
                    cells[needed, bordered, kind] = book.add_format(look)
        return cls(
            heads={
                "needed": book.add_format({**head, "bg_color": _DARK}),
                "optional": book.add_format({**head, "bg_color": _BLUE}),
                "informs": book.add_format({**head, "bg_color": _PALE, "bold": False, "italic": True}),
            },
            cells=cells,
            page=_page(book),
            names=book.add_format({"font_color": "#808080", "font_size": 8, "num_format": _TEXT}),
            given=book.add_format({**fixed, "bold": True, "num_format": _TEXT}),
            fixed=book.add_format({**fixed, "num_format": _TEXT}),
        )

    def heading(self, column: TemplateColumn) -> Format:
        """The head of a column."""
        if column.field is None:
            return self.heads["informs"]
        return self.heads["needed" if column.needed else "optional"]

    def empty(self, column: TemplateColumn) -> Format:
        """A cell that is to be filled in."""
        if column.field is None and not column.chooser:
            return self.fixed
        return self.cells[column.needed, True, _kind(column)]

    def beyond(self, column: TemplateColumn, open_ended: bool) -> Format | None:
        """The rest of the column, below the rows that are drawn: open where rows may be added."""
        if not open_ended or (column.field is None and not column.chooser):
            return None
        return self.cells[False, False, _kind(column)]


def _kind(column: TemplateColumn) -> str:
    return column.field.type if column.field is not None and column.field.type in _FORMATS else "string"


def _page(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """What the first sheet and the look-up are drawn with."""
    top = {"text_wrap": True, "valign": "top"}
    line = {**top, "bottom": 1, "bottom_color": _LINE}
    return {
        "title": book.add_format({"bold": True, "font_size": 18, "font_color": _DARK}),
        "subtitle": book.add_format({"font_color": "#3C4650", "italic": True}),
        "heading": book.add_format(
            {"bold": True, "font_size": 13, "font_color": _DARK, "bottom": 2, "bottom_color": _BLUE}
        ),
        "name": book.add_format({**top, "font_color": "#3C4650"}),
        "value": book.add_format({**top, "bold": True}),
        "number": book.add_format({**top, "bold": True, "align": "right", "font_color": _BLUE}),
        "text": book.add_format(top),
        "link": book.add_format({**top, "font_color": "#1F5FBF", "underline": 1}),
        "sheet": book.add_format({**line, "font_color": "#1F5FBF", "underline": 1}),
        "columns": book.add_format({"bold": True, "bg_color": _GREY, "bottom": 1, "bottom_color": _BLUE}),
        "first": book.add_format({**line, "bold": True}),
        "entry": book.add_format(line),
    }
