"""The reporting calendar: periods are a closed list, each with the days on which it takes reports."""

from collections.abc import Iterator
from datetime import date

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.programme.lateness import delivered, late_reports, report_is_late
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.prior_state import key_of
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope


@rule("period-unknown")
def period_unknown(scope: Scope) -> Iterator[Problem]:
    """``period-unknown``: a period that the programme does not have, or has for another plan."""
    for row in _reports(scope):
        period_id = row.values["period_id"]
        plan = scope.plan_of_milestone(row.values.get("milestone_id", ""))
        plan_and_period = scope.periods.get(period_id)
        if plan_and_period is None or (plan is not None and plan_and_period[0].id != plan.id):
            plans = [plan] if plan is not None else list(scope.plans.values())
            allowed = ", ".join(period.id for plan in plans for period in plan.periods)
            yield scope.problem("period-unknown", row, "period_id", allowed=allowed)


@rule("period-not-open")
def period_not_open(scope: Scope) -> Iterator[Problem]:
    """``period-not-open``: known before the period's first day."""
    for row in _reports(scope):
        plan_and_period = scope.periods.get(row.values["period_id"])
        if plan_and_period is not None and scope.known_on < plan_and_period[1].starts:
            starts, received = plan_and_period[1].starts.isoformat(), scope.known_on.isoformat()
            yield scope.problem(
                "period-not-open", row, "period_id", starts=starts, received=received, period=plan_and_period[1].id
            )


@rule("period-late")
def period_late(scope: Scope) -> Iterator[Problem]:
    """``period-late``: delivered after the due date, and not known before it. Accepted and marked, once for each file
    and period.

    A report that was known in time is not late, however often it is sent again.
    """
    said: set[tuple[str, str]] = set()
    vouched = {
        (row.values.get("milestone_id"), row.values.get("period_id")): day
        for row in scope.of("updates")
        if (day := _day(row.values.get("delivered_on", ""))) is not None
    }
    for row in _reports(scope):
        plan_and_period = scope.periods.get(row.values["period_id"])
        day = delivered(scope.known_on, vouched.get((row.values.get("milestone_id"), row.values.get("period_id"))))
        if plan_and_period is None or not report_is_late(plan_and_period[1].due, day):
            continue
        report = (row.table, key_of(row.values, scope.schemas.table(row.table).primary_key))
        if not late_reports(scope.known.in_time, {report}):
            continue
        if (row.row.file, plan_and_period[1].id) in said:
            continue
        said.add((row.row.file, plan_and_period[1].id))
        due, received = plan_and_period[1].due.isoformat(), scope.known_on.isoformat()
        yield scope.problem("period-late", row, "period_id", due=due, received=received, period=plan_and_period[1].id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _reports(scope: Scope) -> Iterator[MappedRow]:
    for table in ("updates", "evidence"):
        yield from (row for row in scope.of(table) if row.values.get("period_id"))
