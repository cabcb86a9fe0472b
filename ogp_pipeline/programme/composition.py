"""Texts put together by a template: ``"{Agency}-{Number:0>3}"`` from several columns of a row."""

import string
from collections.abc import Callable
from dataclasses import dataclass

from ogp_pipeline.programme.mapping import ColumnMapping

NUMBERS = ("number", "part")  # of the row in its file, and of the part in its row
VALUE = "value"


@dataclass(frozen=True, slots=True)
class Template:
    """Its pieces: a text, and what follows it (None at the end) with the form in which it is written."""

    pieces: tuple[tuple[str, str | None, str], ...]

    @property
    def columns(self) -> list[str]:
        """The raw columns that it names."""
        names = (name for _, name, _ in self.pieces if name is not None)
        return [name for name in dict.fromkeys(names) if name not in (*NUMBERS, VALUE)]

    def fill(self, value: str, number: int, part: int, cell: Callable[[str], str]) -> str:
        """The text; '' if a column that it names is empty, for half a key is none. ``cell``: the text of a column."""
        given: dict[str, str | int] = {VALUE: value, "number": number, "part": part}
        written = ""
        for text, name, form in self.pieces:
            written += text
            if name is None:
                continue
            filled = given[name] if name in given else cell(name)
            if filled == "" and name != VALUE:
                return ""
            written += format(filled, form)
        return written


def parse(template: str) -> Template:
    """Its pieces. ValueError if its braces do not match, or a name is written with a conversion (``!r``)."""
    pieces = list[tuple[str, str | None, str]]()
    for text, name, form, conversion in string.Formatter().parse(template):
        if conversion is not None:
            raise ValueError(f"`!{conversion}` cannot be used")
        pieces.append((text, name, form or ""))
    return Template(tuple(pieces))


def composed_of(column: ColumnMapping) -> list[str]:
    """The raw columns that the template of a column names; none if it has no template, or one that cannot be read."""
    try:
        return parse(column.template).columns if column.template is not None else []
    except ValueError:
        return []
