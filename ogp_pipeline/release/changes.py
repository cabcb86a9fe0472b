"""What differs between two releases, cell by cell: op, table, key, field, old, new, cause, known_on.

    add      a line for every filled field of a new row (``new``)
    change   a line for every field of a kept row whose value differs (``old``, ``new``)
    delete   a line for every filled field of a row that is gone (``old``)

``key`` is a JSON object of the primary key, in key order; values are the canonical CSV texts, null is empty.
So the lines can be applied (``apply_changes``) and undone. Order: tables as in the schemas, rows by their
key's text, fields as in the table. ``cause`` says why, as a code of ``change_cause``, and ``known_on`` since when that
was known (``causes``); they tell a late report and a correction from a new row, and applying the lines needs neither.
What is published is made of these lines, a line for each row (``delta``). Releases of earlier versions of ours have
them as they are, and those of still earlier ones without the last two columns (``EARLIER``).

A table whose primary key is another one now is deleted and added whole. A column that is gone is a schema change and
needs no lines; a table that is gone has its deletions. A code or a scale that is gone from ``code_lists`` has its
deletions and is a schema change, too: cells of older releases hold it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import pyarrow as pa

from ogp_pipeline.release.causes import Cause, CauseCode, Causes, Op
from ogp_pipeline.release.shape import (
    CanonicalColumn,
    Shape,
    TableShape,
    arrow_schema,
    as_text,
    canonical,
    frame_of,
)

if TYPE_CHECKING:
    import polars as pl

EARLIER = Shape(
    "changes", tuple(CanonicalColumn(name, "string") for name in ("op", "table", "key", "field", "old", "new")), ()
)
LINES = Shape("changes", (*EARLIER.fields, CanonicalColumn("cause", "string"), CanonicalColumn("known_on", "date")), ())
CODE_LISTS = "code_lists"
PROVENANCE = "provenance"
_CODE = ["list", "scale", "code"]
_AT = "-"  # the place of a row; no column of ours is called so
_Key = tuple[str, ...]
_Row = dict[str, str | None]


class _Cell(NamedTuple):
    """One cell of a row, before and after."""

    field: str
    old: str | None
    new: str | None


class ChangeLine(NamedTuple):
    """One line; the fields are the columns of ``LINES``, in their order."""

    op: Op
    table: str
    key: str
    field: str
    old: str | None
    new: str | None
    cause: CauseCode
    known_on: date | None


class SchemaChangeKind(StrEnum):
    """What may happen to a table, a column or a code list. ``version`` says which of them break a reader's program."""

    TABLE_ADDED = "table_added"
    TABLE_REMOVED = "table_removed"
    FIELD_ADDED = "field_added"
    FIELD_REMOVED = "field_removed"
    TYPE_CHANGED = "type_changed"
    NOW_OPTIONAL = "now_optional"  # a column that was always filled may be empty
    KEY_CHANGED = "key_changed"
    CODE_REMOVED = "code_removed"  # of a list or scale that goes on
    SCALE_REMOVED = "scale_removed"  # with all its codes


@dataclass(frozen=True)
class Snapshot:
    """The tables of one release: rows, what they look like, and which dataset each belongs to, all by table
    name. ``arrow``: the frames' canonical rows, where they are at hand.
    """

    frames: Mapping[str, pd.DataFrame]
    shapes: Mapping[str, TableShape]
    datasets: Mapping[str, str]
    arrow: Mapping[str, pa.Table] = field(default_factory=dict)

    def rows(self, table: str) -> pa.Table:
        """The canonical rows of a table."""
        return self.arrow[table] if table in self.arrow else canonical(self.frames[table], self.shapes[table])


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """``field``: the column that changed; of ``code_lists`` the scale or code, as ``list/scale/code``."""

    dataset: str
    table: str
    kind: SchemaChangeKind
    field: str | None = None

    def __str__(self) -> str:
        """As the manifest says it: ``updates.percent: field_added``."""
        return f"{self.table}{'.' + self.field if self.field else ''}: {self.kind}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows, not lines. ``origins``: rows that come from another place than before, whether or not they say the same.

    The rows of the table ``provenance`` are no rows of data: whoever reads "166 changed" asks what they say now.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    origins: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        mine, theirs = astuple(self), astuple(other)
        return Counts(*(here + more for here, more in zip(mine, theirs, strict=True)))


