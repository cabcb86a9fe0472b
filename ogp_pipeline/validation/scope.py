"""What a rule may look at: the delivery's rows by table, who sent them and when, and what was known before.

Rules see rows in canonical text (``table_check``), but a value that could not be read is still in it: a rule
that needs a date or number skips such a cell, which has its own problem already. What is known is
joined with what this delivery says, the delivery winning.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property

from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.programme.model import Period, Plan, Programme, Supplier
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.layers import SetOver, over
from ogp_pipeline.validation.prior_state import Key, PriorState, Row, key_of


@dataclass(frozen=True)
class Scope:
    """``known_on``: the day from which the forum knows the delivery (not today: no rule reads the clock)."""

    rows: Mapping[str, Sequence[MappedRow]]
    supplier: Supplier
    known_on: date
    known: PriorState
    programme: Programme
    schemas: Schemas

    def of(self, table: str) -> Sequence[MappedRow]:
        """The delivery's rows of one table."""
        return self.rows.get(table, ())

    @cached_property
    def every(self) -> Callable[[str], Mapping[Key, Row]]:
        """Table -> its rows by key, known (but for what is about to be restated) or delivered; joined once a table."""
        return cache(self._joined)

    def _joined(self, table: str) -> Mapping[Key, Row]:
        primary_key = self.schemas.table(table).primary_key
        said = {key_of(row.values, primary_key): row.values for row in self.of(table)}
        return over(said, self.known.said(table))

    @cached_property
    def commitment_of(self) -> Mapping[str, str]:
        """Milestone -> commitment."""
        said = {
            row.values.get("milestone_id", ""): row.values.get("commitment_id", "") for row in self.of("milestones")
        }
        return over(said, self.known.commitment_of)

    @cached_property
    def plans(self) -> Mapping[str, Plan]:
        """Plan id -> plan."""
        return {plan.id: plan for plan in self.programme.plans}

    @cached_property
    def periods(self) -> Mapping[str, tuple[Plan, Period]]:
        """Period id -> its plan and itself."""
        return {period.id: (plan, period) for plan in self.programme.plans for period in plan.periods}

    @cached_property
    def _plan_ids(self) -> Mapping[str, str]:
        said = {row.values.get("commitment_id", ""): row.values.get("plan_id", "") for row in self.of("commitments")}
        return over(said, self.known.plan_of)

    @cached_property
    def keys(self) -> "Keys":
        """Table -> primary keys, known or delivered; plans and periods are the programme file's."""
        delivered: dict[str, dict[Key, bool]] = {}
        for name, rows in self.rows.items():
            primary_key = self.schemas.table(name).primary_key
            delivered[name] = {key_of(row.values, primary_key): True for row in rows}
        delivered.setdefault("action_plans", {}).update(((plan_id,), True) for plan_id in self.plans)
        delivered.setdefault("reporting_periods", {}).update(((period_id,), True) for period_id in self.periods)
        return Keys(delivered, self.known.keys)

    @cached_property
    def sector_of(self) -> Mapping[str, str]:
        """Institution -> sector."""
        said = {row.values.get("institution_id", ""): row.values.get("sector", "") for row in self.of("institutions")}
        return over(said, self.known.sector_of)

    def plan_of_commitment(self, commitment_id: str) -> Plan | None:
        """The plan a commitment belongs to, if both are known."""
        return self.plans.get(self._plan_ids.get(commitment_id, ""))

    def plan_of_milestone(self, milestone_id: str) -> Plan | None:
        """The plan a milestone belongs to, if it, its commitment and the plan are known."""
        return self.plan_of_commitment(self.commitment_of.get(milestone_id, ""))

    def scale_of(self, row: MappedRow) -> str | None:
        """The scale of progress in force for the row's milestone, else for its period; None if neither is known."""
        plan = self.plan_of_milestone(row.values.get("milestone_id", ""))
        if plan is None and (plan_and_period := self.periods.get(row.values.get("period_id", ""))) is not None:
            plan = plan_and_period[0]
        return plan.scale if plan is not None else None

    @cached_property
    def _delivered_rounds(self) -> Mapping[str, Mapping[str, tuple[str, Decimal | None]]]:
        """Milestone -> period -> (status, percentage), as delivered."""
        delivered: dict[str, dict[str, tuple[str, Decimal | None]]] = {}
        for row in self.of("updates"):
            of_milestone = delivered.setdefault(row.values.get("milestone_id", ""), {})
            said = row.values.get("status", ""), number(row.values.get("percent"))
            of_milestone[row.values.get("period_id", "")] = said
        return delivered

    @cached_property
    def _rounds(self) -> Callable[[str], Sequence[tuple[str, str, Decimal | None]]]:
        """Milestone -> (period, status, percentage) of every round that said something, known or delivered."""
        return cache(self._rounds_of)

    def _rounds_of(self, milestone: str) -> Sequence[tuple[str, str, Decimal | None]]:
        delivered, before = self._delivered_rounds.get(milestone, {}), self.known.progress
        said = [(period, delivered.get(period) or before.get((milestone, period))) for period in self._in_time_order]
        return [(period, *progress) for period, progress in said if progress is not None]

    @cached_property
    def _in_time_order(self) -> Sequence[str]:
        return sorted(self.periods, key=lambda period: self.periods[period][1].starts)

    def rounds_before(self, row: MappedRow) -> list[tuple[str, str, Decimal | None]]:
        """(period, status, percentage) of the earlier rounds of an update's milestone, the latest last."""
        own = self.periods.get(row.values.get("period_id", ""))
        if own is None:
            return []
        rounds = self._rounds(row.values.get("milestone_id", ""))
        return [told for told in rounds if self.periods[told[0]][1].ends < own[1].ends]

    def problem(
        self, rule: str, row: MappedRow, field: str | None = None, value: str | None = None, **details: str
    ) -> Problem:
        """A problem at a row's cell (or the row), at the level that rules.csv gives the rule."""
        where = row.row.locate() if field is None else row.origins.get(field, row.row.locate())
        if value is None and field is not None:
            value = row.as_received(field)
        level = Severity(self.schemas.rule(rule).level)
        return Problem(rule, level, where, row.table, field, value, details)


@dataclass(frozen=True, slots=True)
class Keys:
    """The primary keys of each table: those that were delivered, and those that were known."""

    delivered: Mapping[str, Mapping[Key, bool]]
    known: Mapping[str, Set[Key]]

    def get(self, table: str) -> Set[Key]:
        """Of one table; nothing is copied, and what was known is looked at only where it is asked for."""
        return SetOver(self.delivered.get(table, {}), self.known.get(table, frozenset()))


def row_as_seen(row: RawRow) -> int:
    """The row's number as its sender sees it: of the sheet, of the file's line, else of the list."""
    if row.line is not None:
        return row.line
    for cell in row.cells.values():
        if digits := cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
            return int(digits)
    return row.number


def day(text: str | None) -> date | None:
    """The date in a canonical cell; None if it is empty or was not readable."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def number(text: str | None) -> Decimal | None:
    """The number in a canonical cell; None if it is empty or was not readable."""
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def written_number(value: Decimal) -> str:
    """A number as people write it: no zeros behind the last digit that says something."""
    return f"{value.normalize():f}"
