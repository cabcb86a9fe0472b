"""Copies of the private store in another folder or bucket, each of one moment although runs go on meanwhile.

    <place>/objects/<sha256>          the bytes of every object, once for all copies
    <place>/copies/<time>-<n>.json    a copy: every key with size and hash of its bytes; n: the ledger's newest entry

A copy is written when it is whole: its list comes last. So a process that dies leaves what the next one uses, and older
copies stay as they were.

The invariant: a copy is what the store held at one moment. All keys are looked at with their tags, what changed is
copied, and they are looked at once more. What was the same both times stood between the two looks. A look that differs
begins the next round.

``state/`` is left out: it can be made from the rest.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rfc8785

from ogp_pipeline import scratch, version
from ogp_pipeline.errors import BrokenHistory, NotFound, StoreError
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import Done, Head, InDoubt, Object, Reading, Store

FORMAT = "ogp-copy/1"
OBJECTS, COPIES = "objects/", "copies/"
LOOKS = 6  # until a store counts as one in which runs never end
LEFT_OUT = (layout.STATE, layout.SHELF, "probe/")
BY_HASH = ("raw/", "rows/", "aside/", "programmes/")  # named by their hash, and never changed
_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Kept:
    """An object in a copy."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Copy:
    """``name``: of its list. ``n`` and ``entry``: number and sha256 of the ledger's newest entry; 0 and "" without."""

    name: str
    made: str
    programme: str
    software: str
    n: int
    entry: str
    objects: Mapping[str, Kept]

    @cached_property
    def data(self) -> bytes:
        """Its list, as it is stored."""
        said: dict[str, Any] = {
            "format": FORMAT,
            "made": self.made,
            "programme": self.programme,
            "software": self.software,
            "ledger": {"n": self.n, "sha256": self.entry},
            "objects": {key: [kept.bytes, kept.sha256] for key, kept in self.objects.items()},
        }
        return rfc8785.dumps(said)

    @property
    def size(self) -> int:
        """Bytes of all objects."""
        return sum(kept.bytes for kept in self.objects.values())


@dataclass(frozen=True, slots=True)
class CopiedStore:
    """A copy, read as the store that it is of. Bytes are given as they lie there: ``damage`` says which are others."""

    place: Store
    copy: Copy

    @property
    def at_once(self) -> int:
        """As the place."""
        return self.place.at_once

    def describe(self) -> str:
        """The place, and which copy."""
        return f"{self.copy.name} in {self.place.describe()}"

    def get(self, key: str) -> Object | None:
        """The object, or None when the copy has none such, or when it was lost."""
        kept = self.copy.objects.get(key)
        return self.place.get(_object(kept.sha256)) if kept else None

    def head(self, key: str) -> Head | None:
        """Size and tag, or None."""
        kept = self.copy.objects.get(key)
        return self.place.head(_object(kept.sha256)) if kept else None

    def list(self, prefix: str) -> Iterator[str]:
        """Every key that starts with ``prefix``, sorted."""
        return iter(sorted(key for key in self.copy.objects if key.startswith(prefix)))

    def download(self, key: str, path: Path) -> bool:
        """Stream an object to ``path``; False when there is none."""
        kept = self.copy.objects.get(key)
        return kept is not None and self.place.download(_object(kept.sha256), path)


def take(store: Store, place: Store, programme: str, now: datetime) -> Copy:
    """Copy the private store; what the place holds already is not copied again. StoreError if runs never end."""
    there = {key.removeprefix(OBJECTS) for key in place.list(OBJECTS)}
    copied: dict[str, tuple[str, Kept]] = {}
    before = _look(store)
    for _ in range(LOOKS):
        wanted = [key for key, tag in before.items() if key not in copied or copied[key][0] != tag]
        with TemporaryDirectory(prefix=scratch.prefix("copy")) as folder:
            made = concurrency.each(lambda key: _copy(store, place, key, there, Path(folder)), wanted, store.at_once)
            for key, stored in zip(wanted, made, strict=True):
                if stored is not None:
                    copied[key] = stored
        after = _look(store)
        if after == before and all(key in copied and copied[key][0] == tag for key, tag in after.items()):
            copy = _write(place, {key: copied[key][1] for key in sorted(after)}, store, programme, now)
            _complete(store, place, copy)
            return copy
        before = after
    raise StoreError(
        f"{store.describe()} changed during each of {LOOKS} looks, so no copy of one moment was made. Older copies "
        "stay as they were. Try again when no run is at work"
    )


def every(place: Reading) -> list[str]:
    """The names of all copies, oldest first."""
    return [key.removeprefix(COPIES).removesuffix(".json") for key in place.list(COPIES)]


def read(place: Reading, name: str | None = None) -> Copy:
    """A copy, by default the newest. NotFound if there is none; BrokenHistory if its list is damaged."""
    names = every(place)
    chosen = name or (names[-1] if names else None)
    stored = place.get(_list_of(chosen)) if chosen else None
    if chosen is None or stored is None:
        told = f"there are {', '.join(names)}" if names else "there is none: is its disk mounted?"
        raise NotFound(f"no copy {chosen or ''} of a private store in {place.describe()}; {told}".replace("  ", " "))
    try:
        said = json.loads(stored.data)
        version.refuse_newer(f"{_list_of(chosen)} in {place.describe()}", said["format"], FORMAT, said.get("software"))
        objects = {key: Kept(size, sha256) for key, (size, sha256) in said["objects"].items()}
        head = said["ledger"]
        return Copy(chosen, said["made"], said["programme"], said["software"], head["n"], head["sha256"], objects)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenHistory(f"{_list_of(chosen)} in {place.describe()} is not a copy's list ({error})") from error


