"""One canonical cell out of a raw row: the steps of ``mapping.ColumnMapping``, prepared once and applied to every
row.

An empty cell stays empty through every step (unless the crosswalk itself lists the empty value): only a value
can be wrong. ``empty`` is looked at before the crosswalk, so that "None." needs no partner in it. With
``text``, squeezing works within each line: the line breaks are kept.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats import nested
from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme import crosswalk
from ogp_pipeline.programme.composition import Template, parse
from ogp_pipeline.programme.mapping import ColumnMapping
from ogp_pipeline.programme.mapping_check import template_fault
from ogp_pipeline.programme.mapping_parts import Range
from ogp_pipeline.sources import conditions, due, prose, quantities, typos
from ogp_pipeline.sources.parts import RowPart, nested_of
from ogp_pipeline.sources.spelling import speller


@dataclass(frozen=True, slots=True)
class Cell:
    """A computed cell: text ('' for empty), the place it came from, and what is wrong with it."""

    text: str
    where: Where
    problem: FileProblem | None = None


Received = tuple[str, Where, bool]  # the text, its place, and whether the reader wrote it from a typed cell
Origin = Callable[[RawRow, RowPart], Received]
Step = Callable[[RawRow, RowPart], Cell]


def prepare(name: str, column: ColumnMapping, base: Path) -> Step:
    """The function that computes the canonical column ``name``.

    Raises ProgrammeError if the column cannot work.
    """
    origin = _origin(name, column)
    walk = _crosswalk(name, column, base)
    template = _template(name, column)

    def compute(row: RawRow, part: RowPart) -> Cell:
        try:
            text, where, typed = origin(row, part)
        except nested.Unfit:
            return Cell("", part.locate(row), FileProblem("unfit-nested", part.locate(row), None))
        problem = None
        if walk is not None and (text or "" in walk):
            text, problem = _crossed(text, where, walk)
        if text and column.due is not None:
            text, problem = _due(text, where, column.due, column.date or ())
        elif text and column.date is not None:
            text, problem = _dated(text, where, column.date, last=name == "due_date")
        if text and column.decimal is not None and not typed:
            is_share = column.shares and not text.endswith("%")
            text, problem = _numbered(text, where, column.decimal)
            text = quantities.hundredfold(text) if is_share and text else text
        elif text and column.shares and not text.endswith("%"):
            text = quantities.hundredfold(text)
        if text and column.ranges is not None:
            text, problem = _ranged(text, where, column.ranges)
        if template is not None and not column.composed and text and problem is None:
            text = template.fill(text, row.number, part.number, lambda name: _squeezed(part.cell(row, name), column))
        return Cell(text, where, problem)

    return compute


def _origin(name: str, column: ColumnMapping) -> Origin:
    """Where a column's text comes from: its raw columns, an expression, a template or a constant."""
    try:
        refine = _Refiner(column)
    except re.error as error:
        given = [column.match, *(replacement.match for replacement in column.replace or ())]
        told = "; ".join(f"`{match}`" for match in given if match is not None)
        raise ProgrammeError("mapping", [(None, f"`{name}`: {told}: {error}")]) from error
    if column.source is not None:
        return _joined(column, refine) if column.joined is not None else _first(column, refine)
    if column.jmespath is not None:
        return _expressed(name, column.jmespath, refine)
    template = _template(name, column) if column.composed else None
    if template is not None:
        return _composed(template, column, refine)
    constant = column.value or ""
    return lambda row, _: (constant, row.locate(), False)


def _first(column: ColumnMapping, refine: "_Refiner") -> Origin:
    """The first raw column that any text is found in."""
    names = column.sources

    def receive(row: RawRow, part: RowPart) -> Received:
        for name in names:
            offered = part.values.get(name)
            text = row.values.get(name, "") if offered is None else offered
            if text and (text := refine(text)):
                typed = bool(row.typed) and part.origin(name) in row.typed
                return text, part.locate(row, name), typed
        first = next((name for name in names if name in row.values or name in part.values), None)
        return "", part.locate(row, first) if first is not None else row.locate(), False

    return receive


def _joined(column: ColumnMapping, refine: "_Refiner") -> Origin:
    """All raw columns in which there is something, one after the other."""

    def receive(row: RawRow, part: RowPart) -> Received:
        texts = [text for name in column.sources if (text := refine(part.cell(row, name)))]
        return (column.joined or "").join(texts), part.locate(row, column.sources[0]), False

    return receive


def _expressed(name: str, expression: str, refine: "_Refiner") -> Origin:
    if (fault := nested.fault(expression)) is not None:
        raise ProgrammeError("mapping", [(None, f"`{name}`: `jmespath: {expression}`: {fault}")])

    def receive(row: RawRow, part: RowPart) -> Received:
        value = nested.find(expression, part.nested if part.nested is not None else nested_of(row))
        text = nested.text(value)
        return refine(text) if text else "", part.locate(row), isinstance(value, bool | int | float)

    return receive


