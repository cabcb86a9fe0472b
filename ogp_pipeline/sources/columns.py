"""One canonical cell out of a raw row: the steps of ``mapping.ColumnMapping``, prepared once and applied to every
row.

An empty cell stays empty through every step (unless the crosswalk itself lists the empty value): only a value
can be wrong. ``empty`` is looked at before the crosswalk, so that "None." needs no partner in it. With
``text``, squeezing works within each line: the line breaks are kept.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme import crosswalk
from ogp_pipeline.programme.mapping import ColumnMapping
from ogp_pipeline.programme.mapping_check import template_fault
from ogp_pipeline.sources import due, prose, quantities, typos


@dataclass(frozen=True, slots=True)
class Part:
    """One of the rows a raw row becomes. ``values``: columns offered besides the row's own.

    ``column`` and ``line``: the raw column (and the line inside it, if that can be told) the part was taken
    from.
    """

    number: int
    values: Mapping[str, str]
    column: str | None
    line: int | None

    def locate(self, row: RawRow, name: str) -> Where:
        """The place of a raw column, or of the part itself if ``name`` is one of those offered."""
        if name in row.values and name not in self.values:
            return row.locate(name)
        if self.column is None or name == "_file":
            return row.locate()
        where = row.locate(self.column)
        return where if self.line is None else replace(where, line=self.line)


@dataclass(frozen=True, slots=True)
class Cell:
    """A computed cell: text ('' for empty), the place it came from, and what is wrong with it."""

    text: str
    where: Where
    problem: FileProblem | None = None


Step = Callable[[RawRow, Part], Cell]


def prepare(name: str, column: ColumnMapping, base: Path) -> Step:
    """The function that computes the canonical column ``name``.

    Raises ProgrammeError if the column cannot work.
    """
    pattern = _pattern(name, column)
    walk = _crosswalk(name, column, base)
    if column.template is not None and (fault := template_fault(column)) is not None:
        raise ProgrammeError("mapping", [(None, f"`{name}`: `template`: {fault}")])

    def compute(row: RawRow, part: Part) -> Cell:
        text, where, typed = _received(column, pattern, row, part)
        problem = None
        if walk is not None and (text or "" in walk):
            text, problem = _crossed(text, where, walk)
        if text and column.date is not None:
            text, problem = _dated(text, where, column.date, last=name == "due_date")
        if text and column.due is not None:
            text, problem = _due(text, where, column.due)
        if text and column.decimal is not None and not typed:
            text, problem = _numbered(text, where, column.decimal)
        generated = column.source is None and column.value is None
        if column.template is not None and (text or generated) and problem is None:
            text = column.template.format(value=text, number=row.number, part=part.number)
        return Cell(text, where, problem)

    return compute


def _pattern(name: str, column: ColumnMapping) -> re.Pattern[str] | None:
    if column.match is None:
        return None
    try:
        return compile_given(column.match)
    except re.error as error:
        raise ProgrammeError("mapping", [(None, f"`{name}`: `match: {column.match}`: {error}")]) from error


def _crosswalk(name: str, column: ColumnMapping, base: Path) -> Mapping[str, str] | None:
    if column.map_file is None:
        return column.map
    walk = crosswalk.read(base / column.map_file)
    if walk.mistakes:
        told = [(line, f"`{name}`: {said}") for line, said in walk.mistakes]
        raise ProgrammeError(str(base / column.map_file), told)
    return walk.values


def _received(
    column: ColumnMapping, pattern: re.Pattern[str] | None, row: RawRow, part: Part
) -> tuple[str, Where, bool]:
    """The text of the first source that has any, its place, and whether the reader wrote it from a typed
    cell.
    """
    if column.source is None:
        return column.value or "", row.locate(), False
    names = [column.source] if isinstance(column.source, str) else column.source
    for name in names:
        text = part.values.get(name, row.values.get(name, ""))
        if text and (text := _refined(text, column, pattern)):
            origin = name if name not in part.values else part.column
            return text, part.locate(row, name), origin in row.typed
    first = next((name for name in names if name in row.values or name in part.values), None)
    return "", part.locate(row, first) if first is not None else row.locate(), False


def _refined(text: str, column: ColumnMapping, pattern: re.Pattern[str] | None) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if column.text:
        text = prose.plain(text)
    if pattern is not None:
        match = pattern.search(text)
        text = (match.group(1 if pattern.groups else 0) or "") if match else ""
    if column.squeeze:
        lines = text.splitlines() if column.text else [text]
        text = "\n".join(squeezed for line in lines if (squeezed := " ".join(line.split())))
    return "" if text in column.empty else text


def _crossed(text: str, where: Where, walk: Mapping[str, str]) -> tuple[str, FileProblem | None]:
    if text in walk:
        return walk[text], None
    allowed = "; ".join(value for value in walk if value)
    return "", FileProblem("unmapped-value", where, text, {"allowed": allowed})


def _due(text: str, where: Where, wanted: str) -> tuple[str, FileProblem | None]:
    found = due.read(text)
    if found is None:
        return "", FileProblem("due-not-read", where, text)
    if wanted == "date":
        return found.last.isoformat() if found.last is not None else "", None
    return found.edtf if wanted == "edtf" else found.precision, None


def _dated(text: str, where: Where, formats: list[str], *, last: bool) -> tuple[str, FileProblem | None]:
    readings = quantities.dates(text, formats, last=last)
    if len(readings) == 1:
        return readings[0].isoformat(), None
    if not readings:
        return "", FileProblem("bad-date", where, text, {"formats": "; ".join(formats)})
    return "", FileProblem("ambiguous-date", where, text, typos.two_readings(readings[0], readings[1]))


def _numbered(text: str, where: Where, sign: str) -> tuple[str, FileProblem | None]:
    number = quantities.number(text, sign)
    if number is None:
        return "", FileProblem("not-a-number", where, text, {"decimal": sign})
    return number, None
