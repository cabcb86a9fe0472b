"""Asking again until a store's answer is definite.

Only for writes that may be repeated: a create (a second try finds the first), and writes of bytes that are
the same every time. A bounded number of tries, because a store that is down must not hold a run for ever.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from ogp_pipeline.errors import StoreError
from ogp_pipeline.store.protocol import Done, InDoubt, Store

_WAITS = (
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    20.0,
)  # seconds between tries: about 40 s in all, longer than a failover

_FEW = (1.0, 10.0)  # where the client itself has tried several times already: see ``object_storage``

Answer = TypeVar("Answer")
Pause = Callable[[float], None]


def until_definite(
    operation: Callable[[], Answer], pause: Callable[[float], None], waits: Sequence[float] = _WAITS
) -> Answer:
    """The first definite answer, or the last doubtful one after as many tries more as there are ``waits`` (seconds).

    ``pause`` sleeps (seconds).
    """
    for wait in waits:
        answer = operation()
        if not isinstance(answer, InDoubt):
            return answer
        pause(wait)
    return operation()


def write(operation: Callable[[], Done | InDoubt], key: str, pause: Callable[[float], None]) -> Done:
    """Carry out a repeatable write of ``key``; StoreError if it stays in doubt."""
    answer = until_definite(operation, pause, _FEW)
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {key} stays in doubt ({answer.reason}); run again")
    return answer


def put_view(store: Store, key: str, data: bytes, media_type: str, pause: Pause) -> None:
    """Write a derived object; StoreError if it stays in doubt."""
    write(lambda: store.put_view(key, data, media_type), key, pause)
