"""The log of releases: records 1, 2, 3 …, each holding the hash of the one before.

The newest release is found from the hint in ``latest.json`` and by asking for the next number until there is
none; never by a listing, which object stores may answer late or in part.
"""

import hashlib
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ogp_pipeline import together
from ogp_pipeline.errors import BrokenHistory, NotFound, StoreError
from ogp_pipeline.release.manifest import Manifest, Sha256
from ogp_pipeline.store import keys, layout
from ogp_pipeline.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Release:
    """A committed release. ``data`` are the record's bytes as stored and ``hash`` their sha256."""

    n: int
    manifest: Manifest
    data: bytes
    hash: str

    @property
    def version(self) -> str:
        """Its data version."""
        return self.manifest.version


class Hint(BaseModel):
    """What ``latest.json`` says."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: str = Field(pattern=r"^ogp-latest/1$")
    release: int = Field(ge=1)
    version: str
    manifest: str
    sha256: Sha256
    path: str


def parse(n: int, data: bytes) -> Release:
    """The record of release ``n`` from its bytes; BrokenHistory if they are not one."""
    key = layout.release(n)
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BrokenHistory(f"{key} is not a release record ({place}: {first['msg']})") from error
    if manifest.release != n:
        raise BrokenHistory(f"{key} says that it is release {manifest.release}")
    try:
        for file in manifest.files:
            keys.check(file.key)
            keys.check(layout.version(manifest.version, file.name))
    except StoreError as error:
        raise BrokenHistory(f"{key} names what cannot be a file: {error}") from error
    return Release(n, manifest, data, hashlib.sha256(data).hexdigest())


def parse_hint(data: bytes) -> Hint:
    """The hint from its bytes; BrokenHistory if they are not one."""
    try:
        return Hint.model_validate_json(data)
    except ValidationError as error:
        raise BrokenHistory(
            f"{layout.LATEST} cannot be read ({error.error_count()} mistakes); see `ogp verify`"
        ) from error


def read_hint(store: Store) -> Hint | None:
    """The hint, None before the first release is finished; BrokenHistory if it is unreadable."""
    found = store.get(layout.LATEST)
    return parse_hint(found.data) if found else None


def _read(store: Store, n: int) -> Release | None:
    found = store.get(layout.release(n))
    return parse(n, found.data) if found else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands: the newest committed release, and the one up to which all views are made (0: none)."""

    head: Release | None
    viewed: int


def look(store: Store) -> Standing:
    """What stands, by three small reads when all is well; BrokenHistory if the hint names what does not exist."""
    hint = read_hint(store)
    newest = _read(store, hint.release) if hint else None
    if hint and newest is None:
        raise BrokenHistory(f"{layout.LATEST} names {layout.release(hint.release)}, which does not exist")
    while following := _read(store, newest.n + 1 if newest else 1):
        newest = following
    return Standing(newest, hint.release if hint else 0)


def head(store: Store) -> Release | None:
    """The newest committed release, None when there is none; its views may be missing (``views.repair``)."""
    return look(store).head


def releases(store: Store) -> list[Release]:
    """All releases, oldest first; BrokenHistory if a number is missing or a link does not hold."""
    newest = head(store)
    chain: list[Release] = []
    numbers = range(1, newest.n if newest else 0)
    for n, found in zip(numbers, together.each(lambda n: _read(store, n), numbers, store.at_once), strict=True):
        if found is None:
            raise BrokenHistory(f"{layout.release(n)} is missing, but later releases exist")
        chain.append(found)
    if newest:
        chain.append(newest)
    previous: str | None = None
    for record in chain:
        if record.manifest.previous != previous:
            raise BrokenHistory(f"{layout.release(record.n)} does not hold the hash of the record before it")
        previous = record.hash
    return chain


def rolled_back(store: Store, newest: Release | None) -> list[Release]:
    """The releases that ``newest`` goes back behind, oldest first; [] (and nothing is read) if it is no rollback."""
    if newest is None or newest.manifest.back_to is None:
        return []
    found = [_read(store, n) for n in range(newest.manifest.back_to + 1, newest.n)]
    return [record for record in found if record is not None]


def release(store: Store, which: int | str) -> Release:
    """A release by its number, or by its data version; NotFound if there is none such."""
    if isinstance(which, int):
        found = _read(store, which) if which >= 1 else None
    else:
        found = next((record for record in reversed(releases(store)) if record.version == which), None)
    if found is None:
        raise NotFound(f"there is no release {which} in {store.describe()}; `ogp releases` lists them")
    return found
