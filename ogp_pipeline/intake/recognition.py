"""Have we seen these bytes? Answered before anything is read or written, so that an idle run costs and
changes nothing.

Accepted is what the ledger says. Turned away is what ``examined/`` says, and counts only while nothing that
could change the verdict has changed: the programme file, the schemas, and what was accepted since. A file without
data stays one whatever was accepted since, so it gets one receipt and not one on every run.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Literal

import rfc8785

from ogp_pipeline.intake import layout
from ogp_pipeline.intake.effect import Sent
from ogp_pipeline.intake.ledger import Entry, head_of, newest_alike
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.store.protocol import Store


@dataclass(frozen=True, slots=True)
class ExaminationContext:
    """What a verdict rests on besides the bytes.

    ``programme``: sha256 of the programme file; ``mapping``: sha256 of how the source's bytes become rows
    (reader, mapping, crosswalk files); ``schemas``: their version; ``ledger``: sha256 of its head, "" when empty.
    Only the schemas count for a file that was not opened; the others are "".
    """

    programme: str
    mapping: str
    schemas: str
    ledger: str

    @property
    def sha256(self) -> str:
        """One name for all of it."""
        return hashlib.sha256("\n".join(astuple(self)).encode()).hexdigest()

    @property
    def reading(self) -> str:
        """The part that decides whether a file holds anything at all."""
        return f"{self.mapping} {self.schemas}"


@dataclass(frozen=True, slots=True)
class New:
    """Never seen, or seen under other circumstances: examine it."""


@dataclass(frozen=True, slots=True)
class AcceptedBefore:
    """The ledger holds it, and it is still the source's last word on these files."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class TurnedAwayBefore:
    """Examined with the same result to come."""

    delivery: str
    verdict: Literal["rejected", "nothing_received", "held", "refused"]
    receipt: str
    blocking: int


Seen = New | AcceptedBefore | TurnedAwayBefore


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was known of a delivery's bytes after the first ``n`` entries."""

    seen: Seen
    n: int

    def still(self, delivery: Delivery, entries: Sequence[Entry], *, whole: bool) -> Seen | None:
        """The same after these entries, if that can be told: what was new stays so until its source says more of it."""
        since = entries[self.n :]
        if since and not isinstance(self.seen, New):
            return None
        names = {file.name for file in delivery.files}
        for entry in since:
            if entry.source == delivery.envelope.source and (whole or names & {name for name, _ in entry.files}):
                return None
        return self.seen


def context(programme: str, mapping: str, schemas_version: str, entries: Sequence[Entry]) -> ExaminationContext:
    """The context of an examination that happens after these ledger entries; hashes as in ``ExaminationContext``."""
    return ExaminationContext(programme, mapping, schemas_version, head_of(entries)[1])


def content(delivery: Delivery) -> str:
    """A name for a source's bytes, unlike ``Delivery.id`` the same on every day (historic imports apart)."""
    envelope = delivery.envelope
    return hashlib.sha256(
        rfc8785.dumps(
            {
                "source": envelope.source,
                "historic": envelope.known_on.isoformat() if envelope.known_why is not None else None,
                "files": [list(pair) for pair in file_pairs(delivery)],
            }
        )
    ).hexdigest()


def file_pairs(delivery: Delivery) -> tuple[tuple[str, str], ...]:
    """(name, sha256) of its files, sorted."""
    return tuple(sorted((file.name, file.sha256) for file in delivery.files))


def recognise(
    delivery: Delivery, store: Store, now: ExaminationContext, entries: Sequence[Entry], *, whole: bool = False
) -> Seen:
    """What is known of the delivery's bytes under the context ``now``; ``whole`` as the source says."""
    envelope = delivery.envelope
    historic_since = envelope.known_on if envelope.known_why is not None else None
    until = envelope.known_on if envelope.known_why is None else date.max
    entry = newest_alike(
        entries, envelope.source, file_pairs(delivery), now.mapping, historic_since, whole=whole, until=until
    )
    if entry is not None:
        return AcceptedBefore(entry)
    return turned_away(delivery, store, now)


def turned_away(delivery: Delivery, store: Store, now: ExaminationContext) -> Seen:
    """Whether the bytes were turned away under the same context."""
    stored = store.get(layout.examined(content(delivery)))
    if stored is None:
        return New()
    record = json.loads(stored.data)
    empty = record["verdict"] == "nothing_received" and record.get("reading") == now.reading
    if record["context"] != now.sha256 and not empty:
        return New()
    return TurnedAwayBefore(record["delivery"], record["verdict"], record["receipt"], record["blocking"])


def replaced(entries: Sequence[Entry], source: str, *, always: bool) -> dict[str, Sent]:
    """What a source sent before and has replaced since: by the sha256 of its files, and of its rows.

    ``always``: each delivery of the source replaces the one before; else a file replaces those of the same name.
    """
    newest: set[str] = set()
    names: set[str] = set()
    earlier: dict[str, Sent] = {}
    for entry in reversed([entry for entry in entries if entry.source == source]):
        own = {name for name, _ in entry.files}
        is_replaced = bool(names) if always else bool(names & own)
        for content in (" ".join(sorted(sha256 for _, sha256 in entry.files)), entry.rows):
            if is_replaced and content not in newest:
                earlier.setdefault(content, Sent(entry.delivery, datetime.fromisoformat(entry.received_at)))
            elif not is_replaced:
                newest.add(content)
        names |= own
    return earlier
