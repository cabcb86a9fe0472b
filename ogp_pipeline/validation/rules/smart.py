"""The SMART checklist over what the forum sends of a plan: what is still lacking, said once for each file.

A part of the plan that nobody has sent yet is not lacking: a commitment is asked for milestones or institutions only
where another commitment of its plan has some, for a description or a due date only where another row of the delivery
has one.
"""

from collections.abc import Callable, Iterator

from ogp_pipeline.i18n.languages import texts_in
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

_NAMED = 5  # ids that a message shows


@rule("smart-no-milestone")
def smart_no_milestone(scope: Scope) -> Iterator[Problem]:
    """``smart-no-milestone``: commitments that are not divided into anything that can be followed."""
    if scope.of("commitments"):
        yield from _without(scope, "smart-no-milestone", set(scope.commitment_of.values()))


@rule("smart-no-institution")
def smart_no_institution(scope: Scope) -> Iterator[Problem]:
    """``smart-no-institution``: commitments for which no institution answers."""
    if scope.of("commitments"):
        delivered = {row.values.get("commitment_id", "") for row in scope.of("commitment_institutions")}
        yield from _without(scope, "smart-no-institution", delivered | set(scope.known.institutions_of))


@rule("smart-no-description")
def smart_no_description(scope: Scope) -> Iterator[Problem]:
    """``smart-no-description``: commitments of which only the title says what will be done."""
    if not all(_undescribed(row) for row in scope.of("commitments")):
        yield from _said(scope, "smart-no-description", "commitments", "commitment_id", _undescribed)


@rule("smart-no-due-date")
def smart_no_due_date(scope: Scope) -> Iterator[Problem]:
    """``smart-no-due-date``: milestones without a due date; one that is itself divided needs none."""
    headings = {row.values.get("parent_id", "") for row in scope.of("milestones")}

    def undated(row: MappedRow) -> bool:
        return not row.values.get("due_date") and row.values.get("milestone_id") not in headings

    if any(row.values.get("due_date") for row in scope.of("milestones")):
        yield from _said(scope, "smart-no-due-date", "milestones", "milestone_id", undated)


@rule("requirement-without-evidence")
def requirement_without_evidence(scope: Scope) -> Iterator[Problem]:
    """``requirement-without-evidence``: a requirement is said to be met, and nobody can see it."""
    for row in scope.of("requirement_checks"):
        if row.values.get("met") == "true" and not row.values.get("evidence_url"):
            yield scope.problem("requirement-without-evidence", row, "evidence_url")


def _undescribed(row: MappedRow) -> bool:
    return not any(texts_in(row.values, "description"))


def _without(scope: Scope, rule: str, having: set[str]) -> Iterator[Problem]:
    plans = {plan.id for commitment in having if (plan := scope.plan_of_commitment(commitment)) is not None}
    yield from _said(
        scope,
        rule,
        "commitments",
        "commitment_id",
        lambda row: row.values.get("plan_id") in plans and row.values.get("commitment_id") not in having,
    )


def _said(scope: Scope, rule: str, table: str, column: str, lacks: Callable[[MappedRow], bool]) -> Iterator[Problem]:
    """One problem for each file, at the first row that lacks it."""
    rows_of_file: dict[str, list[MappedRow]] = {}
    for row in scope.of(table):
        if lacks(row):
            rows_of_file.setdefault(row.row.file, []).append(row)
    for rows in rows_of_file.values():
        ids = [row.values.get(column, "") for row in rows]
        names = ", ".join(ids[:_NAMED]) + (", …" if len(ids) > _NAMED else "")
        yield scope.problem(rule, rows[0], column, count=str(len(ids)), names=names)
