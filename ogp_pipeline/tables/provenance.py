"""The published provenance: for every row of every table, the delivery, file and place that it came from.

Rows that the programme file states carry no hash of it here, because that would make a new release of every comment
that somebody edits in it: the manifest names the file, and ``trace`` finds it there.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from ogp_pipeline.tables.tables import PROGRAMME_SUPPLIER, Tables, written


def provenance(tables: Tables) -> pd.DataFrame:
    """The table ``provenance``: one row for each row that has an origin, in (table, key) order."""
    places, origins = list(tables.origins), list(tables.origins.values())
    values: Mapping[str, Sequence[object]] = {
        "table": [table for table, _ in places],
        "key": [written(key) for _, key in places],
        "delivery": [None if origin.supplier == PROGRAMME_SUPPLIER else origin.delivery for origin in origins],
        "supplier": [origin.supplier for origin in origins],
        "source": [origin.source for origin in origins],
        "known_on": [origin.known_on for origin in origins],
        "file": [origin.file for origin in origins],
        "file_sha256": [None if origin.supplier == PROGRAMME_SUPPLIER else origin.file_sha256 for origin in origins],
        "sheet": [origin.place.sheet for origin in origins],
        "line": [origin.place.line for origin in origins],
        "cell": [origin.place.cell for origin in origins],
    }
    types = tables.frames["provenance"].dtypes
    typed = {column: pd.Series(list(values[str(column)]), dtype=kind) for column, kind in types.items()}
    return pd.DataFrame(typed).sort_values(["table", "key"], kind="stable", ignore_index=True)
