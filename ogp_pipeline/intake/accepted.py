"""The rows object: what one accepted delivery said, as JSON Lines, one row a line, named by its sha256.

    {"table": …, "values": {column: text}, "at": place, "cells": {column: place}}

A place is ``{"file": name, "line": int, "sheet": …, "cell": "D7", "pointer": …, "column": the sender's
heading}`` without what is unknown; a cell's place leaves out what it shares with its row's. Text is as
accepted, types come later. Lines stand in the order of validation; keys are sorted; so the same rows are the
same bytes.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ogp_pipeline import scratch
from ogp_pipeline.errors import BrokenHistory, NotFound, StoreError
from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.store.protocol import InDoubt, Store

MEDIA_TYPE = "application/jsonl"
_WHERE = tuple(field.name for field in fields(Where))


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A row as the ledger knows it.

    ``origins``: canonical column -> cell (a constant has none). ``where``: the row.
    """

    table: str
    values: Mapping[str, str]
    origins: Mapping[str, Where]
    where: Where


class Cells(Mapping[str, Where]):
    """The places of a row's cells, column -> place: made when they are asked for, which few ever are.

    ``at``: the row's place, ``cells``: what each cell's adds to it, both as they are stored.
    """

    __slots__ = ("_at", "_cells")

    def __init__(self, at: Mapping[str, Any], cells: Mapping[str, Mapping[str, Any]]) -> None:
        self._at, self._cells = at, cells

    def __getitem__(self, column: str) -> Where:
        return Where(**{**self._at, **self._cells[column]})

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


def place_text(where: Where, cells: Mapping[str, Where]) -> str:
    """The places of a row and of its cells as one text, the same for the same places. ``placed`` reads it."""
    return json.dumps(_places(where, cells), ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def placed(text: str) -> tuple[Where, Cells]:
    """What ``place_text`` wrote."""
    said = json.loads(text)
    return Where(**said["at"]), Cells(said["at"], said["cells"])


def write(store: Store, rows: Iterable[MappedRow]) -> str:
    """Store the rows; gives their sha256. StoreError if the write stays in doubt."""
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("rows")) as folder:
        path = Path(folder) / "rows.jsonl"
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for row in rows:
                line = _line(row)
                digest.update(line)
                file.write(line)
        sha256 = digest.hexdigest()
        key = layout.rows(sha256)
        if store.head(key) is None:
            answer = store.put_file(key, path, sha256, MEDIA_TYPE)
            if isinstance(answer, InDoubt) and store.head(key) is None:
                raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}")
    return sha256


def sha256_of(rows: Iterable[MappedRow]) -> str:
    """The name that the rows would be stored under."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_line(row))
    return digest.hexdigest()


def rows_of(store: Store, entry: Entry) -> Iterator[AcceptedRow]:
    """The rows of an entry, none if its own delivery was purged; else as ``read``."""
    try:
        yield from read(store, entry.rows)
    except NotFound:
        if not is_purged(store, entry, entry.rows):
            raise


def is_purged(store: Store, entry: Entry, sha256: str) -> bool:
    """Was what is missing, of this sha256, purged with the delivery of ``entry``?

    Deliveries may share rows, so a tombstone alone does not say it: the receipt, which is one delivery's own, is gone.
    """
    return store.head(layout.tombstone(sha256)) is not None and store.head(entry.receipt) is None


def read(store: Store, sha256: str) -> Iterator[AcceptedRow]:
    """The rows of that name. NotFound: they are not there; BrokenHistory: other bytes are."""
    key = layout.rows(sha256)
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("rows")) as folder:
        path = Path(folder) / "rows.jsonl"
        if not store.download(key, path):
            raise NotFound(f"{key} is not in {store.describe()}")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != sha256:
            raise BrokenHistory(f"{key} in {store.describe()} holds other bytes (sha256 {digest})")
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield _row(json.loads(line))


def _line(row: MappedRow) -> bytes:
    record = {"table": row.table, "values": dict(row.values), **_places(row.row.locate(), row.origins)}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def _places(where: Where, cells: Mapping[str, Where]) -> dict[str, Any]:
    at = _place(where)
    return {
        "at": at,
        "cells": {
            column: {key: value for key, value in _place(cell).items() if at.get(key) != value}
            for column, cell in cells.items()
        },
    }


def _place(where: Where) -> dict[str, Any]:
    return {name: value for name in _WHERE if (value := getattr(where, name)) is not None}


def _row(record: Mapping[str, Any]) -> AcceptedRow:
    at = record["at"]
    return AcceptedRow(record["table"], record["values"], Cells(at, record["cells"]), Where(**at))
