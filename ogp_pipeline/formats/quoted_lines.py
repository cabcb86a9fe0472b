"""Lines of a CSV file that stand in quotation marks as a whole, each one cell: ``"XX0001.1,2024-H1,done"``.

A spreadsheet writes them so that has a file's lines in its first column and saves them as CSV. A line counts as such a
one only if what is in it has as many cells as there are headings; then it can mean one thing only.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from ogp_pipeline.formats.records import Record
from ogp_pipeline.formats.vocabulary import LOOKED_AT, Vocabulary

_FEWEST = 3  # cells: a text with one comma in it is a text


@dataclass(frozen=True, slots=True)
class Split:
    """``records``: all, those lines split. ``count``: how many they are; ``line``: where the first of them stands."""

    records: list[Record]
    count: int
    line: int


def split(records: Sequence[Record], delimiter: str, vocabulary: Vocabulary) -> Split | None:
    """The records with such lines split; None if there is none, or no row of headings that is known."""
    whole = [place for place, record in enumerate(records) if len(record.cells) == 1 and delimiter in record.cells[0]]
    width = next((count for record in records[:LOOKED_AT] if (count := _headings(record, delimiter, vocabulary))), 0)
    if not whole or width < _FEWEST:
        return None
    made, lines = list(records), []
    for place in whole:
        cells = _inner(records[place], delimiter)
        if len(cells) == width:
            made[place] = Record(records[place].line, cells)
            lines.append(records[place].line)
    return Split(made, len(lines), lines[0]) if lines else None


def _headings(record: Record, delimiter: str, vocabulary: Vocabulary) -> int:
    """How many headings the record holds; 0 if it is no row of headings."""
    cells = _inner(record, delimiter) or list(record.cells)
    return len(cells) if vocabulary.fitting(cells) else 0


def _inner(record: Record, delimiter: str) -> list[str]:
    """The cells in a record of one cell; none if it has more, or cannot be split."""
    if len(record.cells) != 1 or delimiter not in record.cells[0]:
        return []
    try:
        (cells,) = csv.reader([record.cells[0]], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return []
    return cells
