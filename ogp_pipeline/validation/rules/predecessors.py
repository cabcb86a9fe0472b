"""From plan to plan: what carries on a commitment, or takes up a lesson, belongs to a later plan.

A plan is later if it starts later. Where every predecessor is of an earlier plan there are no circles, and no
commitment is its own predecessor, so nothing looks for them.
"""

from collections.abc import Iterator

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope


@rule("predecessor-not-earlier")
def predecessor_not_earlier(scope: Scope) -> Iterator[Problem]:
    """``predecessor-not-earlier``: a commitment carries on one of the same plan or of a later one."""
    for row in scope.of("commitments"):
        predecessor = row.values.get("predecessor_id", "")
        before = scope.plan_of_commitment(predecessor) if predecessor else None
        own = scope.plans.get(row.values.get("plan_id", ""))
        if before is not None and own is not None and before.starts >= own.starts:
            yield scope.problem("predecessor-not-earlier", row, "predecessor_id", other=before.id, own=own.id)


@rule("predecessor-unknown")
def predecessor_unknown(scope: Scope) -> Iterator[Problem]:
    """``predecessor-unknown``: a predecessor that is not in the data; plans before the first one here have no rows."""
    for row in scope.of("commitments"):
        predecessor = row.values.get("predecessor_id", "")
        if predecessor and (predecessor,) not in scope.keys.get("commitments"):
            yield scope.problem("predecessor-unknown", row, "predecessor_id")


@rule("lesson-not-later")
def lesson_not_later(scope: Scope) -> Iterator[Problem]:
    """``lesson-not-later``: a lesson taken up in the plan that taught it, or in an earlier one.

    A plan that the programme does not have is left to ``foreign-key``.
    """
    for row in scope.of("lessons"):
        own, later = (scope.plans.get(row.values.get(column, "")) for column in ("plan_id", "taken_up_in"))
        if own is not None and later is not None and later.starts <= own.starts:
            yield scope.problem("lesson-not-later", row, "taken_up_in", own=own.id)
