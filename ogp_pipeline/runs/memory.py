"""What one process remembers of a ledger, so that it reads and folds nothing twice.

A ledger is append-only, and entries are created once. So entries that were read and linked stay right, and only what
stands behind them has to be asked for. What belongs to another state of the ledger is told by its last entry's hash.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

from ogp_pipeline.intake.held import Held
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.quarantine import Waiting
from ogp_pipeline.runs.checkpoint import Checkpoint
from ogp_pipeline.runs.feeds import Feed
from ogp_pipeline.sources.collectors import Collected
from ogp_pipeline.sources.inbox import Item
from ogp_pipeline.tables.order import Order, Step
from ogp_pipeline.tables.standing import Standing
from ogp_pipeline.tables.tables import Key, Row, Tables
from ogp_pipeline.validation import PriorState

_STANDINGS = 4  # as many are kept: of all that is known, of today, of a reference date


@dataclass(slots=True)
class Punctuality:
    """Which reports of one supplier, (table, key), were known by their due date, by what stands.

    ``late``: period -> reports of which something late stands.
    """

    in_time: set[Row] = field(default_factory=set)
    late: dict[str, set[Row]] = field(default_factory=dict)


@dataclass(slots=True)
class Listing:
    """What lies in an inbox that several sources share. ``waiting``: those that have not had it yet."""

    items: Sequence[Item]
    waiting: set[str]


@dataclass
class Memory:
    """``opened``: whether the ledger was read at all. ``checkpoint``: the newest that can be used, as far as known.

    ``damage``: why a checkpoint, or a part of it, could not be used. ``waiting``: rows in quarantine, and after how
    many entries. ``on_hold``: the notes on deliveries on hold, as they were when an inbox was first asked.
    ``prior``: the last state that rules looked up, and what it was made of. ``moves``: how it came
    there: after how many entries, and the keys by table of which something else stood then (None: nobody can tell).
    ``shared``: the state that the workers have, and the entries after which it is. ``punctual``: which reports of these
    tables were known in time, by supplier.

    ``downloads``, ``feeds``: what ``fetching`` and ``lookahead`` do ahead of their turn, by source and time of the run.
    ``found``: what lies on the shelf of the source whose turn it is (``scouting.Found``).
    ``listings``: of shared inboxes, by the first of their sources and time of the run.
    """

    opened: bool = False
    entries: list[Entry] = field(default_factory=list)
    order: Order = field(default_factory=Order)
    checkpoint: Checkpoint | None = None
    damage: list[str] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    waiting: tuple[int, Waiting] = (0, {})
    prior: tuple[Standing, PriorState] | None = None
    on_hold: tuple[Held, ...] | None = None
    moves: list[tuple[int, Mapping[str, set[Key]] | None]] = field(default_factory=list)
    shared: tuple[list[Entry], PriorState] | None = None
    punctual: tuple[Tables, dict[str, Punctuality]] | None = None
    downloads: dict[tuple[str, datetime], Future[Collected]] = field(default_factory=dict)
    feeds: dict[tuple[str, datetime], Feed[Any]] = field(default_factory=dict)
    found: object = None
    listings: dict[tuple[str, datetime], Listing] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def __reduce__(self) -> tuple[type["Memory"], tuple[()]]:
        """Another process remembers for itself."""
        return Memory, ()

    def follow(self, entries: Sequence[Entry]) -> None:
        """Take over entries that continue those which are remembered."""
        for entry in entries[len(self.entries) :]:
            self.entries.append(entry)
            self.order.add(entry)

    def is_start_of(self, entries: Sequence[Entry]) -> bool:
        """Whether ``entries`` are what is remembered, and perhaps more."""
        count = len(self.entries)
        return len(entries) >= count and (not count or entries[count - 1].sha256 == self.entries[-1].sha256)

    def holds(self, entries: Sequence[Entry]) -> bool:
        """Whether ``entries`` are the first of those that are remembered."""
        count = len(entries)
        return count <= len(self.entries) and (not count or entries[-1].sha256 == self.entries[count - 1].sha256)

    def steps(self, entries: Sequence[Entry]) -> list[Step]:
        """Their places."""
        return self.order.steps[: len(entries)]

    def changed_since(self, count: int) -> Mapping[str, set[Key]] | None:
        """The keys of which something else stands than after ``count`` entries; None if nobody can tell."""
        changed: dict[str, set[Key]] = {}
        if count < len(self.entries) and (not self.moves or self.moves[-1][0] < len(self.entries)):
            return None
        for after, keys in self.moves:
            if after > count:
                if keys is None:
                    return None
                for name, of_table in keys.items():
                    changed.setdefault(name, set()).update(of_table)
        return changed

    def restart(self, entries: Sequence[Entry], standing: Standing, waiting: Waiting) -> None:
        """Forget everything but this, which was read and folded anew."""
        self.entries, self.order, self.checkpoint = [], Order(), None
        self.follow(entries)
        self.prior, self.moves, self.shared, self.punctual = None, [], None, None
        self.damage, self.standings, self.waiting = [], [standing], (len(entries), waiting)

    def keep(self, standing: Standing) -> None:
        """Remember what stands; what was not asked for longest is forgotten."""
        self.standings = [standing, *(other for other in self.standings if other is not standing)][:_STANDINGS]
