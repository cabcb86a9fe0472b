"""What metrics count: milestones, commitments, periods, and reports (what was said of a milestone in a period).

Only milestones without parts are counted: one that is itself divided is a heading, and counting it besides
its parts would count the same work twice. What refers to a plan, commitment or milestone that the tables do
not hold (any more) is not counted. All functions are pure; the frames they give are shared and never changed
in place.

Columns that every counted thing has: ``plan_id``, ``cluster_id`` (its commitment's, null if none) and
``institution_id`` (one id, several joined by ``;``, or null).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.evaluation.milestone_periods import NONE, Integers, MilestonePeriods
from ogp_pipeline.evaluation.scales import Scale
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.tables.tables import Tables

SEPARATOR = ";"  # ids cannot hold it
LEAD = "lead"
TEXT = pd.StringDtype("pyarrow")
_OF_MILESTONES = ("milestone_id", "commitment_id", "plan_id", "cluster_id", "institution_id")
_OF_PERIODS = (
    "start_date",
    "end_date",
    "seen_on",
    "asks_progress",
    "asks_percent",
    "asks_evidence",
    "ended",
    "due_passed",
    "heard_of",
)


def commitments(tables: Tables) -> pd.DataFrame:
    """One row per commitment: commitment_id, plan_id, cluster_id, institution_id (its lead institutions)."""
    every = tables.frames["commitments"][["commitment_id", "plan_id", "cluster_id"]]
    plans = tables.frames["action_plans"][["plan_id"]]
    roles = tables.frames["commitment_institutions"]
    leads = roles.loc[(roles["role"] == LEAD).fillna(False), ["commitment_id", "institution_id"]]
    joined = leads.groupby("commitment_id", sort=False)["institution_id"].agg(SEPARATOR.join).reset_index()
    typed = joined.astype({"commitment_id": every["commitment_id"].dtype, "institution_id": every["plan_id"].dtype})
    return every.merge(plans, on="plan_id").merge(typed, on="commitment_id", how="left")


def milestones(tables: Tables, of: pd.DataFrame) -> pd.DataFrame:
    """One row per milestone without parts of the commitments ``of``: ids, institution_id, due_date, due_edtf."""
    every = tables.frames["milestones"]
    headings = every["parent_id"].dropna()
    columns = ["milestone_id", "commitment_id", "institution_id", "due_date", "due_edtf"]
    undivided = every.loc[~every["milestone_id"].isin(headings), columns]
    return undivided.merge(of[["commitment_id", "plan_id", "cluster_id"]], on="commitment_id")


def periods(tables: Tables, as_of: date, *, counts_percent: bool) -> pd.DataFrame:
    """One row per reporting period that can be spoken of on ``as_of``.

    That is: it has ended, or its due date has passed, or something was reported for it. Besides the table's
    columns: ``ended``, ``due_passed``, ``heard_of`` (booleans), and ``seen_on``, the day for which its
    reports can speak: its end, or ``as_of`` while it still runs. ``asks_progress``: it asked for a status or, where
    that ``counts_percent``, for a percentage.
    """
    table = tables.frames["reporting_periods"]
    every = table.merge(tables.frames["action_plans"][["plan_id"]], on="plan_id")
    ended = is_over(every["end_date"], as_of).astype("bool")
    asks_percent = every["asks_percent"].fillna(False).astype("bool")
    spoken = every.assign(
        asks_percent=asks_percent,
        asks_progress=every["asks_status"].astype("bool") | (asks_percent if counts_percent else False),
        ended=ended,
        due_passed=is_over(every["due_date"], as_of).astype("bool"),
        heard_of=every["period_id"].isin(tables.frames["updates"]["period_id"].unique()).astype("bool"),
        seen_on=every["end_date"].where(ended, pd.Series(as_of, index=every.index, dtype=every["end_date"].dtype)),
    )
    return spoken.loc[spoken["ended"] | spoken["due_passed"] | spoken["heard_of"]].reset_index(drop=True)


def reports(
    tables: Tables, pairs: MilestonePeriods, scales: Mapping[str, Scale], status_of: "pd.Series[str]"
) -> pd.DataFrame:
    """One row for each of the ``pairs`` of a milestone and a period, reported or not, in the order of the places.

    ``milestone_id``, ``commitment_id``, ``plan_id``, ``cluster_id``, ``institution_id``, ``period_id`` (categories) and
    ``due_date`` of the milestone; ``_OF_PERIODS`` of the period; ``report`` (the update's key), ``heard`` (it exists),
    ``completed_on``, ``percent``, ``status`` (null if not reported), ``meaning`` of the status (both categories), and
    ``rank`` (its place on the scale's ladder; null if none or withdrawn). ``status_of``: what each update counts with.
    """
    updates = tables.frames["updates"]
    places = pairs.places(updates)
    # For each place the row of its update; one place more, for updates that have none.
    said = np.full(len(pairs.milestone) + 1, NONE)
    said[places] = np.arange(len(updates))
    said = said[:-1]
    codes, statuses = pd.factorize(status_of)
    status = np.append(codes, NONE)[said]
    frame = pd.DataFrame(
        {
            **{name: pairs.of_milestones(name) for name in _OF_MILESTONES},
            "period_id": pairs.of_periods("period_id"),
            "due_date": pairs.milestones["due_date"].array.take(pairs.milestone),
            **{name: pairs.periods[name].array.take(pairs.period) for name in _OF_PERIODS},
            "heard": said >= 0,
            "completed_on": updates["completed_on"].array.take(said, allow_fill=True),
            "percent": updates["percent"].array.take(said, allow_fill=True),
            "status": pd.Categorical.from_codes(status, categories=pd.Index(statuses)),
        }
    )
    levels = _levels(scales, frame["plan_id"].cat.categories, statuses)
    place = frame["plan_id"].cat.codes.to_numpy("int64") * (len(statuses) + 1) + np.where(
        status < 0, len(statuses), status
    )
    meaning, rank = levels.meaning[place], levels.rank[place]
    _refuse_strange(frame, (status >= 0) & (meaning < 0))
    return frame.assign(
        report=frame["milestone_id"].astype(TEXT) + "/" + frame["period_id"].astype(TEXT),
        meaning=pd.Categorical.from_codes(meaning, categories=levels.meanings),
        rank=pd.arrays.IntegerArray(np.where(rank < 0, 0, rank), rank < 0),
    )


def look_up(keys: "pd.Series[str]", values: "pd.Series[Any]") -> "pd.Series[Any]":
    """For each key what ``values`` holds at that label (null if nothing), in its type, at the keys' index."""
    return pd.Series(values.reindex(pd.Index(keys)).array, index=keys.index)


def or_else(texts: "pd.Series[Any]", others: "pd.Series[str]") -> "pd.Series[Any]":
    """The categories, with the text of ``others`` where there is none."""
    news = [text for text in others.unique() if text not in texts.cat.categories]
    return texts.cat.add_categories(news).where(texts.notna(), others)


@dataclass(frozen=True)
class _Levels:
    """For each plan, each status and none: which of the ``meanings`` it has, and its rank (``NONE``: it has none)."""

    meanings: "pd.Index[str]"
    meaning: Integers
    rank: Integers


def _levels(scales: Mapping[str, Scale], plans: Iterable[str], statuses: Iterable[str]) -> _Levels:
    every = [*statuses, None]
    meanings = pd.Index(
        sorted({meaning for scale in scales.values() for meaning in scale.meanings.values()}), dtype=TEXT
    )
    pairs = [(scales[plan], status) for plan in plans for status in every]
    meaning = meanings.get_indexer(pd.Index([scale.meanings.get(status or "") for scale, status in pairs], dtype=TEXT))
    rank = [scale.ladder.index(status) if status in scale.ladder else NONE for scale, status in pairs]
    return _Levels(meanings, meaning.astype("int64"), np.array(rank, dtype="int64"))


def _refuse_strange(frame: pd.DataFrame, strange: NDArray[np.bool_]) -> None:
    """SchemaError names the first report whose status is not in its plan's scale."""
    if strange.any():
        first = frame.loc[strange].iloc[0]
        raise SchemaError(
            f"milestone {first['milestone_id']}, period {first['period_id']}: the status «{first['status']}» "
            f"is not in the progress scale of the plan {first['plan_id']}"
        )
