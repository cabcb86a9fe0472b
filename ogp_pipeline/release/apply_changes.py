"""Replays change lines: the base release's rows plus the lines are exactly the new release's rows.

This is what a portal does which holds one version and wants the next; the test of ``changes`` relies on it
too.
"""

import json

import pandas as pd
import pyarrow as pa

from ogp_pipeline.release.changes import text_rows
from ogp_pipeline.release.shape import TableShape, arrow_schema, canonical, frame_of, from_text, in_key_order


def apply_changes(
    base: pd.DataFrame | None, old: TableShape | None, lines: pd.DataFrame, new: TableShape
) -> pd.DataFrame:
    """The new release's frame of one table, from the base's frame and shape (None: the table is new) and its
    lines.

    Lines of other tables are passed over, so a dataset's whole file may be given; so are columns beside those of
    ``changes.EARLIER``.
    """
    rows = text_rows(canonical(base, old), old) if base is not None and old is not None else {}
    if old is not None and old.primary_key != new.primary_key:
        rows = {}  # every row comes again under its new key
    wanted = lines[["op", "table", "key", "field", "new"]]
    for op, table, key_json, field, value in wanted.itertuples(index=False):
        if table != new.name:
            continue
        identity = json.loads(key_json)
        key = tuple(identity.values())
        if op != "delete":
            rows.setdefault(key, {})[field] = None if pd.isna(value) else value
        elif tuple(identity) == new.primary_key:
            rows.pop(key, None)
    schema = arrow_schema(new)
    arrays = [from_text([row.get(field.name) for row in rows.values()], field, new.name) for field in schema]
    return frame_of(in_key_order(pa.Table.from_arrays(arrays, schema=schema), new))
