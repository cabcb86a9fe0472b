"""Files as delivered, and a server that says what a test wants."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.delivered import deliver

__all__ = ["deliver"]


@pytest.fixture
def raw_server() -> Iterator[object]:
    """A server that answers every connection with the given script: ``serve(handler)`` -> URL."""
    listeners = []

    def serve(handler):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def loop():
            count = 0
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    with contextlib.suppress(OSError):
                        handler(connection, count)
                count += 1

        threading.Thread(target=loop, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/data.csv"

    yield serve
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
