"""Dates and numbers as people write them, to ISO dates and plain decimals: only where there is one reading.

``strptime`` knows the month names of one language only; those of all that we speak are put into its own first.
"""

import re
from calendar import month_abbr, month_name, monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.sources import month_names, ordinals

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}:\d{2})?")
_DIRECTIVE = re.compile(r"%-?([A-Za-z%])")
_OF_DAYS, _OF_MONTHS = frozenset("djxcDFUuVWwaA"), frozenset("mbBh")
_DOTTED = re.compile(r"([^\W\d_])\.")
_WORD = re.compile(r"[^\W\d_]+")
_GROUPS = r"[  '\u2009]"
_NUMBERS = {
    ",": re.compile(rf"([+-]?)(\d{{1,3}}(?:(?:\.|{_GROUPS})\d{{3}})+|\d+)(?:,(\d+))?\s*%?"),
    ".": re.compile(rf"([+-]?)(\d{{1,3}}(?:(?:,|{_GROUPS})\d{{3}})+|\d+)(?:\.(\d+))?\s*%?"),
}


def dates(text: str, formats: Sequence[str], *, last: bool = False) -> list[date]:
    """Every different date that the text is under the formats; a full ISO date is always one, and then the
    only. A format that names no day gives the first one of what it names, or the ``last``.
    """
    if match := _ISO.fullmatch(text):
        return _parsed(match[1], "%Y-%m-%d")
    ways = dict.fromkeys(
        way
        for plain in (text, ordinals.bare(text))  # a format may have the sign itself: ``%B %dth %Y``
        for way in (
            plain,
            _renamed(plain, month_names.full(), month_name.__getitem__),
            _renamed(plain, month_names.abbreviated(), month_abbr.__getitem__),
            _renamed(_DOTTED.sub(r"\1", plain), month_names.abbreviated(), month_abbr.__getitem__),
        )
    )
    readings = {
        _last(day, form) if last else day: None
        for form in formats
        for written in ways
        for day in _parsed(written, form)
    }
    return sorted(readings)


def _renamed(text: str, numbers: Mapping[str, int], name: Callable[[int], str]) -> str:
    """The text with its months as ``strptime`` calls them."""

    def renamed(word: re.Match[str]) -> str:
        number = numbers.get(fold(word[0]))
        return word[0] if number is None else name(number)

    return _WORD.sub(renamed, text)


def _last(day: date, form: str) -> date:
    """The last day of the month or year that a format names, where it names no day."""
    named = set(_DIRECTIVE.findall(form))
    if named & _OF_DAYS:
        return day
    if named & _OF_MONTHS:
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day.replace(month=12, day=31)


def _parsed(text: str, form: str) -> list[date]:
    try:
        return [datetime.strptime(text, form).date()]  # noqa: DTZ007 (only the day is used)
    except ValueError:
        return []


def hundredfold(number: str) -> str:
    """A number as many hundredths: ``0.45`` as ``45``; what is none as it is."""
    try:
        return f"{Decimal(number) * 100:f}".rstrip("0").rstrip(".") if "." in number else f"{Decimal(number) * 100:f}"
    except InvalidOperation:
        return number


def number(text: str, sign: str) -> str | None:
    """The number with a decimal point and no grouping, or None. ``sign``: the decimal sign, ``,`` or ``.``.

    Groups must be of three digits, so that ``62.5`` is no number where the comma is the decimal sign. A
    trailing percent sign is dropped: the column says what the unit is.
    """
    if not (match := _NUMBERS[sign].fullmatch(text)):
        return None
    minus, whole, fraction = match.groups()
    digits = re.sub(r"\D", "", whole)
    return f"{'-' if minus == '-' else ''}{digits}" + (f".{fraction}" if fraction else "")
