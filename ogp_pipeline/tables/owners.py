"""Who gave the rows that stand: how many of each supplier, and which of each source.

Counted once, and moved on with what stands: whoever asks after each of many deliveries does not count all rows anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ogp_pipeline.tables.tables import Key

Given = tuple[Key, str, str]  # a row: its key, its source and its supplier


@dataclass(frozen=True, slots=True)
class Owners:
    """Of one table. ``rows``: by supplier; ``keys``: by source."""

    rows: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, frozenset[Key]] = field(default_factory=dict)

    def moved_on(self, gone: Iterable[Given], come: Iterable[Given]) -> "Owners":
        """Without some rows, and with others."""
        less, more, nothing = counted(gone), counted(come), frozenset[Key]()
        rows = {
            supplier: self.rows.get(supplier, 0) - less.rows.get(supplier, 0) + more.rows.get(supplier, 0)
            for supplier in self.rows.keys() | more.rows.keys()
        }
        news = {
            source: (self.keys.get(source, nothing) - less.keys.get(source, nothing)) | more.keys.get(source, nothing)
            for source in less.keys.keys() | more.keys.keys()
        }
        return Owners(rows, {**self.keys, **news})


def counted(rows: Iterable[Given]) -> Owners:
    """Of all these rows."""
    numbers: dict[str, int] = {}
    keys: dict[str, set[Key]] = {}
    for key, source, supplier in rows:
        numbers[supplier] = numbers.get(supplier, 0) + 1
        keys.setdefault(source, set()).add(key)
    return Owners(numbers, {source: frozenset(own) for source, own in keys.items()})
