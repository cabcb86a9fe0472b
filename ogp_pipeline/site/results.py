"""The metrics that pages look for by their names, and which rounds have results."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ogp_pipeline.site.labels import rows

ALL = "all"
NOT_REPORTED, NOT_ASKED = "not_reported", "not_asked"
UNKNOWN = (NOT_REPORTED, NOT_ASKED)  # beside the levels: nothing is known
COUNTS = ("commitments", "milestones")
LEVELS = {"commitment_completion": "commitments", "milestone_completion": "milestones"}
COMPLIANCE = "reporting_compliance"


def newest_period(periods: Iterable[tuple[str, bool]]) -> str | None:
    """The last of ``periods_with_results`` that asked for a status."""
    asked = [period for period, did_ask in periods if did_ask]
    return asked[-1] if asked else None


def periods_with_results(tables: Mapping[str, pd.DataFrame], plan_id: str) -> list[tuple[str, bool]]:
    """The plan's periods for which completion was computed, by their start, and whether each asked for a status.

    One in which a status was given although it did not ask for any is not the one to rest a headline on either.
    """
    metrics, periods = tables["metrics"], tables["reporting_periods"]
    levels = metrics.loc[metrics["metric_id"].isin(LEVELS) & (metrics["plan_id"] == plan_id)]
    computed, unasked = set(levels["period_id"]), set(levels.loc[not_asked(levels), "period_id"])
    ordered = sorted(rows(periods), key=lambda period: (period["start_date"], period["period_id"]))
    return [
        (period["period_id"], period["period_id"] not in unasked)
        for period in ordered
        if period["period_id"] in computed
    ]


def not_asked(levels: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows of completion by level say that somebody was not asked."""
    return ((levels["category"] == NOT_ASKED) & (levels["numerator"] > 0)).fillna(False).astype("bool")


def known_count(row: Mapping[str, Any]) -> int | None:
    """The count of a level, or None where nothing was reported: nobody knows whether it is zero."""
    unknown = row["value"] is None and not row["numerator"] and row["missing"] == row["denominator"]
    return None if unknown and row["category"] not in UNKNOWN else int(row["numerator"])
