"""How much and how often one visitor may send: counted in this process, and forgotten when it ends."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from starlette.types import Message, Receive

_MOST_NAMES = 10_000  # visitors that are remembered; the one that came longest ago is forgotten first


class TooLarge(Exception):
    """A request's body is longer than it may be."""


class Busy(Exception):
    """As many files are being checked as may be at a time."""


class Allowance:
    """So many times within a span, for each name."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most = most
        self._span = span
        self._times: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, now: datetime) -> timedelta | None:
        """None if it may; or else how long to wait."""
        with self._lock:
            times = self._times.pop(name, deque())
            self._times[name] = times
            if len(self._times) > _MOST_NAMES:
                del self._times[next(iter(self._times))]
            while times and times[0] <= now - self._span:
                times.popleft()
            if len(times) >= self._most:
                return times[0] + self._span - now
            times.append(now)
            return None


class Places:
    """So many at a time, of each name one; nobody waits."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._names: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, name: str) -> Iterator[None]:
        """Busy if there is no place."""
        with self._lock:
            if name in self._names or len(self._names) >= self._most:
                raise Busy
            self._names.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._names.discard(name)


def bounded(receive: Receive, most: int) -> Receive:
    """The same body, as long as it is not longer than ``most`` bytes; TooLarge as soon as it is."""
    read = 0

    async def piece() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise TooLarge
        return message

    return piece
