"""Slips of the pen: every reading that a date or number written in another fashion can have.

More than one reading means that nobody but its sender can tell; none means that it is no slip that we know. What
cannot be seen (zero-width characters, non-breaking spaces) is never part of a value.
"""

import re
import unicodedata
from datetime import date, timedelta
from functools import cache

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.letters import bare
from ogp_pipeline.sources import month_names

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_NUMERIC = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|º)?[ /-](?:de )?([^\W\d_]+)\.?,?(?: del?)?[ /-](\d{4})")
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?\Z")
_TIME = re.compile(
    r"(?:^|[T, ]) ?\d{1,2} ?(?:[:h] ?\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[ap]\.? ?m\.?)?|[ap]\.? ?m\.?)"
    r" ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?\Z",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,'’ ])\d{3})(?:\1\d{3})*")
_SIGNED = re.compile(r"[+-]?\d[\d.,'’ ]*\Z")

_COMPACT = len("20261120")
_SERIAL = len("46346")
_EXAMPLE = "2024-02-29"
_EARLIEST, _LATEST = 32874, 73050  # of the years 1990 to 2099


@cache
def _months() -> dict[str, int]:
    """The months by their names in every language, and by the three letters with which one of them alone begins."""
    short: dict[str, set[int]] = {}
    for name, month in month_names.full().items():
        short.setdefault(name[:3], set()).add(month)
    return {beginning: min(numbers) for beginning, numbers in short.items() if len(numbers) == 1} | month_names.every()


def seen(text: str) -> str:
    """The text as a person sees it: nothing invisible, plain and single spaces, trimmed."""
    return " ".join(_UNSEEN.sub("", text).split())


def plain(text: str) -> str:
    """The text without what people leave out of codes and labels: case, accents, ``_`` and ``-`` for spaces."""
    return " ".join(bare(seen(text).replace("_", " ").replace("-", " ")).split())


def is_month(word: str) -> bool:
    """Whether it names a month, or begins as one does."""
    return fold(word) in _months()


def plain_digits(text: str) -> str:
    """The text with the digits 0 to 9 in place of those of other scripts, and of wide ones."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def dates(text: str) -> list[date]:
    """Every day that the text can mean, the day written first coming first. A time other than midnight is no slip."""
    written = _MIDNIGHT.sub("", seen(text))
    if written.isdecimal():
        return _digits_alone(written)
    if match := _NUMERIC.fullmatch(written):
        first, _, second, last = match.groups()
        if len(first) == 4 and len(last) <= 2:
            return _days((first, second, last))
        if len(last) == 4 and len(first) <= 2:
            return _days((last, second, first), (last, first, second))
        return []
    if match := _DAY_MONTH.fullmatch(written):
        day, month, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(written):
        month, day, year = match.groups()
    else:
        return []
    number = _months().get(fold(month))
    return _days((year, str(number), day)) if number is not None else []


def day_first(text: str) -> bool | None:
    """Whether a date such as ``13/04/2026`` has its day in front of the month; None if it does not prove either."""
    match = _NUMERIC.fullmatch(_MIDNIGHT.sub("", seen(text)))
    if match is None or len(match[4]) != 4 or len(match[1]) > 2:
        return None
    readings = _days((match[4], match[3], match[1]), (match[4], match[1], match[3]))
    return int(match[1]) > int(match[3]) if len(readings) == 1 and match[1] != match[3] else None


def day_of_time(text: str) -> list[date] | None:
    """The days that a text with a time of day can mean, none if it names none; None if it holds no time."""
    written = seen(text)
    time = _TIME.search(written)
    return dates(written[: time.start()]) if time is not None else None


def _digits_alone(written: str) -> list[date]:
    """A day without signs (``20261120``), or as spreadsheets count them: since 1900, or since 1904."""
    if len(written) == _COMPACT:
        return _days((written[:4], written[4:6], written[6:]), (written[4:], written[2:4], written[:2]))
    if len(written) == _SERIAL and _EARLIEST <= int(written) <= _LATEST:
        return [start + timedelta(days=int(written)) for start in (date(1899, 12, 30), date(1904, 1, 1))]
    return []


def numbers(text: str, *, percent: bool) -> list[str]:
    """Every number that the text can mean, plainly written. ``percent``: a percent sign may stand behind it."""
    written = seen(text)
    if percent:
        written = written.removesuffix("%").rstrip()
    if not _SIGNED.match(written):
        return []
    readings = [written.replace(",", ".")] if re.fullmatch(r"[+-]?\d+[.,]\d+", written) else []
    if match := _GROUPED.fullmatch(written):
        once = written.count(match[1]) == 1
        whole = written.replace(match[1], "")
        if not (once and match[1] in ".,"):
            return [_without_plus(whole)]  # 1.234.567, 1 234: no decimal sign could stand there
        if not written.lstrip("+-").startswith("0"):
            readings.insert(0, whole)
    elif match := re.fullmatch(r"([+-]?\d{1,3}(?:([.,'’ ])\d{3})(?:\2\d{3})*)([.,])(\d+)", written):
        if match[2] != match[3]:
            readings = [f"{match[1].replace(match[2], '')}.{match[4]}"]
    elif re.fullmatch(r"[+-]?\d+", written):
        readings = [written]
    return [_without_plus(reading) for reading in readings]


def without_time(text: str) -> str | None:
    """The day as it is to be written in place of a text with a time: each that it can mean, or an example. None if the
    text holds no time.
    """
    days = day_of_time(text)
    if days is None:
        return None
    return " / ".join(day.isoformat() for day in days) or _EXAMPLE


def in_words(day: date, language: str) -> str:
    """The day as people say it, which can be read in one way only."""
    return catalogue.day(day, language)


def two_readings(first: date, second: date) -> dict[str, str]:
    """What the rule ``ambiguous-date`` says of them: as they are to be written, and in words."""
    days = {"first": first.isoformat(), "second": second.isoformat()}
    for language in LANGUAGES:
        days[f"first_words_{language}"] = in_words(first, language)
        days[f"second_words_{language}"] = in_words(second, language)
    return days


def _days(*parts: tuple[str, str, str]) -> list[date]:
    days: dict[date, None] = {}
    for year, month, day in parts:
        try:
            days[date(int(year), int(month), int(day))] = None
        except ValueError:  # no such day
            continue
    return list(days)


def _without_plus(number: str) -> str:
    return number.removeprefix("+")
