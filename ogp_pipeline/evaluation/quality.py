"""How good commitments are as promises and what they brought, from the judgements that count (``judgements``).

Answers are yes, no or unknown, joined so that what is unknown matters only where it could change the answer: what is
not kept is not starred, whatever else nobody judged. ``SMART`` criteria are in ``smart``.
"""

from collections.abc import Iterable
from functools import partial

import pandas as pd

from ogp_pipeline.evaluation import judgements, smart
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.judgements import VARIABLES
from ogp_pipeline.evaluation.registry import EvaluationContext, codes_of, metric, once
from ogp_pipeline.evaluation.scales import COMPLETE, STARTED, SUBSTANTIAL
from ogp_pipeline.evaluation.unit_frame import unit_frame
from ogp_pipeline.evaluation.units import look_up
from ogp_pipeline.tables.tables import Key, Row

NOT_JUDGED = "not_judged"
JUDGED = ("assessments", "decisions")
TABLE = "commitment_quality"

# Technology and innovation are a value beside another only.
_OPEN = r"(?:^|;)\s*(?:access_to_information|civic_participation|public_accountability)\s*(?:;|$)"
# Star rule -> the potential impact that it asks for; schemas/codes/star_rule.csv says for plans of which years.
# The IRM raised it from 2015 on ("IRM to Raise the Bar for Model Commitments in OGP", 2015).
_STAR_IMPACT = {"stars-2013": ("moderate", "transformative"), "stars-2015": ("transformative",)}


@once
def quality(context: EvaluationContext) -> pd.DataFrame:
    """``judgements.wide``, with the answers (boolean, null: unknown) ``relevant``, ``strategic``, ``high``, ``early``,
    ``starred``, and ``star_rule`` (null if none was in force when the plan began)."""
    held = judgements.wide(context)
    specific = _either(_is(held["specificity"], ("medium", "high")), _is(held["verifiability"], ("yes",)))
    relevant = _relevant(context, held)
    high = _highly(context, held["completion"])
    rule = _star_rule(context, held)
    starred = pd.Series(pd.NA, index=held.index, dtype="boolean")
    for name, impacts in _STAR_IMPACT.items():
        starred = starred.mask(
            (rule == name).fillna(False), specific & relevant & high & _is(held["potential_impact"], impacts)
        )
    return held.assign(
        relevant=relevant,
        strategic=_either(
            _is(_asked(context, held, "potential_impact"), ("transformative",)),
            _is(_asked(context, held, "potential_for_results"), ("substantial",)),
        ),
        high=high,
        early=_either(
            _is(_asked(context, held, "did_it_open_government"), ("major", "outstanding")),
            _is(_asked(context, held, "early_results"), ("significant",)),
        ),
        star_rule=rule,
        starred=starred,
        judged=held["commitment_id"] + "/" + held["stage"],
    )


def _by_level(context: EvaluationContext, variable: str) -> pd.DataFrame:
    """Every commitment of the plans and stages in which the variable is judged, by its code."""
    things = _where_any(quality(context), variable)
    codes = things[variable]
    return _units(things, category=codes.fillna(NOT_JUDGED), missing=codes.isna())


for _variable in ("specificity", "verifiability", "relevance", "potential_impact", "potential_for_results"):
    metric(_variable, categories=codes_of(_variable, NOT_JUDGED), needs=JUDGED)(partial(_by_level, variable=_variable))


@metric("strategic_commitments", needs=JUDGED)
def strategic_commitments(context: EvaluationContext) -> pd.DataFrame:
    """Of the commitments whose potential is judged, those at its highest level."""
    return _of_judged(context, "strategic")


@metric("strong_early_results", needs=JUDGED)
def strong_early_results(context: EvaluationContext) -> pd.DataFrame:
    """Of the commitments whose results are judged, those at the highest levels."""
    return _of_judged(context, "early")


@metric("assessed_high_completion", needs=JUDGED)
def assessed_high_completion(context: EvaluationContext) -> pd.DataFrame:
    """Of the commitments whose completion is judged, those at substantial or complete."""
    things = quality(context)
    return _answered(things.loc[things["completion"].notna()], "high")


