"""The state after an entry of the ledger, kept in the private store, so that nobody has to fold what was folded before.

    parts (the ledger up to there, standing rows by table, rows that wait) -> index -> hint

Everything but the hint is named by its hash, and the index by number and hash of the entry, too. So a checkpoint is
right or it is damaged, and a process that dies in between leaves what nothing names. A damaged one, and one of another
ledger, of other schemas or of another way to fold, is ignored and made again: losing it costs time, never truth.

Rows of a table are read when they are first asked for. ``Standing`` says what a row is made of.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785
from pydantic import BaseModel, ConfigDict, ValidationError

from ogp_pipeline import version
from ogp_pipeline.errors import BrokenHistory, DamagedState, ForeignState, StoreError
from ogp_pipeline.intake import accepted, layout, ledger, quarantine
from ogp_pipeline.intake.accepted import place_text, placed
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.quarantine import Waiting
from ogp_pipeline.schema import cell_types
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import Changed, InDoubt, Store
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.order import Place, Step, steps_of
from ogp_pipeline.tables.standing import Aside, Rows, Said, Standing, retirements
from ogp_pipeline.tables.tables import Key, Unfit

FORMAT = "ogp-state/1"
STEPS = ("state parts", "state index", "state hint")
OnStep = Callable[[str], None]


def unmarked(step: str) -> None:
    """Nobody looks on."""


_N, _PLACES = "n", "places"  # beside the columns of a table, which all have longer names


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Model = TypeVar("_Model", bound=_Closed)


class Hint(_Closed):
    """``state/newest.json``: the newest checkpoint, as far as its writer knew."""

    format: str
    n: int
    entry: str
    index: str


class StoredRows(_Closed):
    """An object named by its sha256, with so many rows."""

    sha256: str
    rows: int


class Index(_Closed):
    """``n`` and ``entry``: number and sha256 of the entry up to which everything was taken, but for ``pending``.

    ``fold``: the code that folded it. ``schemas``: their version; ``shape``: of their tables. ``pending``: numbers of
    entries that bear a day to come. ``chain``: the ledger up to there. ``aside``: rows that no table can hold;
    ``waiting``: rows in quarantine.
    """

    format: str
    fold: str
    schemas: str
    shape: str
    n: int
    entry: str
    pending: tuple[int, ...]
    chain: StoredRows
    tables: Mapping[str, StoredRows]
    aside: StoredRows
    waiting: StoredRows

    @property
    def parts(self) -> set[str]:
        """The sha256 of everything that it names."""
        return {part.sha256 for part in (self.chain, self.aside, self.waiting, *self.tables.values())}


@dataclass(frozen=True)
class Checkpoint:
    """An index whose entry stands in the ledger, and the entries up to it. ``sha256``: of the index."""

    index: Index
    sha256: str
    entries: tuple[Entry, ...]


def newest(store: Store, schemas: Schemas) -> Checkpoint | None:
    """The checkpoint that the hint names, None if there is none. DamagedState if it cannot be used; four reads.

    What is checked: the bytes of hint, index and ledger; that the ledger holds the entry; that all entries lead to it.
    """
    stored = store.get(layout.STATE_HINT)
    if stored is None:
        return None
    hint = _parsed(Hint, stored.data, layout.STATE_HINT)
    key = layout.state_index(hint.n, hint.entry, hint.index)
    kept = store.get(key)
    if kept is None or hashlib.sha256(kept.data).hexdigest() != hint.index:
        raise DamagedState(f"{key} {'is not there' if kept is None else 'holds other bytes'}")
    index = _parsed(Index, kept.data, key)
    _refuse_foreign(index, schemas, key)
    entry = store.get(layout.ledger(index.n))
    if entry is None or hashlib.sha256(entry.data).hexdigest() != index.entry:
        raise DamagedState(f"{key} is of another ledger: entry {index.n} is not the one it was made from")
    try:
        entries = ledger.proven(read_part(store, index.chain), index.entry)
    except BrokenHistory as error:
        raise DamagedState(f"{key}: {error}") from error
    if len(entries) != index.n:
        raise DamagedState(f"{key} names {index.n} entries and holds {len(entries)}")
    return Checkpoint(index, hint.index, tuple(entries))


def _refuse_foreign(index: Index, schemas: Schemas, key: str) -> None:
    if index.fold != fold():
        raise ForeignState(f"{key} was folded by other code ({index.fold[:12]}, now {fold()[:12]})")
    if (index.schemas, index.shape) != (schemas.version, shape(schemas)):
        raise ForeignState(f"{key} is of other schemas ({index.schemas}, now {schemas.version})")


def _parsed(model: type[_Model], data: bytes, key: str) -> _Model:
    try:
        parsed = model.model_validate_json(data)
    except ValidationError as error:
        raise DamagedState(f"{key} is not what it should be ({error.error_count()} mistakes)") from error
    if getattr(parsed, "format", FORMAT) != FORMAT:
        raise DamagedState(f"{key} has another format")
    return parsed


def read_part(store: Store, part: StoredRows) -> bytes:
    """The bytes of a part; DamagedState if they are not there, or others."""
    key = layout.state_part(part.sha256)
    stored = store.get(key)
    if stored is None or hashlib.sha256(stored.data).hexdigest() != part.sha256:
        raise DamagedState(f"{key} {'is not there' if stored is None else 'holds other bytes'}")
    return stored.data


def fold() -> str:
    """How entries become standing rows: a hash over the code that decides it, so that nobody has to raise a number."""
    return version.code()


def shape(schemas: Schemas) -> str:
    """A hash over what decides how rows become columns: names, types and keys of all tables."""
    said: Any = {
        name: [[[field.name, field.type] for field in table.fields], list(table.primary_key), table.supplied]
        for name, table in schemas.tables.items()
    }
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def standing_of(
    checkpoint: Checkpoint, store: Store, schemas: Schemas, damaged: Callable[[str, DamagedState], Rows]
) -> Standing:
    """What stands after it. ``damaged``: gives the rows of a table whose part cannot be used. DamagedState if the list
    of rows that no table can hold cannot be.
    """
    index = checkpoint.index
    steps = {step.entry.n: step for step in steps_of(checkpoint.entries)}
    taken = [step for n, step in steps.items() if n not in index.pending]

    def load(name: str, part: StoredRows) -> Rows:
        try:
            return read_rows(read_part(store, part), schemas.table(name), steps)
        except DamagedState as error:
            return damaged(name, error)

    asides = _asides(read_part(store, index.aside), steps) if index.aside.rows else {}
    return Standing(
        schemas=schemas,
        applied=frozenset(step.entry.n for step in taken),
        load={name: cache(partial(load, name, part)) for name, part in index.tables.items()},
        asides=asides,
        stated=_newest(
            ((step.entry.source, table), step) for step in taken if step.entry.whole for table in step.entry.tables
        ),
        heard=_newest((((step.entry.source, name), step) for step in taken for name, _ in step.entry.files)),
        retired=_retired(index, taken, store, schemas),
    )


def _retired(index: Index, taken: Sequence[Step], store: Store, schemas: Schemas) -> dict[tuple[str, str, Key], int]:
    """What was retired, if entries before the last retirement may still come; else nobody asks."""
    entries = [step.entry for step in taken if step.entry.retires] if index.pending else []
    return retirements(entries, schemas, lambda entry: accepted.rows_of(store, entry))


def _newest(said: Iterable[tuple[tuple[str, str], Step]]) -> dict[tuple[str, str], Place]:
    newest: dict[tuple[str, str], Place] = {}
    for name, step in said:
        newest[name] = max(newest.get(name, step.place), step.place)
    return newest


def write_rows(rows: Rows, table: Table) -> bytes:
    """Standing rows as Parquet, the same bytes for the same rows: by key, and of one key the current one last."""
    said = [row for key in sorted(rows) for row in rows[key]]
    values = list(zip(*(piece.values for piece in said), strict=True)) if said else [() for _ in table.fields]
    arrays = {
        field.name: pa.array(values[place], cell_types.ARROW[field.type]) for place, field in enumerate(table.fields)
    }
    arrays[_N] = pa.array([piece.step.entry.n for piece in said], pa.int64())
    arrays[_PLACES] = pa.array([_place_text(piece) for piece in said], pa.string())
    buffer = BytesIO()
    pq.write_table(pa.table(arrays), buffer, compression="zstd", use_dictionary=True)
    return buffer.getvalue()


def read_rows(data: bytes, table: Table, steps: Mapping[int, Step]) -> Rows:
    """What ``write_rows`` wrote; ``steps``: by number. DamagedState if it is of another shape."""
    try:
        read = pq.read_table(BytesIO(data), partitioning=None)
        texts: dict[columns.Value, columns.Value] = {}  # a text that stands in many rows is held once
        values = [
            [texts.setdefault(cell, cell) if isinstance(cell, str) else cell for cell in read.column(name).to_pylist()]
            for name in table.field_names
        ]
        numbers, places = read.column(_N).to_pylist(), read.column(_PLACES).to_pylist()
        at = [table.field_names.index(name) for name in table.primary_key]
        rows: Rows = {}
        for row, n, place in zip(zip(*values, strict=True), numbers, places, strict=True):
            key = tuple(columns.rendered(row[index]) for index in at)
            rows[key] = (*rows.get(key, ()), Said(steps[n], row, place))
    except (pa.ArrowException, KeyError, ValueError) as error:
        raise DamagedState(f"a part of the state does not hold rows of {table.name} ({error})") from error
    return rows


def differing(first: Standing, other: Standing) -> list[str]:
    """The tables of which not the same rows stand, or are set aside."""
    names = {name: table for name, table in first.schemas.tables.items() if table.supplied}
    every = first.asides.keys() | other.asides.keys()
    asides = {name[1] for name in every if first.asides.get(name) != other.asides.get(name)}
    return [
        name
        for name, table in names.items()
        if name in asides or write_rows(first.table(name), table) != write_rows(other.table(name), table)
    ]


def _place_text(said: Said) -> str:
    return said.places if isinstance(said.places, str) else place_text(said.places.where, said.places.origins)


def _write_asides(standing: Standing) -> bytes:
    return rfc8785.dumps(
        [
            {
                "n": aside.step.entry.n,
                "key": None if aside.key is None else list(aside.key),
                "table": aside.unfit.table,
                "received": list(aside.unfit.key),
                "column": aside.unfit.column,
                "text": aside.unfit.text,
                "places": place_text(aside.unfit.origin.place, aside.unfit.origin.cells),
            }
            for aside in standing.asides.values()
        ]
    )


def _asides(data: bytes, steps: Mapping[int, Step]) -> dict[tuple[str, str, tuple[str, ...], str], Aside]:
    asides = {}
    for record in json.loads(data):
        step, received = steps[record["n"]], tuple(record["received"])
        where, _ = placed(record["places"])
        origin = Said(step, (), record["places"]).origin()
        unfit = Unfit(record["table"], received, record["column"], record["text"], origin)
        key = None if record["key"] is None else tuple(record["key"])
        asides[step.entry.source, record["table"], received, where.file] = Aside(step, key, unfit)
    return asides


def write(
    store: Store,
    entries: Sequence[Entry],
    standing: Standing,
    waiting: Waiting,
    before: Checkpoint | None,
    on_step: OnStep = unmarked,
) -> Checkpoint:
    """Keep what stands after ``entries``. ``before``: the last checkpoint, whose parts are there; None if unsure.

    StoreError if a write stays in doubt; then the next run may do it.
    """
    n, digest = ledger.head_of(entries)
    parts: dict[str, bytes] = {}

    def part(data: bytes, rows: int) -> StoredRows:
        sha256 = hashlib.sha256(data).hexdigest()
        parts[sha256] = data
        return StoredRows(sha256=sha256, rows=rows)

    tables = {}
    for name, table in standing.schemas.tables.items():
        if before is not None and name in before.index.tables and standing.is_as_loaded(name):
            tables[name] = before.index.tables[name]
        elif table.supplied and standing.table(name):
            tables[name] = part(write_rows(standing.table(name), table), len(standing.table(name)))
    index = Index(
        format=FORMAT,
        fold=fold(),
        schemas=standing.schemas.version,
        shape=shape(standing.schemas),
        n=n,
        entry=digest,
        pending=tuple(sorted({entry.n for entry in entries} - standing.applied)),
        chain=part(ledger.written(entries), n),
        tables=tables,
        aside=part(_write_asides(standing), len(standing.asides)),
        waiting=part(quarantine.kept(waiting, entries), sum(map(len, waiting.values()))),
    )
    there = before.index.parts if before is not None else set()
    _put_all(store, {layout.state_part(sha256): data for sha256, data in parts.items() if sha256 not in there})
    on_step("state parts")
    data = rfc8785.dumps(index.model_dump(mode="json"))
    sha256 = hashlib.sha256(data).hexdigest()
    _put_all(store, {layout.state_index(n, digest, sha256): data})
    on_step("state index")
    if _point(store, Hint(format=FORMAT, n=n, entry=digest, index=sha256)):
        on_step("state hint")
        _tidy(store, [index, before.index] if before is not None else [index])
    return Checkpoint(index, sha256, tuple(entries))


def _put_all(store: Store, objects: Mapping[str, bytes]) -> None:
    def put(key: str) -> None:
        answer = store.put_view(key, objects[key], "application/octet-stream")
        if isinstance(answer, InDoubt):
            raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}")

    for _ in concurrency.each(put, list(objects), store.at_once):
        pass


def _point(store: Store, hint: Hint) -> bool:
    """Move the hint forward; False if somebody has moved it as far, or further."""
    stored = store.get(layout.STATE_HINT)
    if stored is not None:
        try:
            if _parsed(Hint, stored.data, layout.STATE_HINT).n > hint.n:
                return False
        except DamagedState:
            pass
    data = rfc8785.dumps(hint.model_dump(mode="json"))
    answer = store.swap(layout.STATE_HINT, data, stored.tag if stored else None)
    return not isinstance(answer, Changed | InDoubt)


def _tidy(store: Store, kept: Sequence[Index]) -> None:
    """Take away the checkpoints before these, and what only they name. Who still reads one folds anew."""
    first, named = min(index.n for index in kept), set[str]().union(*(index.parts for index in kept))
    for key in store.list(layout.STATE):
        number = key.removeprefix(layout.STATE).partition("-")[0]
        if not number.isdecimal() or int(number) >= first:
            continue
        stored = store.get(key)
        with contextlib.suppress(DamagedState):
            if stored is not None:
                for sha256 in _parsed(Index, stored.data, key).parts - named:
                    store.delete(layout.state_part(sha256))
        store.delete(key)


def forget(store: Store) -> None:
    """Take every checkpoint away, the hint first: it is made again from the ledger as that stands."""
    keys = sorted(store.list(layout.STATE), key=lambda key: key != layout.STATE_HINT)
    for key in keys:
        store.delete(key)
