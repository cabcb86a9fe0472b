"""One sheet of a workbook, of Excel or LibreOffice, read by another process: this side sees only text.

The sheet must hold values: formulas, Excel's error values and merged cells are problems, never evaluated or
unmerged.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ogp_pipeline.formats import out_of_sight, template_sheet
from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.formats.bounds import over_limit
from ogp_pipeline.formats.format import File
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Record, Where, unreadable
from ogp_pipeline.formats.tabular import table
from ogp_pipeline.formats.template_sheet import is_template
from ogp_pipeline.formats.vocabulary import Vocabulary
from ogp_pipeline.workbooks import guard
from ogp_pipeline.workbooks.answer import Answer, ReadRequest, Refusal, SheetColumn
from ogp_pipeline.workbooks.extent import cell_name


def read(file: File, title: str | None, limits: Limits) -> Reading:
    """Rows, headings and problems of the sheet of that title (None: the first visible one, or a template's own)."""
    name = file.name
    request = ReadRequest(title, layout.TEMPLATE, layout.TABLE, layout.REVIEW)
    answer = guard.read(file.path, request, limits.bounds)
    if answer.refusal is not None:
        return _refused(name, answer.refusal, answer.sheet)
    if answer.absent:
        return _absent(name, answer)
    sheet = answer.sheet or ""
    if not answer.columns:
        empty = [*_merged(answer, name, [], None), FileProblem("empty-file", Where(name, sheet=sheet))]
        return Reading([], (), [*empty, *out_of_sight.notice(answer, [], name)])
    with _without_collection():
        reading, faults = _rows(answer, name, sheet, file.known)
    problems = [
        *_merged(answer, name, reading.rows, reading.line),
        *_faulty(reading.rows, name, sheet, faults),
        *out_of_sight.notice(answer, reading.rows, name),
    ]
    return replace(reading, problems=reading.problems + problems, properties=answer.properties)


def _merged(answer: Answer, name: str, rows: Sequence[RawRow], top: int | None) -> Iterator[FileProblem]:
    """Merged cells of the table; what is merged above or beside it is nobody's row."""
    for area in answer.merged:
        if out_of_sight.reaches_into(area, rows, top):
            yield FileProblem("merged-cells", Where(name, sheet=answer.sheet, cell=area), area, {"area": area})


def _rows(answer: Answer, name: str, sheet: str, known: Vocabulary) -> tuple[Reading, Sequence[tuple[int, int, str]]]:
    """The rows, and the faults that stand in columns which are read."""
    records = _records(answer.columns)
    if is_template(answer.properties):
        reading, context = template_sheet.read(records, name, sheet)
        return reading, [fault for fault in answer.faults if fault[1] - 1 not in context]
    legible = answer.lane == "calamine"  # the screen has seen every byte
    return table(records, name, sheet, ragged=False, legible=legible, known=known), answer.faults


@contextmanager
def _without_collection() -> Iterator[None]:
    """No garbage collection meanwhile: hundreds of thousands of rows hold no cycle, and looking for one took a third
    of the time.
    """
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()


def _refused(name: str, refusal: Refusal, sheet: str | None = None) -> Reading:
    where = Where(name, sheet=sheet)
    if refusal.most is not None:
        return Reading([], (), [over_limit(where, refusal.why, refusal.most, **refusal.words)])
    return Reading([], (), [unreadable(where, refusal.why, **refusal.words)])


def _absent(name: str, answer: Answer) -> Reading:
    titles = ", ".join(f"«{title}»" for title in answer.titles) or "–"
    if is_template(answer.properties):
        problem = FileProblem("wrong-sheet", Where(name, sheet=answer.sheet), None, {"found": titles})
        return Reading([], (), [problem], answer.properties)
    if answer.sheet is None:
        return _refused(name, Refusal("reading.why.no_sheet"))
    return _refused(name, Refusal("reading.why.no_such_sheet", {"wanted": f"«{answer.sheet}»", "titles": titles}))


def _records(columns: Sequence[SheetColumn]) -> list[Record]:
    """The columns as records, with the columns that are typed in each row."""
    starts = {i: one.typed for i, one in enumerate(columns) if isinstance(one.typed, int)}
    marks = {i: one.typed for i, one in enumerate(columns) if isinstance(one.typed, str)}
    everywhere = max(starts.values(), default=0)
    usual = frozenset(starts)
    records = []
    for line, cells in enumerate(zip(*(column.texts for column in columns), strict=True), start=1):
        typed = usual if line > everywhere else frozenset(i for i, before in starts.items() if line > before)
        if marks:
            typed |= {i for i, mark in marks.items() if mark[line - 1] == "1"}
        records.append(Record(line, cells, typed))
    return records


def _faulty(rows: Sequence[RawRow], name: str, sheet: str, faults: Sequence[tuple[int, int, str]]) -> list[FileProblem]:
    """A problem for every formula and error value, with its row and heading if it stands in the table."""
    if not faults:
        return []
    places = {cell: (row, heading) for row in rows for heading, cell in row.cells.items()}
    problems = []
    for line, column, value in faults:
        cell = cell_name(column - 1, line)
        row, heading = places.get(cell, (None, None))
        shown = row.shown.get(heading or "", heading) if row is not None else heading
        where = Where(name, line, sheet, cell, None, shown)
        number = row.number if row is not None else None
        problems.append(FileProblem("formula-cell", where, value, {"formula": value}, number=number))
    return problems
