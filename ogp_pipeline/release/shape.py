"""What a published table looks like, and the one canonical form of its rows that every format is written
from.

Canonical rows: exactly the shape's columns in order, sorted by primary key (text by code point), keys filled
and unique, an empty text stored as null. Types are those of ``cell_types``; the places of a number are fixed, so that
the same value always has the same text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from ogp_pipeline.errors import OgpError, SchemaError
from ogp_pipeline.schema.cell_types import ARROW
from ogp_pipeline.schema.schemas import Table

_PANDAS: dict[pa.DataType, ExtensionDtype] = {
    ARROW["string"]: pd.StringDtype("pyarrow"),
    ARROW["integer"]: pd.Int64Dtype(),
    ARROW["boolean"]: pd.BooleanDtype(),
    ARROW["date"]: pd.ArrowDtype(ARROW["date"]),
    ARROW["number"]: pd.ArrowDtype(ARROW["number"]),
}


@dataclass(frozen=True, slots=True)
class CanonicalColumn:
    """A column of a table that only a published descriptor describes."""

    name: str
    type: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as an earlier release published it: today's schemas may know it differently, or no longer."""

    name: str
    fields: tuple[CanonicalColumn, ...]
    primary_key: tuple[str, ...]


# What the formats need of a table (its name, columns and key) is the same of both: today's tables, and earlier ones.
TableShape = Table | Shape


def names(shape: TableShape) -> list[str]:
    """The column names in their order."""
    return [field.name for field in shape.fields]


def arrow_schema(shape: TableShape) -> pa.Schema:
    """The Arrow schema of the canonical rows. SchemaError: a type that no format here can hold."""
    columns = []
    for field in shape.fields:
        if field.type not in ARROW:
            raise SchemaError(f"{shape.name}.{field.name} has type {field.type!r}; publishable: {', '.join(ARROW)}")
        required = field.required or field.name in shape.primary_key
        columns.append(pa.field(field.name, ARROW[field.type], nullable=not required))
    return pa.schema(columns)


def canonical(frame: pd.DataFrame, shape: TableShape) -> pa.Table:
    """The frame as canonical rows. OgpError: columns missing or unknown, a key empty or twice, a value out of
    type.
    """
    wanted, given = names(shape), [str(column) for column in frame.columns]
    if sorted(wanted) != sorted(given):
        missing, unknown = sorted(set(wanted) - set(given)), sorted(set(given) - set(wanted))
        raise OgpError(f"table {shape.name}: columns missing {missing}, unknown {unknown}")
    if frame.empty and shape.primary_key:  # as most tables of most countries are
        return arrow_schema(shape).empty_table()
    return in_key_order(arrow_rows(frame, shape), shape)


def arrow_rows(frame: pd.DataFrame, shape: TableShape) -> pa.Table:
    """The frame's rows with the shape's types, in their own order. OgpError: a value out of type, or missing."""
    schema = arrow_schema(shape)
    columns = [_column(frame[field.name], field, shape.name) for field in schema]
    for field, column in zip(schema, columns, strict=True):
        if not field.nullable and column.null_count:
            raise OgpError(f"table {shape.name}: {column.null_count} rows have no {field.name}, which is required")
    return pa.Table.from_arrays(columns, schema=schema)


def in_key_order(rows: pa.Table, shape: TableShape) -> pa.Table:
    """The rows sorted by primary key, text by code point. OgpError: a key stands twice."""
    if not shape.primary_key:
        raise SchemaError(f"table {shape.name} has no primary key: its rows could not be ordered or compared")
    ordered = rows.sort_by([(column, "ascending") for column in shape.primary_key]).combine_chunks()
    if _has_no_neighbours_of_one_key([ordered[column] for column in shape.primary_key]):
        return ordered
    counts = ordered.group_by(list(shape.primary_key)).aggregate([([], "count_all")])
    repeated = counts.filter(pc.greater(counts["count_all"], 1)).select(list(shape.primary_key))
    if repeated.num_rows:
        first = "/".join(str(value) for value in repeated.slice(0, 1).to_pylist()[0].values())
        raise OgpError(f"table {shape.name}: {repeated.num_rows} keys stand twice or more, the first is {first}")
    return ordered


def _has_no_neighbours_of_one_key(key: Sequence[pa.ChunkedArray]) -> bool:
    """Whether no two rows that follow each other surely have one key: the quick answer, as rows are ordered by it.

    Where a part of a key is missing, there is no quick answer.
    """
    if len(key[0]) < 2:
        return True
    same = [pc.equal(column.slice(1), column.slice(0, len(column) - 1)) for column in key]
    return not any(column.null_count for column in key) and not pc.any(reduce(pc.and_, same)).as_py()


def frame_of(rows: pa.Table) -> pd.DataFrame:
    """Canonical rows as a frame, with the dtypes that ``tables`` uses (``_PANDAS``)."""
    if rows.num_rows == 0:  # as most tables of most countries are
        return _no_rows(rows.schema).copy()
    columns = zip(rows.column_names, rows.columns, strict=True)  # ``to_pandas`` takes twice as long over small tables
    return pd.DataFrame({name: _from_arrow(column) for name, column in columns}, copy=False)


def _from_arrow(column: pa.ChunkedArray) -> ExtensionArray:
    dtype: Any = _PANDAS[column.type]  # the types do not tell of ``__from_arrow__``, which pandas documents
    array: ExtensionArray = dtype.__from_arrow__(column)
    return array


@cache
def _no_rows(schema: pa.Schema) -> pd.DataFrame:
    empty: pd.DataFrame = schema.empty_table().to_pandas(types_mapper=_PANDAS.get)
    return empty


def as_text(column: pa.ChunkedArray) -> list[str | None]:
    """Values as the canonical text: ISO dates, ``true``/``false``, plain digits; null stays None."""
    if pa.types.is_decimal(column.type):  # Arrow's own cast may choose an exponent
        return [None if value is None else format(value, "f") for value in column.to_pylist()]
    texts: list[str | None] = column.cast(pa.string()).to_pylist()
    return texts


def from_text(texts: Sequence[str | None], field: pa.Field, table: str) -> pa.Array:
    """The reverse of ``as_text``. OgpError names table and column when a text does not fit its type."""
    array = pa.array(texts, pa.string())
    if field.type == array.type:
        return array
    if pa.types.is_boolean(field.type) and not pc.all(pc.is_in(array.drop_null(), _BOOLEANS), min_count=0).as_py():
        raise OgpError(f"table {table}, {field.name}: neither true nor false")
    try:
        return array.cast(field.type)
    except pa.ArrowInvalid as error:
        raise OgpError(f"table {table}, {field.name}: {error}") from error


_BOOLEANS = pa.array(["true", "false"])


def _column(series: "pd.Series[Any]", field: pa.Field, table: str) -> pa.ChunkedArray:
    try:
        if pa.types.is_decimal(field.type):  # Int64 or Decimal objects; never through binary floats
            array = pa.array([None if pd.isna(value) else value for value in series], field.type)
        else:
            array = pa.Array.from_pandas(series).cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise OgpError(f"table {table}, {field.name}: not every value is a {field.type}: {error}") from error
    if pa.types.is_string(field.type):
        array = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array], field.type)
