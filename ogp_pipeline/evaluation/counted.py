"""Which status an update counts with: the one that it states, or the level that its percentage stands for.

The programme chooses (``evaluation.progress``); metrics, forecasts, pages and reports all ask here. What a supplier
sent stays as it is: the published table ``updates`` holds the status and the percentage of the file.
"""

from collections.abc import Mapping

import pandas as pd

from ogp_pipeline.evaluation.scales import Scale, scale
from ogp_pipeline.programme.model import Evaluation
from ogp_pipeline.schema.schemas import Schemas


def counted_status(
    updates: pd.DataFrame, plan_of: Mapping[str, str], scales: Mapping[str, Scale], evaluation: Evaluation
) -> "pd.Series[str]":
    """The status that each of the ``updates`` counts with, null where it tells nothing of progress.

    ``plan_of``: the plan of each milestone. An update of a milestone without a plan keeps its status. A milestone that
    was given up stays so whatever its percentage is: that is no amount of progress.
    """
    status, percent = updates["status"], updates["percent"]
    asked = percent.notna()
    if evaluation.progress == "status_first":
        asked &= status.isna()
    if not evaluation.counts_percent or not asked.any():
        return status
    counted = status.copy()
    rows = updates.loc[asked, ["milestone_id", "status", "percent"]]
    for place, milestone, said, number in rows.itertuples(name=None):
        its = scales.get(plan_of.get(milestone, ""))
        if its is not None and (pd.isna(said) or said != its.withdrawn):
            counted[place] = its.level_of(number, evaluation.substantial_from)
    return counted


def counted_in(tables: Mapping[str, pd.DataFrame], schemas: Schemas, evaluation: Evaluation) -> "pd.Series[str]":
    """The same for the tables of a release: one status for each row of its ``updates``."""
    plans, milestones, commitments = (tables[name] for name in ("action_plans", "milestones", "commitments"))
    scales = {plan: scale(schemas, name) for plan, name in zip(plans["plan_id"], plans["scale"], strict=True)}
    plan_of = dict(zip(commitments["commitment_id"], commitments["plan_id"], strict=True))
    pairs = zip(milestones["milestone_id"], milestones["commitment_id"], strict=True)
    of_milestones = {milestone: plan_of[commitment] for milestone, commitment in pairs if commitment in plan_of}
    return counted_status(tables["updates"], of_milestones, scales, evaluation)


def last_counted(tables: Mapping[str, pd.DataFrame], schemas: Schemas, evaluation: Evaluation) -> Mapping[str, str]:
    """Milestone -> the status that was reported last, by the end of its period (as the metric timeliness)."""
    updates, periods = tables["updates"], tables["reporting_periods"]
    ends = zip(periods["end_date"].tolist(), periods["period_id"].tolist(), strict=True)
    place = {period: rank for rank, (_, period) in enumerate(sorted(ends))}
    counted = updates.assign(status=counted_in(tables, schemas, evaluation))
    told = counted.loc[counted["status"].notna(), ["milestone_id", "period_id", "status"]]
    told = told.assign(place=told["period_id"].map(place)).sort_values("place", kind="stable")
    last = told.drop_duplicates("milestone_id", keep="last")
    return dict(zip(last["milestone_id"].tolist(), last["status"].tolist(), strict=True))
