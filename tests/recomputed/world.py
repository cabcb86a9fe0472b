"""The published rows of a programme as plain values, and what the definitions call them.

It reads only what is published: rows, code lists, the days on which rows became known, and the programme's choices.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from ogp_pipeline.tables.tables import WaitingRow
from tests.recomputed.programmes import Case, codes, names

Row = Mapping[str, Any]
NO_AMOUNT = ("none", "withdrawn")


@dataclass(frozen=True)
class Milestone:
    """A milestone without parts."""

    id: str
    commitment: str
    plan: str
    cluster: str | None
    institutions: tuple[str, ...]
    due: date | None


@dataclass(frozen=True)
class World:
    """``known``: table and key -> the day on which the row became known, of what suppliers sent."""

    rows: Mapping[str, Sequence[Row]]
    known: Mapping[tuple[str, tuple[str, ...]], date]
    as_of: date
    rollup: str
    rule: str
    quorum_seats: int
    parties: frozenset[str]
    changes: tuple[date, ...]
    progress: str
    substantial_from: int
    waiting: tuple[WaitingRow, ...]

    @classmethod
    def of(cls, case: Case) -> "World":
        """What would be published of a case."""
        frames = case.tables.frames
        rows = {
            name: [
                {str(column): None if _empty(value) else value for column, value in row.items()}
                for row in frame.astype(object).to_dict("records")
            ]
            for name, frame in frames.items()
        }
        chosen = case.country.evaluation
        known = {row: origin.known_on for row, origin in case.tables.origins.items() if origin.supplier != "programme"}
        return cls(
            rows, known, case.as_of, chosen.rollup, chosen.decisions.rule, chosen.decisions.quorum_seats,
            frozenset(chosen.decisions.parties), tuple(change.on for change in case.country.changes_of_government),
            chosen.progress, chosen.substantial_from, tuple(case.tables.waiting),
        )  # fmt: skip

    def codes(self, name: str) -> list[str]:
        """The codes of a list."""
        return names(name)

    def over(self, last: date | None) -> bool:
        """A thing is over from the day after its last day."""
        return last is not None and last < self.as_of

    @cached_property
    def plans(self) -> dict[str, Row]:
        """The plans by id."""
        return {row["plan_id"]: row for row in self.rows["action_plans"]}

    @cached_property
    def commitments(self) -> dict[str, Row]:
        """The commitments by id."""
        return {row["commitment_id"]: row for row in self.rows["commitments"]}

    @cached_property
    def leads(self) -> dict[str, tuple[str, ...]]:
        """Commitment -> the institutions that lead it."""
        led: dict[str, list[str]] = defaultdict(list)
        for row in self.rows["commitment_institutions"]:
            if row["role"] == "lead":
                led[row["commitment_id"]].append(row["institution_id"])
        return {commitment: tuple(led[commitment]) for commitment in self.commitments}

    @cached_property
    def milestones(self) -> list[Milestone]:
        """The milestones that are not divided."""
        divided = {row["parent_id"] for row in self.rows["milestones"]}
        return [
            Milestone(
                row["milestone_id"],
                row["commitment_id"],
                self.commitments[row["commitment_id"]]["plan_id"],
                self.commitments[row["commitment_id"]]["cluster_id"],
                (row["institution_id"],) if row["institution_id"] else (),
                row["due_date"],
            )
            for row in self.rows["milestones"]
            if row["milestone_id"] not in divided
        ]

    @cached_property
    def updates(self) -> dict[tuple[str, str], Row]:
        """Milestone and period -> the update."""
        return {(row["milestone_id"], row["period_id"]): row for row in self.rows["updates"]}

    @cached_property
    def periods(self) -> list[Row]:
        """The periods by their last days."""
        return sorted(self.rows["reporting_periods"], key=lambda row: (row["end_date"], row["period_id"]))

    def heard_of(self, period: Row) -> bool:
        """Whether any update is known for it."""
        return any(row["period_id"] == period["period_id"] for row in self.rows["updates"])

    @cached_property
    def with_results(self) -> list[Row]:
        """The periods that have ended or for which an update is known, by their last days."""
        return [period for period in self.periods if self.over(period["end_date"]) or self.heard_of(period)]

    def asks(self, period: Row) -> bool:
        """Whether the round's form asked for what counts as progress."""
        return bool(period["asks_status"] or (period["asks_percent"] and self.progress != "status"))

    def status(self, milestone: str, period: Row) -> str | None:
        """What counts of what was reported of a milestone for a period (docs/programme.md)."""
        row = self.updates.get((milestone, period["period_id"]))
        if row is None:
            return None
        status, plan = row["status"], period["plan_id"]
        percent = self.percent(milestone, period)
        stands = self.progress == "status" or percent is None or self.meaning(plan, status) == "withdrawn"
        if stands or (status is not None and self.progress == "status_first"):
            return str(status) if status else None
        return self._stands_for(plan, percent)

    def percent(self, milestone: str, period: Row) -> Fraction | None:
        """The percentage that was reported of a milestone for a period."""
        row = self.updates.get((milestone, period["period_id"]))
        return None if row is None or row["percent"] is None else Fraction(str(row["percent"]))

    def _stands_for(self, plan: str, percent: Fraction) -> str:
        """The level of the plan's scale that a percentage stands for."""
        by_meaning = {self.meaning(plan, level): level for level in reversed(self.levels(plan))}
        if percent in (0, 100):
            return by_meaning["complete" if percent else "not_started"]
        most = "substantial" in by_meaning and percent >= self.substantial_from
        return by_meaning["substantial" if most else "started"]

    def levels(self, plan: str) -> list[str]:
        """The codes of the plan's scale in order."""
        return names("progress_status", self.plans[plan]["scale"])

    def meaning(self, plan: str, status: str | None) -> str | None:
        """What a status of the plan's scale means."""
        rows = codes("progress_status", self.plans[plan]["scale"])
        return next((row["meaning"] for row in rows if row["code"] == status), None)

    def level(self, commitment: str, period: Row) -> str | None:
        """The level rolled up from the commitment's milestones, None if it is not reported."""
        plan = self.commitments[commitment]["plan_id"]
        said = [self.status(one.id, period) for one in self.milestones if one.commitment == commitment]
        if not said:
            return None
        open_ = [self.levels(plan) if status is None else [status] for status in said]
        results = {self._rolled(plan, statuses) for statuses in product(*open_)}
        return results.pop() if len(results) == 1 else None

    def _rolled(self, plan: str, statuses: Iterable[str]) -> str:
        levels, every = self.levels(plan), list(statuses)
        left = [status for status in every if self.meaning(plan, status) != "withdrawn"]
        if not left:
            return every[0]
        begun = [level for level in levels if self.meaning(plan, level) in ("started", "substantial", "complete")]
        lowest = min(left, key=levels.index)
        if self.rollup == "lowest" or len(set(left)) == 1 or not set(left) & set(begun):
            return lowest
        return max(lowest, begun[0], key=levels.index)

    def last_level(self, commitment: str, until: date | None = None) -> str | None:
        """The level of the last round that tells one (of those that speak for days up to ``until``)."""
        plan = self.commitments[commitment]["plan_id"]
        told = [
            level
            for period in self.with_results
            if period["plan_id"] == plan and (until is None or min(period["end_date"], self.as_of) <= until)
            if (level := self.level(commitment, period)) is not None
        ]
        return told[-1] if told else None


def _empty(value: object) -> bool:
    return value is None or value != value or type(value).__name__ == "NAType"  # only nan differs from itself
