"""The joint evaluation as a table, and what is counted of it: levels judged, levels agreed, decisions, dissent."""

from collections.abc import Iterator, Mapping

import pandas as pd

from ogp_pipeline.evaluation import assessed, lineage
from ogp_pipeline.evaluation.assessed import COMMITMENTS, COMPLETION
from ogp_pipeline.evaluation.decisions import decided
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.joint_assessment import NOT_DECIDED, WITHOUT_LEVEL, side_by_side
from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.tables.tables import Key, Row

_TABLES = ("assessments", "decisions")


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    return lineage.joint_assessment(context.tables, *key[1:])


@finding("joint_evaluation", rests_on=_rests_on, needs=_TABLES)
def joint_evaluation(context: EvaluationContext) -> pd.DataFrame:
    """See ``joint_assessment.side_by_side``."""
    return side_by_side(context)


@metric("agreed_completion", categories=lambda context: _agreed_levels(context), needs=_TABLES)
def agreed_completion(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment of a plan at every stage at which completion was judged or decided, by the agreed level."""
    joint = side_by_side(context)
    here = joint.loc[(joint["variable"] == COMPLETION) & (joint["subject_table"] == COMMITMENTS)]
    stages = here[["plan_id", "stage"]].drop_duplicates()
    every = context.commitments.merge(stages, on="plan_id").rename(columns={"commitment_id": "subject_id"})
    agreed = here[["plan_id", "subject_id", "stage", "agreed_code", "state"]]
    things = every.merge(agreed, on=["plan_id", "subject_id", "stage"], how="left").assign(subject_table=COMMITMENTS)
    return unit_frame(
        things.assign(period_id=things["stage"], key=assessed.joint_keys(things)),
        "joint_evaluation",
        key="key",
        category=things["agreed_code"].fillna(things["state"]).fillna(NOT_DECIDED),
        missing=things["state"].isna(),
    )


@metric("assessed_completion", categories=lambda context: _assessed_levels(context), needs=("assessments",))
def assessed_completion(context: EvaluationContext) -> pd.DataFrame:
    """Every assessor's newest judgement of every commitment at every stage, by level."""
    things = assessed.completion(assessed.newest(context))
    return unit_frame(
        things.assign(period_id=things["stage"]), "assessments", key="assessment_id", category=things["code"]
    )


@metric("decisions_agreed", needs=("decisions",))
def decisions_agreed(context: EvaluationContext) -> pd.DataFrame:
    """Decisions that count, of all that were recorded."""
    things = decided(context)
    return unit_frame(
        things.assign(period_id=things["stage"].fillna(ALL)), "decisions", key="decision_id", numerator=things["counts"]
    )


@metric("decisions_with_dissent", needs=("decisions",))
def decisions_with_dissent(context: EvaluationContext) -> pd.DataFrame:
    """Decisions in which somebody stood aside or objected, whether they count or not."""
    things = decided(context)
    return unit_frame(
        things.assign(period_id=things["stage"].fillna(ALL)),
        "decisions",
        key="decision_id",
        numerator=things["dissented"],
        missing=~things["heard"],
    )


def _agreed_levels(context: EvaluationContext) -> Mapping[str, tuple[str, ...]]:
    plans = context.tables.frames["action_plans"]["plan_id"]
    every = decided(context)
    here = (every["variable"] == COMPLETION) & (every["subject_table"] == COMMITMENTS) & every["counts"]
    used = assessed.scales_used(every.loc[here.fillna(False).astype("bool")], context.schemas)
    said = _assessed_levels(context)
    return {plan: (*used.get(plan, said.get(plan, ())), *WITHOUT_LEVEL) for plan in plans}


def _assessed_levels(context: EvaluationContext) -> Mapping[str, tuple[str, ...]]:
    return assessed.scales_used(assessed.completion(assessed.newest(context)), context.schemas)
