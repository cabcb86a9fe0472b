"""A file that was built and is not yet published: what the build hands to the store."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """``path`` is local; the rest is as in ``manifest.ManifestFile``, which adds the key that the store gives it."""

    name: str
    dataset: str | None
    table: str | None
    media_type: str
    path: Path
    bytes: int
    sha256: str
    rows: int | None
    logical: str | None


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes. Not by ``file_digest``, which first fills a buffer as large as a hundred files."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
