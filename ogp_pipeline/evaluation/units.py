"""What metrics count: milestones, commitments, rounds, and reports (what was said of a milestone in a round).

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
_OF_ROUNDS = ("start_date", "end_date", "seen_on", "asks_status", "asks_evidence", "ended", "due_passed", "heard_of")


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
        due_passed=is_over(known["due_date"], as_of).astype("bool"),
        heard_of=known["period_id"].isin(tables.frames["updates"]["period_id"].unique()).astype("bool"),
        seen_on=known["end_date"].where(ended, pd.Series(as_of, index=known.index, dtype=known["end_date"].dtype)),
    )
    return found.loc[found["ended"] | found["due_passed"] | found["heard_of"]].reset_index(drop=True)


def reports(tables: Tables, grid: MilestonePeriods, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """One row per milestone and round of the grid, reported or not, in the order of its places.

    ``milestone_id``, ``commitment_id``, ``plan_id``, ``cluster_id``, ``institution_id``, ``period_id`` (categories) and
    ``due_date`` of the milestone; ``start_date``, ``end_date``, ``seen_on``, ``asks_status``, ``asks_evidence``,
    ``ended``, ``due_passed`` and ``heard_of`` of the period; ``report`` (the update's key), ``heard`` (it exists),
    ``completed_on``, ``status`` (null if not reported), ``meaning`` of the status (both categories), and ``rank`` (its
    place on the scale's ladder; null if none or withdrawn).
    """
    updates = tables.frames["updates"]
    places = grid.places(updates)
    said = np.full(len(grid.part) + 1, NONE)  # for each place the row of its update; the last is for rows of no place
    said[places] = np.arange(len(updates))
    said = said[:-1]
    codes, statuses = pd.factorize(updates["status"])
    status = np.append(codes, NONE)[said]
    frame = pd.DataFrame(
        {
            **{name: grid.of_milestones(name) for name in _OF_MILESTONES},
            "period_id": grid.of_rounds("period_id"),
            "due_date": grid.parts["due_date"].array.take(grid.part),
            **{name: grid.rounds[name].array.take(grid.round) for name in _OF_ROUNDS},
            "heard": said >= 0,
            "completed_on": updates["completed_on"].array.take(said, allow_fill=True),
            "status": pd.Categorical.from_codes(status, categories=pd.Index(statuses)),
        }
    )
    known = _levels(scales, frame["plan_id"].cat.categories, statuses)
    place = frame["plan_id"].cat.codes.to_numpy("int64") * (len(statuses) + 1) + np.where(
        status < 0, len(statuses), status
    )
    meaning, rank = known.meaning[place], known.rank[place]
    _refuse_strange(frame, (status >= 0) & (meaning < 0))
    return frame.assign(
        report=frame["milestone_id"].astype(TEXT) + "/" + frame["period_id"].astype(TEXT),
        meaning=pd.Categorical.from_codes(meaning, categories=known.meanings),
        rank=pd.arrays.IntegerArray(np.where(rank < 0, 0, rank), rank < 0),
    )


def look_up(keys: "pd.Series[str]", known: "pd.Series[Any]") -> "pd.Series[Any]":
    """For each key what ``known`` holds at that label (null if nothing), in its type, at the keys' index."""
    return pd.Series(known.reindex(pd.Index(keys)).array, index=keys.index)


def or_else(texts: "pd.Series[Any]", text: str) -> "pd.Series[Any]":
    """The categories, with ``text`` where there is none."""
    return texts.cat.add_categories([text]).fillna(text)


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
