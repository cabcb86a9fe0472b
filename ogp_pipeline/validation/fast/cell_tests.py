"""Which cells are certainly valid: a vectorised test for each column, as expressions of polars.

A test *proves* cells valid: it is written so as to pass nothing which frictionless refuses (regular expressions of
explicit ASCII classes, casts of polars, which read fewer numbers than Python, comparisons with margins).

Frames have one text column for each field, named by its place; a null is a cell which the row lacks.
"""

import math
import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from frictionless import Field
from frictionless.fields import (
    AnyField,
    BooleanField,
    DateField,
    IntegerField,
    NumberField,
    StringField,
    YearField,
    YearmonthField,
)

from ogp_pipeline.validation.fast.opening import HeadingColumn
from ogp_pipeline.validation.fast.patterns import translate

_DAY_OF_ANY_YEAR = "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_DATE = f"[1-9][0-9]{{3}}-{_DAY_OF_ANY_YEAR}"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?"
FORMATS = {
    "email": rf"^[A-Za-z0-9]{{1,20}}(?:[._][A-Za-z0-9]{{1,20}}){{0,2}}@{_LABEL}\.(?:{_LABEL}\.)?[a-z]{{2,6}}$",
    "uri": rf"^https?://{_LABEL}(?:\.{_LABEL}){{1,4}}(?:/[A-Za-z0-9_.~-]*)*$",
    "uuid": "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "binary": "^(?:[A-Za-z0-9+/]{4})+$",
}
SHAPES = {
    "date": f"^{_DATE}$",
    "datetime": f"^{_DATE}T{_TIME}Z?$",
    "time": f"^{_TIME}Z?$",
    "yearmonth": "^[0-9]{4}-(?:0[1-9]|1[0-2])$",
    "geopoint": r"^-?(?:1[0-7][0-9]|[0-9]{1,2})(?:\.[0-9]{1,15})?,-?[0-8]?[0-9](?:\.[0-9]{1,15})?$",
}
_SEPARATORS = frozenset({"", ".", ",", " ", "'"})
_SHORT = 15  # characters of a number: no exponent which Decimal refuses
_LARGEST = 1 << 62  # whole numbers within it stay whole in 64 bits, also one further
_COMPARISONS: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}


def missing(column: HeadingColumn) -> pl.Expr:
    """The cells that frictionless takes for missing. Null for a cell which the row lacks."""
    cell = pl.col(str(column.place))
    match column.missing:
        case ():
            return cell.is_null() & False
        case (only,):
            return cell == only
        case several:
            return cell.is_in(texts(several))


def texts(values: Iterable[Any]) -> list[str]:
    """The texts among some values; a cell is never equal to another kind of value."""
    return [value for value in values if isinstance(value, str)]


def whole(cell: pl.Expr) -> pl.Expr:
    """An optional sign and digits, as a number; null for all else. Python's ``int`` reads these and more."""
    return cell.cast(pl.Int64, strict=False)


def number(field: NumberField, cell: pl.Expr) -> pl.Expr | None:
    """The nearest 64-bit float of a number of ordinary shape; null for all else but the names of infinity and of no
    number; None if no shape is ordinary."""
    mark, group = field.decimal_char, field.group_char
    if mark not in {".", ","} or group not in _SEPARATORS or mark == group:
        return None
    if (mark, group, field.bare_number) == (".", "", True):
        value = cell.cast(pl.Float64, strict=False)
        return pl.when(cell.str.len_bytes() <= _SHORT).then(value)
    shaped = cell.str.contains(rf"^-?[0-9]{{1,15}}(?:\{mark}[0-9]{{1,15}})?$")
    return pl.when(shaped).then(cell.str.replace(mark, ".", literal=True).cast(pl.Float64, strict=False))


