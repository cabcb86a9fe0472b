"""Mistakes that a store, or a protocol without care, could make. Tests plant them to see that they would be noticed."""

import time
from pathlib import Path
from typing import Any

from ogp_pipeline.publishing import history, layout, views
from ogp_pipeline.store.protocol import Done, Store


class Wrapped:
    """A store as it is, but for what a subclass does otherwise."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class PlainPutCommit(Wrapped):
    """The commit is a plain PUT that takes a while: whoever comes last wins. (Elsewhere conditions hold, so the probe
    sees nothing.)
    """

    def create(self, key: str, data: bytes, media_type: str = layout.JSON) -> Any:
        if key.startswith("releases/"):
            time.sleep(0.2)
            return self._store.put_view(key, data, media_type)
        return self._store.create(key, data, media_type)


class HintBeforeCommit(Wrapped):
    """``latest.json`` moves to the next release before its record is made."""

    def create(self, key: str, data: bytes, media_type: str = layout.JSON) -> Any:
        if key.startswith("releases/"):
            early = views.hint(history.parse(int(key.removeprefix("releases/").removesuffix(".json")), data))
            self._store.put_view(layout.LATEST, early, layout.JSON)
        return self._store.create(key, data, media_type)


class RecordBeforeBytes(Wrapped):
    """Files are only said to be stored; their bytes follow after the commit."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._later: list[tuple[str, Path, str, str]] = []

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Any:
        self._later.append((key, path, sha256, media_type))
        return Done("later")

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Any:
        while self._later:
            self._store.put_file(*self._later.pop())
        return self._store.copy(source, target, media_type, sha256)


class HintBeforeViews(Wrapped):
    """``latest.json`` moves as soon as the record stands."""

    def create(self, key: str, data: bytes, media_type: str = layout.JSON) -> Any:
        made = self._store.create(key, data, media_type)
        if key.startswith("releases/") and isinstance(made, Done):
            early = views.hint(history.parse(int(key.removeprefix("releases/").removesuffix(".json")), data))
            self._store.put_view(layout.LATEST, early, layout.JSON)
        return made


FAULTS = {one.__name__: one for one in (PlainPutCommit, HintBeforeCommit, HintBeforeViews, RecordBeforeBytes)}


def plant(fault: str | None, store: Store) -> Any:
    """The store with a fault, or as it is."""
    return FAULTS[fault](store) if fault else store
