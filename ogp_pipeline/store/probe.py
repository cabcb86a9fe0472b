"""Does this store honour conditions? Asked before a publish, and before a ledger grows: both commits rest on it.

Some servers answer a conditional write with success and overwrite. The probe creates a key of its own, tries
to create and to swap it wrongly, and reads what stands. It removes its key whatever the result.
"""

import secrets
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from ogp_pipeline.errors import StoreError, UnsafeStore
from ogp_pipeline.store import attempts
from ogp_pipeline.store.protocol import Changed, Done, Exists, InDoubt, Store

FOLDER = "probe/"
_TRIES = 3  # a fresh key each: after a doubtful answer nobody knows what the old key holds
_FIRST, _OTHER, _SECOND = b'{"probe":1}', b'{"probe":"other"}', b'{"probe":2}'


_KNOWN: "WeakValueDictionary[int, Store]" = WeakValueDictionary()  # by identity: a store may have no hash


class _Doubtful(Exception):
    """An answer in doubt: this try says nothing about the store."""


def key_of(attempt: str, k: int) -> str:
    """The key with which the probe of one attempt plays, at its ``k``-th try."""
    return f"{FOLDER}{attempt}-{k}"


def check(store: Store, attempt: str) -> None:
    """Raise UnsafeStore if the store ignores a condition, StoreError if it gives no definite answers."""
    doubt = ""
    for k in range(1, _TRIES + 1):
        key = key_of(attempt, k)
        try:
            _play(store, key)
            return
        except _Doubtful as error:
            doubt = str(error)
        finally:
            store.delete(key)
    raise StoreError(
        f"{store.describe()} gives no definite answer to conditional writes ({doubt}); nothing was published"
    )


def check_once(store: Store) -> None:
    """``check``, if this process has not done it with this store: before what is accepted goes into a ledger."""
    if _KNOWN.get(id(store)) is not store:
        check(store, attempts.name(datetime.now(UTC), secrets.token_bytes(8)))
        _KNOWN[id(store)] = store


def _play(store: Store, key: str) -> None:
    made = _definite(store.create(key, _FIRST))
    if not isinstance(made, Done):
        raise UnsafeStore(f"{store.describe()} says that {key} is taken, but nobody else knows that key")
    tag = _expect(store, key, _FIRST, "a create did not store what it was given")

    again = _definite(store.create(key, _OTHER))
    _expect(store, key, _FIRST, "a create overwrote what was there: it ignores If-None-Match")
    if not isinstance(again, Exists):
        raise UnsafeStore(f"{store.describe()} answers a create of a taken key with success")

    for expected, condition in ((None, "that the key is free"), ("0" * 64, "on a tag that nothing has")):
        refused = _definite(store.swap(key, _OTHER, expected))
        _expect(store, key, _FIRST, f"a swap with the condition {condition} overwrote: it ignores conditions")
        if not isinstance(refused, Changed):
            raise UnsafeStore(f"{store.describe()} answers a swap with the condition {condition} with success")

    swapped = _definite(store.swap(key, _SECOND, tag))  # the tag that readers get: some proxies make another of it
    if not isinstance(swapped, Done):
        raise UnsafeStore(f"{store.describe()} refuses a swap whose condition holds: latest.json could never move")
    _expect(store, key, _SECOND, "a swap did not store what it was given")
    stale = _definite(store.swap(key, _OTHER, tag))
    _expect(store, key, _SECOND, "a swap on a tag of the past overwrote: it ignores If-Match")
    if not isinstance(stale, Changed):
        raise UnsafeStore(f"{store.describe()} answers a swap on a tag of the past with success")


def _definite(answer: Done | Exists | Changed | InDoubt) -> Done | Exists | Changed:
    if isinstance(answer, InDoubt):
        raise _Doubtful(answer.reason)
    return answer


def _expect(store: Store, key: str, data: bytes, fault: str) -> str:
    """The tag of what stands there, which must be ``data``."""
    stored = store.get(key)
    if stored is None or stored.data != data:
        raise UnsafeStore(f"{store.describe()} cannot be published to: {fault}. Use a store with conditional writes")
    return stored.tag
