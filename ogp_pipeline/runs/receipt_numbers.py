"""Short numbers of receipts that people can say on the telephone: ``R-2026-0417``.

A number is given once, and stays: to what is examined when its receipt is written, so that it stands there; to every
other receipt afterwards, in the order of arrival among those that have none yet. One document for each year, replaced
on condition that nobody else has: two processes never give one number to two receipts.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import rfc8785

from ogp_pipeline import version
from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.receipt import Predecessor, Receipt, Verdict
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.protocol import Done

FORMAT = "ogp-numbers/1"  # documents of earlier software do not say it
_TRIES = 5
# Nobody looked at what is left to correct in these.
_UNSEEN = (Verdict.SAME_AS_BEFORE, Verdict.NOT_PROCESSED, Verdict.REFUSED)
AT_ONCE = 5_000  # receipts of a year: the document is written anew for each; of more, `settle` numbers many at a time


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


def give(workspace: Workspace, examination: str, receipt: Receipt) -> Receipt:
    """The receipt with its number, and with the one that it corrects; as it is if no number can be given at once.

    An empty file that nobody has filled in yet gets none here: nobody asks for its receipt on the telephone.
    """
    if receipt.verdict is Verdict.NOTHING_RECEIVED:
        return receipt
    for _ in range(_TRIES):
        year = workspace.programme.local(receipt.received_at).year
        before = _stored(workspace, year)
        place = next((n for n, entry in enumerate(before.entries) if entry["examination"] == examination), None)
        if place is None and len(before.entries) >= AT_ONCE:
            return receipt
        entry = _entry(examination, receipt)
        if place is None and not _append(workspace, before, [entry]):
            continue
        earlier = before.entries[:place]
        last = next((n for n in range(len(earlier) - 1, -1, -1) if _is_of_same(earlier[n], entry)), None)
        corrects = None
        if receipt.verdict not in _UNSEEN and last is not None and earlier[last]["to_correct"]:
            corrects = Predecessor(_name(year, last + 1), earlier[last]["to_correct"])
        number = _name(year, (len(before.entries) if place is None else place) + 1)
        return replace(receipt, short_number=number, corrects=corrects)
    return receipt


def _entry(examination: str, receipt: Receipt) -> dict[str, Any]:
    """What is remembered of a numbered receipt. No file's name, which may tell of a person: its fingerprint does."""
    names = " ".join(sorted(file.name.casefold() for file in receipt.files))
    return {
        "examination": examination,
        "supplier": receipt.supplier,
        "received_at": receipt.received_at.isoformat(),
        "source": receipt.source,
        "names": hashlib.sha256(names.encode()).hexdigest()[:16],
        "tables": sorted(receipt.counts),
        "to_correct": receipt.to_correct,
    }


def _is_of_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether somebody has sent the same again: a file of the same name, or the same tables, to the same source."""
    same = before.get("source") == now["source"] and before["supplier"] == now["supplier"]
    return same and (before.get("names") == now["names"] or (bool(now["tables"]) and before["tables"] == now["tables"]))


def _name(year: int, number: int) -> str:
    return f"R-{year}-{number:04d}"


def settle(workspace: Workspace) -> dict[str, Numbered]:
    """The numbers of all receipts; those that have none get one. StoreError if they cannot be kept."""
    for _ in range(_TRIES):
        years = _years(workspace)
        numbered = {entry["examination"] for year in years.values() for entry in year.entries}
        fresh = [record for name in _examinations(workspace) - numbered if (record := _record(workspace, name))]
        if not fresh:
            return read(workspace)
        fresh.sort(key=lambda record: (record["received_at"], record["examination"]))
        for number in sorted({_year(workspace, record) for record in fresh}):
            own = [record for record in fresh if _year(workspace, record) == number]
            if not _append(workspace, years.get(number, _Year(number, [], None)), own):
                break
        else:
            return read(workspace)
    raise StoreError(f"the numbers of receipts could not be kept in {workspace.intake.describe()}; the next run tries")


@dataclass(frozen=True, slots=True)
class _Year:
    """``tag``: of what is stored; None if nothing is."""

    year: int
    entries: list[dict[str, Any]]
    tag: str | None


def _years(workspace: Workspace) -> dict[int, _Year]:
    keys = workspace.intake.list(layout.NUMBERS)
    numbers = [int(key.removeprefix(layout.NUMBERS).removesuffix(".json")) for key in keys]
    return {number: _stored(workspace, number) for number in numbers}


def _stored(workspace: Workspace, year: int) -> _Year:
    stored = workspace.intake.get(layout.numbers(year))
    if stored is None:
        return _Year(year, [], None)
    said = json.loads(stored.data)
    version.refuse_newer(layout.numbers(year), said.get("format", FORMAT), FORMAT, said.get("software"))
    return _Year(year, said["receipts"], stored.tag)


def _numbered(workspace: Workspace, year: _Year) -> list[Numbered]:
    return [
        Numbered(
            _name(year.year, number),
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


def _append(workspace: Workspace, year: _Year, fresh: list[dict[str, Any]]) -> bool:
    """Whether the year's document now ends with these; not if somebody else has written it meanwhile."""
    key, data = layout.numbers(year.year), rfc8785.dumps({"format": FORMAT, "receipts": [*year.entries, *fresh]})
    return isinstance(workspace.intake.swap(key, data, year.tag), Done)
