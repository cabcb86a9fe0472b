"""Text of an accepted cell -> a typed value, and lists of such values -> a frame with the schema's types.

    string   StringDtype (pyarrow)      boolean  BooleanDtype
    integer  Int64                      date     date32 (pyarrow)
    number   decimal128(18, 6): published numbers are exact, never binary floats

An empty cell is null in every type. Values were judged by frictionless before they were accepted, so the
parsers here take all that it takes (``+5``, ``2024-1-5``, other scripts' digits) and have nothing of their
own to refuse.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionDtype

from ogp_pipeline.schemas import Table

Value = str | int | bool | date | Decimal | None
Parser = Callable[[str], Value]

_DTYPES: Mapping[str, ExtensionDtype] = {
    "string": pd.StringDtype("pyarrow"),
    "integer": pd.Int64Dtype(),
    "boolean": pd.BooleanDtype(),
    "date": pd.ArrowDtype(pa.date32()),
    "number": pd.ArrowDtype(pa.decimal128(18, 6)),
}


def dtype(field_type: str) -> ExtensionDtype:
    """The column type of a schema's field type."""
    return _DTYPES[field_type]


def parser(field_type: str) -> Parser:
    """The function from a cell's text to its value; ValueError or OverflowError if it does not fit."""
    return _PARSERS[field_type]


def rendered(value: Value) -> str:
    """A value as canonical text: what keys are made of (``7``, ``2024-01-05``, ``true``)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def frame(table: Table, values: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """A frame of the table's columns, one list for each (null if a column is not given), in key order."""
    length = len(next(iter(values.values()), ()))
    if not length:
        return _empty(tuple((field.name, field.type) for field in table.fields)).copy()
    typed = {
        field.name: pd.Series(list(values.get(field.name, [None] * length)), dtype=dtype(field.type))
        for field in table.fields
    }
    made = pd.DataFrame(typed, columns=list(table.field_names))
    return made.sort_values(list(table.primary_key), kind="stable", ignore_index=True)


@cache
def _empty(typed: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """No rows under (name, type) columns; most tables of most countries are empty, and making one takes a while."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype(kind)) for name, kind in typed})


def _string(text: str) -> Value:
    return text or None


def _integer(text: str) -> Value:
    return _in_64_bits(int(text)) if text else None


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
    return date(int(year), int(month), int(day))


def _number(text: str) -> Value:
    return Decimal(text) if text else None


def _in_64_bits(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise OverflowError(f"{number} does not fit in 64 bits")
    return number


_PARSERS: Mapping[str, Parser] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "number": _number,
}
