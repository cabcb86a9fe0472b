"""How complete milestones and commitments are, per period, in the words of the plan's own scale.

A commitment's level is rolled up from its milestones by the rule that the programme chose. Both rules read
only the least and the greatest known level, so a milestone that did not report leaves a range: the level if
it were the lowest, and if it were the highest. Where both ends agree, what is known decides; where they
differ, the level is not reported.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ogp_pipeline.evaluation.registry import EvaluationContext, metric, once, progress_levels
from ogp_pipeline.evaluation.scales import COMPLETE, NOT_ASKED, NOT_REPORTED, SUBSTANTIAL, WITHDRAWN, Scale
from ogp_pipeline.evaluation.unit_frame import unit_frame
from ogp_pipeline.evaluation.units import TEXT, or_else

Ranks = NDArray[np.int64]


@metric("milestone_completion", categories=progress_levels)
def milestone_completion(context: EvaluationContext) -> pd.DataFrame:
    """Every milestone in every period with results, by reported level."""
    things = context.reports
    unknown = things["asks_progress"].map({True: NOT_REPORTED, False: NOT_ASKED})
    return unit_frame(
        things,
        "updates",
        key="report",
        category=or_else(things["status"], unknown),
        missing=things["status"].isna(),
    )


@metric("commitment_completion", categories=progress_levels)
def commitment_completion(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment in every period with results, by the level rolled up from its milestones."""
    things = rolled_up(context).merge(context.periods[["period_id", "asks_progress"]], on="period_id")
    unknown = things["asks_progress"].map({True: NOT_REPORTED, False: NOT_ASKED})
    return unit_frame(
        things,
        "commitments",
        key="commitment_id",
        category=things["level"].where(things["level"].notna(), unknown),
        missing=things["level"].isna(),
    )


@metric("milestone_high_completion")
def milestone_high_completion(context: EvaluationContext) -> pd.DataFrame:
    """Milestones at substantial or complete, in plans whose scale knows substantial."""
    things = context.reports
    return _high(context, things.assign(level=things["status"]), "updates", "report")


@metric("commitment_high_completion")
def commitment_high_completion(context: EvaluationContext) -> pd.DataFrame:
    """Commitments at substantial or complete, in plans whose scale knows substantial."""
    return _high(context, rolled_up(context), "commitments", "commitment_id")


@once
def rolled_up(context: EvaluationContext) -> pd.DataFrame:
    """One row per commitment and period: the columns of ``units.commitments``, ``period_id`` and ``level``.

    ``level`` is a code of the plan's scale, null where it cannot be known (also for a commitment without
    milestones).
    """
    every = context.commitments.merge(context.periods[["plan_id", "period_id"]], on="plan_id")
    reports, keys = context.reports, ["commitment_id", "period_id"]
    parts = (
        reports.assign(
            reported=reports["status"].notna(),
            given_up=reports["meaning"] == WITHDRAWN,
        )
        .groupby(keys, sort=False)
        .agg(
            parts=("reported", "size"),
            reported=("reported", "sum"),
            given_up=("given_up", "sum"),
            least=("rank", "min"),
            greatest=("rank", "max"),
        )
        .reset_index()
        .astype(dict.fromkeys(keys, TEXT))
    )
    commitments = every.merge(parts, on=keys, how="left")
    numbers = ["parts", "reported", "given_up"]
    commitments[numbers] = commitments[numbers].fillna(0).astype("int64")
    level = pd.Series(pd.NA, index=commitments.index, dtype="string")
    for plan, scale in context.scales.items():
        here = commitments["plan_id"] == plan
        level[here] = _levels(commitments[here], scale, context.programme.evaluation.rollup)
    return commitments.assign(level=level)


def _levels(parts: pd.DataFrame, scale: Scale, rule: str) -> "pd.Series[str]":
    top = len(scale.ladder) - 1
    least = parts["least"].fillna(top).to_numpy("int64")  # an empty set's least is the top, its greatest the bottom
    greatest = parts["greatest"].fillna(0).to_numpy("int64")
    silent = (parts["reported"] < parts["parts"]).to_numpy("bool")
    worst = _rolled(np.where(silent, 0, least), greatest, scale, rule)
    best = _rolled(least, np.where(silent, top, greatest), scale, rule)
    on_ladder = parts["least"].notna().to_numpy("bool")
    given_up = ((parts["parts"] > 0) & (parts["given_up"] == parts["parts"])).to_numpy("bool")
    level = pd.Series(np.array(scale.ladder, dtype=object)[worst], index=parts.index, dtype="string")
    certain = on_ladder & (worst == best)
    return level.where(certain).mask(given_up, scale.withdrawn if scale.withdrawn is not None else pd.NA)


def _rolled(least: Ranks, greatest: Ranks, scale: Scale, rule: str) -> Ranks:
    if rule == "lowest":
        return least
    under_way = np.array(scale.under_way)
    raised = under_way[greatest] & ~under_way[least]
    return np.where(raised, np.maximum(least, scale.first_under_way), least)


def _high(context: EvaluationContext, things: pd.DataFrame, table: str, key: str) -> pd.DataFrame:
    defined = [plan for plan, scale in context.scales.items() if scale.has_substantial]
    here = things.loc[things["plan_id"].isin(defined)]
    high = pd.Series(False, index=here.index)
    for plan in defined:
        meanings = context.scales[plan].meanings
        codes = [code for code, meaning in meanings.items() if meaning in (SUBSTANTIAL, COMPLETE)]
        high |= (here["plan_id"] == plan) & here["level"].isin(codes)
    return unit_frame(here, table, key=key, numerator=high, missing=here["level"].isna())
