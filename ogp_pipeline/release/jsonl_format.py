"""JSON Lines: one object per row and line (LF), keys in schema order, UTF-8, every key present, absent values
null.

Dates are ISO text. Numbers are written digit by digit from their decimals; JSON readers may make binary
floats of them, which is the reader's choice and not in the file.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release.shape import TableShape, arrow_schema, as_text, canonical, from_text
from ogp_pipeline.release.table_format import TableFormat

MEDIA_TYPE = "application/jsonl"
_BATCH = 20_000


def write(frame: pd.DataFrame, table: TableShape, path: Path) -> None:
    """Write the frame, brought into canonical form."""
    write_rows(canonical(frame, table), path)


def write_rows(rows: pa.Table, path: Path) -> None:
    """Write rows in the order in which they stand."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for start in range(0, rows.num_rows, _BATCH):
            file.writelines(_lines(rows.slice(start, _BATCH)))


def read_rows(path: Path, table: TableShape) -> pa.Table:
    """The rows with the table's Arrow schema. OgpError: a line is not JSON or has other keys."""
    schema = arrow_schema(table)
    columns: list[list[str | None]] = [[] for _ in schema]
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line, parse_float=Decimal)
            except json.JSONDecodeError as error:
                raise OgpError(f"{path.name}, line {number}: {error}") from error
            if list(row) != schema.names:
                raise OgpError(f"{path.name}, line {number}: keys {list(row)}, expected {schema.names}")
            for column, value in zip(columns, row.values(), strict=True):
                column.append(text_of(value))
    arrays = [from_text(texts, field, table.name) for texts, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _lines(rows: pa.Table) -> Iterator[str]:
    keys = [json.dumps(name, ensure_ascii=False) for name in rows.column_names]
    columns = [values(column) for column in rows.columns]
    for row in zip(*columns, strict=True):
        yield "{" + ",".join(f"{key}:{value}" for key, value in zip(keys, row, strict=True)) + "}\n"


def values(column: pa.ChunkedArray) -> list[str]:
    """A column's values as JSON."""
    texts = as_text(column)
    bare = pa.types.is_integer(column.type) or pa.types.is_boolean(column.type) or pa.types.is_decimal(column.type)
    if bare:
        return ["null" if text is None else text for text in texts]
    return ["null" if text is None else json.dumps(text, ensure_ascii=False) for text in texts]


def text_of(value: object) -> str | None:
    """The canonical text of a value that JSON gave; numbers come as ``Decimal``."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# Neither the EU nor IANA has a code for JSON Lines, and "JSON" would send a portal's preview astray.
FORMAT = TableFormat("jsonl", MEDIA_TYPE, "JSON Lines", None, write_rows, read_rows)
