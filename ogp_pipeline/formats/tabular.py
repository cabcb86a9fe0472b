"""A grid of cells to rows under headings: the part that CSV and workbooks share.

The first record that is not blank holds the headings; blank records are passed over; the number of a row
counts the others. A heading's white space is squeezed. Columns without heading and without a single value do
not exist.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ogp_pipeline.formats.decoding import ILLEGIBLE
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Where, unreadable
from ogp_pipeline.workbooks.extent import cell_name


class Record(NamedTuple):
    """One record of a grid. ``typed`` speaks of cells by their index from 0."""

    line: int
    cells: Sequence[str]
    typed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CellNames(Mapping[str, str]):
    """Heading -> cell as in Excel, of one row. Written out only when somebody asks: most rows have no problem."""

    columns: Mapping[str, int]
    line: int

    def __getitem__(self, heading: str) -> str:
        return cell_name(self.columns[heading], self.line)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


def table(
    records: Iterable[Record], name: str, sheet: str | None = None, *, ragged: bool = True, legible: bool = False
) -> Reading:
    """Rows and headings. ``ragged``: is a record with fewer cells than headings a problem (not so in a
    workbook)? ``legible``: it is known already that no cell holds a control character.
    """
    filled = [record for record in records if any(record.cells) and not "".join(record.cells).isspace()]
    if not filled:
        return Reading([], (), [FileProblem("empty-file", Where(name, sheet=sheet))])
    problems: list[FileProblem] = []
    columns = _columns(filled, name, sheet, problems)
    width = max(i for i, cell in enumerate(filled[0].cells) if cell.strip()) + 1
    rows = []
    make = _Maker(columns, name, sheet)
    for number, record in enumerate(filled[1:], start=1):
        row = make.row(record, number)
        rows.append(row)
        if len(record.cells) > width or (ragged and len(record.cells) < width):
            problems += _misshapen(record, row, width, ragged)
        if not legible:
            problems += illegible_cells(row)
    if not rows:
        problems.append(FileProblem("header-only", Where(name, filled[0].line, sheet)))
    return Reading(rows, tuple(columns.values()), problems)


def _columns(filled: list[Record], name: str, sheet: str | None, problems: list[FileProblem]) -> dict[int, str]:
    """Index -> heading. A repeated heading is a problem and its later columns are not read."""
    first = filled[0]
    columns: dict[int, str] = {}
    for index, cell in enumerate(first.cells):
        heading = " ".join(cell.split())
        at = cell_name(index, first.line) if sheet is not None else None
        where = Where(name, first.line, sheet, at, None, heading)
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


class _Maker:
    """Makes the rows of one table: what all of them share is made once."""

    def __init__(self, columns: Mapping[int, str], name: str, sheet: str | None) -> None:
        self._columns, self._name, self._sheet = columns, name, sheet
        self._headings = list(columns.values())
        self._indexes = {heading: index for index, heading in columns.items()}
        self._dense = list(columns) == list(range(len(columns)))
        self._typed: dict[frozenset[int], frozenset[str]] = {frozenset(): frozenset()}

    def row(self, record: Record, number: int) -> RawRow:
        cells, count = record.cells, len(record.cells)
        if self._dense and count >= len(self._headings):
            values = dict(zip(self._headings, cells, strict=False))
        else:
            values = {heading: cells[i] if i < count else "" for i, heading in self._columns.items()}
        typed = self._typed.get(record.typed)
        if typed is None:
            typed = frozenset(heading for i, heading in self._columns.items() if i in record.typed)
            self._typed[record.typed] = typed
        if self._sheet is None:
            return RawRow(self._name, number, values, record.line, typed=typed)
        cell_names = CellNames(self._indexes, record.line)
        return RawRow(self._name, number, values, None, self._sheet, cells=cell_names, typed=typed)


def _misshapen(record: Record, row: RawRow, width: int, ragged: bool) -> list[FileProblem]:
    surplus = [i for i, cell in enumerate(record.cells) if i >= width and cell.strip()]
    if not surplus and not (ragged and len(record.cells) < width):
        return []
    found = surplus[-1] + 1 if surplus else len(record.cells)
    where = row.locate()
    if surplus and row.sheet is not None:
        where = Where(where.file, where.line, where.sheet, cell_name(surplus[0], record.line), where.pointer)
    value = record.cells[surplus[0]] if surplus else None
    details = {"found": str(found), "expected": str(width)}
    return [FileProblem("ragged-row", where, value, details, number=row.number)]


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
                    "reading.why.control",
                    ILLEGIBLE.sub("\N{REPLACEMENT CHARACTER}", value),
                    row.number,
                    code=code,
                )
            )
    return problems
