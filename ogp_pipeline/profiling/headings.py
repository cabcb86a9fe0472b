"""Where the headings of a table stand that no source describes yet: below titles, in one row or in two.

Where they are looked for says ``table_place``, for sources too; but only a source knows the headings that it reads.
Here the words that people use for our columns are weighed against what looks like data.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ogp_pipeline.formats import table_place
from ogp_pipeline.formats.records import FileProblem, Record
from ogp_pipeline.profiling import words

_DATA = re.compile(r"[+-]?[\d.,/ %-]+|https?://.*|.{90,}", re.DOTALL)
_MEANT = 84  # of 100: a heading that says something we know
_OPEN = 9_999  # the last line of the lowest table: it may grow


@dataclass(frozen=True, slots=True)
class HeadingPlace:
    """``rows``: lines of the headings, from 1. ``declared``: they must be said, since they are not the first.
    ``points``: how surely these are headings; ``meant``: how many of them say something we know.
    """

    rows: tuple[int, ...]
    declared: bool
    points: float = 0
    meant: int = 0

    @property
    def options(self) -> dict[str, int | list[int]]:
        """What stands under ``read:`` to say so."""
        if not self.declared:
            return {}
        return {"heading_row": list(self.rows) if len(self.rows) > 1 else self.rows[0]}


def find(records: Sequence[Record], *, spread: bool) -> HeadingPlace:
    """The rows that say most of what we know and look least like data. ``spread``: as ``table_place.headed``."""
    filled = [record for record in records if any(cell.strip() for cell in record.cells)]
    if not filled:
        return HeadingPlace((1,), declared=False)
    single, double = table_place.candidates(filled)
    lines = [*((record.line,) for record in single), *((upper.line, lower.line) for upper, lower in double)]
    points = {rows: _points(filled, rows, spread=spread) for rows in lines}
    best = max(points, key=lambda rows: (points[rows], -rows[0]))
    return HeadingPlace(best, best != (filled[0].line,), points[best], _meant(filled, best, spread=spread))


@dataclass(frozen=True, slots=True)
class Block:
    """A table between empty rows: the lines of its area, and where its headings stand."""

    first: int
    last: int
    place: HeadingPlace


def blocks(records: Sequence[Record]) -> list[Block]:
    """The tables that stand one below the other in a sheet, each with headings of its own."""
    filled = [record for record in records if any(cell.strip() for cell in record.cells)]
    parts: list[list[Record]] = []
    for record in filled:
        if not parts or record.line > parts[-1][-1].line + 1:
            parts.append([])
        parts[-1].append(record)
    headed = [(part, find(part, spread=False)) for part in parts if len(part) > 1]
    tables = [(part, place) for part, place in headed if place.meant > 1 and place.rows[-1] < part[-1].line]
    ends = [part[0].line - 1 for part, _ in tables[1:]] + [_OPEN]
    return [Block(place.rows[0], end, place) for (_, place), end in zip(tables, ends, strict=True)]


def _meant(filled: Sequence[Record], rows: tuple[int, ...], *, spread: bool) -> int:
    headed = table_place.headed(filled, rows, "", None, spread=spread)
    if isinstance(headed, FileProblem):
        return 0
    return sum(words.best(cell) >= _MEANT for cell in {" ".join(cell.split()) for cell in headed[0].cells} if cell)


def _points(filled: Sequence[Record], rows: tuple[int, ...], *, spread: bool) -> float:
    headed = table_place.headed(filled, rows, "", None, spread=spread)
    if isinstance(headed, FileProblem) or len(headed) < 2:
        return -1e9
    cells = [" ".join(cell.split()) for cell in headed[0].cells]
    own = [cell for cell in cells if cell]
    under = {index for record in headed[1:] for index, cell in enumerate(record.cells) if cell.strip()}
    bare = sum(index >= len(cells) or not cells[index] for index in under)
    data = sum(_DATA.fullmatch(cell) is not None for cell in own)
    parts = [cell.strip() for record in filled if record.line in rows for cell in record.cells if cell.strip()]
    data += sum(_DATA.fullmatch(part) is not None and not re.fullmatch(r"20\d\d", part) for part in parts)
    meant = sum(reached for cell in dict.fromkeys(own) if (reached := words.best(cell)) >= _MEANT) / 100
    twice = len(own) - len(set(own))
    return 3 * meant + len(set(own)) - 3 * twice - 3 * bare - 5 * data - 1.5 * (len(rows) - 1)
