"""In which formats every table is published, in the order in which a release's record names the files.

A new one is a module beside ``csv_format`` that ends in a ``TableFormat``, and a line here.
"""

from ogp_pipeline.release import csv_format, jsonl_format, parquet_format
from ogp_pipeline.release.table_format import TableFormat

# CSV comes first: its hash is the table's.
TABLE_FORMATS: tuple[TableFormat, ...] = (csv_format.FORMAT, parquet_format.FORMAT, jsonl_format.FORMAT)
