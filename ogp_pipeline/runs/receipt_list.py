"""Every receipt that was given, newest first: read from the records of the deliveries, and nothing is written."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from ogp_pipeline.errors import NotFound, check_name
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.receipt import Verdict
from ogp_pipeline.runs import receipt_numbers
from ogp_pipeline.runs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Listed:
    """One receipt. ``id`` names the examination: the same bytes looked at again under another mapping get another.

    ``receipts``: form (``json``, ``es``, ``en``, ``xlsx``) -> key in the private store. ``number``: its short
    one, if it has been given one.
    """

    id: str
    delivery: str
    source: str
    supplier: str
    received_at: datetime
    verdict: Verdict
    files: tuple[str, ...]
    problems: int
    notes: int
    receipts: Mapping[str, str]
    number: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"received_at": self.received_at.isoformat(), "files": list(self.files)}


def read(
    workspace: Workspace, supplier: str | None = None, source: str | None = None, since: date | None = None
) -> list[Listed]:
    """The receipts of a supplier, a source, or received since a day. OgpError: there is no such supplier or source."""
    programme = workspace.programme
    check_name("supplier", supplier, [item.id for item in programme.suppliers])
    check_name("source", source, [item.id for item in programme.sources])
    listed = [
        receipt
        for receipt in _all(workspace)
        if supplier in (None, receipt.supplier)
        and source in (None, receipt.source)
        and (since is None or programme.local(receipt.received_at).date() >= since)
    ]
    return _newest_first(workspace, listed)


def of_supplier(workspace: Workspace, supplier: str) -> list[Listed]:
    """The receipts of one supplier, newest first. Of the others', nothing but their numbers is read."""
    prefix = layout.receipts_of(supplier)
    names = {key.removeprefix(prefix).partition(".")[0] for key in workspace.intake.list(prefix)}
    stored = ((name, workspace.intake.get(layout.delivery(name))) for name in sorted(names))
    return _newest_first(
        workspace, [_listed(name, json.loads(record.data)) for name, record in stored if record is not None]
    )


def _newest_first(workspace: Workspace, listed: Iterable[Listed]) -> list[Listed]:
    """In their order, with the short numbers of those that have one."""
    numbers = receipt_numbers.read(workspace)
    named = [
        replace(receipt, number=numbers[receipt.id].number) if receipt.id in numbers else receipt for receipt in listed
    ]
    return sorted(named, key=lambda receipt: (receipt.received_at, receipt.id), reverse=True)


def receipt_of(workspace: Workspace, examination: str) -> Listed | None:
    """A receipt by the whole of its id; None if there is none."""
    record = workspace.intake.get(layout.delivery(examination))
    return _listed(examination, json.loads(record.data)) if record is not None else None


def find(workspace: Workspace, beginning: str) -> tuple[Listed, dict[str, Any]]:
    """The newest receipt whose id begins so, and its document. NotFound: none does, or those of several deliveries.

    Also by its short number, if it has one.
    """
    numbers = {numbered.number: numbered.examination for numbered in receipt_numbers.read(workspace).values()}
    wanted = numbers.get(beginning.upper(), beginning)
    fitting = [receipt for receipt in read(workspace) if receipt.id.startswith(wanted)]
    if len({receipt.delivery for receipt in fitting}) != 1:
        told = "no receipt" if not fitting else f"{len(fitting)} receipts"
        raise NotFound(f"{told} with an id that begins with {beginning}; `ogp receipts` lists them")
    stored = workspace.intake.get(fitting[0].receipts["json"])
    if stored is None:
        raise NotFound(f"{fitting[0].receipts['json']} is no longer in {workspace.intake.describe()}")
    return fitting[0], json.loads(stored.data)


def _all(workspace: Workspace) -> list[Listed]:
    listed = []
    for key in workspace.intake.list(layout.DELIVERIES):
        stored = workspace.intake.get(key)
        if stored is not None:
            listed.append(_listed(key.removeprefix(layout.DELIVERIES).removesuffix(".json"), json.loads(stored.data)))
    return listed


def _listed(name: str, record: Mapping[str, Any]) -> Listed:
    return Listed(
        id=name,
        delivery=record["delivery"],
        source=record["source"],
        supplier=record["supplier"],
        received_at=datetime.fromisoformat(record["received_at"]),
        verdict=Verdict(record["verdict"]),
        files=tuple(file["name"] for file in record["files"]),
        problems=record["blocking"],
        notes=record["notes"],
        receipts=record["receipts"],
    )