def typed(column: HeadingColumn) -> pl.Expr | None:
    """The same, of cells which are not missing."""
    field, constraints = column.field, dict(column.constraints)
    constraints.pop("required", None)
    cell = pl.col(str(column.place))
    match field:
        case StringField():
            return _string(field, cell, constraints)
        case AnyField() if not constraints:
            return cell.is_not_null()
        case BooleanField() if not constraints:
            return cell.is_in(texts([*field.true_values, *field.false_values]))
    return _within(field, cell, constraints)


def _string(field: Field, cell: pl.Expr, constraints: Mapping[str, Any]) -> pl.Expr | None:
    test = cell.is_not_null()
    if field.format != "default":
        if field.format not in FORMATS:
            return None
        test &= cell.str.contains(FORMATS[field.format])
    for name, value in constraints.items():
        match name:
            case "minLength" if isinstance(value, int):
                test &= cell.str.len_chars() >= value
            case "maxLength" if isinstance(value, int):
                test &= cell.str.len_chars() <= value
            case "enum":
                test &= cell.is_in(texts(value))
            case "pattern":
                translation = translate(value)
                if translation is None:
                    return None
                test &= cell.str.contains(translation.expression)
                if translation.ascii_only:
                    test &= cell.str.len_bytes() == cell.str.len_chars()
            case _:
                return None
    return test


def _within(field: Field, cell: pl.Expr, constraints: Mapping[str, Any]) -> pl.Expr | None:
    """True for cells of proven shape and inside all bounds; None if a constraint has no test here (``enum``). A text
    that is no number is null, hence not true."""
    if not constraints.keys() <= _COMPARISONS.keys():
        return None
    read = field.create_value_reader()
    bounds = {name: read(bound) for name, bound in constraints.items()}
    match field:
        case IntegerField() | YearField():
            return _between_whole(field, cell, bounds)
        case NumberField():
            return _between(field, cell, bounds)
        case _ if field.format == "default" and field.type in SHAPES:
            test = cell.str.contains(SHAPES[field.type])
            for name, bound in bounds.items():
                text = _sortable(field, bound)
                if text is None:
                    return None
                test &= _COMPARISONS[name](cell, pl.lit(text))
            return test
    return None


def _between_whole(field: Field, cell: pl.Expr, bounds: Mapping[str, object]) -> pl.Expr | None:
    low, high = (0 if isinstance(field, YearField) else -_LARGEST - 1), _LARGEST + 1
    for name, bound in bounds.items():
        if not isinstance(bound, int) or abs(bound) > _LARGEST:
            return None
        match name:
            case "minimum" | "exclusiveMinimum":
                low = max(low, bound + (name != "minimum"))
            case _:
                high = min(high, bound - (name != "maximum"))
    inside = whole(cell).is_between(low, high)
    return inside & (cell.str.len_bytes() == 4) if isinstance(field, YearField) else inside


def _between(field: NumberField, cell: pl.Expr, bounds: Mapping[str, object]) -> pl.Expr | None:
    """Rounding is monotone: what is on the right side of a bound by more than its error is really there. The largest
    finite floats as outermost bounds leave out infinity and, for polars the largest of all, NaN."""
    low, high = -sys.float_info.max, sys.float_info.max
    for name, bound in bounds.items():
        if not isinstance(bound, Decimal | float | int) or not math.isfinite(near := float(bound)) or abs(near) > 1e300:
            return None
        if name in {"minimum", "exclusiveMinimum"}:
            low = max(low, math.nextafter(math.nextafter(math.nextafter(near, math.inf), math.inf), math.inf))
        else:
            high = min(high, math.nextafter(math.nextafter(math.nextafter(near, -math.inf), -math.inf), -math.inf))
    value = number(field, cell)
    return None if value is None else value.is_between(low, high)


def _sortable(field: Field, bound: object) -> str | None:
    """A bound as the text which sorts as its value does among cells of proven shape; None if there is none."""
    match field, bound:
        case DateField(), date():
            return bound.isoformat()
        case YearmonthField(), (int(year), int(month)) if 0 <= year <= 9999:
            return f"{year:04}-{month:02}"
    return None
