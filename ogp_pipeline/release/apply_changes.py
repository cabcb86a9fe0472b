"""Replays published changes: the base release's rows plus the lines are exactly the new release's rows.

This is what a portal does which holds one version and wants the next; the tests of ``changes`` and ``delta`` rely on it
too. Both forms are taken: a line for each row (``delta``), and a line for each cell, as earlier releases have them
(``changes``).
"""

import pandas as pd
import pyarrow as pa

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release import delta
from ogp_pipeline.release.changes import has_same_key, key_texts, text_rows
from ogp_pipeline.release.shape import (
    TableShape,
    arrow_rows,
    arrow_schema,
    as_text,
    canonical,
    frame_of,
    from_text,
    in_key_order,
)

_Rows = dict[tuple[str, ...], dict[str, str | None]]


def apply_changes(
    base: pd.DataFrame | None, old: TableShape | None, lines: pd.DataFrame, new: TableShape
) -> pd.DataFrame:
    """The new release's frame of one table, from the base's frame and shape (None: the table is new) and its lines.

    Lines of rows are those of this table alone. Of lines of cells those of other tables are passed over, so a dataset's
    whole file may be given; so are columns beside those of ``changes.EARLIER``. OgpError: the lines are about a row
    that the base does not have.
    """
    rows = text_rows(canonical(base, old), old) if base is not None and old is not None else {}
    of_rows = delta.OP in lines.columns
    # Lines of cells say of each row that it goes, also where only the type of the key is another; those of rows do not.
    other = old is not None and tuple(old.primary_key) != tuple(new.primary_key)
    if other or (of_rows and old is not None and not has_same_key(old, new)):
        rows = {}  # every row comes again under its new key
    if of_rows:
        _apply_rows(rows, arrow_rows(lines, delta.line_shape(new)), new)
    else:
        _apply_cells(rows, lines, new)
    schema = arrow_schema(new)
    arrays = [from_text([row.get(field.name) for row in rows.values()], field, new.name) for field in schema]
    return frame_of(in_key_order(pa.Table.from_arrays(arrays, schema=schema), new))


def _apply_rows(rows: _Rows, lines: pa.Table, new: TableShape) -> None:
    texts = {name: as_text(lines.column(name)) for name in lines.column_names}
    for at, op in enumerate(texts[delta.OP]):
        key = tuple(texts[name][at] or "" for name in new.primary_key)
        if op == "delete":
            rows.pop(key, None)
        elif op == "change":
            if key not in rows:
                raise OgpError(f"table {new.name} has no row {'/'.join(key)}, which the lines change")
            rows[key] |= {name: texts[name][at] for name in (texts[delta.FIELDS][at] or "").split()}
        else:
            rows[key] = {field.name: texts[field.name][at] for field in new.fields}


def _apply_cells(rows: _Rows, lines: pd.DataFrame, new: TableShape) -> None:
    wanted = lines[["op", "table", "key", "field", "new"]]
    for op, table, key_json, field, value in wanted.itertuples(index=False):
        if table != new.name:
            continue
        identity = key_texts(key_json)
        key = tuple(identity.values())
        if op != "delete":
            rows.setdefault(key, {})[field] = None if pd.isna(value) else value
        elif tuple(identity) == tuple(new.primary_key):
            rows.pop(key, None)
