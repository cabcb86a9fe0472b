"""A release's tables as the sections of reports read them. Made once for all plans, periods and languages.

Tables that can be large (updates, provenance) are only ever read as whole columns.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from ogp_pipeline.evaluation.confirmation import confirmations
from ogp_pipeline.evaluation.counted import last_counted
from ogp_pipeline.evaluation.scales import COMPLETE, WITHDRAWN
from ogp_pipeline.programme.lateness import delivered, is_over, report_is_late
from ogp_pipeline.programme.model import Evaluation
from ogp_pipeline.release.news import NO_DUES, Dues
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas
from ogp_pipeline.site.labels import Labels, rows
from ogp_pipeline.site.plain import Plain
from ogp_pipeline.site.report.blocks import ReportTable
from ogp_pipeline.site.results import LEVELS, periods_with_results

Rows = Sequence[Mapping[str, Any]]
T = TypeVar("T")
_AS_GIVEN = Evaluation()  # the choices of a programme that makes none


@dataclass(frozen=True)
class PeriodReport:
    """A report that there is: a plan and one of its periods. ``path``: below the folder of a language."""

    plan: Mapping[str, Any]
    period: Mapping[str, Any]

    @property
    def path(self) -> str:
        """No id begins with an underscore, so a period called ``index`` hides no list of reports."""
        name = self.period["period_id"]
        return f"{folder(self.plan['plan_id'])}{'_' if name == 'index' else ''}{name}.html"

    def further(self, table: ReportTable, page: int) -> str:
        """Where a further page of a long table stands, which may be the same for all reports of the plan."""
        of = "_" if table.of_plan else f"{self.period['period_id']}--"
        return f"{folder(self.plan['plan_id'])}_{of}{table.id}-{page}.html"


def folder(plan_id: str) -> str:
    """Where the reports of a plan stand, below the folder of a language."""
    return f"report/{plan_id}/"


class Published:
    """The tables of a release by name, as of its day. ``dues``: what is known of earlier due dates."""

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        schemas: Schemas,
        as_of: date,
        evaluation: Evaluation = _AS_GIVEN,
        dues: Dues = NO_DUES,
    ) -> None:
        self.dues = dues
        self.tables, self.schemas, self.as_of, self.evaluation = tables, schemas, as_of, evaluation
        self._rows: dict[str, Rows] = {}
        self._groups: dict[tuple[str, str], Mapping[Any, Rows]] = {}
        self._labels: dict[str, Labels] = {}
        self._late: dict[str, Mapping[str, bool]] = {}
        self._once: dict[Hashable, Any] = {}
        self.plain = Plain(schemas, evaluation.rollup)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What several pages show alike: made for the first of them."""
        if key not in self._once:
            self._once[key] = make()
        kept: T = self._once[key]
        return kept

    def rows(self, table: str) -> Rows:
        """All rows of a small table; none of one that a release of older schemas does not have."""
        if table not in self._rows:
            self._rows[table] = tuple(rows(self.tables[table])) if table in self.tables else ()
        return self._rows[table]

    def by(self, table: str, column: str) -> Mapping[Any, Rows]:
        """The rows of a small table by the value of a column."""
        if (table, column) not in self._groups:
            groups: dict[Any, list[Mapping[str, Any]]] = {}
            for row in self.rows(table):
                groups.setdefault(row[column], []).append(row)
            self._groups[table, column] = groups
        return self._groups[table, column]

    def one(self, table: str, key: str, value: object) -> Mapping[str, Any] | None:
        """The row of this key."""
        matching = self.by(table, key).get(value)
        return matching[0] if matching else None

    def measured(self, metric: str, plan_id: str, dimension: str = "plan", period: str | None = None) -> Rows:
        """The metric's rows of a plan, of one period if it is named."""
        mine = self._measured.get((metric, plan_id, dimension), ())
        return mine if period is None else [row for row in mine if row["period_id"] == period]

    @cached_property
    def _measured(self) -> Mapping[tuple[str, str, str], Rows]:
        groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
        for row in self.rows("metrics"):
            groups.setdefault((row["metric_id"], row["plan_id"], row["dimension"]), []).append(row)
        return groups

    def periods_with_results(self, plan_id: str) -> Sequence[tuple[str, bool]]:
        """As ``results.periods_with_results``, once for each plan."""
        return self.once(("rounds", plan_id), lambda: periods_with_results(self.tables, plan_id))

    def of_commitments(self, table: str, plan_id: str) -> list[Mapping[str, Any]]:
        """The rows of a table that are about the plan's commitments."""
        mine = self.by(table, "commitment_id")
        return [
            row
            for commitment in self.by("commitments", "plan_id").get(plan_id, ())
            for row in mine.get(commitment["commitment_id"], ())
        ]

    def confirmations(self, table: str, key: str) -> Mapping[str, str | None]:
        """What the confirmation of each claim of a table is worth, by its id; None where nobody confirmed it."""
        claims = self.tables[table]
        worth = confirmations(claims, self.tables["institutions"])
        texts = (None if pd.isna(text) else str(text) for text in worth)
        return dict(zip(claims[key].tolist(), texts, strict=True))

    def labels(self, language: str) -> Labels:
        """The words of codes."""
        if language not in self._labels:
            self._labels[language] = Labels(self.tables["code_lists"], language)
        return self._labels[language]

    @cached_property
    def plans(self) -> Rows:
        """Every plan, the newest first."""
        return sorted(self.rows("action_plans"), key=lambda plan: (plan["start_date"], plan["plan_id"]), reverse=True)

    def periods(self, plan_id: str) -> Rows:
        """A plan's periods, the oldest first."""
        mine = self.by("reporting_periods", "plan_id").get(plan_id, ())
        return sorted(mine, key=lambda period: (period["start_date"], period["period_id"]))

    def reports(self, plan_id: str) -> list[PeriodReport]:
        """The plan's reports, the oldest first: of periods that have results or have ended."""
        plan = self.one("action_plans", "plan_id", plan_id)
        if plan is None:
            return []
        computed = {
            row["period_id"] for row in self.by("metrics", "plan_id").get(plan_id, ()) if row["metric_id"] in LEVELS
        }
        return [
            PeriodReport(plan, period)
            for period in self.periods(plan_id)
            if period["period_id"] in computed or is_over(period["end_date"], self.as_of)
        ]

    def meanings(self, scale: str) -> Mapping[str, str]:
        """Code of a progress scale -> its meaning, whichever the codes are."""
        return {code.code: code.meaning for code in self.schemas.codes_of(PROGRESS_STATUS, scale)}

    @cached_property
    def last_status(self) -> Mapping[str, str]:
        """Milestone -> the status that was reported last, by the end of its period (as the metric timeliness)."""
        return last_counted(self.tables, self.schemas, self.evaluation)

    @cached_property
    def divided(self) -> frozenset[str]:
        """Milestones that have parts; only their parts count."""
        return frozenset(row["parent_id"] for row in self.rows("milestones") if row["parent_id"])

    def open_milestones(self, plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The plan's undivided milestones whose last known status is neither complete nor withdrawn."""
        meanings = self.meanings(plan["scale"])
        return [
            row
            for row in self.of_commitments("milestones", plan["plan_id"])
            if row["milestone_id"] not in self.divided
            and meanings.get(self.last_status.get(row["milestone_id"], "")) not in (COMPLETE, WITHDRAWN)
        ]

    def late(self, period: Mapping[str, Any]) -> Mapping[str, bool]:
        """Milestone -> whether its update of the period was delivered after the due date, as far as that is known."""
        name = period["period_id"]
        if name not in self._late:
            origins = self.tables["provenance"]
            own = origins.loc[(origins["table"] == "updates") & origins["key"].str.endswith(f"/{name}").fillna(False)]
            milestones = [key.removesuffix(f"/{name}") for key in own["key"].tolist()]
            vouched = self._vouched(name)
            pairs = zip(milestones, own["known_on"].tolist(), strict=True)
            days = {milestone: delivered(known_on, vouched.get(milestone)) for milestone, known_on in pairs}
            self._late[name] = {period_id: report_is_late(period["due_date"], day) for period_id, day in days.items()}
        return self._late[name]

    def _vouched(self, period_id: str) -> Mapping[str, date]:
        """Milestone -> the day of delivery that a secretariat vouches for, of a period's updates."""
        updates = self.tables["updates"]
        if "delivered_on" not in updates.columns:  # a release from before there was such a day
            return {}
        said = updates.loc[(updates["period_id"] == period_id) & updates["delivered_on"].notna()]
        return dict(zip(said["milestone_id"].tolist(), said["delivered_on"].tolist(), strict=True))
