"""What was known on a day: the ledger, folded.

The invariant: of all rows with one primary key, the newest that was not withdrawn is current. How it is reached:

1. An entry is visible from its ``known_on``. Entries are read newest first, by (``known_on``, ``n``).
2. The first row per key wins. Earlier rows with that key are superseded.
3. A ``whole`` entry states its tables in full. It withdraws all earlier rows of its source in these tables. Other
   sources' rows survive, and become current again if the withdrawn row had superseded them.
4. An entry by which a person retired rows withdraws those, of one source, from all entries before it.
5. At the end the corrections in force are applied (``corrections``).

Because entries are read newest first, one pass is enough, and no row is ever taken back.

A row may no longer fit its columns: it was accepted under other schemas, or by software that asked for less. Such a row
is left out and named (``Unfit``), and an earlier row with its key is current. It is named until its source sends a row
with the same key, or a file of the same name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

import pandas as pd

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake.accepted import AcceptedRow
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import Period, Plan, Programme
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.corrections import correct
from ogp_pipeline.tables.tables import PROGRAMME_SUPPLIER, Key, Origin, Tables, Unfit

PROGRAMME_FILE = "programme.yaml"

ReadRows = Callable[[Entry], Iterator[AcceptedRow]]


def fold(
    entries: Sequence[Entry],
    read_rows: ReadRows,
    programme: Programme,
    programme_sha256: str,
    schemas: Schemas,
    as_of: date,
) -> Tables:
    """Every table of ``schemas`` as known on ``as_of``.

    ``read_rows`` gives the accepted rows of an entry. ``action_plans`` and
    ``reporting_periods`` come from the programme file; other derived tables are there, empty. Columns that a
    table does not have are left out. SchemaError if an entry holds rows of a table that nobody supplies.
    """
    builders = {name: _Builder(table) for name, table in schemas.tables.items()}
    _take_programme(builders, programme, programme_sha256, as_of)
    walk = _Walk(builders)
    visible = [entry for entry in entries if entry.known_on <= as_of]
    for entry in sorted(visible, key=attrgetter("known_on", "n"), reverse=True):
        walk.take(entry, read_rows)
    frames, rulings = correct({name: builder.frame() for name, builder in builders.items()}, schemas, as_of)
    return Tables(
        frames=frames,
        rulings=rulings,
        origins={(name, key): origin for name, builder in builders.items() for key, origin in builder.origins.items()},
        unfit=tuple(walk.unfit[place] for place in sorted(walk.unfit)),
    )


@dataclass
class _Builder:
    """A table under construction: a list per column, and for every key taken its origin."""

    table: Table
    values: dict[str, list[columns.Value]] = field(default_factory=dict)
    origins: dict[Key, Origin] = field(default_factory=dict)
    parse: dict[str, columns.Parser] = field(default_factory=dict)
    known: dict[str, dict[str, columns.Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.table.fields:
            self.values[column.name] = []
            self.parse[column.name] = columns.parser(column.type)
            if column.type != "string":  # few distinct texts, dear to parse; strings need no memory
                self.known[column.name] = {}

    def cell(self, column: str, text: str) -> columns.Value:
        """The value; _NotOfColumn if the column cannot hold it."""
        memory = self.known.get(column)
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

    def row(self, values: Mapping[str, str]) -> dict[str, columns.Value]:
        return {column: self.cell(column, values.get(column, "")) for column in self.values}

    def take(self, key: Key, row: Mapping[str, columns.Value], origin: Origin) -> None:
        for column, taken in self.values.items():
            taken.append(row[column])
        self.origins[key] = origin

    def frame(self) -> pd.DataFrame:
        return columns.frame(self.table, self.values)


class _NotOfColumn(Exception):
    """A text that its column cannot hold: (column, text)."""


@dataclass
class _Walk:
    """The way back through the entries: what later ones have stated already.

    ``withdrawn``: (source, table) that a later whole entry has stated in full. ``resent``: (source, file) that a later
    entry has. ``retired``: source, table and key that a person took away (``Entry.retires``). ``unfit``: by source,
    table and key as it was received.
    """

    builders: Mapping[str, _Builder]
    withdrawn: set[tuple[str, str]] = field(default_factory=set)
    resent: set[tuple[str, str]] = field(default_factory=set)
    retired: set[tuple[str, str, Key]] = field(default_factory=set)
    unfit: dict[tuple[str, str, Key], Unfit] = field(default_factory=dict)

    def take(self, entry: Entry, read_rows: ReadRows) -> None:
        """Take the rows whose keys no later entry has taken; of two with one key in this entry, the last."""
        if entry.retires:
            rows = read_rows(entry)
            self.retired |= {(entry.source, row.table, self.builders[row.table].key(row.values)) for row in rows}
            return
        if any((entry.source, table) not in self.withdrawn for table, count in entry.counts.items() if count):
            self._take_rows(entry, read_rows(entry))
        if entry.whole:
            self.withdrawn |= {(entry.source, table) for table in entry.tables}
        self.resent |= {(entry.source, name) for name, _ in entry.files}

    def _take_rows(self, entry: Entry, rows: Iterator[AcceptedRow]) -> None:
        newest: dict[tuple[str, Key], AcceptedRow] = {}
        hashes = dict(entry.files)
        for row in rows:
            if (entry.source, row.table) in self.withdrawn:
                continue
            builder = self.builders.get(row.table)
            if builder is None or not builder.table.supplied:
                raise SchemaError(f"delivery {entry.delivery} holds rows of «{row.table}», which nobody supplies")
            try:
                key = builder.key(row.values)
            except _NotOfColumn as fault:
                self._set_aside(row, _origin(entry, row, hashes), *fault.args)
                continue
            if key not in builder.origins and (entry.source, row.table, key) not in self.retired:
                newest[row.table, key] = row
        for (table, key), row in newest.items():
            try:
                typed = self.builders[table].row(row.values)
            except _NotOfColumn as fault:
                self._set_aside(row, _origin(entry, row, hashes), *fault.args)
                continue
            self.builders[table].take(key, typed, _origin(entry, row, hashes))

    def _set_aside(self, row: AcceptedRow, origin: Origin, column: str, text: str) -> None:
        """Name the row, unless its source has sent its file again since; a later one with its key is named already."""
        if (origin.source, origin.file) not in self.resent:
            key = tuple(row.values.get(name, "") for name in self.builders[row.table].table.primary_key)
            named = Unfit(row.table, key, column, text, origin)
            self.unfit.setdefault((origin.source, row.table, key), named)


def _origin(entry: Entry, row: AcceptedRow, hashes: Mapping[str, str]) -> Origin:
    return Origin(
        delivery=entry.delivery,
        supplier=entry.supplier,
        source=entry.source,
        known_on=entry.known_on,
        file=row.where.file,
        file_sha256=hashes[row.where.file],
        place=row.where,
        cells=row.origins,
    )


def _take_programme(builders: Mapping[str, _Builder], programme: Programme, sha256: str, as_of: date) -> None:
    """The plans and their periods; known from the plan's first day, since a programme file bears no date."""
    for plan in programme.plans:
        known_on = min(plan.starts, as_of)
        place = Where(PROGRAMME_FILE)
        origin = Origin(
            sha256, PROGRAMME_SUPPLIER, PROGRAMME_SUPPLIER, known_on, PROGRAMME_FILE, sha256, place, cells={}
        )
        builders["action_plans"].take((plan.id,), _plan_row(plan, programme.country), origin)
        for period in plan.periods:
            builders["reporting_periods"].take((period.id,), _period_row(plan, period), origin)


def _plan_row(plan: Plan, country: str) -> dict[str, columns.Value]:
    return {
        "plan_id": plan.id,
        "country": country,
        "number": plan.number,
        **{f"title_{language}": plan.title.only(language) for language in LANGUAGES},
        "start_date": plan.starts,
        "end_date": plan.ends,
        "scale": plan.scale,
        "url": plan.url,
    }


def _period_row(plan: Plan, period: Period) -> dict[str, columns.Value]:
    return {
        "period_id": period.id,
        "plan_id": plan.id,
        **{f"title_{language}": period.title.only(language) if period.title else None for language in LANGUAGES},
        "start_date": period.starts,
        "end_date": period.ends,
        "due_date": period.due,
        "asks_status": "status" in period.asks,
        "asks_evidence": "evidence" in period.asks,
    }
