"""A grid of cells to rows under headings: the part that CSV and workbooks share.

The first record that is not blank holds the headings; blank records are passed over; the number of a row
counts the others. A heading's white space is squeezed. Columns without heading and without a single value do
not exist.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ogp_pipeline.sources.decoding import ILLEGIBLE
from ogp_pipeline.sources.records import FileProblem, RawRow, Reading, Where, unreadable


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a grid. ``coordinates`` and ``typed`` speak of cells by their index from 0."""

    line: int
    cells: list[str]
    coordinates: Mapping[int, str] = field(default_factory=dict)
    typed: frozenset[int] = frozenset()


def table(records: Iterable[Record], name: str, sheet: str | None = None, ragged: bool = True) -> Reading:
    """Rows and headings. ``ragged``: is a record with fewer cells than headings a problem (not so in a
    workbook)?
    """
    filled = [record for record in records if any(cell.strip() for cell in record.cells)]
    if not filled:
        return Reading([], (), [FileProblem("empty-file", Where(name, sheet=sheet))])
    problems: list[FileProblem] = []
    columns = _columns(filled, name, sheet, problems)
    width = max(i for i, cell in enumerate(filled[0].cells) if cell.strip()) + 1
    rows = []
    for number, record in enumerate(filled[1:], start=1):
        row = _row(record, number, columns, name, sheet)
        rows.append(row)
        problems += _misshapen(record, row, width, ragged)
    if not rows:
        problems.append(FileProblem("header-only", Where(name, filled[0].line, sheet)))
    return Reading(rows, tuple(columns.values()), problems)


def _columns(filled: list[Record], name: str, sheet: str | None, problems: list[FileProblem]) -> dict[int, str]:
    """Index -> heading. A repeated heading is a problem and its later columns are not read."""
    first = filled[0]
    columns: dict[int, str] = {}
    for index, cell in enumerate(first.cells):
        heading = " ".join(cell.split())
        where = Where(name, first.line, sheet, first.coordinates.get(index), None, heading)
        if not heading:
            used = any(index < len(record.cells) and record.cells[index].strip() for record in filled[1:])
            further = any(cell.strip() for cell in first.cells[index:])
            if used and further:  # without a further heading, the row with that value is a ragged one
                columns[index] = f"_column_{index + 1}"
        elif heading in columns.values():
            earlier = next(i for i, other in columns.items() if other == heading) + 1
            details = {"column": heading, "first": str(earlier), "second": str(index + 1)}
            problems.append(FileProblem("repeated-column", where, heading, details))
        else:
            columns[index] = heading
    return columns


def _row(record: Record, number: int, columns: Mapping[int, str], name: str, sheet: str | None) -> RawRow:
    count = len(record.cells)
    return RawRow(
        file=name,
        number=number,
        values={heading: record.cells[i] if i < count else "" for i, heading in columns.items()},
        line=None if sheet is not None else record.line,
        sheet=sheet,
        cells={heading: record.coordinates[i] for i, heading in columns.items() if i in record.coordinates},
        typed=frozenset(heading for i, heading in columns.items() if i in record.typed),
    )


def _misshapen(record: Record, row: RawRow, width: int, ragged: bool) -> list[FileProblem]:
    problems = []
    surplus = [i for i, cell in enumerate(record.cells) if i >= width and cell.strip()]
    if surplus or (ragged and len(record.cells) < width):
        found = surplus[-1] + 1 if surplus else len(record.cells)
        where = row.locate()
        if surplus:
            cell = record.coordinates.get(surplus[0])
            where = Where(where.file, where.line, where.sheet, cell, where.pointer)
        value = record.cells[surplus[0]] if surplus else None
        details = {"found": str(found), "expected": str(width)}
        problems.append(FileProblem("ragged-row", where, value, details, number=row.number))
    problems += illegible_cells(row)
    return problems


def illegible_cells(row: RawRow) -> list[FileProblem]:
    """A problem for every cell with a character that cannot be shown or stored (control characters and the
    like).
    """
    problems = []
    for heading, value in row.values.items():
        if found := ILLEGIBLE.search(value):
            code = f"U+{ord(found.group()):04X}"
            problems.append(
                unreadable(
                    row.locate(heading),
                    f"it holds an invisible control character ({code})",
                    f"contiene un carácter de control invisible ({code})",
                    ILLEGIBLE.sub("\N{REPLACEMENT CHARACTER}", value),
                    row.number,
                )
            )
    return problems
