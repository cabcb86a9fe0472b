"""A ledger made by hand, as it lies in a private store: entries that are linked, and the rows that they name."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.accepted import AcceptedRow
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Store
from tests.tables.country import SCHEMAS, Ledger, programme


def workspace(folder: Path, country: Programme | None = None) -> Workspace:
    """A workspace of a new process, with its private store in the folder."""
    private, public = DirectoryStore(folder / "private"), DirectoryStore(folder / "public")
    return Workspace(folder / "programme.yaml", b"id: exemplia\n", country or programme(), SCHEMAS, private, public)


def keep(store: Store, ledger: Ledger, first: int = 1) -> list[Entry]:
    """Append the ledger's entries from number ``first`` on to what lies in the store already."""
    linked: list[Entry] = []
    for entry in ledger.entries:
        data = b"".join(_line(row) for row in ledger.rows[entry.rows])
        rows = hashlib.sha256(data).hexdigest()
        linked.append(replace(entry, rows=rows, previous=linked[-1].sha256 if linked else None))
        if entry.n >= first:
            store.create(layout.rows(rows), data)
            store.create(layout.ledger(entry.n), linked[-1].data)
    return linked


def _line(row: AcceptedRow) -> bytes:
    at = _place(row.where)
    cells = {column: {k: v for k, v in _place(cell).items() if at.get(k) != v} for column, cell in row.origins.items()}
    return json.dumps({"table": row.table, "values": row.values, "at": at, "cells": cells}).encode() + b"\n"


def _place(where: Where) -> Mapping[str, object]:
    return {name: value for name, value in asdict(where).items() if value is not None}
