"""What a workbook holds and its sender may not have meant to send, or thinks was sent: each is said, none is guessed.

hidden and filtered rows, rows struck out   the sender says whether they count
further sheets, hidden columns, comments    named, with how much is in them
"""

from collections.abc import Iterator, Sequence

from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.formats.template_layout import is_template
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.workbooks.answer import Answer
from ogp_pipeline.workbooks.extent import cell_name

_NAMED = 10


def notice(answer: Answer, rows: Sequence[RawRow], name: str) -> Iterator[FileProblem]:
    """Everything of that kind. ``rows``: those that were read."""
    yield from _rows(answer, rows, name)
    yield from _columns(answer, rows, name)
    yield from _sheets(answer, name)
    if answer.comments and not is_template(answer.properties) and layout.REVIEW not in answer.properties:
        where = Where(name, sheet=answer.sheet, cell=answer.comments[0])
        yield FileProblem("comments-not-read", where, None, {"cells": _listed(answer.comments)})


def _rows(answer: Answer, rows: Sequence[RawRow], name: str) -> Iterator[FileProblem]:
    if not (answer.hidden_rows or answer.struck):
        return
    hidden, struck = frozenset(answer.hidden_rows), frozenset((column, row) for row, column in answer.struck)
    lines = {line for _, line in struck}
    for row in rows:
        line = row.line_of_cells
        if line in hidden:
            yield FileProblem(
                "row-hidden", Where(name, line, answer.sheet), None, {"row": str(line)}, number=row.number
            )
        if line in lines:
            cells = [cell for column, cell in row.cells.items() if row.values[column] and _corner(cell) in struck]
            if cells:
                where = Where(name, line, answer.sheet, cells[0])
                yield FileProblem("row-struck-out", where, None, {"cells": _listed(cells)}, number=row.number)


def _columns(answer: Answer, rows: Sequence[RawRow], name: str) -> Iterator[FileProblem]:
    if not answer.hidden_columns or not rows or is_template(answer.properties):  # a template hides columns itself
        return
    hidden = {cell_name(number - 1, 1)[:-1] for number in answer.hidden_columns}
    line = rows[0].line_of_cells
    unseen = [
        rows[0].shown.get(column, column)
        for column, cell in rows[0].cells.items()
        if cell.removesuffix(str(line)) in hidden and any(row.values[column] for row in rows)
    ]
    if unseen:
        columns = ", ".join(f"«{heading}»" for heading in unseen[:_NAMED])
        yield FileProblem("columns-hidden", Where(name, sheet=answer.sheet), None, {"columns": columns})


def _sheets(answer: Answer, name: str) -> Iterator[FileProblem]:
    ours = sheets_of_templates() if is_template(answer.properties) else frozenset()
    for other in answer.others:
        if other.title not in ours:
            of_party = "/template" if layout.is_of_party(answer.properties) else ""
            rule = f"sheet-not-read{of_party}" if other.visible else "sheet-not-read/hidden"
            details = {"other": other.title, "count": str(other.rows - 1), "read": answer.sheet or ""}
            yield FileProblem(rule, Where(name, sheet=other.title), None, details)


def sheets_of_templates() -> frozenset[str]:
    """The titles of the sheets of templates that hold no table, in every language."""
    keys = ("template.sheet_instructions", "template.sheet_look_up", "template.sheet_columns")
    return frozenset({layout.CODES_SHEET, *(say(key, language) for key in keys for language in LANGUAGES)})


def _listed(cells: Sequence[str]) -> str:
    more = len(cells) - _NAMED
    return ", ".join(cells[:_NAMED]) + (f" … (+{more})" if more > 0 else "")


def reaches_into(area: str, rows: Sequence[RawRow], top: int | None) -> bool:
    """Whether an area such as ``A1:C3`` reaches into a table whose headings stand in the row ``top``."""
    if top is None or not rows:
        return True
    first, _, last = area.partition(":")
    (left, _), (right, bottom) = _corner(first), _corner(last or first)
    return bottom >= top and any(left <= _corner(cell)[0] <= right for cell in rows[0].cells.values())


def _corner(cell: str) -> tuple[int, int]:
    """Column and row, both from 1."""
    letters = cell.rstrip("0123456789")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number, int(cell[len(letters) :] or 0)