@dataclass(frozen=True)
class Changes:
    """By dataset: the lines (columns of ``LINES``) and the rows they are about; ``schema``: over all."""

    lines: Mapping[str, pd.DataFrame]
    counts: Mapping[str, Counts]
    schema: tuple[SchemaChange, ...]

    @property
    def total(self) -> Counts:
        """The rows of all datasets."""
        return sum(self.counts.values(), Counts())


def first(new: Snapshot) -> Changes:
    """What a first release changes: as ``compare`` from nothing, without the lines, which no file of it tells."""
    counts = dict.fromkeys(new.datasets.values(), Counts())
    for table in new.frames:
        if table != PROVENANCE:
            counts[new.datasets[table]] += Counts(added=len(new.frames[table]))
    return Changes({}, counts, ())


def compare(base: Snapshot | None, new: Snapshot, *, by_software: bool = False) -> Changes:
    """What turns ``base`` into ``new``; from nothing (None) every row is an addition.

    ``by_software``: both were made from the same by different software, so this is the cause of all of it.
    """
    old = base or Snapshot({}, {}, {})
    datasets = {**old.datasets, **new.datasets}
    lines: dict[str, list[ChangeLine]] = {dataset: [] for dataset in datasets.values()}
    counts = dict.fromkeys(lines, Counts())
    causes = Causes({}, new.frames) if base is None else _Software({}, {}) if by_software else _Schemas(old, new)
    for table in [*new.frames, *(name for name in old.frames if name not in new.frames)]:
        changed, rows = _table_changes(table, old, new, causes)
        lines[datasets[table]] += changed
        counts[datasets[table]] += Counts(origins=rows.changed) if table == PROVENANCE else rows
    none = frame_of(arrow_schema(LINES).empty_table())
    frames = {
        dataset: pd.DataFrame(changed, columns=list(_TYPES), dtype=object).astype(_TYPES) if changed else none
        for dataset, changed in lines.items()
    }
    return Changes(frames, counts, () if base is None else _schema_changes(old, new))


def lines_of(changes: pd.DataFrame) -> pa.Table:
    """Change lines as Arrow rows, in the order in which they stand, for the writers."""
    return pa.Table.from_pandas(changes, schema=arrow_schema(LINES), preserve_index=False)


def has_same_key(old: TableShape, new: TableShape) -> bool:
    """Whether a row of one can be named in the other: by the same columns, of the same types."""
    return _key(old) == _key(new)


def _key(shape: TableShape) -> list[tuple[str, str]]:
    types = {field.name: field.type for field in shape.fields}
    return [(name, types[name]) for name in shape.primary_key]


def _table_changes(table: str, base: Snapshot, new: Snapshot, causes: Causes) -> tuple[list[ChangeLine], Counts]:
    if all(frame is None or frame.empty for frame in (base.frames.get(table), new.frames.get(table))):
        return [], Counts()  # as of most tables of most countries
    old_shape, new_shape = base.shapes.get(table), new.shapes.get(table)
    before = base.rows(table) if old_shape else None
    after = new.rows(table) if new_shape else None
    same_key = bool(old_shape and new_shape and has_same_key(old_shape, new_shape))
    if same_key and before is not None and before.equals(after):  # most tables of most releases
        return [], Counts()
    if same_key and before is not None and after is not None and before.schema == after.schema:
        before, after = _apart(before, after)
    old_rows = text_rows(before, old_shape) if old_shape else {}
    new_rows = text_rows(after, new_shape) if new_shape else {}
    kept = old_rows.keys() & new_rows.keys() if same_key else set()
    lines: list[ChangeLine] = []
    changed = 0
    for key in sorted(old_rows.keys() | new_rows.keys()):
        if key in kept and new_shape:
            cells = _lines(Op.CHANGE, new_shape, key, _differences(old_rows[key], new_rows[key]), new_rows[key], causes)
            changed += bool(cells)
            lines += cells
            continue
        if key in old_rows and old_shape:
            gone = [_Cell(name, value, None) for name, value in _filled(old_rows[key])]
            lines += _lines(Op.DELETE, old_shape, key, gone, old_rows[key], causes)
        if key in new_rows and new_shape:
            made = [_Cell(name, None, value) for name, value in _filled(new_rows[key])]
            lines += _lines(Op.ADD, new_shape, key, made, new_rows[key], causes)
    return lines, Counts(len(new_rows) - len(kept), changed, len(old_rows) - len(kept))


