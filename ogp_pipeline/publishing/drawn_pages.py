"""Pages that are drawn, held in one file without a name until they are published: a large site has hundreds of MB.

All are drawn before the release is committed, so that what cannot be shown is not committed; and each is written to the
store after it. In between they are read back one by one. The system takes the file away when nobody has it open.
"""

import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping

from ogp_pipeline.publishing import layout


class DrawnPages(Mapping[str, tuple[bytes, str]]):
    """Key -> (bytes, media type by the key's ending), in the order in which they were added; any thread may read."""

    def __init__(self, drawn: Iterable[tuple[str, bytes]] = ()) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this
        weakref.finalize(self, self._file.close)
        self._places: dict[str, tuple[int, int]] = {}
        self.add(drawn)

    def add(self, drawn: Iterable[tuple[str, bytes]]) -> None:
        """Keep these, in the place of those of the same keys."""
        for key, data in drawn:
            self._places[key] = self._file.seek(0, os.SEEK_END), len(data)
            self._file.write(data)
        self._file.flush()

    def data(self, key: str) -> bytes:
        """The bytes of one."""
        start, size = self._places[key]
        pieces = []
        while size:  # the system reads at most two gigabytes at once
            pieces.append(os.pread(self._file.fileno(), size, start))
            start, size = start + len(pieces[-1]), size - len(pieces[-1])
        return b"".join(pieces)

    def __getitem__(self, key: str) -> tuple[bytes, str]:
        return self.data(key), layout.media_type(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places
