"""Frames and origins of what stands, made when they are asked for: most who ask need a few tables, or a few columns."""

import pickle
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from types import MappingProxyType

import pandas as pd

from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.owners import Given, Owners, counted
from ogp_pipeline.tables.standing import Rows, Standing, framed
from ogp_pipeline.tables.tables import Key, Origin, Row, Tables

CutFrame = Callable[[Standing, str], pd.DataFrame | None]


def senders(tables: Tables) -> Iterator[tuple[Row, str, str]]:
    """Row, source and supplier of every row, in no order."""
    if isinstance(tables.origins, Origins):
        yield from tables.origins.senders()
    else:
        yield from ((row, origin.source, origin.supplier) for row, origin in tables.origins.items())


def owners_of(tables: Tables, name: str) -> Owners:
    """Who gave the rows of a table: how many of each supplier, which of each source."""
    if isinstance(tables.origins, Origins):
        return tables.origins.owners(name)
    return counted((key, source, supplier) for (table, key), source, supplier in senders(tables) if table == name)


def owners(standing: Standing, name: str) -> Owners:
    """Who gave the rows of a table of what stands; moved on from what it was moved on from, where that is known."""
    if name not in standing.owners:
        before, rows = standing.before() if standing.before is not None else None, standing.table(name)
        if before is not None and name in before.owners:
            changed = standing.changed.get(name, ())
            gone, come = _given(before.table(name), changed), _given(rows, changed)
            standing.owners[name] = before.owners[name].moved_on(gone, come)
        else:
            standing.owners[name] = counted(_given(rows, rows))
    return standing.owners[name]


def _given(rows: Rows, keys: Iterable[Key]) -> Iterator[Given]:
    for key in keys:
        if (said := rows.get(key)) is not None:
            entry = said[-1].step.entry
            yield key, entry.source, entry.supplier


def forget(tables: Tables) -> None:
    """Keep no frames of these tables: many days of them are many copies."""
    if isinstance(tables.frames, Frames):
        tables.frames.forget()


def from_files(tables: Tables, name: str, keys: Iterable[Key], files: Collection[str]) -> dict[Key, Origin]:
    """The origins of those rows of a table that stood in files of these names."""
    chosen = tables.origins.from_deliveries(name, keys, files) if isinstance(tables.origins, Origins) else keys
    origins = {key: tables.origins[name, key] for key in chosen}
    return {key: origin for key, origin in origins.items() if origin.file in files}


def arrivals(tables: Tables, name: str) -> Iterator[tuple[Key, str, date]]:
    """Key, supplier and the day on which it became known, of every row of a table, in no order."""
    if isinstance(tables.origins, Origins):
        yield from tables.origins.arrivals(name)
        return
    for (table, key), origin in tables.origins.items():
        if table == name:
            yield key, origin.supplier, origin.known_on


def vouched(tables: Tables) -> dict[tuple[str, str], date]:
    """The reports (milestone, period) of which a secretariat vouches for the day of delivery, and that day."""
    said = cells(tables, "updates", ("milestone_id", "period_id", "delivered_on"))
    return {(str(milestone), str(period)): day for milestone, period, day in said if isinstance(day, date)}


def cells(tables: Tables, name: str, wanted: Sequence[str]) -> Iterator[tuple[columns.Value, ...]]:
    """Some columns of a table row by row, in no order; nothing if there is no such table."""
    if isinstance(tables.frames, Frames):
        yield from tables.frames.cells(name, wanted)
    elif name in tables.frames:
        yield from _cells(tables.frames[name], wanted)


def _cells(frame: pd.DataFrame, wanted: Sequence[str]) -> Iterator[tuple[columns.Value, ...]]:
    values = frame[list(wanted)].astype(object)
    yield from values.where(values.notna(), None).itertuples(index=False, name=None)


