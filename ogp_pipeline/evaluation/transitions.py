"""What changed: from midterm to the end of the term as an assessor sees it, and from period to period as reported.

Levels compare only on the ladder of one scale. Where a code is no amount (*no evidence*, *withdrawn*) or the scale
changed, a pair that is not the same is not comparable; nothing is translated.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ogp_pipeline.evaluation import assessed
from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.scales import NO_EVIDENCE, NOT_REPORTED
from ogp_pipeline.evaluation.unit_frame import unit_frame
from ogp_pipeline.evaluation.units import TEXT

IMPROVED, SAME, REGRESSED, NOT_COMPARABLE = "improved", "same", "regressed", "not_comparable"

_ASSESSED = (IMPROVED, SAME, REGRESSED, NOT_COMPARABLE)
_REPORTED = (*_ASSESSED, NOT_REPORTED)

_MIDTERM, _END = "midterm", "end_of_term"


@metric("assessed_transitions", categories=lambda context: _of_every_plan(context, _ASSESSED), needs=("assessments",))
def assessed_transitions(context: EvaluationContext) -> pd.DataFrame:
    """Commitments whose completion one assessor judged at midterm and at the end of the term."""
    said = assessed.completion(assessed.newest(context))
    who = ["plan_id", "subject_id", "assessor_id"]
    earlier = said.loc[said["stage"] == _MIDTERM, [*who, "scale", "code", "rank"]]
    things = said.loc[said["stage"] == _END].merge(earlier, on=who, suffixes=("", "_before"))
    scale = (things["scale"] == things["scale_before"]).fillna(False).to_numpy("bool")
    change = (things["rank"] - things["rank_before"]).to_numpy("float64", na_value=np.nan)
    same = (things["code"] == things["code_before"]).fillna(False).to_numpy("bool")
    changes = _changes(np.where(scale, change, np.nan), same & scale)
    return unit_frame(
        things.assign(period_id=things["stage"]),
        "assessments",
        key="assessment_id",
        category=pd.Series(pd.Categorical.from_codes(changes, categories=pd.Index(_ASSESSED, dtype=TEXT))),
    )


@metric("status_transitions", categories=lambda context: _of_every_plan(context, _REPORTED), needs=("updates",))
def status_transitions(context: EvaluationContext) -> pd.DataFrame:
    """Every milestone in every period with results but its plan's first, beside the latest status before.

    In a round that asked for no status, only milestones of which one was given all the same.
    """
    every = context.reports
    milestone, _ = pd.factorize(every["milestone_id"])
    status, _ = pd.factorize(every["status"])
    amounts = every["rank"].mask((every["meaning"] == NO_EVIDENCE).fillna(False).astype("bool"))
    rank = amounts.to_numpy("float64", na_value=np.nan)
    number = _numbers(every["period_id"], context.periods)
    order = np.lexsort((number, milestone))
    said, ranks = status[order], rank[order]
    before = _last_said(said >= 0, milestone[order])
    both_known = (before >= 0) & (said >= 0)
    changes = np.where(both_known, _changes(ranks - ranks[before], said == said[before]), _REPORTED.index(NOT_REPORTED))
    category = np.empty(len(order), dtype=np.int64)
    category[order] = changes
    later = (number > 0) & (every["asks_progress"].to_numpy("bool") | (status >= 0))
    owned = ["report", "plan_id", "cluster_id", "institution_id", "period_id"]
    named = pd.Series(pd.Categorical.from_codes(category[later], categories=pd.Index(_REPORTED, dtype=TEXT)))
    return unit_frame(every.loc[later, owned], "updates", key="report", category=named, missing=named == NOT_REPORTED)


def _numbers(periods: "pd.Series[str]", every: pd.DataFrame) -> NDArray[np.int64]:
    """For each period its place among the periods of its plan in the order of the calendar, from 0."""
    ordered = every.sort_values(["plan_id", "end_date", "period_id"])
    place = pd.Series(ordered.groupby("plan_id").cumcount().to_numpy(), index=pd.Index(ordered["period_id"]))
    codes, labels = pd.factorize(periods)
    return place.reindex(pd.Index(labels)).to_numpy("int64")[codes]


def _last_said(said: NDArray[np.bool_], group: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each place the nearest earlier place of its group (groups stand together) where something was said, or -1."""
    places = np.arange(len(said))
    latest = np.maximum.accumulate(np.where(said, places, -1)) if len(said) else places
    before = np.concatenate([[-1], latest[:-1]])[: len(said)]
    return np.where((before >= 0) & (group[before] == group), before, -1)


def _changes(change: NDArray[np.float64], same: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions in ``_ASSESSED``."""
    return np.select([same, change > 0, change < 0], [1, 0, 2], 3)


def _of_every_plan(context: EvaluationContext, categories: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(context.tables.frames["action_plans"]["plan_id"], categories)
