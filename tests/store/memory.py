"""A store in memory: for tests that publish many releases, and are not about disks."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from ogp_pipeline.errors import StoreError
from ogp_pipeline.store.protocol import Changed, Done, Exists, Head, InDoubt, Object


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class MemoryStore:
    """See ``protocol.Store``."""

    at_once = 1

    def __init__(self, objects: dict[str, bytes] | None = None) -> None:
        self.objects = objects if objects is not None else {}

    def describe(self) -> str:
        return "memory"

    def get(self, key: str) -> Object | None:
        data = self.objects.get(key)
        return None if data is None else Object(data, _tag(data))

    def head(self, key: str) -> Head | None:
        data = self.objects.get(key)
        return None if data is None else Head(_tag(data), len(data), _tag(data))

    def list(self, prefix: str) -> Iterator[str]:
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        if key in self.objects:
            return Exists()
        return self.put_view(key, data, media_type)

    def swap(self, key: str, data: bytes, expected: str | None, media_type: str = "") -> Done | Changed | InDoubt:
        standing = self.objects.get(key)
        if (None if standing is None else _tag(standing)) != expected:
            return Changed()
        return self.put_view(key, data, media_type)

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Done | InDoubt:
        data = path.read_bytes()
        if _tag(data) != sha256:
            raise StoreError(f"{path} changed")
        return self.put_view(key, data, media_type)

    def download(self, key: str, path: Path) -> bool:
        if key not in self.objects:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.objects[key])
        return True

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        if source not in self.objects:
            raise StoreError(f"{source} is not there")
        return self.put_view(target, self.objects[source], media_type)

    def put_view(self, key: str, data: bytes, media_type: str) -> Done | InDoubt:
        self.objects[key] = data
        return Done(_tag(data))

    def unfinished(self, before: datetime, *, remove: bool) -> Iterator[str]:
        return iter(())

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else writes in one thread."""
        return nullcontext()

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def write_to(self, folder: Path) -> None:
        """All of it, as a folder."""
        for key, data in self.objects.items():
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
