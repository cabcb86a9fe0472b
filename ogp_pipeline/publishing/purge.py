"""Bytes that the law wants gone are removed wherever they stand, and a signed tombstone says so in their place.

    tombstones/<sha256>.json   sha256 and size of the bytes, the keys they stood under, when, who, why, which law, up to
                               which release; sealed by the key in force (``signing``)

The records that name the bytes stay as they are, so the chain still holds; a reader who misses a file asks for the
tombstone of its sha256. First the tombstone, then the deletes, so a purge that is killed is completed by the same
purge, or by ``views.repair``. The newest release is never purged: ``latest/`` and what comes next rest on it.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ogp_pipeline import scratch
from ogp_pipeline import version as software
from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import history, layout, signing
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.keyring import PublicKey
from ogp_pipeline.publishing.publisher import NO_HOOKS, Hooks
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.store import retrying
from ogp_pipeline.store.protocol import Exists, InDoubt, Store
from ogp_pipeline.store.retrying import Pause

FORMAT = "ogp-tombstone/1"


@dataclass(frozen=True, slots=True)
class Target:
    """Bytes to remove, and every key under which they stand."""

    sha256: str
    bytes: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a tombstone says beside what was removed. ``release``: the newest when it was written."""

    created: str
    by: str
    reason: str
    law: str
    release: int


def find(store: Store, sha256: Collection[str]) -> list[Target]:
    """Where bytes with these hashes stand in a public store, by the releases and, for what none names, by looking.

    StoreError while the newest release still names one of them.
    """
    chain = history.releases(store)
    _refuse_newest(chain, sha256)
    keys: dict[str, set[str]] = {digest: set() for digest in sorted(sha256)}
    sizes: dict[str, int] = dict.fromkeys(keys, 0)
    named = set()
    for record in chain:
        for file in record.manifest.files:
            named.add(file.key)
            if file.sha256 in keys:
                keys[file.sha256] |= {file.key, layout.version(record.version, file.name)}
                sizes[file.sha256] = file.bytes
    for key, digest, size in _unnamed(store, named):
        if digest in keys:
            keys[digest].add(key)
            sizes[digest] = size
    return [Target(digest, sizes[digest], tuple(sorted(of))) for digest, of in keys.items() if of]


def purge(
    store: Store, targets: Sequence[Target], statement: Statement, signer: SigningKey, hooks: Hooks = NO_HOOKS
) -> list[str]:
    """Write the tombstones, then remove; the tombstones' keys. Repeating it completes what was interrupted."""
    tombstones = [_entomb(store, target, statement, signer, hooks.pause) for target in targets]
    hooks.on_step("entombed")
    for target in targets:
        for key in target.keys:
            store.delete(key)
            hooks.on_step("erased")
    return tombstones


def refuse_if_taken_over(store: Store, sha256: Collection[str]) -> None:
    """After a purge: StoreError if a release made meanwhile names what is gone."""
    _refuse_newest(history.releases(store), sha256)


def is_gone(store: Store, file: ManifestFile, keys: Sequence[PublicKey]) -> bool:
    """Are the bytes of a file missing under ``data/``, and does a sound tombstone account for that?"""
    if store.head(file.key) is not None:
        return False
    stored = store.get(layout.tombstone(file.sha256))
    return stored is not None and fault(stored.data, file.sha256, file.bytes, file.key, keys) is None


def fault(data: bytes, sha256: str, size: int, key: str, keys: Sequence[PublicKey]) -> str | None:
    """What is wrong with a tombstone of these bytes under this key; None if it accounts for them.

    What the log says to it: ``excess``.
    """
    sealed = signing.read(data)
    if sealed is None or sealed.statement.get("format") != FORMAT:
        software.refuse_newer_document(layout.tombstone(sha256), data, FORMAT)
        return "what is no tombstone"
    said = sealed.statement
    if (said.get("sha256"), said.get("bytes")) != (sha256, size):
        return f"a tombstone of {said.get('bytes')} bytes, sha256 {said.get('sha256')}"
    index = next((n for n, key in enumerate(keys) if sealed.holds(key.public)), None)
    if index is None:
        return "a tombstone that no key of the publication has signed"
    release = said.get("release")
    if type(release) is not int or (index + 1 < len(keys) and release >= keys[index + 1].first):
        return "a tombstone by a key that was replaced"
    named = said.get("keys")
    if not isinstance(named, list) or key not in named:
        return "a tombstone that does not name this key"
    return None


