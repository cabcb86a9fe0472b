"""Quarantine: rows that were set aside when the rest of their delivery was accepted, until somebody mends them.

    {"table": …, "key": [text, …], "at": place, "of": owner, "problems": [what blocked it, …]}

One JSON line a row (``of`` only where it is known), in an object named by its sha256, which the ledger entry of the
delivery names. So what waits is a function of the ledger: a row waits until a later delivery of its source states its
key anew, or its file. Nothing else is stored that could say otherwise.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from ogp_pipeline.errors import BrokenHistory, NotFound, StoreError
from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import accepted, layout
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.store.protocol import InDoubt, Store

MEDIA_TYPE = "application/jsonl"
_Key = tuple[str, ...]  # the table, then the primary key


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that does not enter. ``key`` as far as it could be read; ``problems``: those that block it.

    ``owner``: the plan or commitment that it names as its own, as far as it could be read.
    """

    table: str
    key: tuple[str, ...]
    where: Where
    problems: tuple[Problem, ...]
    owner: str = ""

    @property
    def named(self) -> _Key | None:
        """Table and key; None if a part of the key is missing."""
        return (self.table, *self.key) if self.key and all(self.key) else None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that waits. ``since``: the day on which it, or an earlier form of it, was first set aside."""

    source: str
    supplier: str
    delivery: str
    receipt: str
    since: date
    row: QuarantinedRow


Waiting = Mapping[str, tuple[Quarantined, ...]]  # by source


def write(store: Store, rows: Sequence[QuarantinedRow]) -> str:
    """Store the rows; gives their sha256. StoreError if the write stays in doubt."""
    data = b"".join(_line(row) for row in rows)
    sha256 = hashlib.sha256(data).hexdigest()
    key = layout.quarantined(sha256)
    if store.head(key) is None:
        answer = store.create(key, data, MEDIA_TYPE)
        if isinstance(answer, InDoubt) and store.head(key) is None:
            raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}")
    return sha256


def read(store: Store, sha256: str) -> Iterator[QuarantinedRow]:
    """The rows of that name. NotFound: they are not there; BrokenHistory: other bytes are."""
    key = layout.quarantined(sha256)
    stored = store.get(key)
    if stored is None:
        raise NotFound(f"{key} is not in {store.describe()}")
    digest = hashlib.sha256(stored.data).hexdigest()
    if digest != sha256:
        raise BrokenHistory(f"{key} in {store.describe()} holds other bytes (sha256 {digest})")
    for line in stored.data.decode().splitlines():
        yield _row(json.loads(line))


def quarantined(entries: Sequence[Entry], store: Store, schemas: Schemas) -> list[Quarantined]:
    """Every row that waits, in the order of the ledger. Reads nothing where nothing was ever set aside."""
    return listed(move_on({}, entries, store, schemas), entries)


def move_on(waiting: Waiting, entries: Sequence[Entry], store: Store, schemas: Schemas) -> Waiting:
    """What waits, by source, when these entries follow."""
    after = dict(waiting)
    for entry in entries:
        before = list(after.get(entry.source, ()))
        if not before and entry.quarantined is None:
            continue
        rows = _rows_of(store, entry)
        since: dict[_Key, date] = {}
        if before:
            stated: set[_Key] = {named for row in rows if (named := row.named) is not None}
            stated |= {_key(row, schemas) for row in accepted.rows_of(store, entry)}
            files = {name for name, _ in entry.files}
            since = {named: waiting_row.since for waiting_row in before if (named := waiting_row.row.named) is not None}
            before = [
                waiting_row
                for waiting_row in before
                if waiting_row.row.named not in stated and waiting_row.row.where.file not in files
            ]
        after[entry.source] = (*before, *(_waits(row, entry, since) for row in rows))
    return after


def listed(waiting: Waiting, entries: Sequence[Entry]) -> list[Quarantined]:
    """What waits, in the order of the ledger."""
    return sorted((waiting_row for rows in waiting.values() for waiting_row in rows), key=_ledger_order(entries))


def kept(waiting: Waiting, entries: Sequence[Entry]) -> bytes:
    """What waits after these entries, as one object: by source, the number of the entry, the day, and the row."""
    number = {(entry.source, entry.receipt): entry.n for entry in entries}
    said = {
        source: [
            [number[source, waiting_row.receipt], waiting_row.since.isoformat(), _record(waiting_row.row)]
            for waiting_row in rows
        ]
        for source, rows in waiting.items()
        if rows
    }
    return json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def recall(data: bytes, entries: Sequence[Entry]) -> Waiting:
    """What ``kept`` wrote."""
    return {
        source: tuple(_recalled(entries[n - 1], date.fromisoformat(since), row) for n, since, row in rows)
        for source, rows in json.loads(data).items()
    }


def _recalled(entry: Entry, since: date, row: Mapping[str, Any]) -> Quarantined:
    return Quarantined(entry.source, entry.supplier, entry.delivery, entry.receipt, since, _row(row))


def _rows_of(store: Store, entry: Entry) -> list[QuarantinedRow]:
    if entry.quarantined is None:
        return []
    try:
        return list(read(store, entry.quarantined))
    except NotFound:
        if not accepted.is_purged(store, entry, entry.quarantined):
            raise
        return []


def _waits(row: QuarantinedRow, entry: Entry, since: Mapping[_Key, date]) -> Quarantined:
    first = since.get(row.named, entry.known_on) if row.named is not None else entry.known_on
    return Quarantined(entry.source, entry.supplier, entry.delivery, entry.receipt, first, row)


def _ledger_order(entries: Sequence[Entry]) -> Callable[[Quarantined], int]:
    place = {(entry.source, entry.receipt): entry.n for entry in entries}
    return lambda waiting_row: place[waiting_row.source, waiting_row.receipt]


def _key(row: accepted.AcceptedRow, schemas: Schemas) -> _Key:
    return (row.table, *(row.values.get(column, "") for column in schemas.table(row.table).primary_key))


def _record(row: QuarantinedRow) -> dict[str, Any]:
    return {
        "table": row.table,
        "key": list(row.key),
        "at": _place(row.where),
        **({"of": row.owner} if row.owner else {}),
        "problems": [asdict(problem) | {"where": _place(problem.where)} for problem in row.problems],
    }


def _line(row: QuarantinedRow) -> bytes:
    # Half a character pair, which UTF-8 cannot carry, is written as an escape: JSON reads it back.
    return json.dumps(_record(row), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _place(where: Where) -> dict[str, Any]:
    return {key: value for key, value in asdict(where).items() if value is not None}


def _row(record: Mapping[str, Any]) -> QuarantinedRow:
    problems = tuple(
        replace(Problem(**told), level=Severity(told["level"]), where=Where(**told["where"]))
        for told in record["problems"]
    )
    return QuarantinedRow(record["table"], tuple(record["key"]), Where(**record["at"]), problems, record.get("of", ""))
