"""The public keys of a publication, ``keys/1.json``, ``keys/2.json``, …, and the signatures of its releases.

    keys/<n>.json          a key, the first release that it signs, and the hash of the statement before; sealed by the
                           key itself and, from the second on, by the key before it
    releases/<n>.sig.json  the hash of a release's record, sealed by the key in force

So whoever trusts one key of the list can follow it to the newest by the old keys' seals, and back to the first by the
new keys' hashes. A key that has a successor counts no more for the releases that the successor signs, which is how a
lost or stolen key is revoked. The first key comes with the first release that is published with one; a publication
without keys has no object of this kind.

The commit stays the one create of the record. Its signature follows, before ``latest.json`` moves, and is made up for
by whoever completes the release.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from ogp_pipeline.errors import BrokenHistory, StoreError
from ogp_pipeline.publishing import layout, signing
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.publishing.steps import OnStep
from ogp_pipeline.release import personal_data
from ogp_pipeline.store import retrying
from ogp_pipeline.store.protocol import InDoubt, Store

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A statement of the list. ``first``: the first release that the key signs; ``hash``: of the statement's bytes."""

    n: int
    public: bytes
    first: int
    previous: str | None
    created: str
    reason: str | None
    hash: str

    @property
    def fingerprint(self) -> str:
        """By which people compare keys."""
        return signing.fingerprint(self.public)


def follow(before: Sequence[PublicKey], data: bytes) -> PublicKey:
    """The key that a statement adds to the list; BrokenHistory unless it is sound and sealed by the last key."""
    n = len(before) + 1
    sealed = signing.read(data)
    try:
        if sealed is None or sealed.statement["format"] != "ogp-key/1" or rfc8785.dumps(json.loads(data)) != data:
            raise ValueError("is no statement about a key")
        found = _parse(sealed.statement, data)
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise BrokenHistory(f"{layout.key(n)} is no statement about a key") from error
    if found.n != n or found.previous != (before[-1].hash if before else None):
        raise BrokenHistory(f"{layout.key(n)} does not follow the key before it")
    if before and found.first < before[-1].first:
        raise BrokenHistory(f"{layout.key(n)} takes over releases that were signed before the key before it")
    if not sealed.holds(found.public):
        raise BrokenHistory(f"{layout.key(n)} is not signed by its own key")
    if before and not sealed.holds(before[-1].public):
        raise BrokenHistory(f"{layout.key(n)} is not signed by the key before it, {before[-1].fingerprint}")
    return found


def read(store: Store) -> list[PublicKey]:
    """All keys, oldest first, [] for a publication that is not signed; BrokenHistory if the list does not hold."""
    keys: list[PublicKey] = []
    while found := store.get(layout.key(len(keys) + 1)):
        keys.append(follow(keys, found.data))
    return keys


def fault(keys: Sequence[PublicKey], n: int, record_hash: str, data: bytes) -> str | None:
    """What is wrong with a release's signature: ``wrong``, or its key is ``unknown`` or ``retired``; None if sound."""
    sealed = signing.read(data)
    if sealed is None or dict(sealed.statement) != _signed(n, record_hash) or not sealed.seals:
        return "wrong"
    known = {key.fingerprint: index for index, key in enumerate(keys)}
    index = next((known[one] for one in sealed.seals if one in known), None)
    if index is None:
        return "unknown"
    if not sealed.holds(keys[index].public):
        return "wrong"
    return "retired" if index + 1 < len(keys) and n >= keys[index + 1].first else None


def prepare(store: Store, signer: SigningKey | None, n: int, created: str, pause: Pause) -> None:
    """Before release ``n`` is committed: StoreError unless ``signer`` is the key in force; the first is introduced."""
    keys = read(store)
    if signer is None:
        _refuse_unsigned(store, keys)
        return
    if not keys:
        _add(store, keys, n, created, None, (signer,), pause)
        keys = read(store)
    _refuse_other(store, keys, signer)


