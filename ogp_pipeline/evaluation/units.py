"""What metrics count: milestones, commitments, rounds, and reports (what was said of a milestone in a round).

Only milestones without parts are counted: one that is itself divided is a heading, and counting it besides
its parts would count the same work twice. What refers to a plan, commitment or milestone that the tables do
not hold (any more) is not counted. All functions are pure; the frames they give are shared and never changed
in place.

Columns that every counted thing has: ``plan_id``, ``cluster_id`` (its commitment's, null if none) and
``institution_id`` (one id, several joined by ``;``, or null).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.evaluation.scales import Scale
from ogp_pipeline.tables.tables import Tables

SEPARATOR = ";"  # ids cannot hold it
LEAD = "lead"


def commitments(tables: Tables) -> pd.DataFrame:
    """One row per commitment: commitment_id, plan_id, cluster_id, institution_id (its lead institutions)."""
    known = tables.frames["commitments"][["commitment_id", "plan_id", "cluster_id"]]
    plans = tables.frames["action_plans"][["plan_id"]]
    roles = tables.frames["commitment_institutions"]
    leads = roles.loc[(roles["role"] == LEAD).fillna(False), ["commitment_id", "institution_id"]]
    joined = leads.groupby("commitment_id", sort=False)["institution_id"].agg(SEPARATOR.join).reset_index()
    typed = joined.astype({"commitment_id": known["commitment_id"].dtype, "institution_id": known["plan_id"].dtype})
    return known.merge(plans, on="plan_id").merge(typed, on="commitment_id", how="left")


def milestones(tables: Tables, of: pd.DataFrame) -> pd.DataFrame:
    """One row per milestone without parts of the commitments ``of``: ids, institution_id, due_date."""
    known = tables.frames["milestones"]
    headings = known["parent_id"].dropna()
    parts = known.loc[
        ~known["milestone_id"].isin(headings), ["milestone_id", "commitment_id", "institution_id", "due_date"]
    ]
    return parts.merge(of[["commitment_id", "plan_id", "cluster_id"]], on="commitment_id")


def periods(tables: Tables, as_of: date) -> pd.DataFrame:
    """One row per reporting period that can be spoken of on ``as_of``.

    That is: it has ended, or its due date has passed, or something was reported for it. Besides the table's
    columns: ``ended``, ``due_passed``, ``heard_of`` (booleans), and ``seen_on``, the day for which its
    reports can speak: its end, or ``as_of`` while it still runs.
    """
    table = tables.frames["reporting_periods"]
    known = table.merge(tables.frames["action_plans"][["plan_id"]], on="plan_id")
    ended = (known["end_date"] <= as_of).astype("bool")
    found = known.assign(
        ended=ended,
        due_passed=(known["due_date"] < as_of).astype("bool"),
        heard_of=known["period_id"].isin(tables.frames["updates"]["period_id"]).astype("bool"),
        seen_on=known["end_date"].where(ended, pd.Series(as_of, index=known.index, dtype=known["end_date"].dtype)),
    )
    return found.loc[found["ended"] | found["due_passed"] | found["heard_of"]].reset_index(drop=True)


def reports(tables: Tables, parts: pd.DataFrame, rounds: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """One row per milestone (of ``parts``) and period of its plan (of ``rounds``), reported or not.

    Columns of ``milestones`` and ``periods``, and: ``report`` (the update's key), ``heard`` (it exists),
    ``completed_on``, ``status`` (null if not reported), ``meaning`` (of the status), ``rank`` (its place on
    the scale's ladder; null if none or withdrawn).
    """
    columns = ["milestone_id", "period_id", "status", "completed_on"]
    updates = tables.frames["updates"][columns].assign(heard=True)
    every = parts.merge(rounds, on="plan_id")
    found = every.merge(updates, on=["milestone_id", "period_id"], how="left")
    levels = found[["plan_id", "status"]].merge(_levels(scales), on=["plan_id", "status"], how="left")
    strange = levels["status"].notna() & levels["meaning"].isna()
    if strange.any():
        first = found.loc[strange.to_numpy()].iloc[0]
        raise SchemaError(
            f"milestone {first['milestone_id']}, period {first['period_id']}: the status «{first['status']}» "
            f"is not in the progress scale of the plan {first['plan_id']}"
        )
    return found.assign(
        report=found["milestone_id"] + "/" + found["period_id"],
        heard=found["heard"].notna().astype("bool"),
        meaning=levels["meaning"].to_numpy(),
        rank=levels["rank"].array,
    ).astype({"meaning": "string"})


def look_up(keys: "pd.Series[str]", known: "pd.Series[Any]") -> "pd.Series[Any]":
    """For each key what ``known`` holds at that label (null if nothing), in its type, at the keys' index."""
    return pd.Series(known.reindex(pd.Index(keys)).array, index=keys.index)


def _levels(scales: Mapping[str, Scale]) -> pd.DataFrame:
    rows = [
        (plan, code, meaning, scale.ladder.index(code) if code in scale.ladder else None)
        for plan, scale in scales.items()
        for code, meaning in scale.meanings.items()
    ]
    plans, codes, meanings, ranks = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "plan_id": pd.Series(list(plans), dtype="string"),
            "status": pd.Series(list(codes), dtype="string"),
            "meaning": pd.Series(list(meanings), dtype="string"),
            "rank": pd.Series(list(ranks), dtype="Int64"),
        }
    )
