"""A grid of cells to rows under headings: the part that CSV and workbooks share.

The first record that is not blank holds the headings; blank records are passed over; the number of a row
counts the others. A heading's white space is squeezed. Columns without heading and without a single value do
not exist.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.formats import table_place
from ogp_pipeline.formats.decoding import ILLEGIBLE
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Record, Where, unreadable
from ogp_pipeline.formats.surroundings import Surroundings
from ogp_pipeline.formats.table_place import TableOptions
from ogp_pipeline.formats.vocabulary import NONE, Vocabulary
from ogp_pipeline.workbooks.extent import cell_name

_NAMELESS = "_column_"  # the beginning of the name of a column without heading


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
    records: Iterable[Record],
    name: str,
    sheet: str | None = None,
    *,
    ragged: bool = True,
    legible: bool = False,
    vocabulary: Vocabulary = NONE,
    place: TableOptions | None = None,
) -> Reading:
    """Rows and headings. ``ragged``: is a record with fewer cells than headings a problem (not so in a
    workbook)? ``legible``: it is known already that no cell holds a control character. ``vocabulary``: the headings
    that are read; without them the first record holds the headings, and every other is a row. ``place``: what is
    declared of where the table stands.
    """
    filled = [record for record in records if any(record.cells) and not "".join(record.cells).isspace()]
    if not filled:
        return Reading([], (), [FileProblem("empty-file", Where(name, sheet=sheet))])
    around = Surroundings(name, sheet, vocabulary)
    spread = sheet is None and ragged
    if place is not None and place.heading_row:
        headed = table_place.headed(filled, place.heading_row, name, sheet, spread=spread)
        if isinstance(headed, FileProblem):
            return Reading([], (), [headed])
        filled = headed
    elif vocabulary and (line := table_place.on_its_side(filled, vocabulary)) is not None:
        return Reading([], (), [FileProblem("table-on-its-side", Where(name, line, sheet))])
    elif vocabulary and (top := table_place.top(filled, vocabulary)):
        around.above(filled[:top])
        filled = filled[top:]
    problems: list[FileProblem] = []
    if vocabulary and not (place is not None and place.heading_row):
        problems += _proposal(filled, vocabulary, name, sheet, spread=spread)
    apart = around.beside(_headings(filled[0]), filled) if vocabulary else set()
    if apart:
        filled = [record for record in filled if any(c.strip() for i, c in enumerate(record.cells) if i not in apart)]
    columns, shown = _columns(filled, apart, name, sheet, vocabulary, problems)
    body = around.below(filled[0], columns, filled[1:]) if vocabulary else filled[1:]
    if place is not None and place.fill_down:
        body = table_place.filled_down(body, [i for i, column in columns.items() if column in place.fill_down])
    width = max((i for i, cell in enumerate(filled[0].cells) if cell.strip() and i not in apart), default=0) + 1
    rows = []
    make = _Maker(columns, shown, name, sheet)
    for number, record in enumerate(body, start=1):
        row = make.row(record, number)
        rows.append(row)
        if len(record.cells) > width or (ragged and len(record.cells) < width):
            problems += _misshapen(record, row, width, ragged, apart)
        if not legible:
            problems += illegible_cells(row)
    if not rows:
        problems.append(FileProblem("header-only", Where(name, filled[0].line, sheet)))
    return Reading(rows, tuple(columns.values()), around.problems + problems, line=filled[0].line)


def without_heading(name: str, *, letters: bool) -> str | None:
    """Which column it is that has no heading, as people count them (``letters``: in a sheet); None if it has one."""
    number = name.removeprefix(_NAMELESS)
    if number == name or not number.isdecimal():
        return None
    return cell_name(int(number) - 1, 1)[:-1] if letters else number


def _proposal(
    filled: Sequence[Record], vocabulary: Vocabulary, name: str, sheet: str | None, *, spread: bool
) -> Iterator[FileProblem]:
    """The rows in which the headings seem to stand, for the programme file, where no row holds them alone."""
    rows = table_place.proposed(filled, vocabulary, spread=spread)
    if rows is not None:
        upper, lower = map(str, rows)
        details = {"upper": upper, "lower": lower}
        yield FileProblem("headings-in-two-rows", Where(name, rows[0], sheet), None, details)


def _headings(record: Record) -> dict[int, str]:
    """Index -> heading, its white space squeezed; without the empty ones."""
    squeezed = ((index, " ".join(cell.split())) for index, cell in enumerate(record.cells))
    return {index: heading for index, heading in squeezed if heading}


def _columns(
    filled: list[Record],
    apart: Collection[int],
    name: str,
    sheet: str | None,
    vocabulary: Vocabulary,
    problems: list[FileProblem],
) -> tuple[dict[int, str], dict[str, str]]:
    """Index -> column, and the heading that stands over it where that is not its name. A repeated heading is a problem
    and its later columns are not read.
    """
    first = filled[0]
    headings = {index: heading for index, heading in _headings(first).items() if index not in apart}
    exact = {heading for heading in headings.values() if vocabulary.reads(heading)}
    columns: dict[int, str] = {}
    shown: dict[str, str] = {}
    for index in range(max(headings, default=-1) + 1):
        heading = headings.get(index, "")
        if not heading:
            if index not in apart and any(
                index < len(record.cells) and record.cells[index].strip() for record in filled[1:]
            ):
                columns[index] = f"{_NAMELESS}{index + 1}"
            continue
        meant = vocabulary.name(heading) if vocabulary and heading not in exact else None
        column = meant if meant is not None and meant not in exact else heading
        if column in columns.values():
            earlier = next(i for i, other in columns.items() if other == column) + 1
            at = cell_name(index, first.line) if sheet is not None else None
            details = {"column": heading, "first": str(earlier), "second": str(index + 1)}
            where = Where(name, first.line, sheet, at, None, heading)
            problems.append(FileProblem("repeated-column", where, heading, details))
            continue
        columns[index] = column
        if column != heading:
            shown[column] = heading
    if shown:
        pairs = "; ".join(f"«{heading}» = {column}" for column, heading in shown.items())
        problems.append(FileProblem("headings-mended", Where(name, first.line, sheet), None, {"pairs": pairs}))
    return columns, shown


class _Maker:
    """Makes the rows of one table: what all of them share is made once."""

    def __init__(self, columns: Mapping[int, str], shown: Mapping[str, str], name: str, sheet: str | None) -> None:
        self._columns, self._shown, self._name, self._sheet = columns, shown, name, sheet
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
            return RawRow(self._name, number, values, record.line, typed=typed, shown=self._shown)
        cell_names = CellNames(self._indexes, record.line)
        return RawRow(self._name, number, values, None, self._sheet, cells=cell_names, typed=typed, shown=self._shown)


def _misshapen(record: Record, row: RawRow, width: int, ragged: bool, apart: Collection[int]) -> list[FileProblem]:
    surplus = [i for i, cell in enumerate(record.cells) if i >= width and cell.strip() and i not in apart]
    if not surplus and not (ragged and len(record.cells) < width):
        return []
    width_of_row = surplus[-1] + 1 if surplus else len(record.cells)
    where = row.locate()
    if surplus and row.sheet is not None:
        where = Where(where.file, where.line, where.sheet, cell_name(surplus[0], record.line), where.pointer)
    value = record.cells[surplus[0]] if surplus else None
    details = {"found": str(width_of_row), "expected": str(width)}
    return [FileProblem("ragged-row", where, value, details, number=row.number)]


def illegible_cells(row: RawRow) -> list[FileProblem]:
    """A problem for every cell with a character that cannot be shown or stored (control characters and the
    like).
    """
    problems = []
    for heading, value in row.values.items():
        if letter := ILLEGIBLE.search(value):
            code = f"U+{ord(letter.group()):04X}"
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
