"""Writing what changes with every release, so that an older release never comes to lie over a newer one.

    at-work/<attempt>    stands while somebody makes such views, and longer if they are killed

Whoever has written what belongs to release n may be overtaken: another one commits n + 1 and makes its views while the
first sleeps. So each write happens only if there is no release n + 1. A small object is replaced only if it is still
the one that was looked at before that question (``Store.swap``); in a directory the question and the write are one,
because nobody else writes meanwhile (``Store.alone``). What is left is a copy in object storage, where no condition can
be trusted: the question is asked a moment before. Who is overtaken in that moment makes the newer release's views
itself, and if it is killed just then, its note under ``at-work/`` stands: the next run compares everything under
``latest/``, and does so until the note is older than anybody at work can be.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.store import attempts, retrying
from ogp_pipeline.store.protocol import Done, Head, InDoubt

GRACE = timedelta(hours=24)  # nobody is at work for longer, and the collector leaves alone what is younger

_WAITS = (1.0, 10.0)  # seconds, after an answer in doubt
_TRIES = 100  # more than writers who race can need
_REST = 0.1  # seconds for which "no newer release" is believed in object storage, where no answer can be exact


class Overtaken(Exception):
    """A newer release stands: its views are to be made instead."""


class Fence:
    """Writes the views of one release, while it is the newest; ``Overtaken``, and nothing written, when it is not."""

    def __init__(self, publisher: ReleasePublisher, record: Release) -> None:
        self._store, self._pause = publisher.store, publisher.hooks.pause
        self._next = layout.release(record.n + 1)
        self._rest = 0.0 if publisher.store.at_once == 1 else _REST
        self._asked: float | None = None
        self._asking = threading.Lock()  # writers that begin together need one answer

    def write(self, key: str, data: bytes, media_type: str, *, anew: bool = False) -> bool:
        """Have these bytes under the key; whether they had to be written. StoreError if that stays in doubt.

        ``anew``: write them whatever the store says of what stands there.
        """
        sha256, waits = hashlib.sha256(data).hexdigest(), iter(_WAITS)
        for tried in range(_TRIES):
            standing = self._store.head(key)
            if standing is not None and _holds(standing, sha256, len(data), media_type) and not (anew and tried == 0):
                return False
            with self.passed():
                answer = self._store.swap(key, data, standing.tag if standing is not None else None, media_type)
            if isinstance(answer, Done):
                return True
            if isinstance(answer, InDoubt):
                wait = next(waits, None)
                if wait is None:
                    raise StoreError(f"writing {key} stays in doubt ({answer.reason}); run again")
                self._pause(wait)
        raise StoreError(f"{key} in {self._store.describe()} changes as fast as it is read; run again")

    def copy(self, source: str, target: str, media_type: str, sha256: str) -> None:
        """Have the bytes of ``source`` under ``target``; StoreError without a source."""

        def copy() -> Done | InDoubt:
            with self.passed():
                return self._store.copy(source, target, media_type, sha256)

        retrying.write(copy, target, self._pause)

    def remove(self, key: str) -> None:
        """Have nothing under the key."""
        with self.passed():
            self._store.delete(key)

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Whatever is written in this context is written while no newer release is known to stand."""
        with self._store.alone():
            with self._asking:
                now = time.monotonic()
                if self._asked is None or now - self._asked >= self._rest:
                    if self._store.head(self._next) is not None:
                        raise Overtaken
                    self._asked = now
            yield


def _holds(standing: Head, sha256: str, size: int, media_type: str) -> bool:
    return (standing.sha256, standing.size) == (sha256, size) and standing.media_type in (None, media_type)


@contextmanager
def at_work(publisher: ReleasePublisher) -> Iterator[None]:
    """A note that views are being made. It goes when they stand; an error, as a kill, leaves it."""
    store, hooks = publisher.store, publisher.hooks
    key = layout.at_work(attempts.name(hooks.now(), secrets.token_bytes(8)))
    note = rfc8785.dumps({"format": "ogp-at-work/1"})
    answer = retrying.until_definite(lambda: store.create(key, note), hooks.pause)
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {key} stays in doubt ({answer.reason}); run again")
    yield
    store.delete(key)


def notes(publisher: ReleasePublisher) -> list[str]:
    """Who is at work, or was killed at it."""
    return list(publisher.store.list(layout.AT_WORK))


def clear(publisher: ReleasePublisher, noted: Sequence[str]) -> None:
    """Take away the notes of those who cannot be at work any more."""
    for key in noted:
        with suppress(ValueError):  # not ours
            if publisher.hooks.now() - attempts.started(key.removeprefix(layout.AT_WORK)) > GRACE:
                publisher.store.delete(key)
