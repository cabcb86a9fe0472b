"""Where every commitment stands on the day of the data, from the published rows. Made once for all pages."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import pandas as pd

from ogp_pipeline.evaluation.scales import COMPLETE, WITHDRAWN
from ogp_pipeline.programme.lateness import milestone_is_late
from ogp_pipeline.site.report.context import Row
from ogp_pipeline.site.report.published import Published, Rows

_WITH_OWNERS = ("commitments", "milestones", "updates", "evidence")


class Standing:
    """What is asked of each commitment again and again."""

    def __init__(self, published: Published) -> None:
        self.published = published

    @cached_property
    def plan_of(self) -> Mapping[str, Row]:
        """Commitment -> its plan."""
        plans = {row["plan_id"]: row for row in self.published.rows("action_plans")}
        return {row["commitment_id"]: plans[row["plan_id"]] for row in self.published.rows("commitments")}

    def milestones(self, commitment: str) -> Rows:
        """The commitment's milestones, also those that are divided."""
        return self.published.by("milestones", "commitment_id").get(commitment, ())

    def level(self, commitment: str) -> str | None:
        """The level that was rolled up from its milestones; None where nothing is known."""
        row = self.published.one("continuity", "commitment_id", commitment)
        return row["level"] if row else None

    def leads(self, commitment: str) -> list[str]:
        """The institutions that lead it."""
        roles = self.published.by("commitment_institutions", "commitment_id").get(commitment, ())
        return [row["institution_id"] for row in roles if row["role"] == "lead"]

    def status(self, milestone: str) -> str | None:
        """The last known status of a milestone."""
        return self.published.last_status.get(milestone)

    def is_open(self, milestone: Row) -> bool:
        """Whether it is known to be neither complete nor withdrawn, and counts (its parts count in its place)."""
        return milestone["milestone_id"] in self._open

    def is_late(self, milestone: Row) -> bool:
        """Whether it is open after its due date."""
        return self.is_open(milestone) and milestone_is_late(milestone["due_date"], False, self.published.as_of)

    @cached_property
    def _open(self) -> frozenset[str]:
        published, still = self.published, set()
        for plan in published.plans:
            meanings = published.meanings(plan["scale"])
            for row in published.of_commitments("milestones", plan["plan_id"]):
                name = row["milestone_id"]
                done = meanings.get(published.last_status.get(name, "")) in (COMPLETE, WITHDRAWN)
                if name not in published.divided and not done:
                    still.add(name)
        return frozenset(still)

    @cached_property
    def late(self) -> Mapping[str, Rows]:
        """Commitment -> its milestones that are late; only those that have any."""
        every = {row["commitment_id"]: self.milestones(row["commitment_id"]) for row in
                 self.published.rows("commitments")}  # fmt: skip
        late = {name: tuple(row for row in rows if self.is_late(row)) for name, rows in every.items()}
        return {name: rows for name, rows in late.items() if rows}

    def due(self, commitment: str) -> date | None:
        """The earliest due date of what is still open; None where there is none."""
        days = [row["due_date"] for row in self.milestones(commitment) if self.is_open(row) and row["due_date"]]
        return min(days, default=None)

    @cached_property
    def known_on(self) -> Mapping[str, date]:
        """Commitment -> the day on which the newest of its rows became known."""
        origins = self.published.tables["provenance"]
        own = origins.loc[origins["table"].isin(_WITH_OWNERS) & origins["known_on"].notna(), ["key", "known_on"]]
        if own.empty:
            return {}
        owner = {row["milestone_id"]: row["commitment_id"] for row in self.published.rows("milestones")}
        names = own["key"].str.split("/", n=1).str[0]
        commitments = names.map(owner).where(names.isin(owner), names)
        newest = pd.Series(own["known_on"].to_numpy(), index=commitments.to_numpy()).groupby(level=0).max()
        return {str(name): day for name, day in newest.items()}
