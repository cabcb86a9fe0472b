"""From proposals to results: what was asked, whether it was answered, which commitment took it up, how far that came.

A response to one proposal of a group (``proposal_groups``) answers all of the group. The newest response says the
outcome and names the commitment (without a day it comes before those with one; of one day the greatest id); the first
dated one says how long it took. No outcome is guessed: where the newest response says none, none is known.
"""

from collections.abc import Iterator

import pandas as pd

from ogp_pipeline.evaluation import lineage
from ogp_pipeline.evaluation.continuity import last_levels
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.proposal_groups import groups
from ogp_pipeline.evaluation.registry import MEDIAN, EvaluationContext, codes_of, metric, once
from ogp_pipeline.evaluation.scales import BROKEN, COMPLETE, NOT_REPORTED, NOT_STARTED, STARTED, SUBSTANTIAL, WITHDRAWN
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.tables.tables import Key, Row

TAKEN_UP = ("included", "partly")
UNANSWERED, NOT_SAID, UNTRACED, UNDER_WAY = "unanswered", "outcome_not_said", "untraced", "under_way"
_FATES = {
    NOT_STARTED: NOT_STARTED,
    STARTED: UNDER_WAY,
    SUBSTANTIAL: UNDER_WAY,
    COMPLETE: COMPLETE,
    BROKEN: WITHDRAWN,
    WITHDRAWN: WITHDRAWN,
}
_NEEDS = ("proposals",)


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    return iter(lineage.rows(context.tables, "proposals", key[0], ALL))


@finding("proposal_trail", rests_on=_rests_on, needs=_NEEDS)
def trail(context: EvaluationContext) -> pd.DataFrame:
    """One row per proposal of a plan that is there: the columns of the table ``proposal_trail`` and what units need."""
    return _trail(context)


@metric("proposals", of_plan=True, needs=_NEEDS)
def proposals(context: EvaluationContext) -> pd.DataFrame:
    """Every proposal."""
    return unit_frame(trail(context), "proposals", key="proposal_id", period=ALL)


@metric("proposals_answered", needs=_NEEDS)
def proposals_answered(context: EvaluationContext) -> pd.DataFrame:
    """Proposals with a response to them or to one that says the same."""
    things = trail(context)
    return unit_frame(things, "proposals", key="proposal_id", period=ALL, numerator=things["response_id"].notna())


@metric("proposals_incorporated", needs=_NEEDS)
def proposals_incorporated(context: EvaluationContext) -> pd.DataFrame:
    """Proposals that the plan takes up, in whole or in part."""
    things = trail(context)
    return unit_frame(
        things,
        "proposals",
        key="proposal_id",
        period=ALL,
        numerator=things["outcome"].isin(TAKEN_UP),
        missing=things["fate"] == NOT_SAID,
    )


@metric("days_to_answer", needs=_NEEDS, statistic=MEDIAN)
def days_to_answer(context: EvaluationContext) -> pd.DataFrame:
    """The median of the days that answered proposals waited."""
    every = trail(context)
    things = every.loc[every["response_id"].notna()]
    answered = things["days"].notna()
    return unit_frame(
        things,
        "proposals",
        key="proposal_id",
        period=ALL,
        numerator=things["days"].fillna(0),
        denominator=answered.astype("int64"),
        missing=~answered,
    )


@metric("proposal_fates", categories=codes_of("proposal_fate"), needs=_NEEDS)
def proposal_fates(context: EvaluationContext) -> pd.DataFrame:
    """Every proposal, by what became of it."""
    things = trail(context)
    return unit_frame(
        things,
        "proposals",
        key="proposal_id",
        period=ALL,
        category=things["fate"],
        missing=things["fate"].isin((NOT_SAID, NOT_REPORTED)),
    )


@once
def _trail(context: EvaluationContext) -> pd.DataFrame:
    tables = context.tables
    rows = tables.frames["proposals"].merge(tables.frames["action_plans"][["plan_id"]], on="plan_id")
    representatives = groups(tables)
    rows = rows.assign(
        institution_id=rows["proposer_id"], group_id=rows["proposal_id"].map(representatives).astype("string")
    )
    responses = tables.frames["responses"]
    responses = responses.assign(
        group_id=responses["proposal_id"].map(representatives).astype("string"), to=responses["proposal_id"]
    )
    newest = responses.sort_values(["responded_on", "response_id"], na_position="first").drop_duplicates(
        "group_id", keep="last"
    )
    rows = rows.merge(newest[["group_id", "response_id", "outcome", "commitment_id"]], on="group_id", how="left")
    rows = rows.assign(days=_days(rows, responses)).merge(last_levels(context), on="commitment_id", how="left")
    return rows.assign(fate=_fate(rows))


def _days(rows: pd.DataFrame, responses: pd.DataFrame) -> "pd.Series[int]":
    """Days from receipt to the first dated answer; null if either is unknown.

    0 if one that says the same had been answered before. An answer to the proposal itself that is older than it is a
    mistake in one of the two dates, and tells nothing.
    """
    dated = rows[["proposal_id", "group_id", "received_on"]].merge(
        responses[["group_id", "to", "responded_on"]].dropna(), on="group_id"
    )
    waited = (pd.to_datetime(dated["responded_on"]) - pd.to_datetime(dated["received_on"])).dt.days.astype("Int64")
    of_itself = (dated["to"] == dated["proposal_id"]).astype("bool")
    sensible = waited.mask(of_itself & (waited < 0).fillna(False)).clip(lower=0)
    first = sensible.groupby(dated["proposal_id"]).min()
    return pd.Series(first.reindex(pd.Index(rows["proposal_id"])).array, index=rows.index, dtype="Int64")


def _fate(rows: pd.DataFrame) -> "pd.Series[str]":
    taken_up = rows["outcome"].isin(TAKEN_UP).astype("bool")
    reached = rows["meaning"].map(_FATES).astype("string").fillna(NOT_REPORTED)
    return (
        rows["outcome"]
        .mask(taken_up, reached)
        .mask(taken_up & rows["commitment_id"].isna(), UNTRACED)
        .mask(rows["outcome"].isna(), NOT_SAID)
        .mask(rows["response_id"].isna(), UNANSWERED)
    )
