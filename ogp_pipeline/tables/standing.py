"""What stands: for every key what each source said last, moved on entry by entry.

The invariant: of all rows with one primary key, the newest that was not withdrawn is current. "Newest" is by the place
of its entry (``order``). So it is enough to keep, for every key and source, the newest row of that source:

1. A row takes the place of an earlier row of its source with that key. Other sources' rows stay behind it.
2. A ``whole`` entry states its tables in full. It withdraws all earlier rows of its source in these tables. If such a
   row was current, the newest row of another source with that key is current again.
3. An entry by which a person retired rows takes away those of its source that entries before it, by number, have said.
4. A row that does not fit its columns is set aside and named (``Unfit``), and an earlier row with its key is current.
   It was accepted under other schemas, or by software that asked for less. It is named until a later row takes its key,
   or its source sends a file of the same name or withdraws it, or a person retires it.

What is newest does not depend on the order in which entries are taken. So an entry may be taken late: a historic import
is news of the past. A ``Standing`` is a value: moving on gives another one, and they share what has not changed.
"""

import pickle
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import pandas as pd

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake.accepted import AcceptedRow, placed
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.order import Place, Step
from ogp_pipeline.tables.owners import Owners
from ogp_pipeline.tables.tables import Key, Origin, Unfit

ReadRows = Callable[[Entry], Iterator[AcceptedRow]]

_LONG_AGO: Place = (date.min, 0)


