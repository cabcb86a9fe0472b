"""Where a table stands in its file or sheet, where that is declared: the row of its headings, its sheets, its area.

Without a declaration the first row that fits holds the headings (``vocabulary``). With one, nothing is looked for: what
stands above is passed over without a word, for the programme file knows of it.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ogp_pipeline.formats.format import Options
from ogp_pipeline.formats.records import FileProblem, Record, Where, unreadable
from ogp_pipeline.formats.vocabulary import LOOKED_AT, Vocabulary

_MOST_ROWS = 5
_FEWEST = 3  # headings that tell a table which lies on its side
_AREA = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})")


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Rows = Annotated[list[Annotated[int, Field(ge=1)]], BeforeValidator(_as_list)]


class TableOptions(Options):
    """``heading_row``: the row or line of the headings, from 1; or several, whose headings are joined to one
    (``2024-H1`` above ``Status`` is ``2024-H1 Status``). ``fill_down``: columns in which an empty cell means what
    stands above it, as where cells were merged.
    """

    heading_row: Rows = []
    fill_down: list[str] = []

    @field_validator("heading_row")
    @classmethod
    def _in_order(cls, rows: list[int]) -> list[int]:
        if len(rows) > _MOST_ROWS or any(after != before + 1 for before, after in pairwise(rows)):
            raise ValueError("must be one row, or a few that follow each other, such as [3, 4]")
        return rows


class SheetOptions(TableOptions):
    """``sheet``: its title (default: the first visible one). ``sheets``: several, by titles or patterns (``*``).
    ``range``: the area of the table, as ``B4:H60``, or the name that the workbook gives to it. ``merged: fill``: every
    cell of a merged area holds what its first one does.
    """

    sheet: str | None = None
    sheets: Annotated[list[str], BeforeValidator(_as_list)] = []
    range: str | None = None
    merged: Literal["fill"] | None = None

    @property
    def named_range(self) -> str | None:
        """The name of an area, if it is one."""
        return self.range if self.range is not None and _corners(self.range) is None else None

    @model_validator(mode="after")
    def _one(self) -> "SheetOptions":
        if self.sheet is not None and self.sheets:
            raise ValueError("`sheet` and `sheets` exclude each other")
        if self.named_range is not None:
            if ":" in self.named_range or not self.named_range.strip():
                raise ValueError("`range` must be an area of cells such as B4:H60, or its name in the workbook")
            if self.sheet is not None or self.sheets:
                raise ValueError("the name of a `range` says which sheet it is in; leave `sheet` and `sheets` out")
        return self


def headed(
    filled: Sequence[Record], rows: Sequence[int], name: str, sheet: str | None, *, spread: bool
) -> list[Record] | FileProblem:
    """The records from the headings on, these joined to one record; the problem if there is nothing in these rows.

    ``spread``: an empty cell of an upper row belongs to the heading left of it, since nothing says which are merged.
    """
    heads = [record for record in filled if record.line in rows]
    if not heads:
        told = ", ".join(map(str, rows))
        return unreadable(Where(name, rows[0], sheet), "reading.why.no_heading_row", rows=told)
    body = [record for record in filled if record.line > rows[-1]]
    return [Record(rows[-1], _joined([record.cells for record in heads], spread=spread)), *body]


def candidates(filled: Sequence[Record]) -> tuple[Sequence[Record], Sequence[tuple[Record, Record]]]:
    """Where headings are looked for: in these rows, and in these pairs of rows of which one follows the other."""
    beginning = filled[:LOOKED_AT]
    return beginning, [(upper, lower) for upper, lower in pairwise(beginning) if lower.line == upper.line + 1]


def top(filled: Sequence[Record], vocabulary: Vocabulary) -> int:
    """The index of the row of headings: the first of those at the beginning that is one, else the first."""
    rows, _ = candidates(filled)
    return next((index for index, record in enumerate(rows) if vocabulary.fitting(record.cells)), 0)


def on_its_side(filled: Sequence[Record], vocabulary: Vocabulary) -> int | None:
    """The line of the first heading, if the headings stand one below the other in the first column that is filled."""
    rows, _ = candidates(filled)
    if max((vocabulary.fitting(record.cells) for record in rows), default=0) > 1:
        return None
    firsts = [(record.line, next(filter(str.strip, record.cells), "")) for record in rows]
    headings = [line for line, text in firsts if vocabulary.fitting([text])]
    return headings[0] if len(headings) >= _FEWEST and 2 * len(headings) >= len(firsts) else None


def proposed(filled: Sequence[Record], vocabulary: Vocabulary, *, spread: bool) -> tuple[int, int] | None:
    """Two rows that hold the headings together, where no single row does."""
    rows, pairs = candidates(filled)
    if any(vocabulary.fitting(record.cells) for record in rows):
        return None
    for upper, lower in pairs:
        if vocabulary.fitting(_joined([upper.cells, lower.cells], spread=spread)):
            return upper.line, lower.line
    return None


def filled_down(records: Sequence[Record], indexes: Sequence[int]) -> list[Record]:
    """The records, with what stands above in the empty cells of these columns."""
    above: dict[int, tuple[str, bool]] = {}
    made = []
    for record in records:
        cells, typed = list(record.cells), set(record.typed)
        for index in indexes:
            if index < len(cells) and cells[index].strip():
                above[index] = cells[index], index in record.typed
            elif index in above:
                cells.extend([""] * (index + 1 - len(cells)))
                cells[index] = above[index][0]
                typed |= {index} if above[index][1] else set()
        made.append(Record(record.line, cells, frozenset(typed)))
    return made


def unmerged(records: Sequence[Record], areas: Sequence[str]) -> list[Record]:
    """The records of a sheet, with the text of a merged area in each of its cells."""
    made = {record.line: record for record in records}
    for area in areas:
        if (corners := _corners(area)) is None:
            continue
        left, top, right, bottom = corners
        first = made.get(top)
        if first is None or left > len(first.cells):
            continue
        text, typed = first.cells[left - 1], left - 1 in first.typed
        for line in range(top, min(bottom, max(made)) + 1):
            if line in made:
                cells = list(made[line].cells)
                indexes = range(left - 1, min(right, len(cells)))
                cells[left - 1 : indexes.stop] = [text] * len(indexes)
                marks = frozenset(indexes) if typed else frozenset()
                made[line] = Record(line, cells, made[line].typed | marks)
    return list(made.values())


def bottom_of(area: str) -> int:
    """The last row of an area."""
    corners = _corners(area)
    return corners[3] if corners is not None else 0


def within(records: Sequence[Record], area: str) -> list[Record]:
    """The records of an area; what stands beside it is empty."""
    left, top, right, bottom = _corners(area) or (1, 1, 1, 1)
    return [
        Record(record.line, [*[""] * (left - 1), *record.cells[left - 1 : right]], record.typed)
        for record in records
        if top <= record.line <= bottom
    ]


def _corners(area: str) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom, from 1."""
    corners = _AREA.fullmatch(area)
    if corners is None:
        return None
    left, right = (_number(corners[group]) for group in (1, 3))
    return left, int(corners[2]), right, int(corners[4])


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _joined(rows: Sequence[Sequence[str]], *, spread: bool) -> list[str]:
    """One heading for each column: what stands in the rows, from above."""
    width = max(map(len, rows))
    columns: list[list[str]] = [[] for _ in range(width)]
    for place, row in enumerate(rows):
        left = ""
        for index in range(width):
            cell = " ".join(row[index].split()) if index < len(row) else ""
            left = cell or left
            if spread and not cell and place < len(rows) - 1:
                below = any(index < len(other) and other[index].strip() for other in rows[place + 1 :])
                cell = left if below else ""
            if cell and cell not in columns[index]:
                columns[index].append(cell)
    return [" ".join(parts) for parts in columns]