@metric("starred_commitments", needs=JUDGED)
def starred_commitments(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment of a plan that has a star rule, in the stages in which completion is judged."""
    things = _where_any(quality(context), "completion")
    return _answered(things.loc[things["star_rule"].notna()], "starred")


@metric("strategic_and_kept", needs=JUDGED)
def strategic_and_kept(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment, in the stages in which completion is judged: relevant, strategic and highly complete?"""
    things = _where_any(quality(context), "completion")
    return _answered(things.assign(both=things["relevant"] & things["strategic"] & things["high"]), "both")


def _rests_on(context: EvaluationContext, key: Key) -> Iterable[Row]:
    commitment, stage = key
    yield "commitments", (commitment,)
    yield from judgements.rows_of(context, commitment, stage)
    yield from smart.rows_of(context, commitment)


@finding(TABLE, rests_on=lambda context, key: iter(_rests_on(context, key)), needs=JUDGED)
def commitment_quality(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment in every stage in which anything of its plan is judged."""
    things = quality(context)
    met = smart.answers(context, things)
    counts = {"smart_met": met.fillna(False).sum(axis=1), "smart_known": met.notna().sum(axis=1)}
    own = [name for name in VARIABLES if not name.startswith("smart_")]
    return things[["commitment_id", "stage", "plan_id", *own, "star_rule", "starred"]].assign(**counts)


def _highly(context: EvaluationContext, codes: "pd.Series[str]") -> "pd.Series[bool]":
    """Substantial or complete by meaning; unknown where a scale has one level between begun and complete."""
    levels = context.schemas.codes_of("completion")
    graded = {level.scale for level in levels if level.meaning == SUBSTANTIAL}
    high = tuple(level.code for level in levels if level.meaning in (SUBSTANTIAL, COMPLETE))
    unclear = [level.code for level in levels if level.meaning == STARTED and level.scale not in graded]
    return _is(codes, high).mask(codes.isin(unclear))


def _asked(context: EvaluationContext, held: pd.DataFrame, variable: str) -> "pd.Series[str]":
    """The codes of a variable in the plans of which it is asked: in whose first year a scale of it is in force."""
    levels, plans = context.schemas.codes_of(variable), context.tables.frames["action_plans"]
    asked = [
        plan
        for plan, start in zip(plans["plan_id"], plans["start_date"], strict=True)
        if any(level.is_for(start.year) for level in levels)
    ]
    return held[variable].where(held["plan_id"].isin(asked).astype("bool"))


def _is(codes: "pd.Series[str]", accepted: tuple[str, ...]) -> "pd.Series[bool]":
    return codes.isin(accepted).astype("boolean").mask(codes.isna())


def _either(first: "pd.Series[bool]", other: "pd.Series[bool]") -> "pd.Series[bool]":
    """Of two scales of which usually one was in use: whether either says yes; unknown only if both are silent."""
    return (first.fillna(False) | other.fillna(False)).mask(first.isna() & other.isna())


def _relevant(context: EvaluationContext, held: pd.DataFrame) -> "pd.Series[bool]":
    """At least one of the three values, unless it is judged not to be relevant; as judged, if no values are known."""
    values = look_up(held["commitment_id"], context.tables.frames["commitments"].set_index("commitment_id")["values"])
    named = values.str.contains(_OPEN, regex=True).astype("boolean")
    judged = _is(held["relevance"], ("yes",))
    return (named & judged.fillna(True)).mask(named.isna(), judged)


def _star_rule(context: EvaluationContext, held: pd.DataFrame) -> "pd.Series[str]":
    plans = context.tables.frames["action_plans"].set_index("plan_id")["start_date"]
    rules = {
        plan: code.code
        for plan, start in plans.items()
        for code in context.schemas.codes_of("star_rule")
        if (code.valid_from or 0) <= start.year <= (code.valid_to or start.year)
    }
    return held["plan_id"].map(rules).astype("string")


def _where_any(things: pd.DataFrame, variable: str) -> pd.DataFrame:
    """The rows of those plans and stages in which the variable is judged for at least one commitment."""
    return things.loc[things.groupby(["plan_id", "stage"])[variable].transform("count") > 0]


def _of_judged(context: EvaluationContext, answer: str) -> pd.DataFrame:
    things = quality(context)
    judged = things.loc[things[answer].notna()]
    return _units(judged, numerator=judged[answer].astype("bool"))


def _answered(things: pd.DataFrame, answer: str) -> pd.DataFrame:
    return _units(things, numerator=things[answer].fillna(False).astype("bool"), missing=things[answer].isna())


def _units(things: pd.DataFrame, **counted: "pd.Series[bool] | pd.Series[str]") -> pd.DataFrame:
    named = things.rename(columns={"stage": "period_id"})
    return unit_frame(named, TABLE, key="judged", **counted)  # type: ignore[arg-type]
