"""What a cell of each type can hold: one definition for the check on arrival, the tables and the published formats.

    string   UTF-8 text     boolean  true, false
    integer  64 bits        date     the days of the years 1 to 9999
    number   decimal128(18, 6): published numbers are exact, never binary floats

frictionless reads more than this: ``INF``, ``NaN`` and ``1e400`` are numbers to it. What a column cannot hold is told
from its Arrow type, so that a cell which the check accepts always finds its place. Texts come from files whose
readers refuse what UTF-8 cannot carry.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal, InvalidOperation

import pyarrow as pa

Value = str | int | bool | date | Decimal | None
Parser = Callable[[str], Value]

ARROW: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "number": pa.decimal128(18, 6),
}
PLACES: int = ARROW["number"].scale
_WHOLE: int = ARROW["number"].precision - PLACES
_HIGHEST = 2 ** (ARROW["integer"].bit_width - 1) - 1
_LOWEST = -_HIGHEST - 1


class NotHeld(ValueError):
    """The text is of the type, and the columns of that type cannot hold its value."""


def parser(field_type: str) -> Parser:
    """The function from a cell's text to its value, None for an empty one.

    It takes all that frictionless takes (``+5``, ``2024-1-5``, other scripts' digits) and the column can hold. It
    raises NotHeld for what the column cannot hold, and another ValueError for what is not of the type.
    """
    return _PARSERS[field_type]


def is_held(field_type: str, text: str) -> bool:
    """False if the text is of the type and a column cannot hold it; what is not of the type is another's to judge."""
    try:
        parser(field_type)(text)
    except NotHeld:
        return False
    except ValueError:
        return True
    return True


def bounds(field_type: str) -> dict[str, str]:
    """What a column of the type can hold, as details of a problem; nothing for types that hold all that can be read."""
    if field_type == "number":
        return {"whole": str(_WHOLE), "places": str(PLACES)}
    if field_type == "integer":
        return {"lowest": str(_LOWEST), "highest": str(_HIGHEST)}
    return {}


def is_ordered(field_type: str, text: str) -> bool:
    """Whether the text can be compared with others of its type: a NaN, which frictionless takes for one, cannot."""
    try:
        return field_type != "number" or not text or not Decimal(text).is_nan()
    except InvalidOperation:
        return True


def _string(text: str) -> Value:
    return text or None


def _integer(text: str) -> Value:
    if not text:
        return None
    number = int(text)
    if not _LOWEST <= number <= _HIGHEST:
        raise NotHeld(f"{text} does not fit in {ARROW['integer'].bit_width} bits")
    return number


def _boolean(text: str) -> Value:
    if text in ("true", "false"):
        return text == "true"
    if text:
        raise ValueError(f"«{text}» is neither true nor false")
    return None


def _date(text: str) -> Value:
    if not text:
        return None
    year, month, day = text.split("-")
    try:
        return date(int(year), int(month), int(day))
    except OverflowError as error:
        raise ValueError(f"«{text}» is not a day of the calendar") from error


def _number(text: str) -> Value:
    """The number with all the places of the column: nothing is rounded."""
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"«{text}» is not a number") from error
    if not number.is_finite():
        raise NotHeld(f"{text} is not a finite number")
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # of a finite number it is
    if not number:
        return Decimal(0).scaleb(-PLACES)
    if number.adjusted() >= _WHOLE:
        raise NotHeld(f"{text} has more than {_WHOLE} digits before the point")
    surplus = -exponent - PLACES
    if surplus > 0 and (surplus >= len(digits) or any(digits[-surplus:])):
        raise NotHeld(f"{text} has more than {PLACES} digits after the point")
    return number.quantize(Decimal(1).scaleb(-PLACES), context=Context(prec=_WHOLE + PLACES))


_PARSERS: Mapping[str, Parser] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "number": _number,
}
