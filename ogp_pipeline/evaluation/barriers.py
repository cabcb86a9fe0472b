"""What holds commitments back, and how much of the delay it accounts for."""

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, codes_of, metric
from ogp_pipeline.evaluation.timeliness import OVERDUE, timeliness
from ogp_pipeline.evaluation.unit_frame import ALL, stacked, unit_frame

NONE_NAMED = "none_named"
_GROUPS = "barrier_group"


@metric("open_barriers", categories=codes_of(_GROUPS), needs=("barriers",))
def open_barriers(context: EvaluationContext) -> pd.DataFrame:
    """Every barrier that stands on ``as_of``, by group."""
    things = _standing(context).merge(context.commitments, on="commitment_id")
    return unit_frame(things, "barriers", key="barrier_id", period=ALL, category=things["group"])


@metric("delayed_by_barrier", categories=codes_of(_GROUPS, NONE_NAMED), needs=("barriers",))
def delayed_by_barrier(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment with an overdue milestone, by the groups of the barriers that stand.

    A commitment with barriers of several groups counts in each of them and once in the denominator, so its second
    unit adds a numerator only.
    """
    dated = timeliness(context)
    overdue = dated.loc[dated["category"] == OVERDUE, "unit_key"]
    of = context.milestones
    delayed = of.loc[of["milestone_id"].isin(overdue), ["commitment_id"]].drop_duplicates()
    every = delayed.merge(context.commitments, on="commitment_id")
    named = _standing(context).drop_duplicates(["commitment_id", "group"])
    held = every.merge(named, on="commitment_id")
    once = (~held["commitment_id"].duplicated()).astype("int64")
    free = every.loc[~every["commitment_id"].isin(named["commitment_id"])]
    return stacked(
        [
            unit_frame(held, "barriers", key="barrier_id", period=ALL, category=held["group"], denominator=once),
            unit_frame(free, "commitments", key="commitment_id", period=ALL, category=NONE_NAMED),
        ]
    )


def _standing(context: EvaluationContext) -> pd.DataFrame:
    """The barriers that were raised and not resolved by ``as_of``: barrier_id, commitment_id, group."""
    barriers = context.tables.frames["barriers"]
    raised = (barriers["raised_on"] <= context.as_of).fillna(False).astype("bool")
    resolved = (barriers["resolved_on"] <= context.as_of).fillna(False).astype("bool")
    return barriers.loc[raised & ~resolved, ["barrier_id", "commitment_id", "group"]].sort_values("barrier_id")
