"""The rows that one raw row becomes: itself, or one for each piece, link, repeated column or object in a list.

Each knows the place that it was taken from, and offers columns besides the row's own.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats import nested
from ogp_pipeline.formats.records import RawRow, Where
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.mapping_parts import Unpivot
from ogp_pipeline.sources import prose

_EVERYWHERE = ("_file", "_sheet")


@dataclass(frozen=True, slots=True)
class RowPart:
    """One of the rows a raw row becomes. ``values``: columns offered besides the row's own.

    ``column`` and ``line``: the raw column (and the line inside it, if that can be told) the part was taken
    from. ``columns``: the same where the offered columns come from several. ``partners``: rows of other files, by the
    beginning of the columns that they offer. ``nested``: the objects that expressions look at; ``pointer``: where the
    object that was taken stands.
    """

    number: int
    values: Mapping[str, str]
    column: str | None = None
    line: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, RawRow] = field(default_factory=dict)
    nested: Any = None
    pointer: str | None = None

    def cell(self, row: RawRow, name: str) -> str:
        """The text of a raw column, or of one that is offered."""
        text = self.values.get(name)
        return row.values.get(name, "") if text is None else text

    def origin(self, name: str) -> str | None:
        """The raw column that a column comes from."""
        return self.columns.get(name, self.column) if name in self.values else name

    def locate(self, row: RawRow, name: str | None = None) -> Where:
        """The place of a raw column, or of the part itself if ``name`` is one of those offered."""
        if name is None:
            return self._here(row)
        if name in row.values and name not in self.values:
            return row.locate(name)
        head, slash, tail = name.partition("/")
        if slash and head in self.partners:
            return self.partners[head].locate(tail)
        if name in _EVERYWHERE:
            return row.locate()
        origin = self.columns.get(name, self.column)
        if origin is None:
            return self._here(row)
        where = row.locate(origin)
        return where if self.line is None else replace(where, line=self.line)

    def _here(self, row: RawRow) -> Where:
        where = row.locate()
        return where if self.pointer is None else replace(where, pointer=self.pointer)


Maker = Callable[[RawRow, Mapping[str, str]], Iterator[RowPart]]


def maker(mapping: TableMapping) -> Maker | None:
    """What makes the parts of a row, of the columns that every row of the file offers; None if each row is one part.

    ProgrammeError if an expression is none; the parts raise ``nested.Unfit``.
    """
    try:
        if mapping.split is not None:
            return _splitter(mapping.split.column, compile_given(mapping.split.on))
        if mapping.unpivot is not None and mapping.unpivot.headings:
            return _unpivoter(mapping.unpivot)
    except re.error as error:
        place = "split.on" if mapping.split is not None else "unpivot.headings"
        raise ProgrammeError("mapping", [(None, f"`{place}`: {error}")]) from error
    if mapping.links is not None:
        return _linker(mapping.links.column)
    if mapping.unpivot is not None:
        return _lister(mapping.unpivot.columns)
    if mapping.items is not None:
        return _digger(mapping.items)
    return None


def _splitter(column: str, pattern: re.Pattern[str]) -> Maker:
    def parts(row: RawRow, offered: Mapping[str, str]) -> Iterator[RowPart]:
        pieces = [piece for piece in _split(row.values.get(column, ""), pattern) if piece[0]]
        for number, (text, offset) in enumerate(pieces, start=1):
            yield RowPart(number, {**offered, "_piece": text}, column, _line(row, column, offset))

    return parts


def _linker(column: str) -> Maker:
    def parts(row: RawRow, offered: Mapping[str, str]) -> Iterator[RowPart]:
        for number, link in enumerate(prose.links(row.values.get(column, "")), start=1):
            values = {**offered, "_url": link.url, "_label": link.label}
            yield RowPart(number, values, column, _line(row, column, link.offset))

    return parts


def _lister(columns: list[str]) -> Maker:
    def parts(row: RawRow, offered: Mapping[str, str]) -> Iterator[RowPart]:
        filled = [name for name in columns if row.values.get(name, "").strip()]
        for number, name in enumerate(filled, start=1):
            yield RowPart(number, {**offered, "_piece": row.values[name], "_column": name}, name)

    return parts


def _unpivoter(unpivot: Unpivot) -> Maker:
    patterns = {f"_{name}": compile_given(pattern) for name, pattern in unpivot.headings.items()}
    blocks: dict[tuple[str, ...], dict[str, dict[str, str]]] = {}  # headings -> what repeats -> offered -> heading

    def parts(row: RawRow, offered: Mapping[str, str]) -> Iterator[RowPart]:
        headings = tuple(row.values)
        if headings not in blocks:
            blocks[headings] = _blocks(headings, patterns)
        number = 0
        for key, columns in blocks[headings].items():
            cells = {name: row.values[columns[name]] if name in columns else "" for name in patterns}
            if any(cell.strip() for cell in cells.values()):
                number += 1
                first = next(iter(columns.values()))
                yield RowPart(number, {**offered, "_key": key, **cells}, first, None, columns)

    return parts


def _blocks(headings: tuple[str, ...], patterns: Mapping[str, re.Pattern[str]]) -> dict[str, dict[str, str]]:
    blocks: dict[str, dict[str, str]] = {}
    for heading in headings:
        for name, pattern in patterns.items():
            if match := pattern.search(heading):
                key = " ".join((match.group(1) or "").split())
                blocks.setdefault(key, {}).setdefault(name, heading)
    return blocks


def _digger(expressions: Mapping[str, str]) -> Maker:
    def parts(row: RawRow, offered: Mapping[str, str]) -> Iterator[RowPart]:
        root = nested_of(row)
        places = nested.pointers(root, row.pointer or "") if row.pointer is not None else {}
        levels: list[tuple[dict[str, Any], dict[str, str], str | None]] = [(dict(root), dict(offered), row.pointer)]
        for name, expression in expressions.items():
            below = []
            for around, values, _ in levels:
                for item in nested.items(nested.find(expression, around), places):
                    columns = {f"_{name}/{column}": nested.text(value) for column, value in nested.flat(item.value)}
                    below.append(({**around, f"_{name}": item.value}, {**values, **columns}, item.pointer))
            levels = below
        for number, (around, values, pointer) in enumerate(levels, start=1):
            yield RowPart(number, values, nested=around, pointer=pointer)

    return parts


def nested_of(row: RawRow) -> Mapping[str, Any]:
    """The object that a row was, its numbers as numbers; of a row without one, its columns."""
    if row.nested is None:
        return row.values
    plain: Mapping[str, Any] = nested.plain(row.nested)
    return plain


def _split(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """Pieces, ends trimmed, and their offsets. (``re.split`` would add the groups of the pattern.)"""
    start = 0
    for match in pattern.finditer(text):
        if match.end() > match.start():
            yield text[start : match.start()].strip(), start
            start = match.end()
    yield text[start:].strip(), start


def _line(row: RawRow, column: str, offset: int) -> int | None:
    """The line of an offset inside a cell, where the reader says that the cell's lines are the file's."""
    line = row.lines.get(column)
    if line is None or column not in row.flowing:
        return None
    return line + row.values[column].count("\n", 0, offset)
