"""When something is due, as plans say it: a year, a month, a quarter, "by autumn", "ongoing". As EDTF, with its end.

EDTF is the Library of Congress' Extended Date/Time Format; the library ``edtf`` knows its grammar and its days. What
plans write is put into it here, by the words of the catalogue (``due.…``), in every language that has one:

    2026                 2026          the year; its last day is 31 December
    June 2026            2026-06       a month
    30 June 2026         2026-06-30    a day
    fall 2026            2026-23       a season (21 to 24), from the first of March, June, September and December on
    Q3 2026              2026-35       a quarter (33 to 36)
    first half of 2027   2027-40       a half (40, 41)
    by fall 2026         ../2026-23    any day up to the last one of it
    January to June 2026 2026-01/2026-06
    ongoing              ../..         no day: it is never overdue

In an interval quarters and halves stand as their months: EDTF has them there alone. Only what has one reading is taken:
"early 2026", "2026 or 2027" or a word that nobody listed is not read at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.i18n.catalogue import has, say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.patterns import compile_linear
from ogp_pipeline.sources import month_names, ordinals

ONGOING = "../.."
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
_QUARTER, _HALF = 33, 40  # the first of each; 33 to 36 and 40, 41
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20|21)\d\d")
_HAS_LETTERS = re.compile(r"[^\W\d_]")
_MONTH_IN_DIGITS = re.compile(r"(?:(\d{1,2})[/.-])?((?:19|20|21)\d\d)(?:[/.](\d{1,2}))?")
_SHORT_YEAR = compile_linear(r"([^\W\d_]{3,}\.?)[-/'’](\d\d)")  # as a workbook shows a month: Jun-26
_DASH = compile_linear(r"\s*[-–—/]\s*")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class Precision(StrEnum):
    """The codes of schemas/codes/date_precision.csv."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Due:
    """``edtf``: the expression. ``last``: its last day, None if it has none (*ongoing*). ``precision``: of its end."""

    edtf: str
    last: date | None
    precision: Precision


def read(text: str) -> Due | None:
    """When that is, from EDTF or from words; None if it cannot be read in one way."""
    written = text.strip()
    if (month := _MONTH_IN_DIGITS.fullmatch(written)) is not None and (month[1] is None) != (month[3] is None):
        return of_edtf(f"{month[2]}-{int(month[1] or month[3]):02d}")
    is_expression = written and not _HAS_LETTERS.search(written) and not _two_years(written)
    if is_expression and (due := of_edtf(written)) is not None:
        return due
    expression = _from_words(_SHORT_YEAR.sub(r"\1 20\2", written))
    return of_edtf(expression) if expression is not None else None


def span(text: str) -> tuple[date, date] | None:
    """The first and the last day of what a text names; None if it cannot be read, or has no beginning or end."""
    deadline = read(text)
    if deadline is None or deadline.last is None:
        return None
    from edtf import parse_edtf  # as above

    first = parse_edtf(deadline.edtf).lower_strict()
    return None if isinstance(first, float) else (date(first.tm_year, first.tm_mon, first.tm_mday), deadline.last)


def known_tokens(text: str) -> str:
    """The words and numbers of a text that say when something is, without the others."""
    words = _words()
    told = {*words.known, *words.filling, *words.to, *words.by} - {"a"}
    return " ".join(token for token in _TOKEN.findall(_DASH.sub(" - ", text)) if token.isdigit() or fold(token) in told)


def of_day(day: date) -> Due:
    """A day that was read otherwise."""
    return Due(day.isoformat(), day, Precision.DAY)


@lru_cache(1 << 12)  # the grammar takes milliseconds, and plans name few days
def of_edtf(expression: str) -> Due | None:
    """What an EDTF expression says; None if it is none, or names no end that a day could be told of."""
    from edtf import EDTFParseException, parse_edtf  # here: its grammar takes a while to load, and few need it

    if expression.endswith("/"):
        return None  # an end that is not known is no end to be held to
    try:
        last = parse_edtf(expression).upper_strict()
    except (EDTFParseException, ValueError, AttributeError):  # the last two: parts that are in the grammar, and no date
        return None
    if isinstance(last, float):
        return Due(expression, None, Precision.NONE) if last > 0 else None
    try:
        day = date(last.tm_year, last.tm_mon, last.tm_mday)
    except ValueError:  # a year that no calendar of ours holds
        return None
    return Due(expression, day, _precision(expression))


def _two_years(text: str) -> bool:
    """Whether it may be a year and the next (``2022-23``), which EDTF would take for a season."""
    match = re.fullmatch(r"(\d{4})-(\d\d)", text)
    return match is not None and int(match[2]) > 12 and (int(match[1]) + 1) % 100 == int(match[2])


def _precision(expression: str) -> Precision:
    end = expression.rpartition("/")[2].rstrip("?~%")
    parts = end.lstrip("-").split("-")
    if len(parts) == 1:
        return Precision.YEAR
    if len(parts) > 2:
        return Precision.DAY
    number = int(parts[1]) if parts[1].isdigit() else 0
    if number <= 12:
        return Precision.MONTH
    return Precision.QUARTER if _QUARTER <= number < _QUARTER + 4 else Precision.SEASON


