"""Rows that stand although no source gives them any more.

Three kinds: their source is not in the programme; their table is not in its source's mapping; or the same bytes were
read anew under another mapping, and that reading does not give them (an identifier was built otherwise, a filter came
in). They stay until somebody retires them, because nothing that was accepted vanishes by itself. They turn no run red.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.intake import accepted
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.tables import Key, Tables, written
from ogp_pipeline.tables.views import owners_of

SHOWN = 5

Place = tuple[str, Key]


class Why(StrEnum):
    """Why nobody gives a row any more."""

    SOURCE = "source"
    TABLE = "table"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Rows of one source, left for one reason."""

    source: str
    why: Why
    rows: tuple[Place, ...]

    @property
    def command(self) -> str:
        """What retires them, but for the reason."""
        return f"ogp retire --source {self.source} --left-over --reason …"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values: how many of each table, and the first ones."""
        return {
            "source": self.source,
            "why": self.why.value,
            "rows": len(self.rows),
            "tables": dict(Counter(table for table, _ in self.rows)),
            "first": [f"{table}/{written(key)}" for table, key in self.rows[:SHOWN]],
            "command": self.command,
        }


def find(workspace: Workspace, entries: Sequence[Entry], tables: Tables) -> list[LeftOver]:
    """All of them, by source and reason."""
    sources = {source.id: source for source in workspace.programme.sources}
    read_again = _read_again(entries)
    suspects = {source for source, _, _ in read_again}
    if not suspects and all(_is_given(entry, sources) for entry in entries):
        return []  # no table need be read
    given: dict[int, frozenset[Place]] = {}
    rows_of: dict[tuple[str, Why], list[Place]] = {}
    doubtful = [entry for entry in entries if entry.source in suspects or not _is_given(entry, sources)]
    names = sorted({table for entry in doubtful for table in entry.counts if table in workspace.schemas.tables})
    for table, source, key in _rows(tables, names, {entry.source for entry in doubtful}):
        why: Why | None = None
        if source not in sources:
            why = Why.SOURCE
        elif table not in sources[source].tables:
            why = Why.TABLE
        elif source in suspects:
            origin = tables.origins[table, key]
            newest = read_again.get((source, origin.file, origin.file_sha256))
            if newest is not None and newest.n not in given:
                given[newest.n] = frozenset(_given(workspace, newest))
            why = Why.MAPPING if newest is not None and (table, key) not in given[newest.n] else None
        if why is not None:
            rows_of.setdefault((source, why), []).append((table, key))
    return [LeftOver(source, why, tuple(sorted(rows))) for (source, why), rows in sorted(rows_of.items())]


def _rows(tables: Tables, names: Sequence[str], sources: Collection[str]) -> Iterator[tuple[str, str, Key]]:
    """The rows of some sources: table, source and key."""
    for name in names:
        for source, keys in owners_of(tables, name).keys.items():
            yield from ((name, source, key) for key in keys if source in sources)


def describe(left: LeftOver, language: str) -> str:
    """How many, which and what to do, in one sentence."""
    shown = ", ".join(f"{table}/{written(key)}" for table, key in left.rows[:SHOWN])
    more = " …" if len(left.rows) > SHOWN else ""
    rows = count("receipt.count.row", len(left.rows), language)
    words = {"rows": rows, "source": left.source, "shown": shown + more, "command": left.command}
    return say(f"run.left_over.{left.why}", language, **words)


def _is_given(entry: Entry, sources: Mapping[str, Source]) -> bool:
    """Whether the source of an entry is in the programme, with all tables of which it gave rows."""
    source = sources.get(entry.source)
    return source is not None and {table for table, rows in entry.counts.items() if rows} <= set(source.tables)


def _read_again(entries: Sequence[Entry]) -> Mapping[tuple[str, str, str], Entry]:
    """(source, file, its sha256) -> the newest entry that read these bytes, if an earlier one read them otherwise."""
    newest: dict[tuple[str, str, str], Entry] = {}
    mappings: dict[tuple[str, str, str], set[str]] = {}
    for entry in entries:
        for name, sha256 in entry.files:
            newest[entry.source, name, sha256] = entry
            mappings.setdefault((entry.source, name, sha256), set()).add(entry.mapping)
    return {file: entry for file, entry in newest.items() if len(mappings[file]) > 1}


def _given(workspace: Workspace, entry: Entry) -> Iterator[Place]:
    """The rows that an entry gave."""
    for row in accepted.rows_of(workspace.intake, entry):
        table = workspace.schemas.table(row.table)
        yield (
            row.table,
            tuple(_canonical(table.field(name).type, row.values.get(name, "")) for name in table.primary_key),
        )


def _canonical(kind: str, text: str) -> str:
    """A part of a key as the tables have it; a text that no column can hold stays as it is."""
    try:
        return columns.rendered(columns.parser(kind)(text))
    except ValueError:
        return text
