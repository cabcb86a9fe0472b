"""Every milestone in every period of its plan, as places 0, 1, 2 …: milestone after milestone, periods in their order.

What was said of a milestone in a period is found by arithmetic on the place, because joining millions of pairs of
texts is slow. Ids stand in frames as categories: one number for each row, each text once.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Integers = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True)
class MilestonePeriods:
    """``milestone``, ``period``: for each place the position of its milestone in ``milestones``, its period's in
    ``periods``."""

    milestones: pd.DataFrame
    periods: pd.DataFrame
    milestone: Integers
    period: Integers
    _starts: Integers  # of a milestone: the place of its first period
    _plans: Integers  # of a milestone: its plan's position
    _first: Integers  # of a plan: the position of its first period
    _held: Integers  # of a plan: how many periods it has

    @classmethod
    def of(cls, milestones: pd.DataFrame, periods: pd.DataFrame) -> "MilestonePeriods":
        """The places of these; a milestone of a plan without periods has none."""
        plans = pd.Index(periods["plan_id"].unique())
        ordered = periods.iloc[np.argsort(plans.get_indexer(periods["plan_id"]), kind="stable")].reset_index(drop=True)
        # One place more than there are plans: a milestone of none of them looks there, and finds no period.
        held = np.bincount(plans.get_indexer(ordered["plan_id"]), minlength=len(plans) + 1)
        first = np.cumsum(held) - held
        own = plans.get_indexer(milestones["plan_id"])
        sizes = held[own]
        starts = np.cumsum(sizes) - sizes
        milestone = np.repeat(np.arange(len(milestones)), sizes)
        period = np.arange(len(milestone)) - starts[milestone] + first[own[milestone]]
        return cls(milestones, ordered, milestone, period, starts, own, first, held)

    def places(self, rows: pd.DataFrame) -> Integers:
        """For each of the rows (milestone_id, period_id) its place; ``NONE`` if there is no such milestone or
        period."""
        if not len(self.milestone):
            return np.full(len(rows), NONE)
        milestone = pd.Index(self.milestones["milestone_id"]).get_indexer(pd.Index(rows["milestone_id"]))
        codes, labels = pd.factorize(rows["period_id"])
        period = np.append(pd.Index(self.periods["period_id"]).get_indexer(pd.Index(labels)), NONE)[codes]
        plan = self._plans[milestone]
        within = period - self._first[plan]
        exists = (milestone >= 0) & (period >= 0) & (within >= 0) & (within < self._held[plan])
        return np.where(exists, self._starts[milestone] + within, NONE)

    def has(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """For each place whether any of the rows (milestone_id, period_id) is of it."""
        held = np.zeros(len(self.milestone) + 1, dtype=np.bool_)
        held[self.places(rows)] = True
        return held[:-1]  # the last was for rows of no place

    def of_milestones(self, column: str) -> pd.Categorical:
        """A text column of ``milestones`` at every place."""
        return spread(self.milestones[column], self.milestone)

    def of_periods(self, column: str) -> pd.Categorical:
        """A text column of ``periods`` at every place."""
        return spread(self.periods[column], self.period)


def spread(texts: "pd.Series[Any]", positions: Integers) -> pd.Categorical:
    """The texts at these positions, as categories (null stays null)."""
    codes, labels = pd.factorize(texts)
    return pd.Categorical.from_codes(np.append(codes, NONE)[positions], categories=pd.Index(labels))