def excess(data: bytes, sha256: str, key: str, chain: Sequence[Release]) -> str | None:
    """What a tombstone without ``fault`` excuses that it may not; None if it is only what was there, and is over."""
    sealed = signing.read(data)
    upto = sealed.statement["release"] if sealed else 0
    if any(file.sha256 == sha256 for file in chain[-1].manifest.files):
        return "a tombstone of what the newest release holds"
    if not any(
        file.sha256 == sha256 and key in (file.key, layout.version(record.version, file.name))
        for record in chain
        if record.n <= upto
        for file in record.manifest.files
    ):
        return f"a tombstone up to release {upto}, before this key was there"
    return None


def told(data: bytes) -> str:
    """Who removed it, when and why, from a sound tombstone."""
    sealed = signing.read(data)
    said = sealed.statement if sealed else {}
    return f"removed {said.get('created')} by {said.get('by')}: {said.get('reason')} ({said.get('law')})"


def purged(store: Store) -> frozenset[str]:
    """The sha256 of all that has a tombstone, sound or not: nobody should be led there."""
    names = (key.removeprefix("tombstones/").removesuffix(".json") for key in store.list("tombstones/"))
    return frozenset(name for name in names if "/" not in name)


def remains(store: Store, chain: Sequence[Release], keys: Sequence[PublicKey]) -> list[str]:
    """What sound tombstones say was removed, and is still there: a purge was interrupted.

    Never what the newest release names, or another's record as other bytes, and nothing outside ``data/`` and ``v/``.
    """
    left: list[str] = []
    newest = {file.sha256 for file in chain[-1].manifest.files}
    meant: dict[str, str] = {}
    for record in chain:
        for file in record.manifest.files:
            meant |= {file.key: file.sha256, layout.version(record.version, file.name): file.sha256}
    for tombstone in store.list("tombstones/"):
        digest = tombstone.removeprefix("tombstones/").removesuffix(".json")
        stored = store.get(tombstone) if "/" not in digest else None
        sealed = signing.read(stored.data) if stored else None
        if stored is None or sealed is None or digest in newest:
            continue
        size, named = sealed.statement.get("bytes"), sealed.statement.get("keys")
        if type(size) is not int or not isinstance(named, list):
            continue  # damaged: no tombstone
        for key in [key for key in named if isinstance(key, str) and key.startswith(("data/", "v/"))]:
            sound = fault(stored.data, digest, size, key, keys) is None and meant.get(key, digest) == digest
            if sound and store.head(key) is not None:
                left.append(key)
    return left


def _refuse_newest(chain: Sequence[Release], sha256: Collection[str]) -> None:
    names = [file.name for file in chain[-1].manifest.files if file.sha256 in sha256] if chain else []
    if names:
        raise StoreError(
            f"the newest release, {chain[-1].version}, holds {', '.join(names)}: first publish one without it, "
            "then purge"
        )


def _unnamed(store: Store, named: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """Every key under data/ that no record names, with the sha256 and size of what is there."""
    with TemporaryDirectory(prefix=scratch.prefix("purge")) as folder:
        path = Path(folder) / "file"
        for key in [key for key in store.list("data/") if key not in named]:
            if store.download(key, path):
                with path.open("rb") as file:
                    yield key, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _entomb(store: Store, target: Target, statement: Statement, signer: SigningKey, pause: Pause) -> str:
    key = layout.tombstone(target.sha256)
    document = {
        "format": FORMAT,
        "sha256": target.sha256,
        "bytes": target.bytes,
        "keys": list(target.keys),
        "created": statement.created,
        "by": statement.by,
        "reason": statement.reason,
        "law": statement.law,
        "release": statement.release,
    }
    answer = retrying.until_definite(lambda: store.create(key, signing.seal(document, signer)), pause)
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {key} stays in doubt ({answer.reason}); nothing was removed, run again")
    if isinstance(answer, Exists):
        standing = store.get(key)
        sealed = signing.read(standing.data) if standing else None
        if sealed is None or (sealed.statement.get("sha256"), sealed.statement.get("bytes")) != (
            target.sha256,
            target.bytes,
        ):
            raise StoreError(f"{key} stands already and is no tombstone of these bytes; nothing was removed")
    return key
