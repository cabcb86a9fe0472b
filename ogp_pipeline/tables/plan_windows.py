"""The windows of a plan in which something must happen again and again: half-years and years from its first day.

A window starts on the plan's first day or on that day some months on (the month's last day, where a month is too
short), and ends the day before the next. What is left at the plan's end is a window, too, if it is at least half as
long; a shorter rest asks for nothing.
"""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, takewhile

HALF_YEAR, YEAR = 6, 12  # months; OGP Participation and Co-Creation Standards (2022), requirement 1.1 asks by six
_DAY = timedelta(days=1)


def day_after(day: date) -> date:
    """The next day; the calendar's last is its own, since a cell may hold it (9999-12-31, for "never")."""
    return day if day == date.max else day + _DAY


def windows(starts: date, ends: date, months: int) -> Iterator[tuple[date, date]]:
    """(first day, last day) of each window, in order; the last ends with the plan at the latest."""
    for first, last in _unbounded(starts, months):
        asked, whole = ends - first + _DAY, last - first + _DAY
        if first > ends or asked * 2 < whole:
            return
        yield first, min(last, ends)


def whole_windows(starts: date, ends: date, months: int) -> Iterator[tuple[date, date]]:
    """(first day, last day) of each window that is over on ``ends`` without having been cut short."""
    return takewhile(lambda window: window[1] <= ends, _unbounded(starts, months))


def _unbounded(starts: date, months: int) -> Iterator[tuple[date, date]]:
    for number in count():
        yield _later(starts, number * months), _later(starts, (number + 1) * months) - _DAY


def _later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
