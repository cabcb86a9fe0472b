"""How far a plan has come: what remains, what is done, and how much of its time is over."""

from datetime import date

import pandas as pd

from ogp_pipeline.evaluation.lineage import START
from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.scales import COMPLETE, WITHDRAWN
from ogp_pipeline.evaluation.unit_frame import stacked, unit_frame


@metric("burn_down")
def burn_down(context: EvaluationContext) -> pd.DataFrame:
    """What remains: every milestone at the plan's start, then those not complete or withdrawn, per period."""
    things = context.reports
    remaining = things["meaning"].notna() & ~things["meaning"].isin([COMPLETE, WITHDRAWN])
    later = unit_frame(things, "updates", key="report", numerator=remaining, missing=things["meaning"].isna())
    start = unit_frame(context.milestones, "milestones", key="milestone_id", period=START)
    return stacked([start, later])


@metric("actual_progress")
def actual_progress(context: EvaluationContext) -> pd.DataFrame:
    """Complete milestones of all, per period."""
    things = context.reports
    complete = things["meaning"] == COMPLETE
    return unit_frame(things, "updates", key="report", numerator=complete, missing=things["meaning"].isna())


@metric("expected_progress")
def expected_progress(context: EvaluationContext) -> pd.DataFrame:
    """Days of the plan's term that are over at the end of each period (or on ``as_of``), of all its days."""
    terms = context.tables.frames["action_plans"][["plan_id", "start_date", "end_date"]]
    things = context.periods[["plan_id", "period_id", "seen_on"]].merge(terms, on="plan_id")
    days = [
        _days(start, end, seen)
        for start, end, seen in zip(things["start_date"], things["end_date"], things["seen_on"], strict=True)
    ]
    return unit_frame(
        things,
        "action_plans",
        key="plan_id",
        numerator=pd.Series([over for over, _ in days], index=things.index, dtype="int64"),
        denominator=pd.Series([total for _, total in days], index=things.index, dtype="int64"),
    )


def _days(start: date, end: date, seen: date) -> tuple[int, int]:
    total = (end - start).days
    return min(max((seen - start).days, 0), total), total
