"""The SMART checklist: does a commitment say who does what, how it is measured, within reach, for whom, and by when?

Somebody's judgement (``judgements``) wins. Where there is none, two criteria can be read from the plan itself, which
shows only that the words are there, not that they are good:

    specific      a lead institution is named, and there is at least one milestone
    time_bound    there is at least one milestone, and each has a due date

While of a whole plan no milestone is known, no lead institution (for the first) or no due date (for the second), that
part of it has not come, and the answer is unknown.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from ogp_pipeline.evaluation import judgements
from ogp_pipeline.evaluation.judgements import SMART
from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.unit_frame import ALL, stacked, unit_frame
from ogp_pipeline.evaluation.units import LEAD, look_up
from ogp_pipeline.tables.tables import Row

CRITERIA = tuple(name.removeprefix("smart_") for name in SMART)
_MET = "yes"


def answers(context: EvaluationContext, held: pd.DataFrame) -> pd.DataFrame:
    """Whether each of ``CRITERIA`` is met (boolean, null: unknown), for rows as of ``judgements.wide``."""
    read = _readable(context).set_index("commitment_id")
    by_criterion = {}
    for criterion, variable in zip(CRITERIA, SMART, strict=True):
        judged = (held[variable] == _MET).astype("boolean").mask(held[variable].isna())
        by_criterion[criterion] = judged
        if criterion in read.columns:
            by_criterion[criterion] = judged.fillna(look_up(held["commitment_id"], read[criterion]))
    return pd.DataFrame(by_criterion, index=held.index)


def rows_of(context: EvaluationContext, commitment_id: str) -> Iterator[Row]:
    """The lead institutions and milestones from which criteria can be read."""
    roles = context.tables.frames["commitment_institutions"]
    leads = roles.loc[((roles["commitment_id"] == commitment_id) & (roles["role"] == LEAD)).fillna(False)]
    for institution in leads["institution_id"]:
        yield "commitment_institutions", (commitment_id, str(institution), LEAD)
    parts = context.milestones
    for milestone in parts.loc[parts["commitment_id"] == commitment_id, "milestone_id"]:
        yield "milestones", (str(milestone),)


def criteria(context: EvaluationContext) -> Mapping[str, tuple[str, ...]]:
    """The categories of ``smart_criteria``."""
    return dict.fromkeys(context.scales, CRITERIA)


@metric("smart_criteria", categories=criteria, needs=("commitments",), apart=True)
def smart_criteria(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment under every criterion, by what was last judged of it."""
    every = context.commitments
    order = {code.code: code.order for code in context.schemas.codes_of("assessment_stage")}
    held = judgements.wide(context)
    place = held["stage"].map(order).rename("place")
    last = held.assign(place=place).sort_values("place").drop_duplicates("commitment_id", keep="last")
    things = every.merge(last[["commitment_id", "stage", *SMART]], on="commitment_id", how="left")
    first = next(iter(order))
    things = things.assign(judged=things["commitment_id"] + "/" + things["stage"].fillna(first))
    met = answers(context, things)
    return stacked(
        [
            unit_frame(
                things,
                "commitment_quality",
                key="judged",
                period=ALL,
                category=criterion,
                numerator=met[criterion].fillna(False).astype("bool"),
                missing=met[criterion].isna(),
            )
            for criterion in CRITERIA
        ]
    )


def _readable(context: EvaluationContext) -> pd.DataFrame:
    """One row per commitment: commitment_id, ``specific`` and ``time_bound``."""
    every = context.commitments[["commitment_id", "plan_id"]].copy()
    dates = context.milestones.groupby("commitment_id", sort=False)["due_date"].agg(["size", "count"])
    parts = look_up(every["commitment_id"], dates["size"]).fillna(0).astype("int64")
    dated = look_up(every["commitment_id"], dates["count"]).fillna(0).astype("int64")
    led = context.commitments["institution_id"].notna().astype("bool")
    with_parts = (parts > 0).groupby(every["plan_id"]).transform("any")
    with_dates = (dated > 0).groupby(every["plan_id"]).transform("any")
    with_leads = led.groupby(every["plan_id"]).transform("any")
    specific = (led & (parts > 0)).astype("boolean").mask(~(with_parts & with_leads))
    time_bound = ((parts > 0) & (dated == parts)).astype("boolean").mask(~with_dates)
    return every.assign(specific=specific, time_bound=time_bound)
