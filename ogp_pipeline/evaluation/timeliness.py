"""Whether milestones are on time, as of now. The rule stands in schemas/metrics/timeliness.json."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.scales import COMPLETE, NOT_REPORTED, WITHDRAWN
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.evaluation.units import TEXT, look_up
from ogp_pipeline.programme.lateness import is_over, milestone_is_late

ON_TIME, LATE, OVERDUE, NOT_DUE = "complete_on_time", "complete_late", "overdue", "not_due"
UNKNOWN_DUE = "unknown_due"
OPEN = "/.."  # the end of an EDTF expression that has no last day: never overdue


def categories(context: EvaluationContext) -> Mapping[str, tuple[str, ...]]:
    """The categories of ``timeliness``."""
    return dict.fromkeys(context.scales, (ON_TIME, LATE, OVERDUE, NOT_DUE, UNKNOWN_DUE, NOT_REPORTED))


@metric("timeliness", categories=categories)
def timeliness(context: EvaluationContext) -> pd.DataFrame:
    """Every milestone that was not withdrawn, by whether it came, or is, in time."""
    things = _last_known(context)
    things = things.loc[~(things["meaning"] == WITHDRAWN).fillna(False)]
    due = things["due_date"]
    complete = _true(things["meaning"] == COMPLETE)
    late_now = _true(milestone_is_late(due, complete, context.as_of))
    ongoing = _true(things["due_edtf"].str.endswith(OPEN))
    dated = things["completed_on"].notna()
    in_time = _true(~is_over(due, things["completed_on"])) | (~dated & _true(~is_over(due, things["complete_on"])))
    # Not complete at the end of the due date: what is completed after that day is completed late.
    late = _true(is_over(due, things["completed_on"])) | (~dated & _true(things["incomplete_on"] >= due))
    category = (
        pd.Series(NOT_REPORTED, index=things.index)
        .mask(~complete & ~late_now, NOT_DUE)
        .mask(late_now & things["meaning"].notna(), OVERDUE)
        .mask(complete & in_time, ON_TIME)
        .mask(complete & late, LATE)
        .mask(due.isna(), UNKNOWN_DUE)
        .mask(ongoing & ~complete, NOT_DUE)
        .mask(ongoing & complete, ON_TIME)
    )
    return unit_frame(
        things,
        "milestones",
        key="milestone_id",
        period=ALL,
        category=category,
        missing=category.isin([UNKNOWN_DUE, NOT_REPORTED]),
    )


def _last_known(context: EvaluationContext) -> pd.DataFrame:
    """One row per milestone with what the periods say of it.

    ``meaning``: of the last reported status. ``incomplete_on``: the day for which the last period that said so said
    that it is not complete. ``complete_on``: the day for which the first one after that said that it is.
    ``completed_on``: the reported day, from the newest period that gave one since then.

    A report speaks for the last day of its period or, if it became known before, for the day on which it did. So what
    is known does not change while nothing new becomes known.
    """
    reports = context.reports
    told = reports.loc[reports["meaning"].notna()].sort_values(["milestone_id", "end_date", "period_id"])
    complete = _true(told["meaning"] == COMPLETE)
    last = told.groupby("milestone_id")["meaning"].last()
    incomplete = told.loc[~complete].drop_duplicates("milestone_id", keep="last")
    since = look_up(told["milestone_id"], incomplete.set_index("milestone_id")["end_date"])
    spell = told.loc[complete & (since.isna() | _true(told["end_date"] > since))]
    things = context.milestones
    columns = {
        "meaning": last,
        "incomplete_on": _spoken_for(context, incomplete),
        "complete_on": _spoken_for(context, spell.drop_duplicates("milestone_id")),
        "completed_on": spell.groupby("milestone_id")["completed_on"].last(),
    }
    return things.assign(**{name: look_up(things["milestone_id"], values) for name, values in columns.items()})


def _spoken_for(context: EvaluationContext, told: pd.DataFrame) -> "pd.Series[Any]":
    """milestone_id -> the day for which its report speaks. ``told``: one report of each milestone."""
    origins = context.tables.origins
    reports = zip(told["milestone_id"], told["period_id"], told["end_date"], strict=True)
    days = [min(end, origins["updates", (milestone, period)].known_on) for milestone, period, end in reports]
    return pd.Series(days, index=pd.Index(told["milestone_id"].astype(TEXT)), dtype=told["end_date"].dtype)


def _true(answers: "pd.Series[bool]") -> "pd.Series[bool]":
    """Comparisons with what is unknown are not true."""
    return answers.fillna(False).astype("bool")
