"""One sheet of a workbook, of Excel or LibreOffice, read by another process: this side sees only text.

The sheet must hold values: formulas, Excel's error values and merged cells are problems, never evaluated. Merged cells
are filled only where the programme file says so.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase

from ogp_pipeline.formats import out_of_sight, table_place, template_sheet
from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.formats.bounds import over_limit, within
from ogp_pipeline.formats.format import File
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Record, Where, unreadable
from ogp_pipeline.formats.table_place import SheetOptions
from ogp_pipeline.formats.tabular import table
from ogp_pipeline.formats.template_layout import is_template
from ogp_pipeline.formats.vocabulary import Vocabulary
from ogp_pipeline.workbooks import guard
from ogp_pipeline.workbooks.answer import Answer, ReadRequest, Refusal, SheetColumn
from ogp_pipeline.workbooks.extent import cell_name

_TRIED = 8  # sheets in which the headings are looked for
_SHOWN = 12  # names of areas that a sentence lists
_EMPTY = frozenset({"empty-file", "header-only"})


def read(file: File, options: SheetOptions, limits: Limits) -> Reading:
    """Rows, headings and problems of the sheets asked for (none: the first visible one, or a template's own)."""
    first = _answer(file, None if options.sheets or options.named_range is not None else options.sheet, limits)
    if layout.is_of_party(first.properties):
        return _of_party(file, options, first, limits)
    if not options.sheets and options.named_range is None:
        return _asked_for(file, options, options.sheet, first, limits)
    if options.named_range is not None and first.refusal is None:
        return _named(file, options, options.named_range, first, limits)
    if is_template(first.properties):
        return _sheet(file, options, None, limits)
    if first.refusal is not None:
        return _refused(file.name, first.refusal, first.sheet)
    titles = [first.sheet or "", *(other.title for other in first.others if other.visible)]
    wanted = [title for title in titles if any(fnmatchcase(title, pattern) for pattern in options.sheets)]
    if not wanted:
        return _absent(file.name, replace(first, sheet=", ".join(options.sheets), titles=tuple(titles)))
    return _together([_sheet(file, options, title, limits) for title in wanted], wanted, file.name, limits)


def grid(file: File, limits: Limits, title: str | None = None) -> tuple[list[Record], Sequence[str]]:
    """The records of a sheet (the first that people see), headings or not, and its merged areas."""
    answer = _answer(file, title, limits)
    return _records(answer.columns), answer.merged


def titles(file: File, limits: Limits) -> list[str]:
    """The sheets that people see."""
    answer = _answer(file, None, limits)
    return [answer.sheet or "", *(other.title for other in answer.others if other.visible)]


def _named(file: File, options: SheetOptions, name: str, first: Answer, limits: Limits) -> Reading:
    """The area that the workbook calls so."""
    if name not in first.names:
        names = ", ".join(f"«{title}»" for title in list(first.names)[:_SHOWN]) or "–"
        return Reading(
            [], (), [unreadable(Where(file.name), "reading.why.no_such_name", wanted=f"«{name}»", names=names)]
        )
    title, area = first.names[name]
    return _sheet(file, options.model_copy(update={"range": area}), title, limits)


def _together(readings: Sequence[Reading], titles: Sequence[str], name: str, limits: Limits) -> Reading:
    """The rows of several sheets, numbered on; a sheet that is read is not said to be left unread."""
    rows: list[RawRow] = []
    problems: list[FileProblem] = []
    for place, reading in enumerate(readings):
        for problem in reading.problems:
            left = problem.rule.startswith("sheet-not-read")
            if not left or (place == 0 and problem.where.sheet not in titles):
                number = problem.number + len(rows) if problem.number is not None else None
                problems.append(replace(problem, number=number))
        rows += [replace(row, number=len(rows) + number) for number, row in enumerate(reading.rows, start=1)]
    headings = tuple(dict.fromkeys(heading for reading in readings for heading in reading.headings))
    return within(Reading(rows, headings, problems), name, limits)


def _answer(file: File, title: str | None, limits: Limits) -> Answer:
    return guard.read(file.path, _request(title), limits.bounds)


def _request(title: str | None) -> ReadRequest:
    return ReadRequest(title, layout.TEMPLATE, layout.TABLE, layout.REVIEW)


def _of_party(file: File, options: SheetOptions, first: Answer, limits: Limits) -> Reading:
    """The sheets of a party's workbook. One that nobody filled in, or that was taken out, says nothing.

    ``wrong-sheet`` if one is gone and another is there of which we do not know for which table it is.
    """
    sheets = layout.tables_by_sheet(first.properties)
    there = [title for title in first.titles if title in sheets]  # LibreOffice writes the properties in another order
    strange = [
        title for title in first.titles if title not in sheets and title not in out_of_sight.sheets_of_templates()
    ]
    gone = [title for title in sheets if title not in first.titles]
    if first.refusal is not None:
        return _refused(file.name, first.refusal, first.sheet)
    if gone and (strange or not there):
        return _absent(file.name, replace(first, sheet=gone[0]))
    answers = guard.read_sheets(file.path, _request(None), there, limits.bounds)
    if len(answers) < len(there):
        return _refused(file.name, answers[0].refusal or Refusal("reading.why.crash"))
    told_once = replace(answers[0], others=first.others)
    readings = [_reading(file, options, answer) for answer in (told_once, *answers[1:])]
    if any(reading.rows or not _is_empty(reading) for reading in readings):
        readings = [reading if reading.rows else _without_emptiness(reading) for reading in readings]
    else:
        readings = [readings[0], *map(_without_emptiness, readings[1:])]
    return replace(_together(readings, there, file.name, limits), properties=first.properties)


def _is_empty(reading: Reading) -> bool:
    """Whether that is why there are no rows; it may also be that they cannot be read."""
    return any(problem.rule in _EMPTY for problem in reading.problems)


def _without_emptiness(reading: Reading) -> Reading:
    return replace(reading, problems=[problem for problem in reading.problems if problem.rule not in _EMPTY])


def _sheet(file: File, options: SheetOptions, title: str | None, limits: Limits) -> Reading:
    return _asked_for(file, options, title, _answer(file, title, limits), limits)


def _asked_for(file: File, options: SheetOptions, title: str | None, answer: Answer, limits: Limits) -> Reading:
    """The rows of a sheet; where none is named, of the first that holds the headings."""
    whichever = title is None and not (options.heading_row or options.range)
    if whichever and answer.refusal is None and not answer.absent:
        return _reading(file, options, *_with_headings(file, answer, limits))
    return _reading(file, options, answer)


def _reading(file: File, options: SheetOptions, answer: Answer, taken: FileProblem | None = None) -> Reading:
    """The rows of a sheet. ``taken``: what is said of the sheet's being chosen."""
    name = file.name
    if answer.refusal is not None:
        return _refused(name, answer.refusal, answer.sheet)
    if answer.absent:
        return _absent(name, answer)
    sheet = answer.sheet or ""
    if not answer.columns:
        empty = [*_merged(answer, name, [], None), FileProblem("empty-file", Where(name, sheet=sheet))]
        return Reading([], (), [*empty, *out_of_sight.notice(answer, [], name)])
    with _without_collection():
        reading, faults = _rows(answer, name, sheet, file.vocabulary, options)
    top = max([reading.line or 0, *(row + 1 for row in options.heading_row)]) or None
    merged = [] if options.merged == "fill" else _merged(answer, name, reading.rows, top if reading.rows else None)
    problems = [
        *merged,
        *_faulty(reading.rows, name, sheet, faults),
        *([taken] if taken is not None else ()),
        *out_of_sight.notice(answer, reading.rows, name),
    ]
    return replace(reading, problems=reading.problems + problems, properties=answer.properties)


def _with_headings(file: File, first: Answer, limits: Limits) -> tuple[Answer, FileProblem | None]:
    """The first sheet that holds the headings, and what is said if it is not the first that people see.

    A cover, notes or an empty sheet may stand before it. If none holds them, the first one is read.
    """
    if not file.vocabulary or is_template(first.properties) or _has_headings(first, file.vocabulary):
        return first, None
    others = [other for other in first.others if other.visible]
    for other in others[:_TRIED]:
        answer = _answer(file, other.title, limits)
        if answer.refusal is None and not answer.absent and _has_headings(answer, file.vocabulary):
            details = {"first": first.sheet or "", "read": other.title}
            said = FileProblem("sheet-taken", Where(file.name, sheet=other.title), None, details)
            return replace(answer, others=tuple(sheet for sheet in answer.others if sheet.title != first.sheet)), said
    return first, None


def _has_headings(answer: Answer, vocabulary: Vocabulary) -> bool:
    filled = [record for record in _records(answer.columns) if any(map(str.strip, record.cells))]
    rows, _ = table_place.candidates(filled)
    return any(vocabulary.fitting(record.cells) for record in rows) or (
        table_place.proposed(filled, vocabulary, spread=False) is not None
    )


def _merged(answer: Answer, name: str, rows: Sequence[RawRow], top: int | None) -> Iterator[FileProblem]:
    """Merged cells of the table; what is merged above or beside it is nobody's row."""
    for area in answer.merged:
        if out_of_sight.reaches_into(area, rows, top):
            yield FileProblem("merged-cells", Where(name, sheet=answer.sheet, cell=area), area, {"area": area})


def _rows(
    answer: Answer, name: str, sheet: str, vocabulary: Vocabulary, options: SheetOptions
) -> tuple[Reading, Sequence[tuple[int, int, str]]]:
    """The rows, and the faults that stand in columns which are read."""
    records = _records(answer.columns)
    if is_template(answer.properties):
        reading, context = template_sheet.read(records, name, sheet)
        return reading, [fault for fault in answer.faults if fault[1] - 1 not in context]
    in_heads = [area for area in answer.merged if table_place.bottom_of(area) <= max(options.heading_row, default=0)]
    if areas := answer.merged if options.merged == "fill" else in_heads:
        records = table_place.unmerged(records, areas)
    if options.range is not None:
        records = table_place.within(records, options.range)
    legible = answer.lane == "calamine"  # the screen has seen every byte
    return table(
        records, name, sheet, ragged=False, legible=legible, vocabulary=vocabulary, place=options
    ), answer.faults


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
    starts = {i: column.typed for i, column in enumerate(columns) if isinstance(column.typed, int)}
    marks = {i: column.typed for i, column in enumerate(columns) if isinstance(column.typed, str)}
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
