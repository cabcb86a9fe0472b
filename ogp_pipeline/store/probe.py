"""Does this store do what is asked of it? Asked before a publish, and before a ledger grows: both commits rest on it.

Some servers answer a conditional write with success and overwrite. The probe creates a key of its own, tries
to create and to swap it wrongly, and reads what stands. Of the public store it also asks whether a copy gets the
headers that it was told: with those of its source, ``latest/`` would be kept by caches for ever. It removes its keys
whatever the result. What it says names the store, by its part and its address, and the one thing that it does wrong.
"""

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from weakref import WeakValueDictionary

from ogp_pipeline.errors import StoreError, UnsafeStore
from ogp_pipeline.store import attempts
from ogp_pipeline.store.protocol import Changed, Done, Exists, InDoubt, Store

FOLDER = "probe/"
_TRIES = 3  # a fresh key each: after a doubtful answer nobody knows what the old key holds
_FIRST, _OTHER, _SECOND = b'{"probe":1}', b'{"probe":"other"}', b'{"probe":2}'
_TEXT = "text/plain; charset=utf-8"


Part = Literal["public", "private"]

_KNOWN: "WeakValueDictionary[int, Store]" = WeakValueDictionary()  # by identity: a store may have no hash


class _Doubtful(Exception):
    """An answer in doubt: this try says nothing about the store."""


def key_of(attempt: str, k: int) -> str:
    """The key with which the probe of one attempt plays, at its ``k``-th try."""
    return f"{FOLDER}{attempt}-{k}"


def check(store: Store, attempt: str, part: Part = "public") -> None:
    """UnsafeStore if the store cannot be used, StoreError if it gives no definite answers."""
    doubt = ""
    for k in range(1, _TRIES + 1):
        probing = _Probing(store, part, attempt, k)
        left = probing.keys[: None if part == "public" else 1]
        try:
            probing.ask_conditions()
            if part == "public":
                probing.ask_copies()
            doubt = ""
        except _Doubtful as error:
            doubt = str(error)
        except (StoreError, OSError):
            with suppress(StoreError, OSError):  # who cannot write cannot clear up either: the first reason is told
                _clear(store, left)
            raise
        _clear(store, left)
        if not doubt:
            return
    raise StoreError(
        f"the {part} store, {store.describe()}, gives no definite answer to conditional writes ({doubt}); "
        "nothing was written to it, run again"
    )


def _clear(store: Store, keys: Sequence[str]) -> None:
    for key in keys:
        store.delete(key)


def check_once(store: Store) -> None:
    """Of the private store, if this process has not asked it: before what is accepted goes into a ledger."""
    if _KNOWN.get(id(store)) is not store:
        check(store, attempts.name(datetime.now(UTC), secrets.token_bytes(8)), "private")
        _KNOWN[id(store)] = store


@dataclass(frozen=True, slots=True)
class _Probing:
    store: Store
    part: Part
    attempt: str
    k: int

    @property
    def keys(self) -> tuple[str, str, str]:
        """The one that it plays with; one of those that caches keep for ever, and a copy of it that they do not."""
        own = key_of(self.attempt, self.k)
        return own, f"data/{self.attempt}/probe-{self.k}.json", f"{own}.txt"

    def ask_conditions(self) -> None:
        """Creates and swaps, with conditions that hold and that do not."""
        store, key = self.store, self.keys[0]
        made = _definite(store.create(key, _FIRST))
        if not isinstance(made, Done):
            raise self._unsafe("it says that a key is taken which nobody else knows")
        tag = self._expect(_FIRST, "a create did not store what it was given")

        again = _definite(store.create(key, _OTHER))
        self._expect(_FIRST, "it ignores If-None-Match: a create overwrote what was there")
        if not isinstance(again, Exists):
            raise self._unsafe("it answers a create of a taken key with success")

        for expected, condition in ((None, "that the key is free"), ("0" * 64, "on a tag that nothing has")):
            refused = _definite(store.swap(key, _OTHER, expected))
            self._expect(_FIRST, f"it ignores conditions: a swap with the condition {condition} overwrote")
            if not isinstance(refused, Changed):
                raise self._unsafe(f"it answers a swap with the condition {condition} with success")

        swapped = _definite(store.swap(key, _SECOND, tag))  # the tag that readers get: some proxies make another of it
        if not isinstance(swapped, Done):
            raise self._unsafe("it refuses a swap whose condition holds, so latest.json could never move")
        self._expect(_SECOND, "a swap did not store what it was given")
        stale = _definite(store.swap(key, _OTHER, tag))
        self._expect(_SECOND, "it ignores If-Match: a swap on a tag of the past overwrote")
        if not isinstance(stale, Changed):
            raise self._unsafe("it answers a swap on a tag of the past with success")

    def ask_copies(self) -> None:
        """A copy, to where caches should do otherwise than with its source."""
        store, (_, source, copy) = self.store, self.keys
        if not isinstance(_definite(store.create(source, _FIRST)), Done):
            raise self._unsafe("it says that a key is taken which nobody else knows")
        _definite(store.copy(source, copy, _TEXT, hashlib.sha256(_FIRST).hexdigest()))
        before, after = store.head(source), store.head(copy)
        if before is None or after is None or after.size != len(_FIRST):
            raise self._unsafe("it answers a copy with success, and the copy does not stand there")
        if after.media_type not in (None, _TEXT):
            raise self._unsafe(f"it keeps the media type of the source on a copy ({after.media_type}, not {_TEXT})")
        if after.cache_control is not None and after.cache_control == before.cache_control:
            raise self._unsafe(
                f"it keeps the Cache-Control of the source on a copy ({after.cache_control}), "
                "so readers would keep latest/ for ever"
            )

    def _expect(self, data: bytes, fault: str) -> str:
        """The tag of what stands there, which must be ``data``."""
        stored = self.store.get(self.keys[0])
        if stored is None or stored.data != data:
            raise self._unsafe(fault)
        return stored.tag

    def _unsafe(self, fault: str) -> UnsafeStore:
        return UnsafeStore(
            f"the {self.part} store, {self.store.describe()}, cannot be used: {fault}. Nothing of this run is in it. "
            "Use a store that does as it is told (docs/hosting.md)"
        )


def _definite(answer: Done | Exists | Changed | InDoubt) -> Done | Exists | Changed:
    if isinstance(answer, InDoubt):
        raise _Doubtful(answer.reason)
    return answer
