"""Parquet, written by pyarrow with every setting that reaches the bytes fixed; the lock file fixes pyarrow
itself.

The file's own types are complete (date32, decimal, UTF-8, required columns), so neither pandas' nor Arrow's
metadata is stored: both may differ between two machines that write the same rows.
"""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ogp_pipeline.release.shape import TableShape, arrow_schema, canonical
from ogp_pipeline.release.table_format import TableFormat

MEDIA_TYPE = "application/vnd.apache.parquet"


def write(frame: pd.DataFrame, table: TableShape, path: Path) -> None:
    """Write the frame, brought into canonical form."""
    write_rows(canonical(frame, table), path)


def write_rows(rows: pa.Table, path: Path) -> None:
    """Write rows in the order in which they stand."""
    pq.write_table(
        rows.replace_schema_metadata(None),
        path,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        row_group_size=128 * 1024,
        data_page_size=1024 * 1024,
        use_dictionary=True,
        write_statistics=True,
        store_schema=False,
    )


def heading(path: Path) -> list[str]:
    """The columns that a file has."""
    return [str(name) for name in pq.read_schema(path).names]


def read_rows(path: Path, table: TableShape) -> pa.Table:
    """The rows with the table's Arrow schema; Arrow raises when the file's columns differ."""
    with pq.ParquetFile(path) as file:  # not ``read_table``, which makes a dataset of one file first: thrice as long
        rows = file.read(use_threads=False)
    return rows.cast(arrow_schema(table))


FORMAT = TableFormat("parquet", MEDIA_TYPE, "Parquet", "PARQUET", write_rows, read_rows)
