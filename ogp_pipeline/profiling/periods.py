"""Which period of the plan a round of a file is: by its name, or by the days that it speaks of.

``T1 2026``, ``Jan-Mar 2026``, ``Corte al 31/03/2026`` and ``Situation au 31 mars 2026`` are the period that has these
days, or alone holds them. A heading that names no year is of the one year of the plan in which such a
period exists. What no period is becomes lines for the programme file, where its days can be told.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.i18n.catalogue import has, say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.profiling import words
from ogp_pipeline.programme.model import Period, Plan
from ogp_pipeline.sources import due, quantities
from ogp_pipeline.sources.spelling import slug

Days = tuple[date, date]
_IN_DIGITS = re.compile(r"(?<!\d)(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})(?!\d)")
_DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_YEAR = re.compile(r"(?:19|20|21)\d\d")
_DUE_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Found:
    """``periods``: round -> the id of its period. ``days``: of the others, as far as they can be told."""

    periods: Mapping[str, str]
    days: Mapping[str, Days]


def find(rounds: Sequence[str], plan: Plan) -> Found:
    """The period of each round. Where several rounds of different days lie in one period, none of them is it."""
    spans = {text: days for text in rounds if (days := days_of(text, plan)) is not None}
    periods = {text: period for text, days in spans.items() if (period := _of(days, plan.periods)) is not None}
    for text in rounds:
        if text not in periods and (period := _called(text, plan.periods)) is not None:
            periods[text] = period
    around = {text: period for text, days in spans.items() if (period := _around(days, plan.periods)) is not None}
    inside = {period: {spans[text] for text in around if around[text] == period} for period in around.values()}
    for text, period in around.items():
        if text not in periods and len(inside[period]) == 1 and period not in periods.values():
            periods[text] = period
    return Found(
        {text: periods[text] for text in rounds if text in periods},
        {text: days for text, days in spans.items() if text not in periods},
    )


def days_of(text: str, plan: Plan) -> Days | None:
    """The days that a round speaks of."""
    in_brackets = _IN_BRACKETS.findall(text)
    written = [text, *in_brackets, _IN_BRACKETS.sub(" ", text)]
    for part in (*written, *map(due.known_tokens, written)):
        if (days := due.span(part)) is not None:
            return days
    days_in_digits = {
        day for part in _IN_DIGITS.findall(text) for day in quantities.dates(part, _readable(part, plan.periods))
    }
    if len(days_in_digits) in (1, 2):
        return min(days_in_digits), max(days_in_digits)
    return _of_one_year(text, plan) if _YEAR.search(text) is None else None


def _readable(text: str, periods: Sequence[Period]) -> list[str]:
    """The formats under which a day in digits can be read: where it may be two days, that on which a period ends."""
    readings = {form: day for form in _DAY_FORMATS for day in quantities.dates(text, [form])}
    ends = {period.ends for period in periods}
    return [form for form, day in readings.items() if len(set(readings.values())) == 1 or day in ends]


def _of_one_year(text: str, plan: Plan) -> Days | None:
    years = range(plan.starts.year, plan.ends.year + 1)
    told = {days for year in years if (days := due.span(f"{due.known_tokens(text)} {year}")) is not None}
    fitting = {days for days in told if _of(days, plan.periods) is not None}
    if not fitting:
        fitting = {days for days in told if plan.starts <= days[1] and days[0] <= plan.ends}
    return fitting.pop() if len(fitting) == 1 else None


def _called(text: str, periods: Sequence[Period]) -> str | None:
    """The period of which the id or a title is this name, in whatever order its words stand."""
    choices = [(period.id, period.id) for period in periods]
    choices += [(title, period.id) for period in periods if period.title for title in period.title.root.values()]
    same = {period for name, period in choices if _parts(name) == _parts(text)}
    return same.pop() if len(same) == 1 else words.nearest(text, choices)


def _parts(name: str) -> frozenset[str]:
    """Its words, a fiscal year by its last year: ``FY 2025/26`` and ``fy26`` are one."""
    return frozenset(_fiscal().sub(r" fy\1 ", " ".join(fold(name).split())).split())


@cache
def _fiscal() -> re.Pattern[str]:
    key = "due.word.fiscal"
    said = "|".join(
        re.escape(fold(word)) for language in LANGUAGES if has(key, language) for word in say(key, language).split(";")
    )
    return re.compile(rf"\b(?:{said}) ?(?:(?:\d\d)?\d\d )?(?:\d\d)?(\d\d)\b")


def _of(days: Days, periods: Sequence[Period]) -> str | None:
    return _only([period.id for period in periods if (period.starts, period.ends) == days])


def _around(days: Days, periods: Sequence[Period]) -> str | None:
    return _only([period.id for period in periods if period.starts <= days[0] and days[1] <= period.ends])


def _only(ids: Sequence[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None


def lines(days: Mapping[str, Days], language: str) -> list[str]:
    """What to write under ``periods`` for rounds that are none yet."""
    every = dict.fromkeys(days.values())
    named = {span: next(text for text in days if days[text] == span) for span in every}
    return [
        f'- {{id: "{slug(text).upper()}", starts: {first}, ends: {last}, due: {last + _DUE_AFTER}, '
        f'title: {{{language}: "{text}"}}}}'
        for (first, last), text in sorted((span, text) for span, text in named.items() if span[0] < span[1])
    ]
