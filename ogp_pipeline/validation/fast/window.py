"""The part of a file that is being looked at, in one piece of memory which is used again for the next part.

A new piece for every few megabytes cost as much as half the parsing: the system clears each page that it hands out.
The memory begins with a mark of UTF-8 (Arrow eats one at the start of whatever it reads: it shall eat ours), then come
the bytes which are not done with, then room.
"""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager

BOM = codecs.BOM_UTF8
_START = len(BOM)


class Window:
    """Places are counted from the first byte that is not done with. Views are good until the next change."""

    def __init__(self, step: int) -> None:
        """``step``: how many bytes to read at a time."""
        self._step = step
        self._memory = bytearray(BOM)
        self._end = _START

    @property
    def size(self) -> int:
        """How many bytes are not done with."""
        return self._end - _START

    def read(self, file: io.RawIOBase) -> memoryview:
        """Read on. The new bytes; none at the end of the file."""
        self._make_room(self._step)
        start, wanted = self._end, self._end + self._step
        view = memoryview(self._memory)
        while self._end < wanted and (count := file.readinto(view[self._end : wanted])):
            self._end += count
        return view[start : self._end]

    def replace(self, count: int, new: bytes) -> None:
        """Put other bytes into the place of the last ones."""
        self._end -= count
        self._put(self._end, new)
        self._end += len(new)

    def drop(self, count: int) -> None:
        """The first bytes are done with."""
        rest = self.size - count
        self._memory[_START : _START + rest] = self._memory[_START + count : self._end]
        self._end = _START + rest

    def seen(self, end: int) -> memoryview:
        """The bytes up to a place."""
        return memoryview(self._memory)[_START : _START + end]

    def last_line_feed(self, end: int) -> int:
        """Its place before ``end``, or something negative."""
        return self._memory.rfind(b"\n", _START, _START + end) - _START

    def count(self, byte: bytes, start: int, end: int) -> int:
        """How often it stands between two places."""
        return self._memory.count(byte, _START + start, _START + end)

    @contextmanager
    def ended(self, end: int, record: bytes) -> Iterator[memoryview]:
        """All from the mark to a place, and there this last record, on a line of its own. What it covers comes back."""
        if end and self._memory[_START + end - 1] != ord("\n"):
            record = b"\n" + record
        place = _START + end
        covered = bytes(self._memory[place : place + len(record)])
        self._put(place, record)
        try:
            yield memoryview(self._memory)[: place + len(record)]
        finally:
            self._put(place, covered)

    def _put(self, place: int, new: bytes) -> None:
        self._make_room(place + len(new) - self._end)
        self._memory[place : place + len(new)] = new

    def _make_room(self, count: int) -> None:
        """A new piece of memory where the old one is too small: views of that stay as they are."""
        if self._end + count > len(self._memory):
            larger = bytearray(2 * (self._end + count))
            larger[: self._end] = self._memory[: self._end]
            self._memory = larger
