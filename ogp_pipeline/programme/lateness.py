"""What "late" means. There is one definition; rules, metrics, causes, pages and receipts all ask it.

A due date is the last day in time. It is over from the next day on (``is_over``); everything else follows from that.
Two things can be late, and they are not the same:

1. A *report* is late if it was delivered after the due date of its period (``report_is_late``). It was delivered on
   the day on which it became known, unless a secretariat that typed it in later vouches for an earlier day, with a
   reason (``delivered``). Source: schemas/codes/change_cause.csv, ``late_report``; schemas/tables/updates.json,
   ``delivered_on``.
2. A *milestone* is late if its due date is over and it is not known to be complete (``milestone_is_late``).
   Source: schemas/metrics/timeliness.json.

What was *known* late is a question of its own (``late_reports``): a number of a due date can only rest on what was
known then, whoever had delivered what. Source: schemas/tables/metric_history.json, ``late_rows``.

Where no due date is known, nothing is late. All functions compute from the days that they are given.
"""

from collections.abc import Set
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    import pandas as pd

_Report = TypeVar("_Report")


@overload
def is_over(due: date, day: date) -> bool: ...
@overload
def is_over(due: "pd.Series[Any]", day: "date | pd.Series[Any]") -> "pd.Series[bool]": ...
def is_over(due: "date | pd.Series[Any]", day: "date | pd.Series[Any]") -> "bool | pd.Series[bool]":
    """Whether a due date is over on a day: the due date itself is still in time, the day after it is not.

    Of columns: row by row, and null where one of the two days is not known.
    """
    return due < day


def delivered(known_on: date, vouched: date | None) -> date:
    """The day on which a report was delivered that became known on ``known_on``. ``vouched``: ``updates.delivered_on``.

    Nobody can vouch for a later day than that on which it was known.
    """
    return known_on if vouched is None else min(vouched, known_on)


def report_is_late(due: date, delivered_on: date) -> bool:
    """Whether a report that was ``delivered`` on that day is late for its period.

    This is about one sending. A report that came in time and is sent again after the due date is late by its second
    sending. Whoever knows both sendings asks ``late_reports`` too, as the check of a delivery does.
    """
    return is_over(due, delivered_on)


def late_reports(known_when_due: Set[_Report], known_now: Set[_Report]) -> Set[_Report]:
    """The reports of a period that were known late: they are known now, and were not known on the due date.

    A report that was known on the due date is not late, however often it is sent again. One that was withdrawn by then
    and came back later is late.
    """
    return known_now - known_when_due


@overload
def milestone_is_late(due: date | None, complete: bool, as_of: date) -> bool: ...
@overload
def milestone_is_late(due: "pd.Series[Any]", complete: "pd.Series[bool]", as_of: date) -> "pd.Series[bool]": ...
def milestone_is_late(
    due: "date | pd.Series[Any] | None", complete: "bool | pd.Series[bool]", as_of: date
) -> "bool | pd.Series[bool]":
    """Whether a milestone is late on ``as_of``: its due date is over, and it is not known to be complete.

    Withdrawn milestones are not asked about. A milestone of which no status is known is late, too; the metric
    ``timeliness`` tells it apart (``not_reported``) and counts it as missing. Of columns: as ``is_over``.
    """
    if due is None or isinstance(due, date):
        return due is not None and not complete and is_over(due, as_of)
    assert not isinstance(complete, bool)  # a column of days comes with a column of answers
    return is_over(due, as_of).mask(complete, other=False)
