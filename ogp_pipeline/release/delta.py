"""From one release to a later one: which tables differ, and a file of rows for each of them.

    changes.json                           from which release to which, and what became of each table that differs
    <dataset>/changes/<table>.csv|…        its rows: one line for each row that was added, changed or deleted
    changes-from-<version>.json            the same from an older release, in one: every tenth and hundredth has one
    <dataset>/changes-from-<version>/…

A line has the columns of the table, as they are now, between four of its own (no column of a table begins with ``_``):

    _op        add, change or delete
    _fields    of a change: the columns that differ, separated by spaces; an empty one of them has no value any more
    …          the key; of an added row all its values, of a changed one those that differ, of a deleted one no more
    _cause, _known_on    why, and since when that was known (``causes``)

Order: by primary key, column by column: texts by code point, numbers and dates by size, false before true. Tables
stand in the same order, so whoever has applied the lines and sorts so has the very bytes of the table's CSV file. A
row whose cells differ for several causes has a line for each of them; the first says ``add`` if the row is new.

The values before are not said: whoever applies the lines holds them. (Earlier releases of ours have a line for each
cell with both, ``changes.LINES``.)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd
import pyarrow as pa

from ogp_pipeline.release import json_text
from ogp_pipeline.release.causes import Op
from ogp_pipeline.release.changes import Snapshot, has_same_key, key_texts
from ogp_pipeline.release.shape import CanonicalColumn, Shape, TableShape, arrow_schema, from_text, names

FORMAT = "ogp-changes/2"
INDEX = "changes.json"
FOLDER = "changes"
OP, FIELDS, CAUSE, KNOWN_ON = "_op", "_fields", "_cause", "_known_on"
OWN = (OP, FIELDS, CAUSE, KNOWN_ON)


class How(StrEnum):
    """What became of a table. ``NEW`` and ``REPLACED``: the lines hold all its rows, and none that one had counts."""

    ROWS = "rows"
    COLUMNS = "columns"  # they differ, and no value of a row
    NEW = "new"
    REPLACED = "replaced"  # it has another primary key, or one of another type
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TableDelta:
    """A table that differs. ``rows``: its lines, as ``line_shape`` says; empty where the table is gone."""

    table: str
    dataset: str
    how: How
    primary_key: tuple[str, ...]
    rows: pa.Table
    gone: tuple[str, ...] = ()

    def count(self, op: Op) -> int:
        """How many lines have this ``op``."""
        return self.rows.column(OP).to_pylist().count(op) if self.rows.num_rows else 0


@dataclass(frozen=True, slots=True)
class DeltaFile:
    """The lines of a table in one format, as the index names them."""

    format: str
    path: str
    bytes: int
    sha256: str


def index_name(older: str | None = None) -> str:
    """The index' name; ``older``: the version from which it leads, None for the release just before."""
    return f"{FOLDER}-from-{older}.json" if older else INDEX


def folder_name(older: str | None = None) -> str:
    """The folder of a dataset's lines, as ``index_name``."""
    return f"{FOLDER}-from-{older}" if older else FOLDER


def leads_from(name: str) -> str | None:
    """The version from which an index of this name leads: empty for the release before; None if it is no index."""
    if name == INDEX:
        return ""
    older = name.removeprefix(f"{FOLDER}-from-").removesuffix(".json")
    return older if name == index_name(older) else None


def line_shape(table: TableShape) -> Shape:
    """The columns of a table's lines."""
    values = tuple(CanonicalColumn(field.name, field.type, field.name in table.primary_key) for field in table.fields)
    op, fields, cause = (CanonicalColumn(name, "string", name == OP) for name in (OP, FIELDS, CAUSE))
    return Shape(table.name, (op, fields, *values, cause, CanonicalColumn(KNOWN_ON, "date")), ())


