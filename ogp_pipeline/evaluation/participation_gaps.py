"""Who is missing: for every cluster and sector, how much it cares, and whether it ever came.

How much a sector cares or can influence is the greatest that the stakeholder analysis says of any of its stakeholders.
Only events of the cluster itself that have begun and have an attendance record can tell who came.
"""

from collections.abc import Iterator

import pandas as pd

from ogp_pipeline.evaluation import lineage
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.registry import EvaluationContext, metric, once
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.tables.tables import Key, Row, written

HIGH = "high"
_NEEDS = ("stakeholders", "attendance")


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    return iter(lineage.rows(context.tables, "participation_gaps", written(key), ALL))


@finding("participation_gaps", rests_on=_rests_on, needs=_NEEDS)
def gaps(context: EvaluationContext) -> pd.DataFrame:
    """One row for every cluster of a plan and every sector, with the columns of the table ``participation_gaps``."""
    return _gaps(context)


@metric("sectors_missing", needs=_NEEDS)
def sectors_missing(context: EvaluationContext) -> pd.DataFrame:
    """Sectors that care much about a cluster and of which nobody ever came to its events."""
    every = gaps(context)
    things = every.loc[(every["interest"] == HIGH).fillna(False)]
    return unit_frame(
        things.assign(key=things["cluster_id"] + "/" + things["sector"]),
        "participation_gaps",
        key="key",
        period=ALL,
        numerator=things["missing"].fillna(False).astype("bool"),
        missing=things["missing"].isna(),
    )


@once
def _gaps(context: EvaluationContext) -> pd.DataFrame:
    frames = context.tables.frames
    clusters = frames["clusters"][["cluster_id", "plan_id"]].merge(frames["action_plans"][["plan_id"]], on="plan_id")
    sectors = [code.code for code in context.schemas.codes_of("sector")]
    pairs = clusters.merge(
        pd.DataFrame({"sector": pd.Series(sectors, dtype=clusters["cluster_id"].dtype)}), how="cross"
    )
    place = ["cluster_id", "sector"]
    for column in ("interest", "influence"):
        pairs = pairs.merge(_greatest(context, column), on=place, how="left")
    begun = frames["events"].loc[(frames["events"]["starts_on"] <= context.as_of).fillna(False)]
    came = frames["attendance"].merge(begun[["event_id", "cluster_id"]].dropna(), on="event_id")
    recorded = came.groupby("cluster_id")["event_id"].nunique().rename("events").reset_index()
    there = came.loc[came["people"] > 0].groupby(place).agg(attended=("event_id", "nunique"), people=("people", "sum"))
    pairs = pairs.merge(recorded, on="cluster_id", how="left").merge(there.reset_index(), on=place, how="left")
    counts = ["events", "attended", "people"]
    pairs[counts] = pairs[counts].fillna(0).astype("int64")
    analysed = frames["stakeholders"][place].drop_duplicates().assign(analysed=True)
    pairs = pairs.merge(analysed, on=place, how="left")
    unsaid = pairs["analysed"].notna() & pairs["interest"].isna() & (pairs["attended"] == 0)
    missing = (pairs["interest"] == HIGH).fillna(False).astype("boolean") & (pairs["attended"] == 0)
    return pairs.assign(missing=missing.mask((pairs["events"] == 0) | unsaid))


def _greatest(context: EvaluationContext, column: str) -> pd.DataFrame:
    """cluster_id, sector and the greatest level that is said of one of its stakeholders."""
    order = {code.code: code.order for code in context.schemas.codes_of("level3")}
    said = context.tables.frames["stakeholders"][["cluster_id", "sector", column]].dropna()
    ranked = said.assign(rank=said[column].map(order)).sort_values("rank", kind="stable")
    return ranked.drop_duplicates(["cluster_id", "sector"], keep="last")[["cluster_id", "sector", column]]
