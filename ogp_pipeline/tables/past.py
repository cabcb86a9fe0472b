"""What was known on earlier days, of one ledger: folded only where something else was known then."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.tables.corrections import CORRECTIONS, standing
from ogp_pipeline.tables.plan_windows import day_after
from ogp_pipeline.tables.tables import Tables


def _unprepared(days: Sequence[date]) -> None:
    """Every day is folded by itself."""


@dataclass(frozen=True)
class Past:
    """``fold``: the tables as known on a day, from ``entries``. ``prepare``: is told before which days will be asked
    for, so that the way through the ledger is gone once.
    """

    entries: Sequence[Entry]
    fold: Callable[[date], Tables]
    prepare: Callable[[Sequence[date]], None] = _unprepared

    def at(self, days: Iterable[date], now: Tables, as_of: date) -> Mapping[date, Tables]:
        """The tables of each day, none of them after ``as_of``, whose tables ``now`` are.

        Days between which nothing became known and no correction began or ended share one object. So when all was known
        in time, every day has ``now``, and nothing is folded.
        """
        tables_of: dict[date, Tables] = {}
        later, tables = as_of, now
        ordered = sorted(set(days), reverse=True)
        self.prepare(
            [day for later, day in pairwise([as_of, *ordered]) if any(day < e.known_on <= later for e in self.entries)]
        )
        for day in ordered:
            if not self._alike(day, later, tables):
                tables = self.fold(day)
            tables_of[day], later = tables, day
        return tables_of

    def last_change(self, now: Tables, as_of: date) -> date:
        """The latest day up to ``as_of`` on which a delivery became known, or a correction began or was over."""
        steps = [entry.known_on for entry in self.entries]
        corrections = now.frames[CORRECTIONS]
        steps += list(corrections["made_on"])
        steps += [day_after(until) for until in corrections["until"].dropna()]
        return max((day for day in steps if day <= as_of), default=as_of)

    def _alike(self, day: date, later: date, tables: Tables) -> bool:
        """Whether on ``day`` the same was known as on ``later``, when ``tables`` were."""
        if any(day < entry.known_on <= later for entry in self.entries):
            return False
        corrections = tables.frames[CORRECTIONS]
        return standing(corrections, day) == standing(corrections, later)
