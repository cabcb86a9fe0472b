"""Runs in the consumers' environment: queries of the documentation, by DuckDB with its extension for HTTP.

JSON: the rows of each query. The extension comes from its package, instead of by `INSTALL` from its makers' server.
"""

import json
import sys
from pathlib import Path

import duckdb
import duckdb_extension_httpfs

[extension] = Path(duckdb_extension_httpfs.__file__).parent.glob("extensions/*/httpfs.duckdb_extension")
database = duckdb.connect()
database.execute(f"LOAD '{extension}'")
_, _, queries = sys.argv[1].partition("LOAD httpfs;")
json.dump([database.execute(query).fetchall() for query in queries.split(";") if query.strip()], sys.stdout)
