"""Dates in order, and inside their plan. A cell that is no date has its own problem already."""

from collections.abc import Iterator

from ogp_pipeline.i18n.languages import ENGLISH, ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.programme.model import Plan
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, day

# table -> pairs of columns (first, last): the second may not be before the first
_ORDERED = {
    "commitments": [("start_date", "end_date")],
    "milestones": [("start_date", "due_date")],
    "barriers": [("raised_on", "resolved_on")],
    "ripple_achievements": [("claimed_on", "confirmed_on")],
    "going_beyond": [("claimed_on", "confirmed_on")],
    "events": [("starts_on", "ends_on")],
    "forum_seats": [("starts_on", "ends_on")],
    "resources": [("starts_on", "ends_on")],
    "memberships": [("starts_on", "ends_on")],
    "corrections": [("made_on", "until")],
    "decisions": [("decided_on", "due_on"), ("decided_on", "done_on")],
}
# Events and proposals are not here: a plan is made before its first day.
_INSIDE = {
    "commitments": ("start_date", "end_date"),
    "milestones": ("start_date", "due_date"),
    "updates": ("completed_on",),
}


@rule("dates-order")
def dates_order(scope: Scope) -> Iterator[Problem]:
    """``dates-order``: something ends before it starts."""
    for name, pairs in _ORDERED.items():
        for row in scope.of(name):
            for earlier, later in pairs:
                first, last = day(row.values.get(earlier)), day(row.values.get(later))
                if first is not None and last is not None and last < first:
                    table = scope.schemas.table(name)
                    titles = {f"other_{language}": table.field(earlier).title[language] for language in ENGLISH_FIRST}
                    yield scope.problem(
                        "dates-order",
                        row,
                        later,
                        other_value=first.isoformat(),
                        other=titles[f"other_{ENGLISH}"],
                        **titles,
                    )


@rule("date-outside-plan")
def date_outside_plan(scope: Scope) -> Iterator[Problem]:
    """``date-outside-plan``: before the plan's first day or after its last."""
    for name, columns in _INSIDE.items():
        for row in scope.of(name):
            plan = _plan(scope, row)
            if plan is None:
                continue
            for column in columns:
                date = day(row.values.get(column))
                if date is not None and not plan.starts <= date <= plan.ends:
                    starts, ends = plan.starts.isoformat(), plan.ends.isoformat()
                    yield scope.problem("date-outside-plan", row, column, starts=starts, ends=ends, plan=plan.id)


def _plan(scope: Scope, row: MappedRow) -> Plan | None:
    if row.table == "updates":
        return scope.plan_of_milestone(row.values.get("milestone_id", ""))
    return scope.plan_of_commitment(row.values.get("commitment_id", ""))
