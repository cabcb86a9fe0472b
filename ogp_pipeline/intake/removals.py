"""What was removed by rule, and what says so for ever: a log of its own, in the order of the ledger.

    removed/<n>.json     from 000001; create-only; each holds the sha256 of the one before

    {"format", "n", "previous", "ledger": {"n", "sha256"}, "at", "by", "software", "files": [{"key", "sha256", "bytes",
     "names", "source", "supplier", "received_at", "entry", "rule"}]}

The ledger itself stays as it is: its entries name hashes, and the hash of what is gone stands here. ``ledger``: its
newest entry at that time. ``files``: the tombstones, by the ledger's numbers (``entry``: None for what never entered),
then by the time when they were received. The removals follow their entry, so what is missing and not named here was
never removed by rule.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785

from ogp_pipeline import version
from ogp_pipeline.errors import BrokenHistory, StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.store.protocol import Done, Reading, Store

FORMAT = "ogp-removed/1"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A file that was removed by a rule. ``names``: as it was called. ``received_at``: when it came last."""

    key: str
    sha256: str
    bytes: int
    names: tuple[str, ...]
    source: str
    supplier: str
    received_at: str
    entry: int | None
    rule: str


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry of the log. ``at``: when, in UTC; ``by``: on whose word. ``key``: where it stands."""

    n: int
    previous: str | None
    ledger: tuple[int, str]
    at: str
    by: str
    software: str
    files: tuple[Tombstone, ...]

    @property
    def key(self) -> str:
        """Where it stands in the private store."""
        return layout.removed(self.n)

    @property
    def data(self) -> bytes:
        """Canonical JSON."""
        said: dict[str, Any] = {
            "format": FORMAT,
            "n": self.n,
            "previous": self.previous,
            "ledger": {"n": self.ledger[0], "sha256": self.ledger[1]},
            "at": self.at,
            "by": self.by,
            "software": self.software,
            "files": [asdict(file) | {"names": list(file.names)} for file in self.files],
        }
        return rfc8785.dumps(said)


def read(store: Reading) -> list[Removal]:
    """All of the log, oldest first. BrokenHistory if a link does not hold."""
    removals: list[Removal] = []
    previous: str | None = None
    while (stored := store.get(layout.removed(len(removals) + 1))) is not None:
        removal = _parsed(stored.data, layout.removed(len(removals) + 1))
        if (removal.n, removal.previous) != (len(removals) + 1, previous):
            raise BrokenHistory(f"{removal.key} does not follow the one before it; restore it from a copy")
        removals.append(removal)
        previous = hashlib.sha256(stored.data).hexdigest()
    return removals


def append(
    store: Store, before: Sequence[Removal], head: tuple[int, str], files: Iterable[Tombstone], at: str, by: str
) -> Removal:
    """Say what is about to be removed. StoreError if somebody else removes at the same time: nothing is gone then."""
    previous = hashlib.sha256(before[-1].data).hexdigest() if before else None
    told = tuple(sorted(files, key=lambda file: (file.entry is None, file.entry or 0, file.received_at, file.key)))
    removal = Removal(len(before) + 1, previous, head, at, by, version.VERSION, told)
    if not isinstance(store.create(removal.key, removal.data), Done):
        raise StoreError(f"{removal.key} could not be written to {store.describe()}; nothing was removed, try again")
    return removal


def of(store: Reading, key: str) -> tuple[Removal, Tombstone] | None:
    """The newest word on a key that is not there any more; None if no rule has removed it."""
    for removal in reversed(read(store)):
        for file in removal.files:
            if file.key == key:
                return removal, file
    return None


def _parsed(data: bytes, key: str) -> Removal:
    try:
        said = json.loads(data)
        version.refuse_newer(key, said["format"], FORMAT, said.get("software"))
        files = tuple(Tombstone(**{**file, "names": tuple(file["names"])}) for file in said["files"])
        head = (said["ledger"]["n"], said["ledger"]["sha256"])
        removal = Removal(said["n"], said["previous"], head, said["at"], said["by"], said["software"], files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenHistory(f"{key} is not an entry of the log of removals ({error})") from error
    if removal.data != data:
        raise BrokenHistory(f"{key} is not an entry of the log of removals as this software writes it")
    return removal
