"""What somebody gathers of a source ahead of its turn, handed to whoever collects it, in bounded room."""

from queue import SimpleQueue
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar

from ogp_pipeline.programme.sources import Source

_Given = TypeVar("_Given")


class Feed(Generic[_Given]):
    """What was gathered of one source. All that it holds takes ``room`` until it is dealt with."""

    def __init__(self, source: Source, room: BoundedSemaphore) -> None:
        self.source = source
        self._room = room
        self._said: SimpleQueue[tuple[_Given | BaseException, bool]] = SimpleQueue()
        self._lock = Lock()
        self._new = 0  # in the queue, or with whoever took it last
        self._out: bool | None = None  # what is with them: is it new?
        self._closed = False

    @property
    def has_news(self) -> bool:
        """Whether something of it that may be accepted waits or is being dealt with."""
        return self._new > 0

    def reserve(self) -> bool:
        """Wait for room; False if nobody wants more of it."""
        self._room.acquire()
        with self._lock:
            if self._closed:
                self._room.release()
            return not self._closed

    def put(self, said: _Given | BaseException, *, new: bool = False) -> None:
        """Hand it over, in the room that was reserved. ``new``: may it be accepted?"""
        with self._lock:
            self._new += new
            if self._closed:
                self._leave(new=new)
            else:
                self._said.put((said, new))

    def take(self) -> _Given:
        """The next; what was taken before is dealt with. What ended it is raised."""
        self._settle()
        said, new = self._said.get()
        with self._lock:
            self._out = new
        if isinstance(said, BaseException):
            raise said
        return said

    def close(self) -> None:
        """Nobody wants more of it."""
        self._settle()
        with self._lock:
            self._closed = True
            while not self._said.empty():
                self._leave(new=self._said.get()[1])

    def _settle(self) -> None:
        with self._lock:
            if self._out is not None:
                self._leave(new=self._out)
                self._out = None

    def _leave(self, *, new: bool) -> None:
        self._new -= new
        self._room.release()
