"""A delivery: the bytes that one source gave at one time, with the envelope that says whose they are."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import rfc8785


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not examined: a rule of schemas/rules.csv and what fills its texts. It stays where it is."""

    rule: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file as received. ``name`` is metadata for people, never used as a path to write to.

    ``refusal``: why it is not examined. ``is_whole``: False where it was not opened, so that what stands at ``path``
    only says which file it was (``spool.stand_in``). ``remark``: what its receipt says besides, such as of pages that
    could not be had.
    """

    name: str
    path: Path
    sha256: str
    size: int
    media_type: str = "application/octet-stream"
    refusal: Refusal | None = None
    is_whole: bool = True
    remark: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sent it and when.

    ``received_at`` is the clock (UTC); ``known_on`` the day from which the forum knew it: the day of receipt,
    unless the programme's historic import asserts an earlier one and says why. ``origin`` is where the bytes
    were fetched.
    """

    source: str
    supplier: str
    received_at: datetime
    known_on: date
    origin: str
    known_why: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One or more files that arrived together and are accepted or refused together."""

    envelope: Envelope
    files: tuple[DeliveredFile, ...]

    @property
    def id(self) -> str:
        """sha256 over source, known_on and the sorted (name, sha256) of the files: same bytes, same id."""
        return hashlib.sha256(
            rfc8785.dumps(
                {
                    "source": self.envelope.source,
                    "known_on": self.envelope.known_on.isoformat(),
                    "files": sorted([file.name, file.sha256] for file in self.files),
                }
            )
        ).hexdigest()
