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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ogp_pipeline import version as software
from ogp_pipeline.errors import BrokenHistory, StoreError
from ogp_pipeline.publishing import layout, signing
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.release import json_text, personal_data
from ogp_pipeline.store import retrying
from ogp_pipeline.store.protocol import InDoubt, Store

Fault = Literal["wrong", "unknown", "retired"]


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
    software.refuse_newer_document(layout.key(n), data, "ogp-key/1")
    sealed = signing.read(data)
    try:
        if sealed is None or sealed.statement["format"] != "ogp-key/1" or json_text.canonical(json.loads(data)) != data:
            raise ValueError("is no statement about a key")
        key = _parse(sealed.statement, data)
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise BrokenHistory(f"{layout.key(n)} is no statement about a key") from error
    if key.n != n or key.previous != (before[-1].hash if before else None):
        raise BrokenHistory(f"{layout.key(n)} does not follow the key before it")
    if before and key.first < before[-1].first:
        raise BrokenHistory(f"{layout.key(n)} takes over releases that were signed before the key before it")
    if not sealed.holds(key.public):
        raise BrokenHistory(f"{layout.key(n)} is not signed by its own key")
    if before and not sealed.holds(before[-1].public):
        raise BrokenHistory(f"{layout.key(n)} is not signed by the key before it, {before[-1].fingerprint}")
    return key


def read(store: Store) -> list[PublicKey]:
    """All keys, oldest first, [] for a publication that is not signed; BrokenHistory if the list does not hold."""
    keys: list[PublicKey] = []
    while stored := store.get(layout.key(len(keys) + 1)):
        keys.append(follow(keys, stored.data))
    return keys


def fault(keys: Sequence[PublicKey], n: int, record_hash: str, data: bytes) -> Fault | None:
    """What is wrong with a release's signature: ``wrong``, or its key is ``unknown`` or ``retired``; None if sound."""
    sealed = signing.read(data)
    if sealed is None or dict(sealed.statement) != _signed(n, record_hash) or not sealed.seals:
        return "wrong"
    order = {key.fingerprint: index for index, key in enumerate(keys)}
    index = next((order[fingerprint] for fingerprint in sealed.seals if fingerprint in order), None)
    if index is None:
        return "unknown"
    if not sealed.holds(keys[index].public):
        return "wrong"
    return "retired" if index + 1 < len(keys) and n >= keys[index + 1].first else None


def prepare(publisher: ReleasePublisher, n: int, created: str) -> None:
    """Before release ``n`` is committed: StoreError unless its signer is the key in force; the first is introduced."""
    store, signer = publisher.store, publisher.signer
    keys = read(store)
    if signer is None:
        _refuse_unsigned(store, keys)
        return
    if not keys:
        _introduce(publisher, keys, _Introduction(n, created, None, (signer,)))
        keys = read(store)
    _refuse_other(store, keys, signer)


def complete(publisher: ReleasePublisher, records: Sequence[Release], *, replace: bool = False) -> list[int]:
    """Sign those of these releases that should be signed and are not; their numbers.

    ``replace``: also those whose signature has a fault, for instance by a key that was retired meanwhile.
    StoreError if there are keys and the publisher's is not the one in force.
    """
    store, signer = publisher.store, publisher.signer
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
        stored = store.get(layout.signature(record.n))
        if stored is None or (replace and fault(keys, record.n, record.hash, stored.data)):
            _sign(publisher, signer, record, stored.tag if stored else None)
            publisher.hooks.on_step("signed")
            done.append(record.n)
    return done


