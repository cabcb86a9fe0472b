"""Short numbers of receipts that people can say on the telephone: ``R-2026-0417``.

A number is given once, in the order of arrival among those that have none yet, and stays. One document for each year,
replaced on condition that nobody else has: two processes never give one number to two receipts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.protocol import Done

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Numbered:
    """A receipt's number, and what has to be known of it without reading it."""

    number: str
    examination: str
    supplier: str
    received_at: datetime


def read(workspace: Workspace) -> dict[str, Numbered]:
    """The numbers that were given, by examination; nothing is written."""
    return {
        receipt.examination: receipt for year in _years(workspace).values() for receipt in _numbered(workspace, year)
    }


def settle(workspace: Workspace) -> dict[str, Numbered]:
    """The numbers of all receipts; those that have none get one. StoreError if they cannot be kept."""
    for _ in range(_TRIES):
        years = _years(workspace)
        numbered = {entry["examination"] for year in years.values() for entry in year.entries}
        fresh = [record for name in _examinations(workspace) - numbered if (record := _record(workspace, name))]
        if not fresh:
            return read(workspace)
        fresh.sort(key=lambda record: (record["received_at"], record["examination"]))
        if all(
            _append(workspace, year, years, fresh) for year in sorted({_year(workspace, record) for record in fresh})
        ):
            return read(workspace)
    raise StoreError(f"the numbers of receipts could not be kept in {workspace.intake.describe()}; the next run tries")


@dataclass(frozen=True, slots=True)
class _Year:
    """``tag``: of what is stored; None if nothing is."""

    year: int
    entries: list[dict[str, Any]]
    tag: str | None


def _years(workspace: Workspace) -> dict[int, _Year]:
    years = {}
    for key in workspace.intake.list(layout.NUMBERS):
        stored = workspace.intake.get(key)
        if stored is not None:
            year = int(key.removeprefix(layout.NUMBERS).removesuffix(".json"))
            years[year] = _Year(year, json.loads(stored.data)["receipts"], stored.tag)
    return years


def _numbered(workspace: Workspace, year: _Year) -> list[Numbered]:
    return [
        Numbered(
            f"R-{year.year}-{number:04d}",
            entry["examination"],
            entry["supplier"],
            workspace.programme.local(datetime.fromisoformat(entry["received_at"])),
        )
        for number, entry in enumerate(year.entries, start=1)
    ]


def _examinations(workspace: Workspace) -> set[str]:
    keys = workspace.intake.list(layout.DELIVERIES)
    return {key.removeprefix(layout.DELIVERIES).removesuffix(".json") for key in keys}


def _record(workspace: Workspace, examination: str) -> dict[str, Any] | None:
    stored = workspace.intake.get(layout.delivery(examination))
    if stored is None:
        return None
    record = json.loads(stored.data)
    return {name: record[name] for name in ("supplier", "received_at")} | {"examination": examination}


def _year(workspace: Workspace, record: Mapping[str, Any]) -> int:
    return workspace.programme.local(datetime.fromisoformat(record["received_at"])).year


def _append(workspace: Workspace, year: int, years: Mapping[int, _Year], fresh: list[dict[str, Any]]) -> bool:
    """Whether the year's document now ends with these; not if somebody else has written it meanwhile."""
    before = years.get(year, _Year(year, [], None))
    entries = [*before.entries, *(record for record in fresh if _year(workspace, record) == year)]
    key, data = layout.numbers(year), rfc8785.dumps({"receipts": entries})
    return isinstance(workspace.intake.swap(key, data, before.tag), Done)
