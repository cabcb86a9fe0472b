"""Is a private store, or a copy of one, whole, and of one moment? Everything is read, and every hash is counted again.

the ledger            its chain holds from the first entry to the newest, without a gap
what it names         raw files, rows, rows set aside, programmes and receipts are there; what was removed by rule,
                      or purged, has its tombstone
what bears a hash     holds the bytes that its name says, whoever names it
the rest              records, receipts, notes and numbers can be read; no number stands for two receipts
notes on hold         speak of entries that the ledger has: else they were copied later than it
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ogp_pipeline import scratch
from ogp_pipeline.errors import BrokenHistory
from ogp_pipeline.intake import held, layout, ledger, removals
from ogp_pipeline.intake.held import Held
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.publishing import signing
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import Reading
from ogp_pipeline.upkeep import copies

_RESTORE = "restore it from a copy (`ogp restore`, or by hand from where you keep copies)"
_LATER = (
    "it was copied while runs went on, after the ledger was: take a copy with `ogp backup`, or one in which `ledger/` "
    "comes first and no run is at work"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an object, and what to do."""

    key: str
    said: str
    todo: str = _RESTORE


@dataclass(frozen=True, slots=True)
class Wholeness:
    """What was looked at, and the faults. ``removed``: raw files that have a tombstone instead."""

    entries: int
    raw: int
    receipts: int
    removed: int
    faults: tuple[Fault, ...]


def look(store: Reading) -> Wholeness:
    """Read everything. What cannot be read is a fault, and the rest is looked at all the same."""
    keys = set(store.list(""))
    try:
        entries, broken = ledger.read(store), []
    except BrokenHistory as error:
        entries, broken = [], [Fault(layout.LEDGER, str(error))]
    excused, unsound = _excused(store)
    records, unread = _documents(store, sorted(key for key in keys if key.startswith(layout.DELIVERIES)))
    faults = [
        *broken,
        *unsound,
        *unread,
        *(_gap(keys, entries) if not broken else ()),
        *_missing(keys, entries, records, excused),
        *_other_bytes(store, sorted(key for key in keys if key.startswith(copies.BY_HASH))),
        *_numbers(store, records),
        *(_notes(store, entries) if not broken else ()),
    ]
    raw = [key for key in keys if key.startswith("raw/")]
    receipts = [key for key in keys if key.startswith("receipts/") and key.endswith(".json")]
    return Wholeness(len(entries), len(raw), len(receipts), len(excused - keys), tuple(faults))


def _excused(store: Reading) -> tuple[set[str], list[Fault]]:
    """The keys that tombstones account for: of removals by rule, and of purges."""
    excused: set[str] = set()
    faults = []
    try:
        excused |= {file.key for removal in removals.read(store) for file in removal.files}
    except BrokenHistory as error:
        faults.append(Fault(layout.REMOVED, str(error)))
    for key in store.list("tombstones/"):
        stored = store.get(key)
        sealed = signing.read(stored.data) if stored else None
        if sealed is None:
            faults.append(Fault(key, "it is no tombstone"))
        else:
            excused |= set(sealed.statement.get("keys", ()))
    return excused, faults


def _documents(store: Reading, keys: Sequence[str]) -> tuple[dict[str, Any], list[Fault]]:
    """What the objects say, by key; of those that cannot be read, a fault."""
    documents: dict[str, Any] = {}
    faults = []
    for key, stored in zip(keys, concurrency.each(store.get, keys, store.at_once), strict=True):
        try:
            documents[key] = json.loads(stored.data) if stored is not None else None
        except ValueError as error:
            faults.append(Fault(key, f"it cannot be read ({error})"))
    return {key: said for key, said in documents.items() if isinstance(said, dict)}, faults


def _gap(keys: set[str], entries: Sequence[Entry]) -> Iterator[Fault]:
    """Entries behind the end of the ledger: one between is missing."""
    behind = sorted(key for key in keys if key.startswith(layout.LEDGER))[len(entries) :]
    if behind:
        yield Fault(layout.ledger(len(entries) + 1), f"it is missing, and {behind[0]} stands")


def _missing(keys: set[str], entries: Sequence[Entry], records: dict[str, Any], excused: set[str]) -> Iterator[Fault]:
    """What entries and records name, and what is not there."""
    named: dict[str, str] = {}
    for key, record in records.items():
        for file in record.get("files", ()):
            named[layout.raw(file["sha256"])] = key
        named |= dict.fromkeys(record.get("receipts", {}).values(), key)
    for entry in entries:
        by = layout.ledger(entry.n)
        named |= {layout.raw(sha256): by for _, sha256 in entry.files}
        named |= {layout.rows(entry.rows): by, layout.programme(entry.programme): by}
        named |= {entry.receipt: by} if entry.receipt else {}
        named |= {layout.quarantined(entry.quarantined): by} if entry.quarantined else {}
    for key in sorted(named.keys() - keys - excused):
        yield Fault(key, f"it is missing, and {named[key]} names it")


def _other_bytes(store: Reading, keys: Sequence[str]) -> Iterator[Fault]:
    with TemporaryDirectory(prefix=scratch.prefix("whole")) as folder:
        digest_of = partial(copies.digest_of, store, folder=Path(folder))
        for key, digest in zip(keys, concurrency.each(digest_of, keys, store.at_once), strict=True):
            if digest is None:  # in a copy: the bytes are lost
                yield Fault(key, "it is missing")
            elif digest != key.rpartition("/")[2].partition(".")[0]:
                yield Fault(key, f"it holds other bytes than its name says (sha256 {digest})")


def _numbers(store: Reading, records: dict[str, Any]) -> Iterator[Fault]:
    """Short numbers: each stands for one receipt, and a receipt bears its own."""
    numbers: dict[str, str] = {}
    years, faults = _documents(store, list(store.list(layout.NUMBERS)))
    yield from faults
    for key, said in years.items():
        year = key.removeprefix(layout.NUMBERS).removesuffix(".json")
        for place, numbered in enumerate(said.get("receipts", ()), start=1):
            if (before := numbers.get(numbered["examination"])) is not None:
                yield Fault(key, f"the receipt {numbered['examination']} has two numbers, {before} and another")
            numbers[numbered["examination"]] = f"R-{year}-{place:04d}"
    wanted = {
        key: said["receipts"]["json"]
        for key, said in records.items()
        if said.get("receipts", {}).get("json") and store.head(said["receipts"]["json"]) is not None
    }
    receipts, faults = _documents(store, list(wanted.values()))
    yield from faults
    for key, place in wanted.items():
        number = receipts.get(place, {}).get("number")
        kept = numbers.get(key.removeprefix(layout.DELIVERIES).removesuffix(".json"))
        if number is not None and number != kept:
            yield Fault(place, f"it bears the number {number}, and {layout.NUMBERS} says {kept or 'that it has none'}")


def _notes(store: Reading, entries: Sequence[Entry]) -> Iterator[Fault]:
    """Notes that speak of what the ledger does not hold yet."""
    for note in (*held.not_laid_aside(store), *held.laid_aside(store)):
        if note.n > len(entries):
            said = f"{_named(note)} speaks of entry {note.n}, and the ledger ends at {len(entries)}"
            yield Fault(layout.HELD, said, _LATER)
    for note in held.laid_aside(store):
        if note.n <= len(entries) and note.refused is None and note.decided_by(entries) is None:
            said = f"{_named(note)} is laid aside as decided, and no entry of the ledger decides it"
            yield Fault(layout.DECIDED, said, _LATER)


def _named(note: Held) -> str:
    return f"the note on delivery {note.delivery[:12]} of {note.source}"
