"""A body of an S3 answer that breaks off after some bytes, as a connection does."""

from typing import Any


class BrokenBody:
    """``body`` up to ``after`` bytes; then the connection is reset."""

    def __init__(self, body: Any, after: int) -> None:
        self._body, self._left = body, after

    def read(self, size: int) -> bytes:
        if not self._left:
            raise ConnectionResetError
        piece: bytes = self._body.read(min(size, self._left))
        self._left -= len(piece)
        return piece
