"""Progress in percent: the mean, and how milestones spread. Only of rounds that asked for it, or got it all the same.

A percentage counts in hundredths of a percent, so that sums are of integers; what is finer than that is cut off.
"""

from decimal import Decimal

import numpy as np
import pandas as pd

from ogp_pipeline.evaluation.registry import MEAN, EvaluationContext, metric
from ogp_pipeline.evaluation.scales import NOT_REPORTED, WITHDRAWN
from ogp_pipeline.evaluation.unit_frame import unit_frame

WHOLE = 10_000  # hundredths of a percent
STEPS = (25, 50, 75, 100)
CATEGORIES = ("0", *(f"below_{step}" for step in STEPS), "100", NOT_REPORTED)


@metric("mean_percent", needs=("updates",), statistic=MEAN)
def mean_percent(context: EvaluationContext) -> pd.DataFrame:
    """Every milestone that was not withdrawn, by the percentage that was reported for the period."""
    things = _asked(context)
    reported = things["percent"].notna()
    hundredths = pd.Series(
        [0 if pd.isna(percent) else int(Decimal(percent) * 100) for percent in things["percent"]],
        index=things.index,
        dtype="int64",
    )
    return unit_frame(
        things,
        "updates",
        key="report",
        numerator=hundredths,
        denominator=reported.astype("int64") * WHOLE,
        missing=~reported,
    )


@metric(
    "milestones_by_percent", categories=lambda context: dict.fromkeys(context.scales, CATEGORIES), needs=("updates",)
)
def milestones_by_percent(context: EvaluationContext) -> pd.DataFrame:
    """The same milestones: at 0, below each quarter, at 100, or not reported."""
    things = _asked(context)
    reported = things["percent"].notna()
    percent = things["percent"].astype("Float64").fillna(0.0)
    reached = [percent <= 0, *(percent < step for step in STEPS)]
    category = pd.Series(np.select(reached, CATEGORIES[:-2], CATEGORIES[-2]), index=things.index)
    return unit_frame(
        things, "updates", key="report", category=category.where(reported, NOT_REPORTED), missing=~reported
    )


def _asked(context: EvaluationContext) -> pd.DataFrame:
    """The reports of the periods that asked for a percentage or got one, without what was given up."""
    every = context.reports
    periods = every.loc[every["percent"].notna() | every["asks_percent"].astype("bool"), "period_id"].unique()
    given_up = (every["meaning"] == WITHDRAWN).fillna(False).astype("bool")
    return every.loc[every["period_id"].isin(periods) & ~given_up]
