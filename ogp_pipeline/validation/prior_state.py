"""What the forum knew before a delivery came: the keys and ties of everything accepted so far.

Built from the folded tables once per delivery, as sets and dicts: every rule looks up in constant time.
"""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import TypeVar

import pandas as pd

from ogp_pipeline.intake.effect import Sent
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.tables import columns, views
from ogp_pipeline.tables.tables import Ruling, Tables
from ogp_pipeline.validation.layers import Over, SetOver

Row = Mapping[str, str]
Key = tuple[str, ...]
Progress = tuple[str, Decimal | None]

# The tables and columns that rules look into; of all others only the keys are needed.
_TIES = {
    "commitments": ("commitment_id", "plan_id"),
    "commitment_institutions": ("commitment_id", "institution_id"),
    "milestones": ("milestone_id", "commitment_id"),
    "evidence": ("milestone_id", "period_id"),
    "institutions": ("institution_id", "sector"),
}

_Name = TypeVar("_Name")
_Value = TypeVar("_Value")
_MOST_CHANGES = 5_000  # with more than these, a state stands for itself instead of over another

SaidRows = Callable[[str], Mapping[Key, Row]]


@dataclass(frozen=True)
class _ReadOnce:
    """The rows of each table, read when they are first asked for. Unlike a closure, it can go to another process."""

    read: SaidRows
    memory: dict[str, Mapping[Key, Row]] = field(default_factory=dict)

    def __call__(self, table: str) -> Mapping[Key, Row]:
        if table not in self.memory:
            self.memory[table] = self.read(table)
        return self.memory[table]


def _nothing(_table: str) -> Mapping[Key, Row]:
    return {}


@dataclass(frozen=True, slots=True)
class Change:
    """A row that stands now, or does no longer (``row`` None). ``row``: canonical texts."""

    table: str
    key: Key
    supplier: str
    row: Row | None


# Tables of which several rows make one tie: when one of them goes, it cannot be told whether the tie is cut.
_COUNTED = ("commitment_institutions", "evidence")


class _Base:
    """A state that others were moved on from, packed when it is first sent."""

    def __init__(self, state: "PriorState") -> None:
        self.state = state

    @cached_property
    def packed(self) -> bytes:
        """All fields of the state."""
        kept = {part.name: getattr(self.state, part.name) for part in fields(self.state)}
        return pickle.dumps({**kept, "base": None, "since": (), "tables": None, "replaced": {}, "in_time": frozenset()})

    @cached_property
    def name(self) -> str:
        """The same for the same bytes."""
        return hashlib.sha256(self.packed).hexdigest()


_SENT: dict[str, "PriorState"] = {}  # in the process to which it was sent: the last two bases, by name


def _unpacked(
    name: str,
    packed: bytes,
    changes: Sequence[Change],
    replaced: Mapping[str, Sent],
    in_time: Set[tuple[str, Key]],
) -> "PriorState":
    if name not in _SENT:
        for old in list(_SENT)[:-1]:
            _SENT.pop(old, None)
        _SENT[name] = PriorState(**pickle.loads(packed))
    state = _moved_on(_SENT[name], changes) if changes else _SENT[name]
    return replace(state, replaced=replaced, in_time=in_time)