@dataclass(frozen=True, slots=True)
class Said:
    """A row as a source said it: its typed values in the order of the columns.

    ``places``: the row as it was accepted, or the text of its places (``accepted.place_text``).
    """

    step: Step
    values: tuple[columns.Value, ...]
    places: AcceptedRow | str

    def origin(self) -> Origin:
        """Where the row came from."""
        if isinstance(self.places, str):
            return _origin(self.step, *placed(self.places))
        return _origin(self.step, self.places.where, self.places.origins)


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that no table can hold. ``key``: as typed values, None if the key itself does not fit."""

    step: Step
    key: Key | None
    unfit: Unfit


RowSaid = tuple[str, Key, Said]  # of a table
Rows = dict[Key, tuple[Said, ...]]  # of each source its newest, the current one last
_AsideName = tuple[str, str, Key, str]  # source, table, key as it was received, file
_RowName = tuple[str, str, Key]  # source, table, key


class _NotOfColumn(Exception):
    """A text that its column cannot hold: (column, text)."""


@dataclass
class _Typing:
    """From the texts of a table's rows to values; every text of a column is read once."""

    table: Table
    parse: dict[str, columns.Parser] = field(default_factory=dict)
    memory: dict[str, dict[str, columns.Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.table.fields:
            self.parse[column.name] = columns.parser(column.type)
            if column.type != "string":  # few distinct texts, dear to parse; strings need no memory
                self.memory[column.name] = {}

    def cell(self, column: str, text: str) -> columns.Value:
        """The value; _NotOfColumn if the column cannot hold it."""
        memory = self.memory.get(column)
        if memory is None:
            return self.parse[column](text)
        if text not in memory:
            try:
                memory[text] = self.parse[column](text)
            except ValueError as error:
                raise _NotOfColumn(column, text) from error
        return memory[text]

    def key(self, values: Mapping[str, str]) -> Key:
        return tuple(columns.rendered(self.cell(name, values.get(name, ""))) for name in self.table.primary_key)

    def row(self, values: Mapping[str, str]) -> tuple[columns.Value, ...]:
        return tuple(self.cell(column, values.get(column, "")) for column in self.parse)


@dataclass
class Standing:
    """``applied``: numbers of the entries that were taken. ``rows``: by table, as far as loaded; ``load``: the others.

    ``asides``: rows that do not fit. ``stated``: by source and table, its newest whole entry. ``heard``: by source and
    file name, the newest entry with it. ``retired``: number of the entry by which a person retired a row, by source,
    table and key. ``strangers``: rows of a table that nobody supplies, by source and table. ``before``: what this was
    moved on from; ``changed``: keys by table of which something else stands since.
    """

    schemas: Schemas
    applied: frozenset[int] = frozenset()
    rows: dict[str, Rows] = field(default_factory=dict)
    load: Mapping[str, Callable[[], Rows]] = field(default_factory=dict)
    asides: dict[_AsideName, Aside] = field(default_factory=dict)
    stated: dict[tuple[str, str], Place] = field(default_factory=dict)
    heard: dict[tuple[str, str], Place] = field(default_factory=dict)
    retired: dict[_RowName, int] = field(default_factory=dict)
    strangers: dict[tuple[str, str], Step] = field(default_factory=dict)
    typing: dict[str, _Typing] = field(default_factory=dict)
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    packs: dict[str, tuple[Rows, bytes]] = field(default_factory=dict)
    owners: dict[str, Owners] = field(default_factory=dict)
    before: "weakref.ref[Standing] | None" = None
    changed: dict[str, set[Key]] = field(default_factory=dict)

    def table(self, name: str) -> Rows:
        """The rows of a table by key: of each source its newest, the current one last."""
        if name not in self.rows:
            load = self.load.get(name)
            self.rows[name] = load() if load is not None else {}
        return self.rows[name]

    def is_as_loaded(self, name: str) -> bool:
        """Whether nothing has changed a table since it was, or could have been, loaded."""
        return name in self.load and (name not in self.rows or self.rows[name] is self.load[name]())

    def frame(self, name: str) -> pd.DataFrame:
        """The current rows of a table as typed columns, in key order."""
        if name not in self.frames:
            self.frames[name] = framed(self.schemas.table(name), self._current(name))
        return self.frames[name]

    def packed(self, name: str) -> bytes:
        """The values of the current rows of a table, for ``framed`` in another process."""
        rows = self.table(name)
        if name not in self.packs or self.packs[name][0] is not rows:
            self.packs[name] = (rows, pickle.dumps(self._current(name)))
        return self.packs[name][1]

    def _current(self, name: str) -> list[tuple[columns.Value, ...]]:
        return [said[-1].values for said in self.table(name).values()]

    def unfit(self) -> tuple[Unfit, ...]:
        """The rows that no table can hold and that are to be mended, each once, by source, table and key."""
        newest: dict[tuple[str, str, Key], Aside] = {}
        for (source, table, key, _), aside in self.asides.items():
            there = newest.get((source, table, key))
            if there is None or there.step.place < aside.step.place:
                newest[source, table, key] = aside
        return tuple(newest[name].unfit for name in sorted(newest) if not self._is_taken(newest[name]))

    def _is_taken(self, aside: Aside) -> bool:
        """Whether a later row has its key."""
        said = self.table(aside.unfit.table).get(aside.key) if aside.key is not None else None
        return said is not None and said[-1].step.place > aside.step.place

    def refuse_strangers(self) -> None:
        """SchemaError if a row stands of a table that nobody supplies."""
        if self.strangers:
            (_, table), step = max(self.strangers.items(), key=lambda item: item[1].place)
            raise SchemaError(f"delivery {step.entry.delivery} holds rows of «{table}», which nobody supplies")


def framed(table: Table, rows: Sequence[tuple[columns.Value, ...]]) -> pd.DataFrame:
    """Rows of values, in the order of the table's columns, as its frame."""
    values = zip(*rows, strict=True) if rows else iter(())
    return columns.frame(table, dict(zip(table.field_names, values, strict=False)))


def move_on(
    standing: Standing,
    steps: Iterable[Step],
    read_rows: ReadRows,
    typed: Mapping[int, Sequence[RowSaid]] = MappingProxyType({}),
) -> Standing:
    """What stands when these entries are taken, too. ``read_rows`` gives the accepted rows of an entry.

    Rows of them that another one of them withdraws are not read, nor those of the entries, by number, that are
    ``typed`` already: all rows of each.
    """
    return _Move(standing, read_rows, typed).take([step for step in steps if step.entry.n not in standing.applied])


def retirements(entries: Iterable[Entry], schemas: Schemas, read_rows: ReadRows) -> dict[_RowName, int]:
    """What persons have retired, with the number of the last entry that did; each row by source, table and key."""
    retired: dict[_RowName, int] = {}
    for entry in entries:
        for row in read_rows(entry):
            key = _Typing(schemas.table(row.table)).key(row.values)
            retired[entry.source, row.table, key] = max(entry.n, retired.get((entry.source, row.table, key), 0))
    return retired


class _Move:
    """The new standing, while it is made: a table is copied before it is changed."""

    def __init__(self, before: Standing, read_rows: ReadRows, typed: Mapping[int, Sequence[RowSaid]]) -> None:
        self._before, self._read_rows, self._typed = before, read_rows, typed
        self._copied: set[str] = set()
        self._now = Standing(
            schemas=before.schemas,
            rows=dict(before.rows),
            load=before.load,
            asides=dict(before.asides),
            stated=dict(before.stated),
            heard=dict(before.heard),
            retired=dict(before.retired),
            strangers=dict(before.strangers),
            typing=before.typing,
            frames=dict(before.frames),
            packs=before.packs,
            owners=dict(before.owners),
            before=weakref.ref(before),
        )

    def take(self, steps: list[Step]) -> Standing:
        if not steps:
            return self._before
        for step in steps:
            self._hear(step)
        self._withdraw({step.entry.source for step in steps})
        self._retire([step.entry for step in steps if step.entry.retires])
        for step in steps:
            if self._speaks(step):
                self._take_rows(step)
        self._now.applied = self._before.applied | {step.entry.n for step in steps}
        return self._now

    def _rows(self, table: str) -> Rows:
        """The rows of a table, to be changed."""
        if table not in self._copied:
            self._now.rows[table] = dict(self._before.table(table))
            self._now.frames.pop(table, None)
            self._now.owners.pop(table, None)
            self._copied.add(table)
        return self._now.rows[table]

    def _hear(self, step: Step) -> None:
        entry, now = step.entry, self._now
        if entry.whole:
            for table in entry.tables:
                now.stated[entry.source, table] = max(now.stated.get((entry.source, table), _LONG_AGO), step.place)
        for name, _ in entry.files:
            now.heard[entry.source, name] = max(now.heard.get((entry.source, name), _LONG_AGO), step.place)

    def _withdraw(self, sources: set[str]) -> None:
        """Take away what these sources have stated anew since."""
        now, before = self._now, self._before
        for (source, table), place in now.stated.items():
            if place == before.stated.get((source, table)) or table not in now.schemas.tables:
                continue
            for key, said in list(before.table(table).items()):
                left = tuple(row for row in said if row.step.entry.source != source or row.step.place >= place)
                if len(left) < len(said):
                    rows = self._rows(table)
                    self._now.changed.setdefault(table, set()).add(key)
                    rows[key] = left
                    if not left:
                        del rows[key]
        now.asides = {
            name: aside
            for name, aside in now.asides.items()
            if name[0] not in sources or self._counts(aside.step, name[1], name[3])
        }
        now.strangers = {
            (source, table): step
            for (source, table), step in now.strangers.items()
            if step.place >= now.stated.get((source, table), _LONG_AGO)
        }

    def _retire(self, entries: Iterable[Entry]) -> None:
        """Take away what a person has retired."""
        retired = retirements(entries, self._now.schemas, self._read_rows)
        for (source, table, key), n in retired.items():
            self._now.retired[source, table, key] = max(n, self._now.retired.get((source, table, key), 0))
            rows = self._rows(table)
            mine = rows.pop(key, ())
            left = tuple(said for said in mine if said.step.entry.source != source or said.step.entry.n > n)
            if len(left) < len(mine):
                self._now.changed.setdefault(table, set()).add(key)
            if left:
                rows[key] = left
        self._now.asides = {
            name: aside
            for name, aside in self._now.asides.items()
            if aside.key is None or aside.step.entry.n > retired.get((name[0], name[1], aside.key), 0)
        }

    def _counts(self, step: Step, table: str, file: str) -> bool:
        """Whether a row set aside is still to be mended: it was not withdrawn, and its file was not sent again."""
        source = step.entry.source
        stated, heard = self._now.stated.get((source, table), _LONG_AGO), self._now.heard.get((source, file), _LONG_AGO)
        return step.place >= max(stated, heard)

    def _speaks(self, step: Step) -> bool:
        entry, stated = step.entry, self._now.stated
        return not entry.retires and any(
            step.place >= stated.get((entry.source, table), _LONG_AGO) for table, count in entry.counts.items() if count
        )

    def _take_rows(self, step: Step) -> None:
        """Take the rows that nothing withdraws; of two with one key in this entry, the last."""
        source, asides = step.entry.source, dict[_AsideName, Aside]()
        for table, key, said in self._typed.get(step.entry.n, ()):
            stated = self._now.stated.get((source, table), _LONG_AGO)
            if step.place >= stated and not self._is_retired(said.step, table, key):
                self._say(table, key, said)
        if step.entry.n in self._typed:
            return
        last: dict[tuple[str, Key], AcceptedRow] = {}
        for row in self._read_rows(step.entry):
            if step.place < self._now.stated.get((source, row.table), _LONG_AGO):
                continue
            typing = self._typing(row.table)
            if typing is None:
                self._now.strangers[source, row.table] = step
                continue
            try:
                last[row.table, typing.key(row.values)] = row
            except _NotOfColumn as fault:
                self._set_aside(asides, step, row, None, *fault.args)
        for (table, key), row in last.items():
            if self._is_retired(step, table, key):
                continue  # before it is typed: what is retired is nobody's to mend
            try:
                self._say(table, key, Said(step, self._now.typing[table].row(row.values), row))
            except _NotOfColumn as fault:
                self._set_aside(asides, step, row, key, *fault.args)
        for name, aside in asides.items():
            if self._counts(step, name[1], name[3]):
                self._now.asides[name] = aside

    def _is_retired(self, step: Step, table: str, key: Key) -> bool:
        """Whether a person took away what this entry says."""
        return step.entry.n < self._now.retired.get((step.entry.source, table, key), 0)

    def _typing(self, table: str) -> _Typing | None:
        if table not in self._now.typing:
            table_now = self._now.schemas.tables.get(table)
            if table_now is None or not table_now.supplied:
                return None
            self._now.typing[table] = _Typing(table_now)
        return self._now.typing[table]

    def _say(self, table: str, key: Key, row: Said) -> None:
        """Take the row, unless its source has said something else since."""
        rows = self._rows(table)
        self._now.changed.setdefault(table, set()).add(key)
        source, others = row.step.entry.source, []
        for said in rows.get(key, ()):
            if said.step.entry.source != source:
                others.append(said)
            elif said.step.place > row.step.place:
                return
        rows[key] = tuple(sorted([*others, row], key=lambda said: said.step.place)) if others else (row,)

    def _set_aside(
        self, asides: dict[_AsideName, Aside], step: Step, row: AcceptedRow, key: Key | None, column: str, text: str
    ) -> None:
        received = tuple(row.values.get(name, "") for name in self._now.typing[row.table].table.primary_key)
        unfit = Unfit(row.table, received, column, text, _origin(step, row.where, row.origins))
        name = (step.entry.source, row.table, received, row.where.file)
        asides.setdefault(name, Aside(step, key, unfit))


def _origin(step: Step, where: Where, cells: Mapping[str, Where]) -> Origin:
    entry = step.entry
    return Origin(
        delivery=entry.delivery,
        supplier=entry.supplier,
        source=entry.source,
        known_on=entry.known_on,
        file=where.file,
        file_sha256=dict(entry.files)[where.file],
        place=where,
        cells=cells,
    )
