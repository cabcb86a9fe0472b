"""A store of which only a folder is written: what it takes lies there, and what it has not is read from another store.

For rehearsals: whoever works on it sees its own writes over what stands, and the store below is never written to. It
is one process' own: its writers are threads.
"""

import hashlib
import heapq
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock

from ogp_pipeline import scratch
from ogp_pipeline.errors import StoreError
from ogp_pipeline.store import keys
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Changed, Done, Exists, Head, InDoubt, Object, Store


class OverlayStore:
    """See ``protocol.Store``. ``over``: takes all writes. ``under``: is only read."""

    def __init__(self, over: DirectoryStore, under: Store) -> None:
        self._over, self._under = over, under
        self._deleted: set[str] = set()  # keys of the store below that do not count any more
        self._lock = RLock()  # between looking and writing

    @property
    def at_once(self) -> int:
        """As many as the store below likes: most that is asked for is there."""
        return self._under.at_once

    def describe(self) -> str:
        """The folder in which everything lies that was written."""
        return self._over.describe()

    def clock_ahead(self) -> timedelta | None:
        """Of the store that is read."""
        return self._under.clock_ahead()

    def get(self, key: str) -> Object | None:
        """The object, or None when there is none."""
        mine = self._over.get(key)
        return mine if mine is not None or key in self._deleted else self._under.get(key)

    def head(self, key: str) -> Head | None:
        """Size and tag, or None when there is none."""
        mine = self._over.head(key)
        return mine if mine is not None or key in self._deleted else self._under.head(key)

    def list(self, prefix: str) -> Iterator[str]:
        """Every key that starts with ``prefix``, sorted."""
        below = (key for key in self._under.list(prefix) if key not in self._deleted)
        last = None
        for key in heapq.merge(self._over.list(prefix), below):
            if key != last:
                yield key
            last = key

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        """Write only if the key is free."""
        with self._lock:
            return Exists() if self.head(key) is not None else self._over.create(key, data, media_type)

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        """Replace only what has the tag ``expected`` (None: only if the key is free)."""
        with self._lock:
            standing = self.head(key)
            if (standing.tag if standing is not None else None) != expected:
                return Changed()
            return self._over.put_view(key, data, media_type)

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Done | InDoubt:
        """Stream a file in; StoreError, and no trace, if its bytes have another sha256."""
        return self._over.put_file(key, path, sha256, media_type)

    def download(self, key: str, path: Path) -> bool:
        """Stream an object to ``path``, whole or not at all; False when there is none."""
        return self._over.download(key, path) or (key not in self._deleted and self._under.download(key, path))

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        """The object under another key; StoreError without a source. What lies below is fetched first."""
        keys.check(target)
        if self._over.head(source) is not None:
            return self._over.copy(source, target, media_type, sha256)
        with tempfile.TemporaryDirectory(prefix=scratch.prefix("overlay")) as folder:
            file = Path(folder, "object")
            if not self.download(source, file):
                raise StoreError(f"{source} cannot be copied to {target}: it is not in {self._under.describe()}")
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
            return self._over.put_file(target, file, digest, media_type)

    def put_view(self, key: str, data: bytes, media_type: str) -> Done | InDoubt:
        """Replace a derived object atomically, unconditionally."""
        return self._over.put_view(key, data, media_type)

    def alone(self) -> AbstractContextManager[object]:
        """Its writers are threads of this process."""
        return self._lock

    def unfinished(self, before: datetime, *, remove: bool) -> Iterator[str]:
        """What writes into the folder left unseen; the store below is nobody's to clear here."""
        return self._over.unfinished(before, remove=remove)

    def delete(self, key: str) -> None:
        """Remove the object, as far as whoever reads here can tell."""
        self._over.delete(key)
        self._deleted.add(keys.check(key))
