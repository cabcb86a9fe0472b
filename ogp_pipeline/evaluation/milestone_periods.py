"""Every milestone in every round of its plan, as places 0, 1, 2 …: milestone after milestone, rounds in their order.

What was said of a milestone in a round is found by arithmetic on the place, because joining millions of pairs of
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
    """``part``, ``round``: for each place the position in ``parts`` (milestones) and in ``rounds`` (periods)."""

    parts: pd.DataFrame
    rounds: pd.DataFrame
    part: Integers
    round: Integers
    _starts: Integers  # of a milestone: the place of its first round
    _plans: Integers  # of a milestone: its plan's position
    _first: Integers  # of a plan: the position of its first round
    _held: Integers  # of a plan: how many rounds it has

    @classmethod
    def of(cls, parts: pd.DataFrame, rounds: pd.DataFrame) -> "MilestonePeriods":
        """The grid of these; a milestone of a plan without rounds has no place."""
        plans = pd.Index(rounds["plan_id"].unique())
        ordered = rounds.iloc[np.argsort(plans.get_indexer(rounds["plan_id"]), kind="stable")].reset_index(drop=True)
        # One place more than there are plans: a milestone of none of them looks there, and finds no round.
        held = np.bincount(plans.get_indexer(ordered["plan_id"]), minlength=len(plans) + 1)
        first = np.cumsum(held) - held
        own = plans.get_indexer(parts["plan_id"])
        sizes = held[own]
        starts = np.cumsum(sizes) - sizes
        part = np.repeat(np.arange(len(parts)), sizes)
        round_ = np.arange(len(part)) - starts[part] + first[own[part]]
        return cls(parts, ordered, part, round_, starts, own, first, held)

    def places(self, rows: pd.DataFrame) -> Integers:
        """For each of the rows (milestone_id, period_id) its place; ``NONE`` if there is no such milestone or round."""
        if not len(self.part):
            return np.full(len(rows), NONE)
        part = pd.Index(self.parts["milestone_id"]).get_indexer(pd.Index(rows["milestone_id"]))
        codes, periods = pd.factorize(rows["period_id"])
        round_ = np.append(pd.Index(self.rounds["period_id"]).get_indexer(pd.Index(periods)), NONE)[codes]
        plan = self._plans[part]
        within = round_ - self._first[plan]
        known = (part >= 0) & (round_ >= 0) & (within >= 0) & (within < self._held[plan])
        return np.where(known, self._starts[part] + within, NONE)

    def has(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """For each place whether any of the rows (milestone_id, period_id) is of it."""
        found = np.zeros(len(self.part) + 1, dtype=np.bool_)
        found[self.places(rows)] = True
        return found[:-1]  # the last was for rows of no place

    def of_milestones(self, column: str) -> pd.Categorical:
        """A text column of ``parts`` at every place."""
        return spread(self.parts[column], self.part)

    def of_rounds(self, column: str) -> pd.Categorical:
        """A text column of ``rounds`` at every place."""
        return spread(self.rounds[column], self.round)


def spread(texts: "pd.Series[Any]", positions: Integers) -> pd.Categorical:
    """The texts at these positions, as categories (null stays null)."""
    codes, labels = pd.factorize(texts)
    return pd.Categorical.from_codes(np.append(codes, NONE)[positions], categories=pd.Index(labels))