def _from_words(text: str) -> str | None:
    words = _words()
    tokens = [fold(token) for token in _TOKEN.findall(text)]
    if " ".join(tokens) in words.ongoing:
        return ONGOING
    return _moment(tokens) or _span(text, words)


def _span(text: str, words: "_Words") -> str | None:
    """From a part of a year to another one: ``January - June 2026``, ``de enero a junio de 2026``."""
    if not words.to:
        return None
    tokens = [fold(token) for token in _TOKEN.findall(_DASH.sub(f" {min(words.to)} ", text))]
    readings = set()
    for place, token in enumerate(tokens):
        if token in words.to:
            end = _moment(tokens[place + 1 :])
            begin = _moment(tokens[:place]) or _moment([*tokens[:place], *_years(tokens[place + 1 :])])
            if begin and end and "/" not in begin + end and "-" in begin and len(begin) == len(end) and begin < end:
                readings.add(f"{_in_months(begin, 0)}/{_in_months(end, -1)}")
    return readings.pop() if len(readings) == 1 else None


def _years(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if _YEAR.fullmatch(token)]


def _moment(tokens: Sequence[str]) -> str | None:
    words = _words()
    kinds: list[tuple[str, int]] = []
    by = False
    for token in tokens:
        if token in words.by:
            by = True
        elif token not in words.filling:
            meaning = words.known.get(token)
            if meaning is None:
                meaning = ("year", int(token)) if _YEAR.fullmatch(token) else ("number", _small(token))
            if meaning[1] < 0:
                return None
            kinds.append(meaning)
    said = dict(kinds)
    if len(said) != len(kinds) or "year" not in said:
        return None
    point = _point(said)
    return None if point is None else f"../{_in_months(point, -1)}" if by else point


def _in_months(point: str, which: int) -> str:
    """A quarter or a half as its first or last month (``which``: 0 or -1), other points as they are."""
    year, _, number = point.partition("-")
    place = int(number) if number.isdigit() else 0
    for first, count in ((_QUARTER, 4), (_HALF, 2)):
        if first <= place < first + count:
            length = 12 // count
            begin = (place - first) * length + 1
            return f"{year}-{(begin if which == 0 else begin + length - 1):02d}"
    return point


def _point(said: dict[str, int]) -> str | None:
    """The expression of what was named, each kind of word once: a year, and at most one part of it."""
    year = f"{said['year']:04d}"
    rest = {kind: value for kind, value in said.items() if kind != "year"}
    if not rest:
        return year
    if rest.keys() == {"month"}:
        return f"{year}-{rest['month']:02d}"
    if rest.keys() == {"month", "number"}:
        return f"{year}-{rest['month']:02d}-{rest['number']:02d}"
    if rest.keys() == {"season"}:
        return f"{year}-{rest['season']}"
    number = rest.get("ordinal", rest.get("number", 0))
    for kind, first, count in (("quarter", _QUARTER, 4), ("half", _HALF, 2)):
        if rest.keys() in ({kind, "ordinal"}, {kind, "number"}) and 1 <= number <= count:
            return f"{year}-{first + number - 1}"
    return None


def _small(token: str) -> int:
    return int(token) if token.isdigit() and len(token) <= 2 else -1


@dataclass(frozen=True)
class _Words:
    """``known``: a word -> what kind of thing it names and which. ``filling``: words that say nothing. ``to``: those
    between a beginning and an end.
    """

    known: dict[str, tuple[str, int]]
    ongoing: frozenset[str]
    by: frozenset[str]
    to: frozenset[str]
    filling: frozenset[str]


@cache
def _words() -> _Words:
    """The words of all languages together: a plan may quote another language than its page's."""
    meanings: dict[str, tuple[str, int]] = {name: ("month", number) for name, number in month_names.every().items()}
    for language in LANGUAGES:
        for season, code in _SEASONS.items():
            meanings |= dict.fromkeys(_of(f"due.season.{season}", language), ("season", code))
        meanings |= {word: (kind, 0) for kind in ("quarter", "half") for word in _of(f"due.part.{kind}", language)}
        meanings |= {word: ("ordinal", n) for n in range(1, 5) for word in _of(f"due.ordinal.{n}", language)}
    meanings |= {numeral: ("ordinal", number) for numeral, number in _ROMAN.items()}
    ongoing, by, to, filling = (
        frozenset(word for language in LANGUAGES for word in _of(f"due.word.{kind}", language))
        for kind in ("ongoing", "by", "to", "filling")
    )
    return _Words(meanings, ongoing, by, to, filling | ordinals.signs())


def _of(key: str, language: str) -> list[str]:
    """The ways of saying it, which stand between semicolons; none in a language whose catalogue has no such words."""
    if not has(key, language):
        return []
    return [" ".join(map(fold, _TOKEN.findall(word))) for word in say(key, language).split(";") if word.strip()]
