"""Which judgement of a commitment counts, per variable and stage, when several parties have judged it.

In this order, and never an average of them:

1. what the forum agreed on: the newest decision of that variable and stage that counts (``decisions``);
2. the newest judgement of an independent reviewer (``assessed.newest``). Of several on one day, the lowest;
3. none: the commitment is not judged. A self-assessment and civil society's judgement are compared with each other in
   ``joint_evaluation``; neither alone says how good a commitment is.

What a plan's words are worth (``OF_THE_TEXT``) does not change while it is carried out, so such a judgement holds in
the later stages, too, until a later stage judges it anew. How far a commitment has come is judged stage by stage.
"""

from collections.abc import Iterator

import pandas as pd

from ogp_pipeline.evaluation.assessed import newest, reviewed
from ogp_pipeline.evaluation.decisions import decided
from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.evaluation.units import TEXT
from ogp_pipeline.tables.tables import Row

SMART = ("smart_specific", "smart_measurable", "smart_achievable", "smart_relevant", "smart_time_bound")
OF_THE_TEXT = ("specificity", "verifiability", "relevance", "potential_impact", "potential_for_results", *SMART)
OF_PROGRESS = ("completion", "did_it_open_government", "early_results")
VARIABLES = (*OF_THE_TEXT, *OF_PROGRESS)

_JUDGED_IN = ("assessments", "decisions")
_SUBJECT = ["commitment_id", "variable", "stage"]
_FOUND = [*_SUBJECT, "code", "table", "id"]


@once
def counting(context: EvaluationContext) -> pd.DataFrame:
    """One row per commitment, variable and stage that is judged: those, ``code``, and the row that says so.

    ``table`` and ``id`` name that row: of decisions, or of assessments.
    """
    judgements = pd.concat([_agreed(context), _independent(context)], ignore_index=True)
    return judgements.drop_duplicates(_SUBJECT, keep="first").reset_index(drop=True)


@once
def in_force(context: EvaluationContext) -> pd.DataFrame:
    """``counting``, with judgements of the plan's words carried on to the later stages of their plan.

    A plan's stages are those in which anything of it was judged.
    """
    judgements = counting(context).merge(context.commitments[["commitment_id", "plan_id"]], on="commitment_id")
    order = _stages(context)
    stages = judgements[["plan_id", "stage"]].drop_duplicates().rename(columns={"stage": "now"})
    every = judgements.merge(stages, on="plan_id")
    made, now = every["stage"].map(order), every["now"].map(order)
    carried = (made < now) & every["variable"].isin(OF_THE_TEXT)
    kept = every.loc[(made == now) | carried].assign(made=made)
    newest = kept.sort_values("made", kind="stable").drop_duplicates(["commitment_id", "variable", "now"], keep="last")
    return newest.drop(columns=["stage", "made"]).rename(columns={"now": "stage"}).reset_index(drop=True)


@once
def wide(context: EvaluationContext) -> pd.DataFrame:
    """One row per commitment and stage of its plan: the columns of ``units.commitments``, ``stage``, and a column of
    codes for each of ``VARIABLES`` (null: not judged)."""
    if not context.has(_JUDGED_IN):  # as below, at a tenth of its time: most countries have no judgement yet
        nothing = pd.Series(dtype=TEXT)
        return context.commitments.iloc[:0].assign(stage=nothing, **dict.fromkeys(VARIABLES, nothing))
    held = in_force(context)
    stages = held[["plan_id", "stage"]].drop_duplicates()
    every = context.commitments.merge(stages, on="plan_id")
    codes = held.set_index(_SUBJECT)["code"].unstack("variable").reindex(columns=pd.Index(VARIABLES))
    return every.merge(
        codes.astype(held["code"].dtype), left_on=["commitment_id", "stage"], right_index=True, how="left"
    )


def rows_of(context: EvaluationContext, commitment_id: str, stage: str) -> Iterator[Row]:
    """The decisions and assessments that count for a commitment at a stage."""
    held = in_force(context)
    here = held.loc[(held["commitment_id"] == commitment_id) & (held["stage"] == stage)]
    for table, key in zip(here["table"], here["id"], strict=True):
        yield str(table), (str(key),)


def _agreed(context: EvaluationContext) -> pd.DataFrame:
    decisions = decided(context)  # oldest first
    here = decisions["counts"] & decisions["settles"] & decisions["stage"].notna()
    agreed = _of_commitments(decisions.loc[here]).drop_duplicates(_SUBJECT, keep="last")
    return agreed.assign(table="decisions", id=agreed["decision_id"])[_FOUND]


def _independent(context: EvaluationContext) -> pd.DataFrame:
    reviews = reviewed(_of_commitments(newest(context)), _SUBJECT)
    return reviews.assign(table="assessments", id=reviews["assessment_id"])[_FOUND]


def _of_commitments(judged: pd.DataFrame) -> pd.DataFrame:
    here = (judged["subject_table"] == "commitments") & judged["variable"].isin(VARIABLES) & judged["stage"].notna()
    return judged.loc[here.fillna(False)].rename(columns={"subject_id": "commitment_id"})


def _stages(context: EvaluationContext) -> dict[str, int]:
    return {code.code: code.order for code in context.schemas.codes_of("assessment_stage")}
