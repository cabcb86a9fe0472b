"""One deadline for work that waits for others, whatever it waits for: a name, a handshake, a header, a byte.

The work runs in a thread of its own. When its time is over, its connection is shut, which ends every wait for the
other side; a wait that is not for a connection (the look-up of a name) is left to itself and does no harm: each further
step of the work asks ``check`` first.
"""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import TypeVar

_GRACE_S = 1.0  # for the work to say what it was waiting for, after its connection was shut

_Result = TypeVar("_Result")


class Late(Exception):
    """The time is over."""


class Deadline:
    """``seconds`` from now, for work that has one connection at a time."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._shut = False

    @property
    def left(self) -> float:
        """Seconds until the end, never less than 0."""
        return max(self._end - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Whether nothing more may be done."""
        return self._shut or self.left == 0

    def check(self) -> None:
        """Late if the time is over."""
        if self.over:
            raise Late

    def watch(self, connection: socket.socket) -> None:
        """Shut this connection when the time is over, and the one before it now. Late if the time is over."""
        # A handle of its own: TLS takes the connection's away, and a shutdown through any handle ends the connection.
        handle = connection.dup()
        with self._lock:
            before, self._watched = self._watched, handle
            late = self.over
        if before is not None:
            _shut(before)
        if late:
            connection.close()
            self._end_now()
            raise Late

    def within(self, work: Callable[[], _Result]) -> _Result:
        """What the work gives or raises; Late if it is still at it after the end."""
        answer: Future[_Result] = Future()

        def carry_out() -> None:
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits, whatever it is
                answer.set_exception(error)

        threading.Thread(target=carry_out, daemon=True).start()
        try:
            wait([answer], self.left)
        finally:
            self._end_now()
        wait([answer], _GRACE_S)
        if not answer.done():
            raise Late
        return answer.result()

    def _end_now(self) -> None:
        with self._lock:
            self._shut = True
            watched, self._watched = self._watched, None
        if watched is not None:
            _shut(watched)


def _shut(connection: socket.socket) -> None:
    """Whoever waits for it, here and at the other end, waits no longer."""
    with connection, suppress(OSError):  # it may have ended already
        connection.shutdown(socket.SHUT_RDWR)