def _composed(template: Template, column: ColumnMapping, refine: "_Refiner") -> Origin:
    first = next(iter(template.columns), None)

    def receive(row: RawRow, part: RowPart) -> Received:
        text = template.fill("", row.number, part.number, lambda name: _squeezed(part.cell(row, name), column))
        return refine(text) if text else "", part.locate(row, first), False

    return receive


def _template(name: str, column: ColumnMapping) -> Template | None:
    if column.template is None:
        return None
    if (fault := template_fault(column)) is not None:
        raise ProgrammeError("mapping", [(None, f"`{name}`: `template`: {fault}")])
    return parse(column.template)


def _crosswalk(name: str, column: ColumnMapping, base: Path) -> Mapping[str, str] | None:
    if column.map_file is None:
        return column.map
    walk = crosswalk.read(base / column.map_file)
    if walk.mistakes:
        told = [(line, f"`{name}`: {said}") for line, said in walk.mistakes]
        raise ProgrammeError(str(base / column.map_file), told)
    return walk.values


class _Refiner:
    """The steps from a raw text to a clean one: mark-up off, the part that fits, white space, spelling. re.error."""

    def __init__(self, column: ColumnMapping) -> None:
        self._column = column
        self._pattern = compile_given(column.match) if column.match is not None else None
        self._spell = speller(column)
        self._empty = frozenset(column.empty)

    def __call__(self, text: str) -> str:
        column, pattern = self._column, self._pattern
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if column.text:
            text = prose.plain(text)
        if pattern is not None:
            match = pattern.search(text)
            text = (match.group(1 if pattern.groups else 0) or "") if match else ""
        if column.squeeze:
            text = _squeezed_lines(text) if column.text else " ".join(text.split())
        if self._spell is not None and text not in self._empty:
            text = self._spell(text).strip() if column.squeeze else self._spell(text)
        return "" if text in self._empty else text


def _squeezed_lines(text: str) -> str:
    return "\n".join(squeezed for line in text.splitlines() if (squeezed := " ".join(line.split())))


def _squeezed(text: str, column: ColumnMapping) -> str:
    """A raw column's text in a template."""
    text = prose.plain(text) if column.text else text
    return " ".join(text.split()) if column.squeeze else text


def _crossed(text: str, where: Where, walk: Mapping[str, str]) -> tuple[str, FileProblem | None]:
    if text in walk:
        return walk[text], None
    allowed = "; ".join(value for value in walk if value)
    return "", FileProblem("unmapped-value", where, text, {"allowed": allowed})


def _due(text: str, where: Where, wanted: str, days: Sequence[str]) -> tuple[str, FileProblem | None]:
    readings = quantities.dates(text, days) if days else []
    if len(readings) > 1:
        return "", FileProblem("ambiguous-date", where, text, typos.two_readings(readings[0], readings[1]))
    deadline = due.of_day(readings[0]) if readings else due.read(text)
    if deadline is None:
        return "", FileProblem("due-not-read", where, text)
    if wanted == "date":
        return deadline.last.isoformat() if deadline.last is not None else "", None
    return deadline.edtf if wanted == "edtf" else deadline.precision, None


def _dated(text: str, where: Where, formats: list[str], *, last: bool) -> tuple[str, FileProblem | None]:
    readings = quantities.dates(text, formats, last=last)
    if len(readings) == 1:
        return readings[0].isoformat(), None
    if not readings:
        return "", _no_day(text, where, formats)
    return "", FileProblem("ambiguous-date", where, text, typos.two_readings(readings[0], readings[1]))


def _no_day(text: str, where: Where, formats: list[str]) -> FileProblem:
    if (day := typos.without_time(text)) is not None:
        return FileProblem("time-in-date", where, text, {"day": day})
    return FileProblem("bad-date", where, text, {"formats": "; ".join(formats)})


def _numbered(text: str, where: Where, sign: str) -> tuple[str, FileProblem | None]:
    number = quantities.number(text, sign)
    if number is None:
        return "", FileProblem("not-a-number", where, text, {"decimal": sign})
    return number, None


def _ranged(text: str, where: Where, ranges: list[Range]) -> tuple[str, FileProblem | None]:
    """The code of the first range that a number or a day lies in."""
    value = conditions.read(text, where, ranges[0], ".", ["%Y-%m-%d"])
    if isinstance(value, FileProblem):
        return "", value
    code = next((span.code for span in ranges if span.holds(value)), None)
    if code is not None:
        return code, None
    bounds = [str(bound) for span in ranges for bound in span.bounds]
    return "", FileProblem("unmapped-value", where, text, {"allowed": "; ".join(dict.fromkeys(bounds))})
