"""Whether what lies in a store is what a record says, told by its bytes: a tag proves nothing.

Its meaning is the store's own. Where it is no hash of the content (a bucket encrypted with a key of its owner's, for
instance), two objects of the same bytes have different ones.
"""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from ogp_pipeline import scratch
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.store.protocol import Head, Store


def is_sound(store: Store, file: ManifestFile, key: str) -> bool:
    """Are the bytes under ``key`` those of the record?"""
    with TemporaryDirectory(prefix=scratch.prefix("proof")) as folder:
        path = Path(folder) / "file"
        if not store.download(key, path):
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256


def is_copy(store: Store, file: ManifestFile, key: str, source: Head, target: Head) -> bool:
    """Is the view ``key`` a copy of ``file``? Read only where tags differ and what its writers said agrees."""
    if source.alike(target):
        return True
    said = source.sha256 is not None and (source.sha256, source.size) == (target.sha256, target.size)
    return said and is_sound(store, file, key)
