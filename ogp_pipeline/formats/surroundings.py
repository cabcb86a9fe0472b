"""What stands around a table and is no row of it: titles above, notes beside and below, sums, further tables.

Nothing of that is read, and each is said once, with its place. Looked for only where the headings are known: without
them nobody can tell a note from a row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from ogp_pipeline.formats.records import FileProblem, Record, Where
from ogp_pipeline.formats.vocabulary import Vocabulary, fold, sums
from ogp_pipeline.i18n.catalogue import detail
from ogp_pipeline.workbooks.extent import cell_name

_NUMBER = re.compile(r"(?:[^\W\d_]{1,3}\.?|[^\w\s]{1,3})?\s?\d[\d.,'’ ]*(?:[^\w\s]{1,3}|[^\W\d_]{3})?")
_SHOWN = 60
_WIDE = 3  # a table of so many columns has no row with one sentence in it


class Surroundings:
    """Sorts the records below the headings of one sheet or file."""

    def __init__(self, name: str, sheet: str | None, vocabulary: Vocabulary) -> None:
        self._name, self._sheet, self._vocabulary = name, sheet, vocabulary
        self.problems: list[FileProblem] = []

    def above(self, records: Sequence[Record]) -> None:
        """Titles over the headings."""
        texts = [(record.line, i, cell) for record in records for i, cell in enumerate(record.cells) if cell.strip()]
        line, index, text = texts[0]
        self._say("title-rows", line, index, text, count=len(records))

    def beside(self, headings: Mapping[int, str], records: Sequence[Record]) -> set[int]:
        """The columns that stand apart from the table, right of an empty one, under no heading that is known."""
        places = [i for i, heading in headings.items() if self._vocabulary.name(heading) is not None]
        last = max(places, default=None)
        if last is None:
            return set()
        width = max(len(record.cells) for record in records)
        gap = next((i for i in range(last + 1, width) if not _used(records, i)), None)
        if gap is None:
            return set()
        apart = {i for i in range(gap + 1, width) if _used(records, i)}
        self._notes([(r.line, i, r.cells[i]) for r in records for i in sorted(apart) if _has(r, i)])
        return apart

    def below(self, head: Record, columns: Mapping[int, str], records: Sequence[Record]) -> list[Record]:
        """The records that are rows."""
        rows = self._until_next_table(head, columns, records)
        notes: list[tuple[int, int, str]] = []
        if self._vocabulary and len(columns) >= _WIDE:
            read = {i for i, heading in columns.items() if self._vocabulary.reads(heading)}
            stray = [r for r in rows if not any(_has(r, i) for i in read)] if len(read) < len(columns) else []
            if len(stray) < len(rows):
                notes += [(r.line, i, r.cells[i]) for r in stray for i in columns if _has(r, i)]
                lines = {record.line for record in stray}
                rows = [record for record in rows if record.line not in lines]
        end = len(rows)
        while end > 1 and (kind := ending(rows[end - 1].cells, len(columns))) is not None:
            end -= 1
            line, index, text = next((rows[end].line, i, c) for i, c in enumerate(rows[end].cells) if c.strip())
            if kind == "total-row":
                self._say(kind, line, index, text)
            else:
                notes.append((line, index, text))
        self._notes(sorted(notes))
        return rows[:end]

    def _until_next_table(self, head: Record, columns: Mapping[int, str], records: Sequence[Record]) -> list[Record]:
        first = next(iter(columns), 0)
        own = {cell.strip(): None for cell in head.cells if cell.strip()}
        rows: list[Record] = []
        repeated: list[Record] = []
        for place, record in enumerate(records):
            if not self._may_begin(record, first, own) or not self._vocabulary.fitting(record.cells):
                rows.append(record)
            elif [cell.strip() for cell in record.cells if cell.strip()] == list(own):
                repeated.append(record)
            else:
                self._say("second-table", record.line, first, record.cells[first], count=len(records) - place - 1)
                break
        if repeated:
            self._say("headings-again", repeated[0].line, first, repeated[0].cells[first], count=len(repeated))
        return rows

    def _may_begin(self, record: Record, first: int, own: Mapping[str, None]) -> bool:
        """Cheaply, for it is asked of every row: does its first cell hold what may be a heading?"""
        cell = record.cells[first].strip() if first < len(record.cells) else ""
        return cell in own or cell in self._vocabulary.names

    def _notes(self, cells: Sequence[tuple[int, int, str]]) -> None:
        if cells:
            line, index, text = cells[0]
            self._say("note-not-read", line, index, text, count=len(cells))

    def _say(self, rule: str, line: int, index: int, text: str, **details: object) -> None:
        cell = cell_name(index, line) if self._sheet is not None else None
        where = Where(self._name, line, self._sheet, cell)
        shown = " ".join(text.split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        at = detail("at", "reading.at.cell", cell=cell) if cell else detail("at", "reading.at.line", line=line)
        words = {key: str(value) for key, value in details.items()}
        self.problems.append(FileProblem(rule, where, shown, {**at, **words}))


def _has(record: Record, index: int) -> bool:
    return index < len(record.cells) and bool(record.cells[index].strip())


def _used(records: Sequence[Record], index: int) -> bool:
    return any(_has(record, index) for record in records)


def ending(cells: Iterable[str], width: int) -> str | None:
    """What the last record of a table is if it is no row: a sum, or a sentence that stands alone."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    others = [cell for cell in filled if fold(cell) not in sums()]
    if len(others) < len(filled) and all(_NUMBER.fullmatch(cell) for cell in others):
        return "total-row"
    alone = len(filled) == 1 and width >= _WIDE
    return "note-not-read" if alone and (" " in filled[0] or filled[0].startswith("*")) else None
