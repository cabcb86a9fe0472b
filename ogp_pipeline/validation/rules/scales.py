"""Scales and stages: a code of its variable's list, in the scale that the row names, in force and at its time."""

from collections.abc import Collection, Iterator, Sequence

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH, ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.programme.model import Plan
from ogp_pipeline.schema.schemas import Code
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, day

_JUDGED = ("assessments", "decisions")  # tables whose ``variable`` says which list ``code`` is of


@rule("code-of-scale")
def code_of_scale(scope: Scope) -> Iterator[Problem]:
    """``code-of-scale``: a scale that the variable does not have, or a code that the scale does not have.

    A variable that does not exist has its own problem already, and so has a scale that is missing where there must be
    one. Where a decision names no scale, any that is in force for its plan will do.
    """
    for name in _JUDGED:
        compulsory = scope.schemas.table(name).field("scale").required
        for row in scope.of(name):
            variable, scale, code = (row.values.get(column, "") for column in ("variable", "scale", "code"))
            codes = scope.schemas.codes.get(variable, ())
            if not codes or (compulsory and not scale):
                continue
            scales = _scales(scope, row)
            of_scale = [code_listed for code_listed in codes if code_listed.scale in scales]
            if not of_scale:
                allowed = ", ".join(_offered_scales(scope, row))
                yield scope.problem("code-of-scale", row, "scale", **_named(variable, scope), allowed=allowed)
            elif code and code not in {code_listed.code for code_listed in of_scale}:
                yield scope.problem(
                    "code-of-scale", row, "code", **_named(variable, scope), **_allowed(scope, row, of_scale)
                )


@rule("scale-not-in-force")
def scale_not_in_force(scope: Scope) -> Iterator[Problem]:
    """``scale-not-in-force``: a scale that is not made for plans which begin in the year of this one."""
    for name in _JUDGED:
        for row in scope.of(name):
            plan, scale = _plan(scope, row), row.values.get("scale")
            codes = [
                code for code in scope.schemas.codes.get(row.values.get("variable", ""), ()) if code.scale == scale
            ]
            if plan is None or not codes:
                continue
            if not codes[0].is_for(plan.starts.year):
                years = _years(codes[0].valid_from, codes[0].valid_to)
                yield scope.problem("scale-not-in-force", row, "scale", **years, year=str(plan.starts.year))


@rule("assessment-stage")
def assessment_stage(scope: Scope) -> Iterator[Problem]:
    """``assessment-stage``: judged as of the end of the term while the plan still ran."""
    for row in scope.of("assessments"):
        plan, on = _plan(scope, row), day(row.values.get("assessed_on"))
        if row.values.get("stage") == "end_of_term" and plan is not None and on is not None and on <= plan.ends:
            yield scope.problem("assessment-stage", row, "stage", ends=plan.ends.isoformat(), day=on.isoformat())


@rule("stage-stands-alone")
def stage_stands_alone(scope: Scope) -> Iterator[Problem]:
    """``stage-stands-alone``: a self-assessment under a stage of its own, where nobody else's stands beside it.

    Judgements meet only at one stage (docs/decisions/0014-what-a-decision-is.md); the plan's by its day is offered.
    """
    stages = {code.code: code for code in scope.schemas.codes_of("assessment_stage")}
    for row in scope.of("assessments"):
        plan, on = _plan(scope, row), day(row.values.get("assessed_on"))
        if row.values.get("stage") == "self" and plan is not None and on is not None:
            stage = "design" if on < plan.starts else "midterm" if on <= plan.ends else "end_of_term"
            yield scope.problem("stage-stands-alone", row, "stage", **_labelled([stages[stage]]))


def _scales(scope: Scope, row: MappedRow) -> Collection[str]:
    """The scale that the row names, else those of its variable that are in force for its plan, if that is known."""
    scale, variable, plan = row.values.get("scale"), row.values.get("variable", ""), _plan(scope, row)
    if scale:
        return (scale,)
    if plan is None:
        return {code.scale for code in scope.schemas.codes_of(variable)}
    return scope.schemas.scales_in_force(variable, plan.starts.year)


def _offered_scales(scope: Scope, row: MappedRow) -> Sequence[str]:
    """The scales of a variable that are in force for what is judged; for any plan there is if that cannot be told."""
    plan = _plan(scope, row)
    plans = [plan] if plan is not None else scope.plans.values()
    return scope.schemas.scales_for(row.values.get("variable", ""), (each.starts.year for each in plans))


def _allowed(scope: Scope, row: MappedRow, codes: list[Code]) -> dict[str, str]:
    """Of these codes those in the scale that the row names, or in one that is offered."""
    offered = (row.values.get("scale"), *_offered_scales(scope, row))
    return _labelled([code for code in codes if code.scale in offered])


def _plan(scope: Scope, row: MappedRow) -> Plan | None:
    """The plan of what is judged."""
    subject = row.values.get("subject_id", "")
    of = {
        "commitments": scope.plan_of_commitment,
        "milestones": scope.plan_of_milestone,
        "action_plans": scope.plans.get,
    }.get(row.values.get("subject_table", ""))
    return of(subject) if of is not None else None


def _years(first: int | None, last: int | None) -> dict[str, str]:
    """The years of a scale as ``{years}`` of a rule's text."""
    key = "rule.years_to" if first is None else "rule.years_from" if last is None else "rule.years_between"
    words = {language: say(key, language, first=first, last=last) for language in ENGLISH_FIRST}
    return {"years": words[ENGLISH], **{f"years_{language}": text for language, text in words.items()}}


def _named(variable: str, scope: Scope) -> dict[str, str]:
    codes = scope.schemas.codes_of("assessment_variable")
    labels = next((code.label for code in codes if code.code == variable), {})
    return {"variable": variable, **{f"variable_{language}": label for language, label in labels.items()}}


def _labelled(codes: list[Code]) -> dict[str, str]:
    """Codes with their labels, as ``{allowed}`` of a rule's text."""
    words = {f"allowed_{language}": ", ".join(code.named(language) for code in codes) for language in ENGLISH_FIRST}
    return {"allowed": ", ".join(code.code for code in codes), **words}
