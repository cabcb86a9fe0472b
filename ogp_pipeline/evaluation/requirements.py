"""Whether OGP's minimum requirements of participation are met, plan by plan and window by window.

What the data shows comes first (``requirement_rules``). Only where it shows nothing an assertion counts
(``requirement_checks``): the newest one made in the window, because a yes of one year says nothing of the next; for
what is asked once in a plan, the newest at all. An assertion that something is met counts only with evidence. One that
the data contradicts is kept beside the answer and overrules nothing. A window that still runs is met, if it is met
already, or open.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date

import pandas as pd

from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.registry import EvaluationContext, codes_of, metric, once
from ogp_pipeline.evaluation.requirement_rules import (
    RULES,
    Seen,
    asked_once,
    checks,
    rows_seen,
    spans,
    speaks_of,
)
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.tables.tables import Key, Row

TABLE = "requirement_results"
LIST = "ogp_requirement"
NEEDS = ("commitments", "events", "proposals", "requirement_checks")
DERIVED, ASSERTED, UNKNOWN = "derived", "asserted", "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """An assertion."""

    checked_on: date
    met: bool
    evidence_url: str | None

    @property
    def counts(self) -> bool:
        """Whether it may stand for what the data does not show."""
        return not self.met or self.evidence_url is not None


@dataclass(frozen=True, slots=True)
class Result:
    """A row of the table."""

    plan_id: str
    requirement: str
    window_start: date
    window_end: date
    basis: str
    met: bool | None
    found: int | None
    needed: int | None
    asserted: bool | None
    evidence_url: str | None


def results(context: EvaluationContext) -> Iterator[Result]:
    """Every requirement in every window that has begun, of the plans of which anything is known."""
    plans = context.tables.frames["action_plans"]
    asked = {plan for table in NEEDS for plan in context.tables.frames[table]["plan_id"].dropna().unique()}
    for plan, starts, ends in zip(plans["plan_id"], plans["start_date"], plans["end_date"], strict=True):
        if plan not in asked:
            continue
        for code in context.schemas.codes_of(LIST):
            rule = RULES.get(code.code)
            for first, last in spans(code.code, starts, ends):
                if first <= context.as_of:
                    seen = rule.seen(context, plan, first, last) if rule is not None else None
                    check = _check(context, plan, code.code, first, last)
                    yield _result(plan, code.code, (first, last), seen, check, runs=not is_over(last, context.as_of))


def _result(
    plan: str, requirement: str, window: tuple[date, date], seen: Seen | None, check: Check | None, runs: bool
) -> Result:
    basis, met = UNKNOWN, None
    if seen is not None and (seen.met or seen.complete):
        basis, met = DERIVED, seen.met
    elif check is not None and check.counts:
        basis, met = ASSERTED, check.met
    return Result(
        plan,
        requirement,
        *window,
        basis,
        None if runs and not met else met,
        found=None if seen is None else seen.found,
        needed=None if seen is None else seen.needed,
        asserted=None if check is None else check.met,
        evidence_url=None if check is None else check.evidence_url,
    )


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    plan, requirement, start = key
    yield "action_plans", (plan,)
    for result in results(context):
        if (result.plan_id, result.requirement, result.window_start.isoformat()) != (plan, requirement, start):
            continue
        until = min(result.window_end, context.as_of)
        yield from rows_seen(context.tables, plan, requirement, result.window_start, until)
        check = _check(context, plan, requirement, result.window_start, result.window_end)
        if check is not None:
            yield "requirement_checks", (plan, requirement, check.checked_on.isoformat())


@finding(TABLE, rests_on=_rests_on, needs=NEEDS)
@once
def requirement_results(context: EvaluationContext) -> pd.DataFrame:
    """``results`` as a table."""
    names = [field.name for field in fields(Result)]
    return pd.DataFrame([asdict(result) for result in results(context)], columns=names).astype(object)


@metric("requirements_met", categories=codes_of(LIST), needs=NEEDS, apart=True)
def requirements_met(context: EvaluationContext) -> pd.DataFrame:
    """Every window, but for those that still run and are not met yet; what is asked once is asked from the start."""
    every = requirement_results(context)
    met = every["met"].astype("boolean")
    unasked = (every["basis"] == UNKNOWN) & every["requirement"].map(asked_once).astype("bool")
    due = met.notna() | is_over(every["window_end"], context.as_of).astype("bool") | unasked
    things, met = every.loc[due], met.loc[due]
    starts = pd.Series([day.isoformat() for day in things["window_start"]], index=things.index, dtype="string")
    key = things["plan_id"] + "/" + things["requirement"] + "/" + starts
    return unit_frame(
        things.assign(key=key),
        TABLE,
        key="key",
        period=ALL,
        category=things["requirement"],
        numerator=met.fillna(False).astype("bool"),
        missing=met.isna(),
    )


def _check(context: EvaluationContext, plan: str, requirement: str, first: date, last: date) -> Check | None:
    """The newest assertion for a window, by now."""
    here = checks(context.tables, plan, requirement)
    said = [
        Check(day, bool(met), None if pd.isna(url) else str(url))
        for day, met, url in zip(here["checked_on"], here["met"], here["evidence_url"], strict=True)
        if speaks_of(requirement, day, first, last) and day <= context.as_of
    ]
    return max(said, key=lambda assertion: assertion.checked_on, default=None)