def rotate(publisher: ReleasePublisher, new: SigningKey, first: int, created: str, reason: str) -> PublicKey:
    """Let ``new`` sign from release ``first`` on, in place of the publisher's key, which counts no more from there."""
    personal_data.refuse_in_words(reason=reason)
    store, old = publisher.store, publisher.signer
    keys = read(store)
    if keys and keys[-1].fingerprint == new.fingerprint:
        return keys[-1]
    if not keys:
        raise StoreError(f"{store.describe()} has no key yet: the first comes with the first signed release")
    if old is None:
        raise _unsigned(store, keys)
    _refuse_other(store, keys, old)
    if new.fingerprint in {key.fingerprint for key in keys}:
        raise StoreError("the new key has been used here before; make another with `ogp keys new`")
    _introduce(publisher, keys, _Introduction(first, created, reason, (new, old)))
    keys = read(store)
    _refuse_other(store, keys, new)
    return keys[-1]


def _sign(publisher: ReleasePublisher, signer: SigningKey, record: Release, instead_of: str | None) -> None:
    """Sign a release, unless somebody has meanwhile. ``instead_of``: the tag of a signature with a fault."""
    store = publisher.store
    key, data = layout.signature(record.n), signing.seal(_signed(record.n, record.hash), signer)
    answer = retrying.until_definite(
        lambda: store.swap(key, data, instead_of) if instead_of else store.create(key, data), publisher.hooks.pause
    )
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {key} stays in doubt ({answer.reason}); run `ogp repair`")


def refuse_other_signers(store: Store, keys: Sequence[PublicKey], signer: SigningKey | None) -> None:
    """StoreError unless ``signer`` may sign where ``keys`` have signed; nothing is written."""
    if signer is None:
        _refuse_unsigned(store, keys)
    elif keys:
        _refuse_other(store, keys, signer)


def _refuse_unsigned(store: Store, keys: Sequence[PublicKey]) -> None:
    if keys:
        raise _unsigned(store, keys)


def _unsigned(store: Store, keys: Sequence[PublicKey]) -> StoreError:
    return StoreError(
        f"{store.describe()} is signed with the key {keys[-1].fingerprint[:12]}…: set OGP_SIGNING_KEY to it"
    )


def _refuse_other(store: Store, keys: Sequence[PublicKey], signer: SigningKey) -> None:
    if keys[-1].fingerprint != signer.fingerprint:
        raise StoreError(
            f"{store.describe()} is signed with the key {keys[-1].fingerprint[:12]}…, and OGP_SIGNING_KEY is "
            f"{signer.fingerprint[:12]}…: use that one, or introduce yours with `ogp keys rotate`"
        )


@dataclass(frozen=True, slots=True)
class _Introduction:
    """A key that is to come: the first of ``signers``; the second, if there is one, is the key before it."""

    first: int
    created: str
    reason: str | None
    signers: tuple[SigningKey, ...]


def _introduce(publisher: ReleasePublisher, keys: Sequence[PublicKey], new: _Introduction) -> None:
    """Create the next statement. That another stands there already is for the caller to see by reading again."""
    n = len(keys) + 1
    statement = {
        "format": "ogp-key/1",
        "n": n,
        "key": base64.b64encode(new.signers[0].public).decode(),
        "first": new.first,
        "previous": keys[-1].hash if keys else None,
        "created": new.created,
        "reason": new.reason,
    }
    data = signing.seal(statement, *new.signers)
    answer = retrying.until_definite(lambda: publisher.store.create(layout.key(n), data), publisher.hooks.pause)
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {layout.key(n)} stays in doubt ({answer.reason}); run again")


def _parse(statement: Any, data: bytes) -> PublicKey:  # noqa: ANN401 - JSON of anybody's
    public = base64.b64decode(statement["key"], validate=True)
    if len(public) != 32:
        raise ValueError("is no ed25519 key")
    return PublicKey(
        n=int(statement["n"]),
        public=public,
        first=int(statement["first"]),
        previous=statement["previous"],
        created=str(statement["created"]),
        reason=statement["reason"],
        hash=hashlib.sha256(data).hexdigest(),
    )


def _signed(n: int, record_hash: str) -> dict[str, Any]:
    return {"format": "ogp-signature/1", "release": n, "sha256": record_hash}