@dataclass(frozen=True)
class PriorState:
    """``keys``: table -> primary keys as text. ``commitment_of``: milestone -> commitment.

    ``plan_of``: commitment -> plan. ``institutions_of``: commitment -> institutions that lead or support it.
    ``evidenced``: milestones for which evidence was ever supplied. ``leaned_on``: table -> key of a row that is
    about to be restated -> a table in which another source's row refers to it. ``supplier_of``: (table, key) -> who
    said it last. ``progress``: (milestone, period) -> status ('' if none) and percentage.
    ``sector_of``: institution -> sector. ``said``: table -> the rows of ``keys``, as their suppliers sent them
    (canonical texts); a table is read when it is first asked for, and once.

    ``tables``: all that stands, as it was folded; None in another process. Of the source that asks: ``replaced``: what
    it sent before and has replaced since, by the sha256 of its files and of its rows; ``in_time``: reports of its
    supplier, (table, key), that were known by their due date, in whatever words.

    All but ``said`` know a corrected cell as it is published: rules compare with what counts.

    ``since``: what has changed since the state ``base``, from which this one was moved on. Another process gets the
    base packed, which costs little when it has it already, and the changes.
    """

    keys: Mapping[str, Set[Key]] = field(default_factory=dict)
    commitment_of: Mapping[str, str] = field(default_factory=dict)
    plan_of: Mapping[str, str] = field(default_factory=dict)
    institutions_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    evidenced: Set[str] = frozenset()
    leaned_on: Mapping[str, Mapping[Key, str]] = field(default_factory=dict)
    supplier_of: Mapping[tuple[str, Key], str] = field(default_factory=dict)
    progress: Mapping[tuple[str, str], Progress] = field(default_factory=dict)
    sector_of: Mapping[str, str] = field(default_factory=dict)
    said: SaidRows = field(default=_nothing, compare=False)
    tables: Tables | None = field(default=None, compare=False, repr=False)
    replaced: Mapping[str, Sent] = field(default_factory=dict)
    in_time: Set[tuple[str, Key]] = frozenset()
    base: _Base | None = field(default=None, compare=False, repr=False)
    since: tuple[Change, ...] = field(default=(), compare=False, repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        """All but ``tables``, which go to no other process."""
        base = self.base or _Base(self)
        return _unpacked, (base.name, base.packed, self.since, self.replaced, self.in_time)

    def moved_on(self, changes: Sequence[Change]) -> "PriorState | None":
        """The state after these changes; None if it has to be made anew, because a tie may have been cut."""
        if any(change.row is None and change.table in _COUNTED for change in changes):
            return None
        return _moved_on(self, changes)

    @classmethod
    def from_tables(cls, tables: Tables, schemas: Schemas, restated_by: str | None = None) -> "PriorState":
        """Of the folded tables.

        ``restated_by``: a source which states its tables in full (``whole``). Its earlier rows fall with its
        next delivery, so nothing may lean on their keys; who is responsible for what still counts.
        """
        keys: dict[str, set[Key]] = {}
        supplier_of: dict[tuple[str, Key], str] = {}
        for (table, key), source, supplier in views.senders(tables):
            standing = keys.setdefault(table, set())
            supplier_of[table, key] = supplier
            if restated_by is None or source != restated_by:
                standing.add(key)
        pairs = {name: _pairs(tables, name, columns) for name, columns in _TIES.items()}
        leaned_on = _leaned_on(tables, schemas, restated_by) if restated_by is not None else {}
        progress = dict(_progress(tables))
        return replace(
            cls._tied(keys, pairs),
            leaned_on=leaned_on,
            supplier_of=supplier_of,
            progress=progress,
            said=_ReadOnce(partial(_said, tables.frames, tables.rulings, schemas, keys)),
            tables=tables,
        )

    @classmethod
    def from_rows(cls, rows: Mapping[str, Iterable[Row]], schemas: Schemas) -> "PriorState":
        """Of canonical rows by table, values as text (an empty cell is '' or left out)."""
        read = {name: list(listed) for name, listed in rows.items()}
        keys = {name: {key_of(row, schemas.table(name).primary_key) for row in listed} for name, listed in read.items()}
        pairs = {
            name: [(row.get(first, ""), row.get(second, "")) for row in read.get(name, ())]
            for name, (first, second) in _TIES.items()
        }
        progress = {
            (row.get("milestone_id", ""), row.get("period_id", "")): _progress_of(row)
            for row in read.get("updates", ())
        }
        return replace(cls._tied(keys, pairs), progress=progress, said=_ReadOnce(partial(_by_key, read, schemas)))

    @classmethod
    def _tied(cls, keys: Mapping[str, set[Key]], pairs: Mapping[str, Iterable[tuple[str, str]]]) -> "PriorState":
        institutions_of: dict[str, set[str]] = {}
        for commitment, institution in pairs["commitment_institutions"]:
            institutions_of.setdefault(commitment, set()).add(institution)
        return cls(
            keys={name: frozenset(of_table) for name, of_table in keys.items()},
            commitment_of=dict(pairs["milestones"]),
            plan_of=dict(pairs["commitments"]),
            institutions_of={name: frozenset(of_row) for name, of_row in institutions_of.items()},
            evidenced=frozenset(milestone for milestone, _ in pairs["evidence"]),
            sector_of=dict(pairs["institutions"]),
        )


def _moved_on(state: PriorState, changes: Sequence[Change]) -> PriorState:
    """Layers over the state that was not moved on, so that a change costs what it changes."""
    base, since = state.base or _Base(state), (*state.since, *changes)
    if len(since) > _MOST_CHANGES:
        return _flat(_layered(base.state, since))
    return replace(_layered(base.state, since), base=base, since=since)


def _layered(state: PriorState, changes: Sequence[Change]) -> PriorState:
    by_table: dict[str, dict[Key, Change]] = {}
    for change in changes:  # of a row that changed twice, the last
        by_table.setdefault(change.table, {})[change.key] = change
    keys, suppliers = dict(state.keys), dict[tuple[str, Key], str | None]()
    for table, of_table in by_table.items():
        there = {key: change.row is not None for key, change in of_table.items()}
        suppliers |= {(table, key): change.supplier if there[key] else None for key, change in of_table.items()}
        keys[table] = SetOver(there, keys.get(table, frozenset()))
        if not keys[table]:
            del keys[table]

    def news(table: str) -> Iterator[Change]:
        return iter(by_table.get(table, {}).values())

    def tied(table: str, ties: Mapping[str, str]) -> Mapping[str, str]:
        column = _TIES[table][1]
        return _with(
            ties, {change.key[0]: None if change.row is None else change.row.get(column, "") for change in news(table)}
        )

    institutions: dict[str, frozenset[str] | None] = {}
    for change in changes:  # never one that is gone (``moved_on``)
        if change.table == "commitment_institutions" and change.row is not None:
            name = change.row["commitment_id"]
            before = institutions.get(name) or state.institutions_of.get(name, frozenset())
            institutions[name] = before | {change.row["institution_id"]}
    evidenced = {change.row["milestone_id"]: True for change in news("evidence") if change.row}
    progress = {
        _reported(change): None if change.row is None else _progress_of(change.row) for change in news("updates")
    }
    said = {table: {key: change.row for key, change in rows.items()} for table, rows in by_table.items()}
    return replace(
        state,
        keys=keys,
        supplier_of=_with(state.supplier_of, suppliers),
        commitment_of=tied("milestones", state.commitment_of),
        plan_of=tied("commitments", state.plan_of),
        sector_of=tied("institutions", state.sector_of),
        institutions_of=_with(state.institutions_of, institutions),
        evidenced=SetOver(evidenced, state.evidenced) if evidenced else state.evidenced,
        progress=_with(state.progress, progress),
        said=_ReadOnce(partial(_said_since, state.said, said)),
        tables=None,
    )


def _flat(state: PriorState) -> PriorState:
    """The same state without layers, for others to be moved on from."""
    return replace(
        state,
        keys={name: frozenset(keys) for name, keys in state.keys.items()},
        supplier_of=dict(state.supplier_of),
        commitment_of=dict(state.commitment_of),
        plan_of=dict(state.plan_of),
        sector_of=dict(state.sector_of),
        institutions_of=dict(state.institutions_of),
        evidenced=frozenset(state.evidenced),
        progress=dict(state.progress),
        base=None,
        since=(),
    )


def _with(before: Mapping[_Name, _Value], news: Mapping[_Name, _Value | None]) -> Mapping[_Name, _Value]:
    """The mapping with what is new in it, and without what is None."""
    return Over(news, before) if news else before


def _reported(change: Change) -> tuple[str, str]:
    milestone, period = change.key
    return milestone, period


def _progress_of(row: Row) -> Progress:
    return row.get("status", ""), Decimal(row["percent"]) if row.get("percent") else None


def _said_since(before: SaidRows, changes: Mapping[str, Mapping[Key, Row | None]], name: str) -> Mapping[Key, Row]:
    return _with(before(name), changes.get(name, {}))


def key_of(row: Row, primary_key: Sequence[str]) -> Key:
    """The key of a canonical row; a column that it lacks is empty."""
    return tuple(row.get(column, "") for column in primary_key)


def _by_key(rows: Mapping[str, Iterable[Row]], schemas: Schemas, name: str) -> dict[Key, Row]:
    primary_key = schemas.table(name).primary_key
    return {key_of(row, primary_key): row for row in rows.get(name, ())}


def _said(
    frames: Mapping[str, pd.DataFrame],
    rulings: Sequence[Ruling],
    schemas: Schemas,
    standing: Mapping[str, Set[Key]],
    name: str,
) -> dict[Key, Row]:
    """A table's standing rows with what their suppliers wrote in the cells that were corrected."""
    frame = frames.get(name)
    if frame is None:
        return {}
    cells = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    names = [str(column) for column in frame.columns]
    lines = [dict(zip(names, map(columns.rendered, row), strict=True)) for row in cells]
    rows = {key: row for key, row in _by_key({name: lines}, schemas, name).items() if key in standing.get(name, ())}
    for ruling in rulings:
        if ruling.table == name and ruling.found is not None and ruling.key in rows:
            rows[ruling.key] = {**rows[ruling.key], ruling.field: ruling.found}
    return rows


def _pairs(tables: Tables, name: str, columns: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Two compulsory id columns of a table, row by row."""
    return ((str(first), str(second)) for first, second in views.cells(tables, name, columns))


def _progress(tables: Tables) -> Iterator[tuple[tuple[str, str], Progress]]:
    said = views.cells(tables, "updates", ("milestone_id", "period_id", "status", "percent"))
    for milestone, period, status, percent in said:
        number = None if percent is None else Decimal(str(percent))
        yield (str(milestone), str(period)), ("" if status is None else str(status), number)


def _leaned_on(tables: Tables, schemas: Schemas, source: str) -> dict[str, dict[Key, str]]:
    """The rows of ``source`` to which rows of other sources refer."""
    keys_of: dict[str, dict[Key, str]] = {}
    for (name, key), origin in tables.origins.items():
        if origin.source == source:
            keys_of.setdefault(name, {})[key] = ""
    for table in schemas.tables.values():
        frame = tables.frames.get(table.name)
        if frame is None or not table.refers_to & keys_of.keys():
            continue
        for key, other, referred in references(table, frame):
            said_by = tables.origins.get((table.name, key))
            if referred in keys_of.get(other, ()) and said_by is not None and said_by.source != source:
                keys_of[other][referred] = table.name
    return {name: {key: by for key, by in keys.items() if by} for name, keys in keys_of.items()}


def references(table: Table, frame: pd.DataFrame) -> Iterator[tuple[Key, str, Key]]:
    """(key, other table, key there) of everything that the rows of a table refer to."""
    columns = {*table.primary_key, *(name for key in table.foreign_keys for name in key.fields)}
    columns |= {table.subject.table, table.subject.key} if table.subject is not None else set()
    texts = {name: frame[name].astype(str).tolist() for name in sorted(columns)}
    for cells in zip(*texts.values(), strict=True):
        row: Row = dict(zip(texts, cells, strict=True))
        for reference in table.references(row):
            yield key_of(row, table.primary_key), reference.table, reference.key
