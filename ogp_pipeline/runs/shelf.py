"""What was fetched and found of a source on another machine, kept in the private store until its turn comes.

    shelf/<time>-<run>/<sha256>    a value, or a file that the archive does not hold

Whoever puts something there tells the hash of it, through the task runner and not through the store; nothing else is
taken from the shelf. A run clears its own; what killed runs left is removed a day later.
"""

import hashlib
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.sources.delivery import DeliveredFile
from ogp_pipeline.store.protocol import InDoubt, Store

_TIME = "%Y%m%dT%H%M%S"
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The shelf of one run. ``name``: as ``name_of`` gives it."""

    store: Store
    name: str

    def put(self, value: object) -> str:
        """Keep a value; its hash. StoreError if nobody knows whether it is there."""
        data = pickle.dumps(value)
        digest = hashlib.sha256(data).hexdigest()
        answer = self.store.put_view(self._key(digest), data, "application/octet-stream")
        if isinstance(answer, InDoubt):
            raise StoreError(f"{self._key(digest)} could not be kept: {answer.reason}")
        return digest

    def take(self, digest: str) -> Any:  # noqa: ANN401 - what was put there
        """The value with this hash, which was told by whoever put it there; None if it is gone or is another one."""
        stored = self.store.get(self._key(digest))
        if stored is None or hashlib.sha256(stored.data).hexdigest() != digest:
            return None
        return pickle.loads(stored.data)

    def put_file(self, file: DeliveredFile) -> None:
        """Keep the bytes of a file, unless the archive has them."""
        if self.store.head(layout.raw(file.sha256)) is None:
            answer = self.store.put_file(self._key(file.sha256), file.path, file.sha256, file.media_type)
            if isinstance(answer, InDoubt):
                raise StoreError(f"{file.name} could not be kept: {answer.reason}")

    def fetch(self, file: DeliveredFile, path: Path) -> bool:
        """Lay the bytes of a file at ``path``; False if nobody has them any more, or other ones."""
        if not any(self.store.download(key, path) for key in (self._key(file.sha256), layout.raw(file.sha256))):
            return False
        with path.open("rb") as written:
            return hashlib.file_digest(written, "sha256").hexdigest() == file.sha256

    def clear(self) -> None:
        """Nobody needs it any more."""
        for key in list(self.store.list(f"{layout.SHELF}{self.name}/")):
            self.store.delete(key)

    def _key(self, digest: str) -> str:
        return f"{layout.SHELF}{self.name}/{digest}"


def name_of(now: datetime, run_id: str) -> str:
    """The name of a run's shelf."""
    return f"{now.astimezone(UTC).strftime(_TIME)}-{hashlib.sha256(run_id.encode()).hexdigest()[:16]}"


def sweep(store: Store, now: datetime) -> None:
    """Remove what runs left that were killed more than a day before ``now``."""
    before = (now.astimezone(UTC) - _KEPT).strftime(_TIME)
    for key in list(store.list(layout.SHELF)):
        if key.removeprefix(layout.SHELF).partition("-")[0] < before:
            store.delete(key)
