"""Text of an accepted cell -> a typed value, and lists of such values -> a frame with the schema's types.

    string   StringDtype (pyarrow)      boolean  BooleanDtype
    integer  Int64                      date     date32 (pyarrow)
    number   decimal (pyarrow)

An empty cell is null in every type. What a cell can hold is defined in ``cell_types``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from operator import itemgetter

import pandas as pd
from pandas.api.extensions import ExtensionDtype

from ogp_pipeline.schema import cell_types
from ogp_pipeline.schema.schemas import Table

Value = cell_types.Value
Parser = cell_types.Parser

_DTYPES: Mapping[str, ExtensionDtype] = {
    "string": pd.StringDtype("pyarrow"),
    "integer": pd.Int64Dtype(),
    "boolean": pd.BooleanDtype(),
    "date": pd.ArrowDtype(cell_types.ARROW["date"]),
    "number": pd.ArrowDtype(cell_types.ARROW["number"]),
}


def dtype(field_type: str) -> ExtensionDtype:
    """The column type of a schema's field type."""
    return _DTYPES[field_type]


def parser(field_type: str) -> Parser:
    """The function from a cell's text to its value; ValueError if it does not fit."""
    return cell_types.parser(field_type)


def rendered(value: Value) -> str:
    """A value as canonical text: what keys are made of (``7``, ``0.5``, ``2024-01-05``, ``true``)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def frame(table: Table, values: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """A frame of the table's columns, one list for each (null if a column is not given), in key order."""
    length = len(next(iter(values.values()), ()))
    if not length:
        return _empty(tuple((field.name, field.type) for field in table.fields)).copy()
    nothing = [None] * length
    given = {field.name: values.get(field.name, nothing) for field in table.fields}
    order = _order([given[name] for name in table.primary_key])
    if order != list(range(length)):
        in_order = itemgetter(*order)
        given = {name: in_order(column) for name, column in given.items()}
    # By arrays: of a few rows, series and a sorting by pandas would take ten times as long.
    return pd.DataFrame({field.name: _array(given[field.name], field.type) for field in table.fields}, copy=False)


def _array(column: Sequence[object], field_type: str) -> pd.api.extensions.ExtensionArray:
    return pd.array(list(column), dtype=dtype(field_type))  # type: ignore[call-overload,no-any-return]


def _order(keys: Sequence[Sequence[object]]) -> list[int]:
    """The places of rows in the order of their keys; a part that is missing comes last."""
    rows = list(zip(*keys, strict=True))
    places = range(len(rows))
    try:
        return sorted(places, key=rows.__getitem__)
    except TypeError:
        return sorted(places, key=lambda place: [(1, "") if pd.isna(part) else (0, part) for part in rows[place]])


@cache
def _empty(typed: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """No rows under (name, type) columns; most tables of most countries are empty, and making one takes a while."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype(kind)) for name, kind in typed})
