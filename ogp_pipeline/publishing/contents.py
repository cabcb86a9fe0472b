"""The files of a committed release on this disk, fetched one by one and checked against the record."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from ogp_pipeline.errors import BrokenHistory, NotFound
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release.base import BaseRelease, read_base
from ogp_pipeline.store.protocol import Store


def fetcher(store: Store, release: Release, folder: Path) -> Callable[[str], Path]:
    """A function from a file's name in the release to its path under ``folder``, downloaded at the first call.

    The function raises NotFound for a name that the release does not have and BrokenHistory when the store holds
    other bytes than the record says.
    """

    def fetch(name: str) -> Path:
        entry = release.manifest.file(name)
        if entry is None:
            raise NotFound(f"release {release.version} has no file {name}")
        path = folder / name
        if path.exists():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        if not store.download(entry.key, path):
            raise BrokenHistory(f"{entry.key} is missing, but release {release.version} names it; see `ogp verify`")
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 != entry.sha256:
            raise BrokenHistory(f"{entry.key} holds other bytes than release {release.version} says; see `ogp verify`")
        return path

    return fetch


def read(store: Store, release: Release, folder: Path) -> BaseRelease:
    """A release's tables, read back from its own files with its own schemas."""
    files = {file.name: file.sha256 for file in release.manifest.files}
    return read_base(fetcher(store, release, folder), release.manifest.code, files)