def complete(
    store: Store,
    records: Sequence[Release],
    signer: SigningKey | None,
    on_step: OnStep,
    pause: Pause,
    *,
    replace: bool = False,
) -> list[int]:
    """Sign those of these releases that should be signed and are not; their numbers.

    ``replace``: also those whose signature has a fault, for instance by a key that was retired meanwhile.
    StoreError if there are keys and ``signer`` is not the one in force.
    """
    if signer is None:
        if store.head(layout.key(1)) is not None:
            _refuse_unsigned(store, read(store))
        return []
    keys = read(store)
    if not keys:
        return []
    _refuse_other(store, keys, signer)
    done = []
    for record in records:
        if record.n < keys[0].first:
            continue
        found = store.get(layout.signature(record.n))
        if found is None or (replace and fault(keys, record.n, record.hash, found.data)):
            _sign(store, record, signer, found.tag if found else None, pause)
            on_step("signed")
            done.append(record.n)
    return done


def rotate(
    store: Store, old: SigningKey, new: SigningKey, first: int, created: str, reason: str, pause: Pause
) -> PublicKey:
    """Let ``new`` sign from release ``first`` on, in place of ``old``, which counts no more from there."""
    personal_data.refuse_in_words(reason=reason)
    keys = read(store)
    if keys and keys[-1].fingerprint == new.fingerprint:
        return keys[-1]
    if not keys:
        raise StoreError(f"{store.describe()} has no key yet: the first comes with the first signed release")
    _refuse_other(store, keys, old)
    if new.fingerprint in {key.fingerprint for key in keys}:
        raise StoreError("the new key has been used here before; make another with `ogp keys new`")
    _add(store, keys, first, created, reason, (new, old), pause)
    keys = read(store)
    _refuse_other(store, keys, new)
    return keys[-1]


def _sign(store: Store, record: Release, signer: SigningKey, instead_of: str | None, pause: Pause) -> None:
    """Sign a release, unless somebody has meanwhile. ``instead_of``: the tag of a signature with a fault."""
    key, data = layout.signature(record.n), signing.seal(_signed(record.n, record.hash), signer)
    answer = retrying.until_definite(
        lambda: store.swap(key, data, instead_of) if instead_of else store.create(key, data), pause
    )
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {key} stays in doubt ({answer.reason}); run `ogp repair`")


def _refuse_unsigned(store: Store, keys: Sequence[PublicKey]) -> None:
    if keys:
        raise StoreError(
            f"{store.describe()} is signed with the key {keys[-1].fingerprint[:12]}…: set OGP_SIGNING_KEY to it"
        )


def _refuse_other(store: Store, keys: Sequence[PublicKey], signer: SigningKey) -> None:
    if keys[-1].fingerprint != signer.fingerprint:
        raise StoreError(
            f"{store.describe()} is signed with the key {keys[-1].fingerprint[:12]}…, and OGP_SIGNING_KEY is "
            f"{signer.fingerprint[:12]}…: use that one, or introduce yours with `ogp keys rotate`"
        )


def _add(
    store: Store,
    keys: Sequence[PublicKey],
    first: int,
    created: str,
    reason: str | None,
    signers: Sequence[SigningKey],
    pause: Pause,
) -> None:
    """Create the next statement. That another stands there already is for the caller to see by reading again."""
    n = len(keys) + 1
    statement = {
        "format": "ogp-key/1",
        "n": n,
        "key": base64.b64encode(signers[0].public).decode(),
        "first": first,
        "previous": keys[-1].hash if keys else None,
        "created": created,
        "reason": reason,
    }
    data = signing.seal(statement, *signers)
    answer = retrying.until_definite(lambda: store.create(layout.key(n), data), pause)
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {layout.key(n)} stays in doubt ({answer.reason}); run again")


def _parse(statement: Any, data: bytes) -> PublicKey:  # noqa: ANN401 - JSON of anybody's
    public = base64.b64decode(statement["key"], validate=True)
    if len(public) != 32:
        raise ValueError("is no ed25519 key")
    return PublicKey(
        int(statement["n"]),
        public,
        int(statement["first"]),
        statement["previous"],
        str(statement["created"]),
        statement["reason"],
        hashlib.sha256(data).hexdigest(),
    )


def _signed(n: int, record_hash: str) -> dict[str, Any]:
    return {"format": "ogp-signature/1", "release": n, "sha256": record_hash}
