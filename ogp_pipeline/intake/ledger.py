"""The ledger: what was accepted, in the order of acceptance, ``ledger/000001.json``, ``ledger/000002.json``,
…

Append-only and hash-linked: entry n holds the sha256 of the bytes of entry n-1, so nobody can change, drop or
insert an entry without every later one saying so. An append is a create-only write of the next number: of two
that race, one wins, and the other examines its delivery again under the ledger as it stands then. The head is
found by walking, never by listing.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

import rfc8785

from ogp_pipeline import version
from ogp_pipeline.errors import BrokenHistory, LedgerMoved, StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import Done, InDoubt, Reading, Store

FORMAT = "ogp-ledger-1"
DOUBTS = 5  # a store that leaves this many appends of one number undecided is not working


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person decided, with the reason: to let a delivery in that was on hold, or to retire rows.

    ``held``: the delivery that was on hold. None for a retirement: its rows object names the rows that no longer stand,
    or it is ``whole`` and empties its tables.
    """

    by: str
    reason: str
    held: str | None = None


@dataclass(frozen=True)
class EntryDraft:
    """An entry which has no place yet.

    ``files``: (name, sha256), sorted. ``rows``: sha256 of the rows object. ``programme``: sha256 of the
    programme file in force. ``receipt``: key of the receipt. ``known_why``: why a historic import was known
    on that day. ``whole``: the delivery states its tables in full and withdraws what the source said in them
    before. ``tables``: the tables which the source fills, also those that this delivery left empty. ``quarantined``:
    sha256 of the rows that were set aside (``quarantine``), if any were; its stored name is ``aside``. ``by_hand``: the
    decision of a person that it is, else None.
    """

    delivery: str
    source: str
    supplier: str
    received_at: str
    known_on: date
    known_why: str | None
    programme: str
    mapping: str
    schemas: str
    whole: bool
    tables: tuple[str, ...]
    rows: str
    counts: Mapping[str, int]
    files: tuple[tuple[str, str], ...]
    receipt: str
    quarantined: str | None = None
    by_hand: ByHand | None = None

    @property
    def retires(self) -> bool:
        """Whether it takes rows away and brings none."""
        return self.by_hand is not None and self.by_hand.held is None


