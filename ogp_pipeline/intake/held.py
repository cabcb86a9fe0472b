"""Deliveries on hold: their effect was out of proportion, and a person has to say whether it is meant.

A note beside the ledger for each: all that is needed to let the delivery in later from the archive. It waits until the
ledger has an entry of its source behind it which holds the same files (somebody let it in) or newer ones of the same
names (its sender replaced it). What is decided is read from the ledger; a run lays those notes aside (``settle``),
so that later ones read no more than what is open. A note's key bears the ledger's number, so the note that is laid
aside is never one that was put there since.

The invariant: whatever was put on hold is named in every run until that happens.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import rfc8785

from ogp_pipeline import version
from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.sources import Guards
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.store.protocol import InDoubt, Reading, Store

FORMAT = "ogp-held-1"
_HASH = 16  # letters of the names of a delivery's files


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file of it; the bytes are in the archive under their sha256."""

    name: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who refused it for good, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """``n``: the ledger's newest entry when it was put on hold. ``reading``: under which mapping and schemas.

    ``effect``: sha256 of its effect, so that the same effect gets one receipt and not one every night. ``why``: a
    sentence for each guard, by language. ``receipts``: form -> key. ``refused``: if somebody refused it. ``guards``:
    sha256 of those that held it ("" in notes of earlier software).
    """

    delivery: str
    source: str
    supplier: str
    received_at: datetime
    known_on: date
    files: tuple[HeldFile, ...]
    whole: bool
    n: int
    reading: str
    effect: str
    why: Mapping[str, Sequence[str]]
    receipts: Mapping[str, str]
    refused: Refusal | None = None
    guards: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        days = {"received_at": self.received_at.isoformat(), "known_on": self.known_on.isoformat()}
        return asdict(self) | days | {"files": [asdict(file) for file in self.files]}

    def is_of(self, delivery: Delivery) -> bool:
        """Whether it is of these very bytes."""
        return sorted((file.name, file.sha256) for file in self.files) == sorted(
            (file.name, file.sha256) for file in delivery.files
        )

    def says_the_same(self, later: "Held") -> bool:
        """Whether a later look at these bytes found the same, so that the receipt which was given still holds."""
        return (self.effect, self.reading) == (later.effect, later.reading)

    def continuing(self, before: "Held | None", entries: Sequence[Entry]) -> "Held":
        """This note, on hold since ``before`` was, if that is still undecided; and refused if that was."""
        if before is None or before.decided_by(entries) is not None:
            return self
        return replace(self, received_at=before.received_at, known_on=before.known_on, refused=before.refused)

    def decided_by(self, entries: Sequence[Entry]) -> Entry | None:
        """The entry behind it that let it in, or replaced it; None while it waits."""
        names = {file.name for file in self.files}
        for entry in entries[self.n :]:
            if (
                entry.source == self.source
                and not entry.retires
                and (self.whole or names & {name for name, _ in entry.files})
            ):
                return entry
        return None

    def was_let_in_by(self, entry: Entry) -> bool:
        """Whether the entry holds these very bytes."""
        return sorted(entry.files) == sorted((file.name, file.sha256) for file in self.files)


def guards_sha256(guards: Guards) -> str:
    """Which guards these are."""
    return hashlib.sha256(guards.model_dump_json().encode()).hexdigest()


def keep(store: Store, note: Held) -> None:
    """Write the note; earlier ones of the same source and file names go. StoreError if the write stays in doubt."""
    stem = _stem(note.source, [file.name for file in note.files])
    key = layout.held(stem, note.n)
    data = _written(note)
    answer = store.put_view(key, data, "application/json")
    if isinstance(answer, InDoubt):
        stored = store.get(key)
        if stored is None or stored.data != data:
            raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}")
    for other in store.list(f"{layout.HELD}{stem}"):
        if _number(other) < note.n:
            store.delete(other)


def of(store: Store, delivery: Delivery) -> Held | None:
    """The note on these very bytes, if they were put on hold before."""
    stem = _stem(delivery.envelope.source, [file.name for file in delivery.files])
    for folder in (layout.HELD, layout.DECIDED):
        for _, note in sorted(_read(store, f"{folder}{stem}"), key=lambda stored: stored[1].n, reverse=True):
            if note.is_of(delivery):
                return note
    return None


def every(store: Reading) -> Iterator[Held]:
    """All notes, also of what was decided."""
    for folder in (layout.HELD, layout.DECIDED):
        yield from (note for _, note in _read(store, folder))


def not_laid_aside(store: Reading) -> Sequence[Held]:
    """The notes that are open, and those that were decided since a run laid the others aside; of the same source and
    file names the newest, should a process have died before the other went.
    """
    return _newest(note for _, note in _read(store, layout.HELD))


def laid_aside(store: Reading) -> list[Held]:
    """The notes of what was decided."""
    return [note for _, note in _read(store, layout.DECIDED)]


def waiting(store: Reading, entries: Sequence[Entry]) -> list[Held]:
    """What is on hold now, the longest first."""
    return _open(not_laid_aside(store), entries)


def settle(store: Store, entries: Sequence[Entry]) -> list[Held]:
    """The same; the notes of what is decided are laid aside. What does not succeed is done by the next run."""
    notes = list(_read(store, layout.HELD))
    for key, note in notes:
        if _is_decided(note, entries):
            answer = store.put_view(layout.decided(key), _written(note), "application/json")
            if not isinstance(answer, InDoubt):
                store.delete(key)
    return _open(_newest(note for _, note in notes), entries)


def _newest(notes: Iterable[Held]) -> Sequence[Held]:
    newest: dict[str, Held] = {}
    for note in notes:
        stem = _stem(note.source, [file.name for file in note.files])
        if stem not in newest or newest[stem].n <= note.n:
            newest[stem] = note
    return list(newest.values())


def _open(notes: Iterable[Held], entries: Sequence[Entry]) -> list[Held]:
    undecided = [note for note in notes if not _is_decided(note, entries)]
    return sorted(undecided, key=lambda note: (note.received_at, note.delivery))


def _is_decided(note: Held, entries: Sequence[Entry]) -> bool:
    return note.refused is not None or note.decided_by(entries) is not None


def _read(store: Reading, prefix: str) -> Iterator[tuple[str, Held]]:
    """Notes with their keys."""
    for key in store.list(prefix):
        if (stored := store.get(key)) is not None:
            yield key, _parse(stored.data, key)


def _number(key: str) -> int:
    """After how many entries a note was written; those of earlier software do not say it."""
    number = key.removesuffix(".json").rpartition("/")[2][_HASH + 1 :]
    return int(number) if number.isdecimal() else -1


def _written(note: Held) -> bytes:
    return rfc8785.dumps({"format": FORMAT, **note.to_json()})


def _stem(source: str, names: Sequence[str]) -> str:
    return f"{source}/{hashlib.sha256('/'.join(sorted(names)).encode()).hexdigest()[:_HASH]}"


def _parse(data: bytes, key: str) -> Held:
    values = json.loads(data)
    version.refuse_newer(key, values.pop("format"), FORMAT, values.get("software"))
    return Held(
        **{
            **values,
            "received_at": datetime.fromisoformat(values["received_at"]),
            "known_on": date.fromisoformat(values["known_on"]),
            "files": tuple(HeldFile(**file) for file in values["files"]),
            "refused": Refusal(**values["refused"]) if values.get("refused") else None,
        }
    )
