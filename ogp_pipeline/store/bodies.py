"""The body of an object in S3, in pieces. Where it breaks off, it is gone on with from that byte.

Whoever opens it again must do so on condition that the object is still the same one: else two objects would be joined.
"""

from collections.abc import Callable, Iterator

from botocore.exceptions import BotoCoreError
from botocore.response import StreamingBody
from urllib3.exceptions import HTTPError

_CHUNK = 1 << 20
_READS = 5  # how often it is opened


class BrokenOff(Exception):
    """It broke off too often, or is not there any more. ``done``: how many bytes came."""

    def __init__(self, done: int) -> None:
        super().__init__(f"after {done} bytes")
        self.done = done


def pieces(open_at: Callable[[int], StreamingBody | None], length: int) -> Iterator[bytes]:
    """All ``length`` bytes. ``open_at``: the body from a byte on, None if it is gone. BrokenOff if they do not come."""
    done = 0
    for _ in range(_READS):
        body = open_at(done)
        if body is None:
            break
        try:
            while piece := body.read(_CHUNK):
                done += len(piece)
                yield piece
        except (BotoCoreError, HTTPError, OSError):
            pass
        if done == length:
            return
    raise BrokenOff(done)
