"""Whether what was reported can be looked at. The rule stands in schemas/metrics/evidence_coverage.json."""

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.unit_frame import unit_frame
from ogp_pipeline.evaluation.units import TEXT, look_up

LOOKED_AT = ("link", "file")
SEE_PREVIOUS = "see_previous"


@metric("evidence_coverage")
def evidence_coverage(context: EvaluationContext) -> pd.DataFrame:
    """Milestones with a link or file, of those with an update, per period."""
    things = context.reports.loc[context.reports["heard"]]
    evidence = context.tables.frames["evidence"]
    own = _of(context, things, evidence.loc[evidence["kind"].isin(LOOKED_AT)])
    refers = _of(context, things, evidence.loc[evidence["kind"] == SEE_PREVIOUS])
    evidenced = own | (refers & _earlier(context, things, evidence)) if refers.any() else own
    unasked = ~things["asks_evidence"].astype("bool") & ~evidenced
    return unit_frame(things, "updates", key="report", numerator=evidenced, missing=unasked)


def _of(context: EvaluationContext, things: pd.DataFrame, evidence: pd.DataFrame) -> "pd.Series[bool]":
    """Whether any of the evidence is of each thing's milestone and period."""
    return pd.Series(context.milestone_periods.has(evidence)[things.index], index=things.index)


def _earlier(context: EvaluationContext, things: pd.DataFrame, evidence: pd.DataFrame) -> "pd.Series[bool]":
    """Whether an earlier period (one that ended before) has a link or file for the same milestone."""
    ends = context.tables.frames["reporting_periods"][["period_id", "end_date"]]
    given = evidence.loc[evidence["kind"].isin(LOOKED_AT), ["milestone_id", "period_id"]].merge(ends, on="period_id")
    first = given.groupby("milestone_id")["end_date"].min()
    since = look_up(things["milestone_id"].astype(TEXT), first)
    return (since < things["end_date"]).fillna(False).astype("bool")
