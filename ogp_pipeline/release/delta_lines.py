"""The lines of a delta as JSON Lines: only what a line says, one object for each.

    {"op":"add","key":["US0113.1","2024-02"],"set":{"status":"complete"},"cause":"new","known_on":"2024-03-01"}
    {"op":"change","key":["US0113.1","2023-08"],"set":{"evidence_en":null},"cause":"sent_again","known_on":"2024-03-01"}
    {"op":"delete","key":["US0113.2","2024-02"],"cause":"withdrawn","known_on":"2024-03-01"}

``key``: the values of the primary key in its order. ``set``: what the row has now under these columns, null for
nothing. Values are written as in the table's own JSON Lines file.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release import delta, jsonl_format
from ogp_pipeline.release.causes import Op
from ogp_pipeline.release.shape import TableShape, arrow_schema, from_text, names


def write(rows: pa.Table, table: TableShape, path: Path) -> None:
    """Write the lines of one table, in the order in which they stand."""
    columns = {name: jsonl_format.values(rows.column(name)) for name in rows.column_names}
    operations, changed = (rows.column(name).to_pylist() for name in (delta.OP, delta.FIELDS))
    others = [name for name in names(table) if name not in table.primary_key]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for at, op in enumerate(operations):
            parts = [f'"op":"{op}"', '"key":[' + ",".join(columns[name][at] for name in table.primary_key) + "]"]
            if op != Op.DELETE:
                said = changed[at].split() if op == Op.CHANGE else [n for n in others if columns[n][at] != "null"]
                parts.append('"set":{' + ",".join(f'"{name}":{columns[name][at]}' for name in said) + "}")
            parts.append(f'"cause":{columns[delta.CAUSE][at]}')
            if (day := columns[delta.KNOWN_ON][at]) != "null":
                parts.append(f'"known_on":{day}')
            file.write("{" + ",".join(parts) + "}\n")


def read(path: Path, table: TableShape) -> pa.Table:
    """The lines as ``delta.line_shape`` says. OgpError: a line is no such object."""
    lines = []
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, text in enumerate(file, start=1):
            try:
                lines.append(_line(json.loads(text, parse_float=Decimal), table))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise OgpError(f"{path.name}, line {number}: {error}") from error
    shape = delta.line_shape(table)
    schema = arrow_schema(shape)
    arrays = [from_text([line.get(field.name) for line in lines], field, table.name) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _line(said: dict[str, Any], table: TableShape) -> dict[str, str | None]:
    values = {name: jsonl_format.text_of(value) for name, value in said.get("set", {}).items()}
    key = map(jsonl_format.text_of, said["key"])
    return {
        **values,
        **dict(zip(table.primary_key, key, strict=True)),
        delta.OP: Op(said["op"]),
        delta.FIELDS: " ".join(values) if said["op"] == Op.CHANGE else None,
        delta.CAUSE: said["cause"],
        delta.KNOWN_ON: said.get("known_on"),
    }
