"""Frames and origins of what stands, made when they are asked for: most who ask need a few tables, or a few columns."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from ogp_pipeline.tables import columns
from ogp_pipeline.tables.standing import Standing
from ogp_pipeline.tables.tables import Key, Origin, Row, Tables


def senders(tables: Tables) -> Iterator[tuple[Row, str, str]]:
    """Row, source and supplier of every row, in no order."""
    if isinstance(tables.origins, Origins):
        yield from tables.origins.senders()
    else:
        yield from ((row, origin.source, origin.supplier) for row, origin in tables.origins.items())


def arrivals(tables: Tables, name: str) -> Iterator[tuple[Key, str, date]]:
    """Key, supplier and the day on which it became known, of every row of a table, in no order."""
    if isinstance(tables.origins, Origins):
        yield from tables.origins.arrivals(name)
        return
    for (table, key), origin in tables.origins.items():
        if table == name:
            yield key, origin.supplier, origin.known_on


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
    """The frame of every table of the schemas, made when it is asked for. ``made``: those that do not just stand."""

    def __init__(self, standing: Standing, made: Mapping[str, pd.DataFrame]) -> None:
        self._standing, self._made = standing, made

    def with_changed(self, changed: Mapping[str, pd.DataFrame]) -> "Frames":
        """These, but for the changed ones."""
        return Frames(self._standing, {**self._made, **changed})

    def cells(self, name: str, wanted: Sequence[str]) -> Iterator[tuple[columns.Value, ...]]:
        """Some columns of a table row by row, in no order; cheaper than its frame."""
        if name in self._made:
            yield from _cells(self._made[name], wanted)
            return
        names = self._standing.schemas.table(name).field_names
        places = [names.index(column) for column in wanted]
        for _, said in self._standing.current(name):
            yield tuple(said.values[place] for place in places)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name in self._made:
            return self._made[name]
        if name not in self._standing.schemas.tables:
            raise KeyError(name)
        return self._standing.frame(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._standing.schemas.tables)

    def __len__(self) -> int:
        return len(self._standing.schemas.tables)

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)  # another process has no store to load from


class Origins(Mapping[Row, Origin]):
    """The origin of every row, made when it is asked for; in the order of tables and keys. ``made``: by table."""

    def __init__(self, standing: Standing, made: Mapping[str, Mapping[Key, Origin]]) -> None:
        self._standing, self._made = standing, made

    def senders(self) -> Iterator[tuple[Row, str, str]]:
        """Row, source and supplier of every row, in no order; cheaper than its origin."""
        for name in self._standing.schemas.tables:
            for key, origin in self._made.get(name, {}).items():
                yield (name, key), origin.source, origin.supplier
            for key, said in self._standing.current(name):
                yield (name, key), said.step.entry.source, said.step.entry.supplier

    def arrivals(self, name: str) -> Iterator[tuple[Key, str, date]]:
        """Key, supplier and day of every row of a table, in no order; cheaper than its origin."""
        for key, origin in self._made.get(name, {}).items():
            yield key, origin.supplier, origin.known_on
        for key, said in self._standing.current(name):
            yield key, said.step.entry.supplier, said.step.entry.known_on

    def __getitem__(self, row: Row) -> Origin:
        name, key = row
        if key in self._made.get(name, {}):
            return self._made[name][key]
        if name not in self._standing.schemas.tables:
            raise KeyError(row)
        return self._standing.table(name)[key][-1].origin()

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