@dataclass(frozen=True, slots=True)
class Lost:
    """A key of a copy whose bytes are not there (``missing``), or are others. ``place``: where they should stand."""

    key: str
    place: str
    missing: bool


def damage(place: Reading, copy: Copy) -> Iterator[Lost]:
    """Every key of the copy whose bytes are not there, or are others."""
    keys: dict[str, list[str]] = {}
    for key, kept in copy.objects.items():
        keys.setdefault(kept.sha256, []).append(key)
    with TemporaryDirectory(prefix=scratch.prefix("copy")) as folder:
        digests = concurrency.each(lambda sha256: digest_of(place, _object(sha256), Path(folder)), keys, place.at_once)
        for (sha256, named), digest in zip(keys.items(), digests, strict=True):
            if digest != sha256:
                yield from (Lost(key, _object(sha256), digest is None) for key in named)


def digest_of(store: Reading, key: str, folder: Path) -> str | None:
    """sha256 of what stands under a key, None if nothing does. ``folder``: for a temporary file."""
    path = folder / hashlib.sha256(key.encode()).hexdigest()
    if not store.download(key, path):
        return None
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    finally:
        path.unlink()


def _object(sha256: str) -> str:
    return f"{OBJECTS}{sha256}"


def _list_of(name: str) -> str:
    return f"{COPIES}{name}.json"


def _look(store: Store) -> dict[str, str]:
    """Every key with its tag; what is named by its hash has none."""
    keys = [key for key in store.list("") if not key.startswith(LEFT_OUT)]

    def tag(key: str) -> str | None:
        if key.startswith(BY_HASH):
            return ""
        head = store.head(key)
        return head.tag if head else None

    tags = zip(keys, concurrency.each(tag, keys, store.at_once), strict=True)
    return {key: tag for key, tag in tags if tag is not None}


def _copy(store: Store, place: Store, key: str, there: set[str], folder: Path) -> tuple[str, Kept] | None:
    """The object's tag when it was copied, and what was; None if it has gone."""
    if not key.startswith(BY_HASH):
        stored = store.get(key)
        if stored is None:
            return None
        sha256 = hashlib.sha256(stored.data).hexdigest()
        if sha256 not in there:
            _done(place.put_view(_object(sha256), stored.data, _MEDIA_TYPE), key, place)
        return stored.tag, Kept(len(stored.data), sha256)
    named = key.rpartition("/")[2].partition(".")[0]
    if named in there and (head := store.head(key)) is not None:
        return "", Kept(head.size, named)
    path = folder / hashlib.sha256(key.encode()).hexdigest()
    if not store.download(key, path):
        return None
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 not in there:  # other bytes than the name says are copied, too: `wholeness` tells of them
            _done(place.put_file(_object(sha256), path, sha256, _MEDIA_TYPE), key, place)
        return "", Kept(path.stat().st_size, sha256)
    finally:
        path.unlink()


def _done(answer: Done | InDoubt, key: str, place: Store) -> None:
    if isinstance(answer, InDoubt):
        raise StoreError(f"{key} could not be copied to {place.describe()}: {answer.reason}; the same again goes on")


def _complete(store: Store, place: Store, copy: Copy) -> None:
    """Copy again what somebody removed meanwhile because no list named it (``pruning``)."""
    there = {key.removeprefix(OBJECTS) for key in place.list(OBJECTS)}
    lacking = {key: kept for key, kept in copy.objects.items() if kept.sha256 not in there}
    with TemporaryDirectory(prefix=scratch.prefix("copy")) as folder:
        for key, kept in lacking.items():
            made = _copy(store, place, key, set(), Path(folder))
            if made is None or made[1].sha256 != kept.sha256:
                raise StoreError(f"{key} was removed from {place.describe()} meanwhile, and has changed: copy again")


def _write(place: Store, objects: Mapping[str, Kept], store: Store, programme: str, now: datetime) -> Copy:
    """The list, when all that it names is there."""
    n = sum(key.startswith(layout.LEDGER) for key in objects)
    entry = objects[layout.ledger(n)].sha256 if n and layout.ledger(n) in objects else ""
    if n and not entry:
        raise BrokenHistory(f"the ledger in {store.describe()} has a gap: `ogp doctor --whole` says where")
    name, made = f"{now:%Y%m%dT%H%M%SZ}-{n:06d}", f"{now:%Y-%m-%dT%H:%M:%SZ}"
    copy = Copy(name, made, programme, version.VERSION, n, entry, objects)
    ledger.read(CopiedStore(place, copy))  # BrokenHistory of a ledger that does not hold: it is no ledger to go back to
    _done(place.put_view(_list_of(name), copy.data, "application/json"), _list_of(name), place)
    return copy
