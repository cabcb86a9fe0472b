"""What a store does, and what its answers mean. ``directory`` and ``s3`` implement it, under the same test.

Keys are ``/``-separated, without empty, ``.`` or ``..`` segments, spaces, ``+`` or a leading or trailing
``/``; one key is never a folder of another. Answers are values, not exceptions: a refused condition is normal
work.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Done:
    """The write happened. ``tag`` names the stored content for a later ``swap``."""

    tag: str


@dataclass(frozen=True, slots=True)
class Exists:
    """``create`` found the key taken; nothing was written."""


@dataclass(frozen=True, slots=True)
class Changed:
    """``swap`` found other content than expected; nothing was written."""


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The request left and no definite answer came: the caller must find out, never assume."""

    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of an object without reading it. ``tag`` as in ``Done``; ``size`` in bytes.

    ``sha256``: what its writer said, where the store keeps that. It tells equal objects of different tags; it proves
    nothing. ``media_type`` and ``cache_control``: what it is served with, where the store serves.
    """

    tag: str
    size: int
    sha256: str | None = None
    media_type: str | None = None
    cache_control: str | None = None

    def alike(self, other: "Head") -> bool:
        """Whether both are of the same bytes, as far as that can be told without reading them."""
        return self.tag == other.tag or (
            self.sha256 is not None and (self.sha256, self.size) == (other.sha256, other.size) and self.composite
        )

    @property
    def composite(self) -> bool:
        """Whether the tag is S3's for an object that came in parts: a copy of the same bytes has another one."""
        return "-" in self.tag


@dataclass(frozen=True, slots=True)
class Object:
    """A small object, read whole."""

    data: bytes
    tag: str


class Reading(Protocol):
    """What can be asked of a store, and of a copy of one."""

    @property
    def at_once(self) -> int:
        """How many requests at the same time make it quicker."""
        ...

    def describe(self) -> str:
        """Where this is, for people (no secrets)."""
        ...

    def get(self, key: str) -> Object | None:
        """The object, or None when there is none."""
        ...

    def head(self, key: str) -> Head | None:
        """Size and tag, or None when there is none."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Every key that starts with ``prefix``, sorted. Never used to find the newest version."""
        ...

    def download(self, key: str, path: Path) -> bool:
        """Stream an object to ``path`` (whole or not at all); False when there is none."""
        ...


class Store(Reading, Protocol):
    """Small objects go through ``create``/``swap``; files of any size through ``put_file`` and ``copy``."""

    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock is ahead of the store's own (less than zero: behind). None: it does not say.

        A bucket says it with every answer. Of a folder it is the clock of whoever dates its files, such as a server.
        """
        ...

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        """Write only if the key is free (S3: ``If-None-Match: *``)."""
        ...

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        """Replace only what has the tag ``expected`` (None: only if the key is free)."""
        ...

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Done | InDoubt:
        """Stream a file in; visible whole or not at all; refuses (StoreError) bytes whose sha256 differs."""
        ...

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        """Server-side copy, replacing ``target`` atomically (directory: hard link and rename).

        ``sha256``: of the bytes, if it is known, for those who ask with ``head``. StoreError without a source.
        """
        ...

    def put_view(self, key: str, data: bytes, media_type: str) -> Done | InDoubt:
        """Replace a derived object atomically, unconditionally (views can always be made again)."""
        ...

    def alone(self) -> AbstractContextManager[object]:
        """A directory: nobody else is in this context, or in a ``swap``, meanwhile. Object storage knows no such."""
        ...

    def unfinished(self, before: datetime, *, remove: bool) -> Iterator[str]:
        """What writes that were begun before an aware time, and killed, left unseen; ``remove``: and take it away."""
        ...

    def delete(self, key: str) -> None:
        """Only the collector, the privacy purge, the probe (its own key), a shelf, and views (a name that is gone)."""
        ...
