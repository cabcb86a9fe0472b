"""The table's sheet of a filled template: names from its hidden row, headings as the person sees them.

Rows are keyed by machine names, so that a template needs no mapping; a place shows the heading of row 1 instead.
Context columns (``_…``) are taken away before anything else, so rows with values only there do not exist. A column
that the person added, which has no machine name, keeps its heading as its name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Record, Where
from ogp_pipeline.formats.tabular import table

_NAME = re.compile(r"_?[a-z][a-z0-9_]*")


def read(records: Sequence[Record], name: str, sheet: str) -> tuple[Reading, frozenset[int]]:
    """The rows, and the indexes of the context columns; ``template-changed`` if the names are not where they were."""
    at = {record.line: record for record in records}
    names = [cell.strip() for cell in at[layout.NAMES_ROW].cells] if layout.NAMES_ROW in at else []
    if not any(names) or not all(_NAME.fullmatch(title) for title in names if title):
        where = Where(name, layout.NAMES_ROW, sheet)
        return Reading([], (), [FileProblem("template-changed", where)]), frozenset()
    first = at.get(layout.HEADINGS_ROW)
    headings = [" ".join(cell.split()) for cell in first.cells] if first is not None else []
    width = max(len(names), len(headings))
    names += [""] * (width - len(names))
    headings += [""] * (width - len(headings))
    context = frozenset(i for i, title in enumerate(names) if title.startswith(layout.CONTEXT))
    titles = ["" if i in context else title or headings[i] for i, title in enumerate(names)]
    head = at[layout.NAMES_ROW]._replace(line=layout.HEADINGS_ROW, cells=titles)
    body = [_without(record, context) for record in records if record.line >= layout.FIRST_ROW]
    reading = table([head, *body], name, sheet, ragged=False)
    shown = {
        title: heading for title, heading in zip(names, headings, strict=True) if title and heading and title != heading
    }
    return _with_headings(reading, shown), context


def _without(record: Record, context: frozenset[int]) -> Record:
    return record._replace(cells=["" if i in context else cell for i, cell in enumerate(record.cells)])


def _with_headings(reading: Reading, shown: Mapping[str, str]) -> Reading:
    rows: list[RawRow] = [replace(row, shown=shown) for row in reading.rows]
    problems = [
        replace(
            problem, where=replace(problem.where, column=shown.get(problem.where.column or "", problem.where.column))
        )
        for problem in reading.problems
    ]
    return Reading(rows, reading.headings, problems)
