"""Lines of a file in which something stands: of many the runs, of very many runs the first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string

from ogp_pipeline.formats.records import Where

RUNS = 30
_COLUMN_OF_CELL = re.compile(r"[A-Z]{1,3}(?=\d)")
_LINE_OF_CELL = re.compile(r"[A-Z]+(\d+)")


@dataclass(slots=True)
class Lines:
    """``runs``: first and last line of each, in their order. ``more``: there are others behind them."""

    runs: list[tuple[int, int]] = field(default_factory=list)
    more: bool = False

    def add(self, first: int, last: int | None = None) -> None:
        """A line, or a run of them, behind those that are there."""
        last = first if last is None else last
        start, end = self.runs[-1] if self.runs else (0, -1)
        if start <= first <= end + 1:
            self.runs[-1] = (start, max(end, last))
        elif len(self.runs) < RUNS:
            self.runs.append((first, last))
        else:
            self.more = True

    def join(self, others: "Lines") -> None:
        """Lines behind those that are there."""
        for first, last in others.runs:
            self.add(first, last)
        self.more = self.more or others.more


def line_of(where: Where) -> int | None:
    """The line of a place, or the row of its cell."""
    if where.line is not None:
        return where.line
    cell = _LINE_OF_CELL.match(where.cell or "")
    return int(cell[1]) if cell else None


def column_of(where: Where) -> int | None:
    """The column of a place's cell, from 1."""
    cell = _COLUMN_OF_CELL.match(where.cell or "")
    return column_index_from_string(cell[0]) if cell else None


def written_lines(lines: Sequence[Sequence[int]], *, more: bool) -> str:
    """``2–40, 57, 60–99``; with ``…`` where there are more."""
    runs = [str(start) if start == end else f"{start}–{end}" for start, end in lines]
    return ", ".join([*runs, "…"] if more else runs)