class Frames(Mapping[str, pd.DataFrame]):
    """The frame of every table of the schemas, made when it is asked for.

    ``made``: those that do not just stand; ``makers`` of others of these. ``cut``: makes one of what stands, if it can.
    """

    def __init__(
        self,
        standing: Standing,
        made: Mapping[str, pd.DataFrame],
        makers: Mapping[str, Callable[[], pd.DataFrame]] = MappingProxyType({}),
        cut: CutFrame | None = None,
    ) -> None:
        self._standing, self._made, self._makers, self._cut = standing, dict(made), makers, cut

    def with_changed(self, changed: Mapping[str, pd.DataFrame]) -> "Frames":
        """These, but for the changed ones."""
        return Frames(self._standing, {**self._made, **changed}, self._makers, self._cut)

    def cells(self, name: str, wanted: Sequence[str]) -> Iterator[tuple[columns.Value, ...]]:
        """Some columns of a table row by row, in no order; cheaper than its frame."""
        if name in self._made or name in self._makers:
            yield from _cells(self[name], wanted)
            return
        names = self._standing.schemas.table(name).field_names
        take = itemgetter(*(names.index(column) for column in wanted))  # of two columns or more it gives a tuple
        for said in self._standing.table(name).values():
            yield take(said[-1].values)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made and name in self._makers:
            self._made[name] = self._makers[name]()
        if name in self._made:
            return self._made[name]
        if name not in self._standing.schemas.tables:
            raise KeyError(name)
        if self._cut is not None and name not in self._standing.frames:
            frame = self._cut(self._standing, name)
            if frame is not None:
                self._standing.frames[name] = frame
        return self._standing.frame(name)

    def forget(self) -> None:
        """What is asked for again is made again."""
        self._standing.frames.clear()

    def __iter__(self) -> Iterator[str]:
        return iter(self._standing.schemas.tables)

    def __len__(self) -> int:
        return len(self._standing.schemas.tables)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process has no store to load from. Most of what goes there is never asked for, so it goes packed."""
        tables = self._standing.schemas.tables
        for name in self._makers:
            self[name]
        packed = {name: self._standing.packed(name) for name in tables if name not in self._made}
        return _Carried, (self._standing.schemas, packed, dict(self._made))


class _Carried(Mapping[str, pd.DataFrame]):
    """Frames in another process: unpacked when they are asked for."""

    def __init__(self, schemas: Schemas, packed: Mapping[str, bytes], made: Mapping[str, pd.DataFrame]) -> None:
        self._schemas, self._packed, self._made = schemas, packed, dict(made)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = framed(self._schemas.table(name), pickle.loads(self._packed[name]))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas.tables)

    def __len__(self) -> int:
        return len(self._schemas.tables)


class Origins(Mapping[Row, Origin]):
    """The origin of every row, made when it is asked for; in the order of tables and keys. ``made``: by table."""

    def __init__(self, standing: Standing, made: Mapping[str, Mapping[Key, Origin]]) -> None:
        self._standing, self._made = standing, made

    def senders(self) -> Iterator[tuple[Row, str, str]]:
        """Row, source and supplier of every row, in no order; cheaper than its origin."""
        for name in self._standing.schemas.tables:
            for key, origin in self._made.get(name, {}).items():
                yield (name, key), origin.source, origin.supplier
            for key, said in self._standing.table(name).items():
                entry = said[-1].step.entry
                yield (name, key), entry.source, entry.supplier

    def owners(self, name: str) -> Owners:
        """As ``owners_of``."""
        made = ((key, origin.source, origin.supplier) for key, origin in self._made.get(name, {}).items())
        return counted(made) if name in self._made else owners(self._standing, name)

    def from_deliveries(self, name: str, keys: Iterable[Key], files: Collection[str]) -> Iterator[Key]:
        """The keys of rows of deliveries in which there was a file of these names; without making their origins."""
        rows, made = self._standing.table(name), self._made.get(name, {})
        for key in keys:
            if key in made or any(file in files for file, _ in rows[key][-1].step.entry.files):
                yield key

    def arrivals(self, name: str) -> Iterator[tuple[Key, str, date]]:
        """Key, supplier and day of every row of a table, in no order; cheaper than its origin."""
        for key, origin in self._made.get(name, {}).items():
            yield key, origin.supplier, origin.known_on
        for key, said in self._standing.table(name).items():
            entry = said[-1].step.entry
            yield key, entry.supplier, entry.known_on

    def __getitem__(self, row: Row) -> Origin:
        name, key = row
        if key in self._made.get(name, {}):
            return self._made[name][key]
        if name not in self._standing.schemas.tables:
            raise KeyError(row)
        return self._standing.table(name)[key][-1].origin()

    def __contains__(self, row: object) -> bool:
        """Without making the origin."""
        match row:
            case (str(name), tuple(key)) if name in self._standing.schemas.tables:
                return key in self._made.get(name, {}) or key in self._standing.table(name)
        return False

    def __iter__(self) -> Iterator[Row]:
        for name in self._standing.schemas.tables:
            keys = [*self._made.get(name, {}), *self._standing.table(name)]
            yield from ((name, key) for key in sorted(keys))

    def __len__(self) -> int:
        return sum(
            len(self._made.get(name, {})) + len(self._standing.table(name)) for name in self._standing.schemas.tables
        )

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)