@dataclass(frozen=True, kw_only=True)
class Entry(EntryDraft):
    """A draft at number ``n`` (from 1), behind the entry whose bytes have the sha256 ``previous``."""

    n: int
    previous: str | None

    @cached_property
    def data(self) -> bytes:
        """The entry's bytes: canonical JSON, so that the same entry always has the same hash."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        values |= {
            "format": FORMAT,
            "known_on": self.known_on.isoformat(),
            "tables": list(self.tables),
            "counts": dict(self.counts),
            "files": [list(file) for file in self.files],
        }
        quarantined = values.pop("quarantined")
        if quarantined is not None:  # else as it was before anything could be set aside
            values["aside"] = quarantined
        by_hand = values.pop("by_hand")
        if by_hand is not None:
            values["by_hand"] = {key: text for key, text in asdict(by_hand).items() if text is not None}
        return rfc8785.dumps(values)

    @cached_property
    def sha256(self) -> str:
        """What the next entry calls ``previous``."""
        return hashlib.sha256(self.data).hexdigest()


def read(store: Reading, upto: int | None = None) -> list[Entry]:
    """All entries (or the first ``upto``), oldest first. BrokenHistory if the chain does not hold."""
    return _walk(store, [], upto)


def continued(store: Store, entries: Sequence[Entry]) -> list[Entry]:
    """``entries``, which are known to be the ledger's first ones, and what stands behind them. BrokenHistory as there.

    One read if nothing does.
    """
    return _walk(store, entries)


def written(entries: Sequence[Entry]) -> bytes:
    """The bytes of these entries, one line each, for ``proven``."""
    return b"".join(entry.data + b"\n" for entry in entries)


def proven(lines: bytes, sha256: str) -> list[Entry]:
    """The entries that ``written`` wrote, if they lead to the entry of this sha256: every link is counted again.

    So one entry of the ledger proves all before it, wherever their bytes come from. BrokenHistory if they do not.
    """
    entries: list[Entry] = []
    previous = None
    for n, data in enumerate(lines.splitlines(), start=1):
        entry = _entry(data, layout.ledger(n))
        if (entry.n, entry.previous) != (n, previous):
            raise BrokenHistory(f"a copy of {layout.ledger(n)} does not follow the entry before it")
        previous = hashlib.sha256(data).hexdigest()
        entry.__dict__.update(data=data, sha256=previous)  # the links hold, so it need not be written again to compare
        entries.append(entry)
    if previous != sha256:
        raise BrokenHistory(f"a copy of the ledger does not lead to the entry with the sha256 {sha256}")
    return entries


def head_of(entries: Sequence[Entry]) -> tuple[int, str]:
    """Number and sha256 of the newest entry; (0, "") before the first."""
    return (entries[-1].n, entries[-1].sha256) if entries else (0, "")


def last_word(
    entries: Sequence[Entry],
    source: str,
    files: Sequence[tuple[str, str]],
    *,
    whole: bool = False,
    until: date = date.max,
) -> Entry | None:
    """The source's newest entry on these files, if it holds exactly them, however it read them.

    That is its newest entry which has a file of the same name; of a ``whole`` source, whose deliveries replace each
    other, its newest entry whatever the names. So a file that changed and changed back is news again. An entry that
    is ``dated_after`` the day ``until`` is passed over.
    """
    names = {name for name, _ in files}
    for entry in reversed(entries):
        if (
            entry.source == source
            and not entry.retires
            and not dated_after(entry, until)
            and (whole or names & {name for name, _ in entry.files})
        ):
            return entry if sorted(entry.files) == sorted(files) else None
    return None


def dated_after(entry: Entry, day: date) -> bool:
    """Whether the entry bears a later day, which only a clock that was ahead can have given: it does not count yet."""
    return entry.known_why is None and entry.known_on > day


def newest_alike(
    entries: Sequence[Entry],
    source: str,
    files: Sequence[tuple[str, str]],
    mapping: str,
    historic_since: date | None = None,
    *,
    whole: bool = False,
    until: date = date.max,
) -> Entry | None:
    """``last_word``, if it also read the files under this ``mapping``, and a historic import on this asserted day."""
    entry = last_word(entries, source, files, whole=whole, until=until)
    same_day = entry is not None and (historic_since is None or entry.known_on == historic_since)
    return entry if entry is not None and same_day and entry.mapping == mapping else None


def append(store: Store, draft: EntryDraft, entries: Sequence[Entry] = (), *, again: bool = False) -> Entry:
    """Give the draft the number after ``entries``, the ledger under which it was examined.

    If the delivery turns out to stand there already (another process was quicker, or an answer got lost), that entry
    is the result. LedgerMoved if anything else does: two deliveries that are each right alone may contradict each
    other. StoreError if the store gives no definite answer. ``again``: what ``entries`` hold is known to be another
    time that these files came, so only what stands behind them can be the delivery itself.
    """
    n, previous = head_of(entries)
    entry = Entry(**_values(draft), n=n + 1, previous=previous or None)
    historic_since = draft.known_on if draft.known_why is not None else None
    until = draft.known_on if draft.known_why is None else date.max
    for _ in range(DOUBTS):
        chain = _walk(store, entries)
        candidates = chain[len(entries) :] if again else chain
        there = (
            next((link for link in chain[len(entries) :] if link.data == entry.data), None)
            if draft.retires
            else newest_alike(
                candidates, draft.source, draft.files, draft.mapping, historic_since, whole=draft.whole, until=until
            )
        )
        if there is not None:
            return there
        if len(chain) > len(entries):
            raise LedgerMoved(f"entry {n + 1} of the ledger in {store.describe()} is another delivery's")
        answer = store.create(layout.ledger(entry.n), entry.data)
        if isinstance(answer, Done):
            return entry
    reason = answer.reason if isinstance(answer, InDoubt) else "taken, and not there"
    raise StoreError(f"{layout.ledger(entry.n)} in {store.describe()} stays in doubt: {reason}")


def _values(draft: EntryDraft) -> dict[str, Any]:
    return {field.name: getattr(draft, field.name) for field in fields(EntryDraft)}


def _walk(store: Reading, read_before: Sequence[Entry], upto: int | None = None) -> list[Entry]:
    entries = list(read_before)
    for key, data in _numbered(store, len(entries) + 1, upto):
        entry = _parse(data, key)
        previous = entries[-1].sha256 if entries else None
        if entry.n != len(entries) + 1 or entry.previous != previous:
            raise BrokenHistory(
                f"{key}: does not follow the entry before it (it names {entry.previous}, "
                f"which has {previous}); somebody changed the ledger. Restore it from a copy."
            )
        entries.append(entry)
    return entries


def _numbered(store: Reading, first: int, upto: int | None) -> Iterator[tuple[str, bytes]]:
    """Entries from number ``first`` until there is none: one is asked for, then twice as many at a time."""
    size = 1
    while upto is None or first <= upto:
        last = first + size if upto is None else min(first + size, upto + 1)
        keys = [layout.ledger(n) for n in range(first, last)]
        for key, stored in zip(keys, concurrency.each(store.get, keys, store.at_once), strict=True):
            if stored is None:
                return
            yield key, stored.data
        first, size = last, min(2 * size, store.at_once)


def _parse(data: bytes, key: str) -> Entry:
    entry = _entry(data, key)
    if entry.data != data:
        raise BrokenHistory(f"{key}: is not a ledger entry as this software writes it")
    return entry


def _entry(data: bytes, key: str) -> Entry:
    try:
        values = json.loads(data)
        said = values.pop("format")
        version.refuse_newer(key, said, FORMAT, values.get("software"))
        quarantined = values.pop("aside", None)
        by_hand = values.pop("by_hand", None)
        entry = Entry(
            **{
                **values,
                "known_on": date.fromisoformat(values["known_on"]),
                "tables": tuple(values["tables"]),
                "files": tuple((name, sha256) for name, sha256 in values["files"]),
                "quarantined": quarantined,
                "by_hand": ByHand(**by_hand) if by_hand is not None else None,
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenHistory(f"{key}: is not a ledger entry ({error})") from error
    if said != FORMAT:
        raise BrokenHistory(
            f"{key}: is not a ledger entry as this software writes it, but of the format {said!r}, not {FORMAT!r}"
        )
    return entry
