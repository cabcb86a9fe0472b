"""The windows of a plan in which something must happen again and again: half-years and years from its first day.

A window starts on the plan's first day or on that day some months on (the month's last day, where a month is too
short), and ends the day before the next. What is left at the plan's end is a window, too, if it is at least half as
long; a shorter rest asks for nothing.
"""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

HALF_YEAR, YEAR = 6, 12  # months
_DAY = timedelta(days=1)


def windows(starts: date, ends: date, months: int) -> Iterator[tuple[date, date]]:
    """(first day, last day) of each window, in order; the last ends with the plan at the latest."""
    number = 0
    while (first := _later(starts, number * months)) <= ends:
        number += 1
        last = _later(starts, number * months) - _DAY
        if last > ends and (ends - first) * 2 < last - first:
            return
        yield first, min(last, ends)


def _later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
