"""sha256 and size of many published objects, several at a time, told in the order in which they were asked for.

Streamed: a piece of each object under way is all that is in memory. Hashing lets other threads run, so a folder is read
with every processor, and a web server is not waited for one answer at a time.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator

from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.store import concurrency

Progress = Callable[[int, int, str], None]
"""(files done, files in all, key just done)."""

Digest = tuple[str, int]
"""sha256 (hex), bytes."""


class Digests:
    """``files`` and ``bytes`` count what was read; ``total`` is what ``progress`` is told of the whole."""

    def __init__(self, reader: Reader, progress: Progress | None) -> None:
        self._reader, self._progress = reader, progress
        self.files = self.bytes = self.total = 0

    def of(self, keys: Iterable[str], *, told: bool = True) -> Iterator[tuple[str, Digest | None]]:
        """Each key with its digest, None where there is nothing. ``told``: whether progress counts it."""
        wanted = list(keys)
        computed = concurrency.each(self._digest, wanted, self._reader.at_once)
        for key, digest in zip(wanted, computed, strict=True):
            self.files += 1
            self.bytes += digest[1] if digest else 0
            if told and self._progress:
                self._progress(self.files, self.total, key)
            yield key, digest

    def _digest(self, key: str) -> Digest | None:
        with self._reader.stream(key) as pieces:
            if pieces is None:
                return None
            digest, size = hashlib.sha256(), 0
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
        return digest.hexdigest(), size