def _apart(before: pa.Table, after: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Without the rows that stand in both: most rows of most tables, of which nobody needs the texts."""
    old_keys, new_keys = (_as_keys(rows) for rows in (before, after))
    names = before.column_names
    return tuple(
        rows.take(mine.join(theirs, on=names, how="anti", nulls_equal=True)[_AT].sort().to_arrow())
        for rows, mine, theirs in ((before, old_keys, new_keys), (after, new_keys, old_keys))
    )


def _as_keys(rows: pa.Table) -> "pl.DataFrame":
    """The rows with their places, in types that can be joined on."""
    import polars as pl  # here: it takes 20 MB, and what only reads releases needs none of it

    frame = pl.DataFrame(pl.from_arrow(rows)).with_columns(pl.col(pl.Decimal, pl.Float64).cast(pl.String))
    return frame.with_row_index(_AT)


def text_rows(rows: pa.Table, shape: TableShape) -> dict[_Key, _Row]:
    """Canonical rows as texts by key: ``{("US0113.1", "2024-02"): {"milestone_id": "US0113.1", …}}``."""
    texts = {name: as_text(rows.column(name)) for name in rows.column_names}
    keys = zip(*(texts[name] for name in shape.primary_key), strict=True)
    cells = zip(*texts.values(), strict=True)
    return {
        tuple(part or "" for part in key): dict(zip(texts, row, strict=True))
        for key, row in zip(keys, cells, strict=True)
    }


_TYPES = {
    column.name: pd.ArrowDtype(pa.date32()) if column.type == "date" else pd.StringDtype("pyarrow")
    for column in LINES.fields
}


def _lines(
    op: Op,
    shape: TableShape,
    key: _Key,
    cells: Sequence[_Cell],
    row: _Row,
    causes: Causes,
) -> list[ChangeLine]:
    """The lines of one row from its cells."""
    if not cells:
        return []
    identity, written = _json(key, shape), "/".join(key)
    of_row = causes.of_row(op, shape.name, written, row.get("period_id"))
    lines: list[ChangeLine] = []
    for cell in cells:
        why = causes.of_cell(op, shape.name, written, cell.field, of_row)
        lines.append(
            ChangeLine(op, shape.name, identity, cell.field, cell.old, cell.new, cause=why.code, known_on=why.known_on)
        )
    return lines


_WHOLE_TABLE = {SchemaChangeKind.TABLE_ADDED, SchemaChangeKind.TABLE_REMOVED, SchemaChangeKind.KEY_CHANGED}
_WHOLE_COLUMN = {SchemaChangeKind.FIELD_ADDED, SchemaChangeKind.TYPE_CHANGED}


class _Software(Causes):
    """The cause between two releases of which nothing but the software differs. It has no day."""

    def of_row(self, op: Op, table: str, key: str, period: str | None) -> Cause:  # noqa: ARG002
        """The software."""
        return Cause(CauseCode.SOFTWARE)

    def of_cell(self, op: Op, table: str, key: str, field: str, of_row: Cause) -> Cause:  # noqa: ARG002
        """As ``of_row``."""
        return of_row


class _Schemas(Causes):
    """Causes between releases whose schemas may differ: what a schema brought about is not a supplier's doing."""

    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        super().__init__(old.frames, new.frames)
        changes = _schema_changes(old, new)
        self._tables = {change.table for change in changes if change.kind in _WHOLE_TABLE}
        self._columns = {(change.table, change.field) for change in changes if change.kind in _WHOLE_COLUMN}

    def of_row(self, op: Op, table: str, key: str, period: str | None) -> Cause:
        """As ``Causes.of_row``; rows of a table that is new keep their own cause if somebody sent them."""
        causes = super().of_row(op, table, key, period)
        sent = op is Op.ADD and causes.code in (CauseCode.NEW, CauseCode.LATE_REPORT, CauseCode.PROGRAMME)
        return Cause(CauseCode.SCHEMA) if table in self._tables and not sent else causes

    def of_cell(self, op: Op, table: str, key: str, field: str, of_row: Cause) -> Cause:
        """As ``Causes.of_cell``."""
        if op is Op.CHANGE and (table, field) in self._columns:
            return Cause(CauseCode.SCHEMA)
        return super().of_cell(op, table, key, field, of_row)


def _differences(before: _Row, after: _Row) -> list[_Cell]:
    return [_Cell(column, before.get(column), value) for column, value in after.items() if before.get(column) != value]


def _filled(row: _Row) -> Iterator[tuple[str, str]]:
    return ((column, value) for column, value in row.items() if value is not None)


def _json(key: _Key, shape: TableShape) -> str:
    return json.dumps(dict(zip(shape.primary_key, key, strict=True)), ensure_ascii=False, separators=(",", ":"))


def key_texts(key: str) -> dict[str, str]:
    """The primary key that a line says, as texts by column, in the key's order."""
    texts: dict[str, str] = json.loads(key)
    return texts


def _schema_changes(base: Snapshot, new: Snapshot) -> tuple[SchemaChange, ...]:
    changes = [
        SchemaChange(new.datasets[name], name, SchemaChangeKind.TABLE_ADDED)
        for name in new.shapes
        if name not in base.shapes
    ]
    for name, old in base.shapes.items():
        if name in new.shapes:
            changes += [SchemaChange(new.datasets[name], name, *kind) for kind in _field_changes(old, new.shapes[name])]
        else:
            changes.append(SchemaChange(base.datasets[name], name, SchemaChangeKind.TABLE_REMOVED))
    if CODE_LISTS in new.shapes:
        changes += [SchemaChange(new.datasets[CODE_LISTS], CODE_LISTS, *kind) for kind in _code_changes(base, new)]
    return tuple(changes)


def _field_changes(old: TableShape, new: TableShape) -> Iterator[tuple[SchemaChangeKind, str | None]]:
    before, after = {f.name: f for f in old.fields}, {f.name: f for f in new.fields}
    yield from ((SchemaChangeKind.FIELD_ADDED, name) for name in after if name not in before)
    yield from ((SchemaChangeKind.FIELD_REMOVED, name) for name in before if name not in after)
    for name in [name for name in before if name in after]:
        if before[name].type != after[name].type:
            yield SchemaChangeKind.TYPE_CHANGED, name
        if before[name].required and not after[name].required:
            yield SchemaChangeKind.NOW_OPTIONAL, name
    if old.primary_key != new.primary_key:
        yield SchemaChangeKind.KEY_CHANGED, None


def _code_changes(base: Snapshot, new: Snapshot) -> Iterator[tuple[SchemaChangeKind, str]]:
    """What is gone from the code lists; a scale once, without its codes. What was added is counted as rows."""
    before, after = _codes(base), _codes(new)
    if before is None or after is None:  # the table is new, or has other columns: said by ``_field_changes``
        return
    scales = {code[:2] for code in after}
    gone = list(dict.fromkeys(code[:2] for code in before if code[:2] not in scales))
    yield from ((SchemaChangeKind.SCALE_REMOVED, "/".join(dict.fromkeys(scale))) for scale in gone)
    for code_list, scale, code in before:
        if (code_list, scale) in scales and (code_list, scale, code) not in after:
            # The only scale of a list has the list's name.
            yield SchemaChangeKind.CODE_REMOVED, "/".join([*dict.fromkeys((code_list, scale)), code])


def _codes(side: Snapshot) -> dict[tuple[str, str, str], None] | None:
    """Every list, scale and code of a release, in order; None if it has no such table."""
    frame = side.frames.get(CODE_LISTS)
    if frame is None or not set(_CODE) <= set(frame.columns):
        return None
    return {(row[0], row[1], row[2]): None for row in frame[_CODE].itertuples(index=False, name=None)}
