"""The canonical CSV: UTF-8 without BOM, comma, header in schema order, rows in key order, lines end in CRLF.

CRLF and not LF because RFC 4180, Data Package's default dialect and the media type text/csv all say so, and
because Python's writer then quotes both CR and LF inside a cell, so that texts with any line break come back
unchanged. A null is an empty field; an empty text does not exist (``shape.canonical``), hence ``""`` is never
written. The sha256 of this file is a table's *logical hash*: two releases hold the same rows if and only if
it is equal.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release.shape import (
    TableShape,
    arrow_schema,
    as_text,
    canonical,
    frame_of,
    from_text,
    names,
)
from ogp_pipeline.release.table_format import TableFormat

MEDIA_TYPE = "text/csv"
LINE_END = "\r\n"
_BATCH = 20_000  # rows turned into text at a time
_LONGEST_CELL = 2**27  # characters; csv's own default of 131,072 is less than a long progress text


def write(frame: pd.DataFrame, table: TableShape, path: Path) -> None:
    """Write the frame, brought into canonical form. OgpError as ``shape.canonical`` says."""
    write_rows(canonical(frame, table), path)


def write_rows(rows: pa.Table, path: Path) -> None:
    """Write rows in the order in which they stand."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for chunk in _lines(rows):
            file.write(chunk)


def render(rows: pa.Table) -> Iterator[bytes]:
    """The same bytes as ``write_rows``, in pieces, for hashing without a file."""
    return (chunk.encode() for chunk in _lines(rows))


def heading(path: Path) -> list[str]:
    """The columns that a file has."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file, strict=True), [])


def read_csv(path: Path, table: TableShape) -> pd.DataFrame:
    """Read a canonical CSV back with exact types. OgpError: other columns than the table's, or a value out of
    type.
    """
    return frame_of(read_rows(path, table))


def read_rows(path: Path, table: TableShape) -> pa.Table:
    """As ``read_csv``, as Arrow rows. The csv module reads: Arrow may lose a LF at a block's edge inside a
    cell.
    """
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            if header != names(table):
                raise OgpError(f"{path.name}: columns {header}, expected {names(table)}")
            columns: list[list[str | None]] = [[] for _ in header]
            for row in reader:
                for column, cell in zip(columns, row, strict=True):
                    column.append(cell or None)
        except (csv.Error, ValueError) as error:
            raise OgpError(f"{path.name}, line {reader.line_num}: {error}") from error
    schema = arrow_schema(table)
    if not any(columns):
        return schema.empty_table()
    arrays = [from_text(texts, field, table.name) for texts, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _lines(rows: pa.Table) -> Iterator[str]:
    yield _text([rows.column_names])
    for start in range(0, rows.num_rows, _BATCH):
        part = rows.slice(start, _BATCH)
        yield _text(zip(*(as_text(column) for column in part.columns), strict=True))


def _text(records: Iterable[Iterable[str | None]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=LINE_END).writerows(records)
    return buffer.getvalue()


FORMAT = TableFormat("csv", MEDIA_TYPE, "CSV", "CSV", write_rows, read_rows)