def deltas(base: Snapshot, new: Snapshot, lines: Mapping[str, pd.DataFrame]) -> list[TableDelta]:
    """What became of every table that differs. ``lines``: what ``changes.compare`` says of both, by dataset."""
    cells: dict[str, pd.DataFrame] = {}
    for frame in lines.values():
        cells |= {str(table): part for table, part in frame.groupby("table", sort=False)}
    made = []
    for name in [*new.shapes, *(name for name in base.shapes if name not in new.shapes)]:
        old, now = base.shapes.get(name), new.shapes.get(name)
        dataset = (new if now else base).datasets[name]
        if now is None:
            made.append(TableDelta(name, dataset, How.REMOVED, (), pa.table({})))
            continue
        same_key = old is None or has_same_key(old, now)
        rows = _rows(cells.get(name), now, same_key)
        gone = tuple(sorted({*names(old)} - {*names(now)})) if old else ()
        if (how := _how(old, now, rows)) is not None:
            made.append(TableDelta(name, dataset, how, tuple(now.primary_key), rows, gone))
    return made


def index(old: str, new: str, made: Sequence[tuple[TableDelta, Sequence[DeltaFile]]]) -> bytes:
    """``changes.json``: what leads from one version to another."""
    tables: list[dict[str, Any]] = [
        {
            "table": delta.table,
            "dataset": delta.dataset,
            "how": delta.how,
            "order": list(delta.primary_key),
            "columns_gone": list(delta.gone),
            "added": delta.count(Op.ADD),
            "changed": delta.count(Op.CHANGE),
            "deleted": delta.count(Op.DELETE),
            "files": [
                {"format": file.format, "path": file.path, "bytes": file.bytes, "sha256": file.sha256} for file in files
            ],
        }
        for delta, files in made
    ]
    return json_text.canonical({"format": FORMAT, "from": old, "to": new, "tables": tables})


def _how(old: TableShape | None, now: TableShape, rows: pa.Table) -> How | None:
    if old is None:
        return How.NEW
    if not has_same_key(old, now):
        return How.REPLACED
    if rows.num_rows:
        return How.ROWS
    same = [(field.name, field.type) for field in old.fields] == [(field.name, field.type) for field in now.fields]
    return None if same else How.COLUMNS


def _rows(cells: pd.DataFrame | None, shape: TableShape, same_key: bool) -> pa.Table:
    """The lines of one table, from those of its cells. Where it has another key, it comes whole: nothing is deleted."""
    schema = arrow_schema(line_shape(shape))
    if cells is None:
        return schema.empty_table()
    lines = [line for row in _by_row(cells) if same_key or row[0][0] != Op.DELETE for line in _lines(row, shape)]
    arrays = [from_text([line.get(field.name) for line in lines], field, shape.name) for field in schema]
    made = pa.Table.from_arrays(arrays, schema=schema)
    # The sort is stable: the lines of one row stay in their order.
    return made.sort_by([(column, "ascending") for column in shape.primary_key]).combine_chunks()


_Cells = list[tuple[Any, ...]]


def _by_row(cells: pd.DataFrame) -> Iterator[_Cells]:
    """The cells of each row: (op, key, field, new, cause, known_on)."""
    columns = ["op", "key", "field", "new", "cause", "known_on"]
    objects = cells[columns].astype(object)
    rows: dict[tuple[str, str], _Cells] = {}
    for cell in objects.where(objects.notna(), None).itertuples(index=False, name=None):
        rows.setdefault((cell[1], cell[0]), []).append(cell)
    return iter(rows.values())


def _lines(row: _Cells, shape: TableShape) -> Iterator[dict[str, str | None]]:
    """One line, and another one for every further cause."""
    op, key_json = row[0][:2]
    key = key_texts(key_json)
    if op == Op.DELETE:
        yield {**key, OP: op, **_why(row[0])}
        return
    by_cause: dict[tuple[Any, ...], _Cells] = {}
    if op == Op.ADD:  # of the row is what its key's cells say
        first = next(cell for cell in row if cell[2] in shape.primary_key)
        by_cause[first[4:]] = []
    for cell in row:
        by_cause.setdefault(cell[4:], []).append(cell)
    for cells in by_cause.values():
        values = {field: value for _, _, field, value, *_ in cells}
        changed = None if op == Op.ADD else " ".join(values)
        yield {**values, **key, OP: op, FIELDS: changed, **_why(cells[0])}
        op = Op.CHANGE


def _why(cell: tuple[Any, ...]) -> dict[str, str | None]:
    return {CAUSE: str(cell[4]), KNOWN_ON: None if cell[5] is None else cell[5].isoformat()}
