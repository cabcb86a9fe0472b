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


Wanted = tuple[str, Digest | None]
"""A key, and what should stand there; None: nothing."""


class Digests:
    """``files`` and ``bytes`` count what was read; ``total`` is what ``progress`` is told of the whole.

    What is not as it should be is asked for once more, past caches; ``stale``: keys of which a cache kept another
    answer.
    """

    def __init__(self, reader: Reader, progress: Progress | None) -> None:
        self._reader, self._progress = reader, progress
        self.files = self.bytes = self.total = 0
        self.stale: list[str] = []

    def of(self, wanted: Iterable[Wanted], *, told: bool = True) -> Iterator[tuple[str, Digest | None]]:
        """Each key with its digest, None where there is nothing. ``told``: whether progress counts it."""
        listed = list(wanted)
        computed = concurrency.each(self._digest, listed, self._reader.at_once)
        for (key, _), digest in zip(listed, computed, strict=True):
            self.files += 1
            self.bytes += digest[1] if digest else 0
            if told and self._progress:
                self._progress(self.files, self.total, key)
            yield key, digest

    def read(self, key: str, is_right: Callable[[bytes], bool]) -> bytes | None:
        """A small object; asked for once more unless it is right."""
        data = self._reader.read(key)
        if not self._reader.cached or (data is not None and is_right(data)):
            return data
        fresh = self._reader.read(key, fresh=True)
        if fresh != data:
            self.stale.append(key)
        return fresh

    def _digest(self, wanted: Wanted) -> Digest | None:
        key, expected = wanted
        digest = self._once(key, fresh=False)
        if digest == expected or not self._reader.cached:
            return digest
        fresh = self._once(key, fresh=True)
        if fresh != digest:
            self.stale.append(key)
        return fresh

    def _once(self, key: str, *, fresh: bool) -> Digest | None:
        with self._reader.stream(key, fresh=fresh) as pieces:
            if pieces is None:
                return None
            digest, size = hashlib.sha256(), 0
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
        return digest.hexdigest(), size
