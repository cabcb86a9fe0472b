"""How large a plan is and how it is made up."""

from collections.abc import Mapping

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.evaluation.units import look_up

UNDIVIDED, DIVIDED, WITHOUT = "undivided", "divided", "without_milestones"


@metric("commitments", of_plan=True)
def commitments(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment."""
    return unit_frame(context.commitments, "commitments", key="commitment_id", period=ALL)


@metric("milestones", of_plan=True)
def milestones(context: EvaluationContext) -> pd.DataFrame:
    """Every milestone without parts."""
    return unit_frame(context.milestones, "milestones", key="milestone_id", period=ALL)


def divisions(context: EvaluationContext) -> Mapping[str, tuple[str, ...]]:
    """The categories of ``commitment_division``."""
    return dict.fromkeys(context.scales, (UNDIVIDED, DIVIDED, WITHOUT))


@metric("commitment_division", categories=divisions)
def commitment_division(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment, by whether it has exactly one milestone, several, or none."""
    things = context.commitments
    parts = look_up(things["commitment_id"], context.milestones["commitment_id"].value_counts())
    parts = parts.fillna(0).astype("int64")
    category = pd.Series(DIVIDED, index=things.index).mask(parts == 1, UNDIVIDED).mask(parts == 0, WITHOUT)
    return unit_frame(things, "commitments", key="commitment_id", period=ALL, category=category)
