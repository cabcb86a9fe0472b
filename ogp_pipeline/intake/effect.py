"""What a delivery does to what stands: the value between "examined" and "accepted".

Computed from the state and the rows alone (``validation.effects``). The receipt tells it; guards hold a delivery of
which it is out of proportion. Nothing here knows a store or a clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ogp_pipeline.formats.records import Where

Key = tuple[str, ...]


class Change(StrEnum):
    """What happens to a row. One that is changed may besides be emptied, go back a level, a day, or to another."""

    ADDED = "added"
    CHANGED = "changed"
    EMPTIED = "emptied"
    LOWERED = "lowered"
    EARLIER = "earlier"
    TAKEN_OVER = "taken_over"
    RENAMED = "renamed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that says something else than before, as canonical text; '' is empty."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row. ``cells``: what differs. ``where``: where it stands in the delivery; None of a row it withdraws.

    ``other``: whose row it was (``TAKEN_OVER``), or the key under which the same row was read before (``RENAMED``).
    """

    key: Key
    cells: tuple[CellChange, ...] = ()
    where: Where | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class TableEffect:
    """Of one table. ``stood``: rows of this supplier before; ``stated``: those of them that this very source gave.

    ``added`` to ``withdrawn``: the rows of each ``Change``, in key order. ``lowered``: only those without a word.
    """

    table: str
    stood: int
    stated: int
    unchanged: int
    added: tuple[RowChange, ...] = ()
    changed: tuple[RowChange, ...] = ()
    emptied: tuple[RowChange, ...] = ()
    lowered: tuple[RowChange, ...] = ()
    earlier: tuple[RowChange, ...] = ()
    taken_over: tuple[RowChange, ...] = ()
    renamed: tuple[RowChange, ...] = ()
    withdrawn: tuple[RowChange, ...] = ()

    def rows(self, change: Change) -> tuple[RowChange, ...]:
        """The rows to which this happens."""
        changes: tuple[RowChange, ...] = getattr(self, change.value)
        return changes

    @property
    def is_new(self) -> bool:
        """Whether nothing of this supplier stood in the table before."""
        return not self.stood


class Guard(StrEnum):
    """What may hold a delivery: the keys of ``guards:`` in the programme file."""

    WITHDRAWS = "withdraws"
    EMPTIES = "empties"
    GOES_BACK = "goes_back"
    OLDER = "older"
    TAKES_OVER = "takes_over"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a delivery waits: ``rows`` of ``of`` rows in ``table``.

    ``total``: rows of all tables to which this happens, the number to declare. ``declared``: what its sender wrote.
    """

    guard: Guard
    table: str
    rows: int
    of: int
    total: int = 0
    declared: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """An earlier delivery: its id and when it was received."""

    delivery: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """``tables``: those that the delivery touches, in the source's order. ``again``: the earlier delivery with the same
    content, if a later one has replaced it since. ``holds``: which guards hold the delivery.
    """

    tables: tuple[TableEffect, ...] = ()
    again: Sent | None = None
    holds: tuple[Hold, ...] = ()

    def of(self, change: Change) -> Iterator[tuple[str, RowChange]]:
        """(table, row) of everything to which this happens."""
        for table in self.tables:
            for row in table.rows(change):
                yield table.table, row

    def total(self, change: Change) -> int:
        """To how many rows this happens."""
        return sum(len(table.rows(change)) for table in self.tables)

    @property
    def is_grave(self) -> bool:
        """Whether something that stood is lost, or is another's: its sender should see that it is meant so."""
        return any(
            self.total(change)
            for change in (Change.WITHDRAWN, Change.EMPTIED, Change.LOWERED, Change.TAKEN_OVER, Change.RENAMED)
        )

    @property
    def is_nothing(self) -> bool:
        """Whether everything stays as it stands."""
        return not any(self.total(change) for change in (Change.ADDED, Change.CHANGED, Change.WITHDRAWN))
