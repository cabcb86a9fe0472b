"""In which order entries count: by the ledger's number. The clock only dates them.

An entry counts after those that were accepted before it, whatever its day says: a clock that was behind, or a file that
kept its old date, makes no correction count less. So its place is the latest day that the ledger had reached by then,
and its number. Two kinds of entries go back to an earlier place because they say so themselves:

- a historic import, which was known on the day that it asserts;
- a file which the source had sent before, and which is only read in another way now: it keeps the place of its files.

A place rests on earlier entries alone, so it never changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ogp_pipeline.intake.ledger import Entry

Place = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Step:
    """An entry at its place."""

    place: Place
    entry: Entry


@dataclass
class Order:
    """The places of a ledger's entries, which are added in the order of their numbers.

    ``steps``: as they were added. ``reached``: the latest day of an entry that does not go back. ``newest``: by source
    and file name, and by source alone, its newest step.
    """

    steps: list[Step] = field(default_factory=list)
    reached: date = date.min
    newest: dict[tuple[str, str | None], Step] = field(default_factory=dict)

    def add(self, entry: Entry) -> Step:
        """The entry at its place."""
        step = Step((self._day(entry), entry.n), entry)
        self.steps.append(step)
        if not entry.retires:
            self.newest[entry.source, None] = step
        for name, _ in entry.files:
            self.newest[entry.source, name] = step
        return step

    def _day(self, entry: Entry) -> date:
        if entry.known_why is not None:
            return entry.known_on
        before = self._read_before(entry)
        if before is not None:
            return before.place[0]
        self.reached = max(self.reached, entry.known_on)
        return self.reached

    def _read_before(self, entry: Entry) -> Step | None:
        """The source's last word on the entry's files (``ledger.last_word``), if it held them and was read otherwise.

        Files that are read again keep the day of that entry.
        """
        names = [None] if entry.whole else [name for name, _ in entry.files]
        steps = [step for name in names if (step := self.newest.get((entry.source, name))) is not None]
        last = max(steps, key=lambda step: step.entry.n, default=None)
        if last is None:
            return None
        same = sorted(last.entry.files) == sorted(entry.files) and last.entry.known_on == entry.known_on
        return last if same and last.entry.mapping != entry.mapping else None


def steps_of(entries: Iterable[Entry]) -> list[Step]:
    """Every entry at its place, in the order of their numbers."""
    order = Order()
    for entry in sorted(entries, key=lambda entry: entry.n):
        order.add(entry)
    return order.steps
