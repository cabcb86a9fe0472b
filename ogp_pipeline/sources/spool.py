"""A private folder for the bytes of one collection: each file under its sha256, so that what was hashed is
what is read.

A remote or delivered name is metadata; it never becomes a path here. A file stands at its place only when it
is whole: it is written beside it, flushed, and renamed.
"""

import hashlib
import mimetypes
import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import rfc8785

from ogp_pipeline.sources.delivery import DeliveredFile, Refusal

_MARKDOWN = "text/markdown"


def keep(chunks: Iterable[bytes], name: str, spool: Path, media_type: str | None = None) -> DeliveredFile:
    """Writes the chunks into ``spool``. If they raise, nothing stays behind and the error passes through."""
    spool.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, place = tempfile.mkstemp(prefix=".", suffix=".part", dir=spool)
    part = Path(place)
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        path = spool / digest.hexdigest()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return DeliveredFile(name, path, digest.hexdigest(), size, media_type or _media_type(name))


def stand_in(name: str, refusal: Refusal, mark: str, spool: Path) -> DeliveredFile:
    """In place of a file that is not to be opened: a line that says why, and which file it was.

    ``mark`` changes whenever the file may have, so that the file is answered once, and again only when it changed.
    """
    told = rfc8785.dumps({"not_opened": refusal.rule, "file": mark, **refusal.details})
    return replace(keep([told], name, spool, "application/json"), refusal=refusal, is_whole=False)


def _media_type(name: str) -> str:
    if PurePosixPath(name).suffix.lower() in (".md", ".markdown"):
        return _MARKDOWN
    return mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"
