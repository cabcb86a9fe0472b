"""The log of releases: records 1, 2, 3 …, each holding the hash of the one before.

The newest release is found from the hint in ``latest.json`` and by asking for the next number until there is
none; never by a listing, which object stores may answer late or in part.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ogp_pipeline import version as software
from ogp_pipeline.errors import BrokenHistory, StoreError, UnknownName
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.release.manifest import Manifest, Sha256
from ogp_pipeline.store import concurrency, keys
from ogp_pipeline.store.protocol import Store

RECORD, HINT = "ogp-release/1", "ogp-latest/1"
_KEY = re.compile(r"releases/([1-9]\d*)\.json\Z")


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
    """What ``latest.json`` says. ``seals``: not looked at here (``expiry``)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: str = Field(pattern=r"^ogp-latest/1$")
    release: int = Field(ge=1)
    version: str
    manifest: str
    sha256: Sha256
    path: str
    seals: tuple[object, ...] = ()


def parse(n: int, data: bytes) -> Release:
    """The record of release ``n`` from its bytes; BrokenHistory if they are not one, OlderSoftware if a later one."""
    key = layout.release(n)
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        software.refuse_newer_document(key, data, RECORD)
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
    """The hint from its bytes; BrokenHistory if they are not one, OlderSoftware if a later one."""
    try:
        return Hint.model_validate_json(data)
    except ValidationError as error:
        software.refuse_newer_document(layout.LATEST, data, HINT)
        raise BrokenHistory(
            f"{layout.LATEST} cannot be read ({error.error_count()} mistakes): `ogp repair` makes it again"
        ) from error


def read_hint(store: Store) -> Hint | None:
    """The hint, None before the first release is finished; BrokenHistory if it is unreadable."""
    stored = store.get(layout.LATEST)
    return parse_hint(stored.data) if stored else None


def _read(store: Store, n: int) -> Release | None:
    stored = store.get(layout.release(n))
    return parse(n, stored.data) if stored else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands: the newest committed release, and the one up to which all views are made (0: none).

    ``misled``: by a hint that cannot be read or names what does not exist. ``sealed``: the hint says until
    when it holds.
    """

    head: Release | None
    viewed: int
    misled: bool = False
    sealed: bool = False


class _RecordLost(BrokenHistory):
    """The hint is right, and its record is gone: to go on without it would take a release back."""


def look(store: Store, *, distrust: bool = False) -> Standing:
    """What stands, by three small reads when all is well; BrokenHistory if the hint names what does not exist.

    ``distrust``: then as if there were no hint, unless that would leave releases behind.
    """
    try:
        hint, newest = _hinted(store)
    except _RecordLost:
        raise
    except BrokenHistory:
        if not distrust:
            raise
        return _walk(store)
    while following := _read(store, newest.n + 1 if newest else 1):
        newest = following
    return Standing(newest, hint.release if hint else 0, sealed=bool(hint and hint.seals))


def _hinted(store: Store) -> tuple[Hint | None, Release | None]:
    """The hint and the release that it names."""
    hint = read_hint(store)
    newest = _read(store, hint.release) if hint else None
    if hint is None or newest:
        return hint, newest
    key, copy = layout.release(hint.release), layout.version(hint.version, layout.MANIFEST)
    try:
        held = store.get(copy)
        lost = held is not None and parse(hint.release, held.data).hash == hint.sha256
    except StoreError:
        lost = False
    if lost:
        raise _RecordLost(f"{layout.LATEST} names {key}, which does not exist, and {copy} is a copy of it: put it back")
    raise BrokenHistory(f"{layout.LATEST} names {key}, which does not exist: `ogp repair` makes it again")


def _walk(store: Store) -> Standing:
    """What stands, without a hint. A listing from before, if it knows of later records, says that one is missing."""
    promised = newest_listed(store.list("releases/"))
    newest: Release | None = None
    while following := _read(store, newest.n + 1 if newest else 1):
        newest = following
    missing = newest.n + 1 if newest else 1
    if promised > missing:
        raise BrokenHistory(f"{layout.release(missing)} is missing, but {layout.release(promised)} exists")
    return Standing(newest, 0, misled=True)


def newest_listed(listed: Iterable[str] | None) -> int:
    """The highest number of a record in a list of keys; 0 if there is none, or no list.

    A log that is read after the keys were listed reaches at least as far, or is damaged. Of one that was read before,
    that cannot be said: any number of releases may have been committed since.
    """
    return max((int(match[1]) for key in listed or () if (match := _KEY.match(key))), default=0)


def head(store: Store) -> Release | None:
    """The newest committed release, None when there is none; its views may be missing (``views.repair``)."""
    return look(store).head


def releases(store: Store, *, distrust: bool = False) -> list[Release]:
    """All releases, oldest first; BrokenHistory if a number is missing or a link does not hold."""
    newest = look(store, distrust=distrust).head
    return linked(_between(store, 1, newest, {})) if newest else []


def recent(store: Store, since: int | None = None, linked_before: Sequence[Release] = ()) -> list[Release]:
    """The newest releases, oldest first: those that lists hold, the one before, and all that may lack a view.

    So what is read does not grow with the log. ``since``: a release from which on they are wanted, too.
    ``linked_before``: some, in a row, which are not read if the links of the newest lead back to them, and do not count
    if not.
    """
    standing = look(store)
    newest = standing.head
    if newest is None:
        return []
    first = max(1, min(windows.first(newest.n) - 1, standing.viewed, newest.n if since is None else since))
    held = {record.n: record for record in linked_before if first <= record.n < newest.n}
    if held:
        with contextlib.suppress(BrokenHistory):
            return linked(_between(store, first, newest, held))
    return linked(_between(store, first, newest, {}))


def listed(chain: Sequence[Release]) -> list[Release]:
    """Those of ``chain`` (oldest first) that the lists of its newest hold."""
    return [record for record in chain if record.n >= windows.first(chain[-1].n)]


def _between(store: Store, first: int, newest: Release, held: Mapping[int, Release]) -> list[Release]:
    """The releases from number ``first`` up to the newest; what is ``held`` is not read."""
    numbers = [n for n in range(first, newest.n) if n not in held]
    read = zip(numbers, concurrency.each(lambda n: _read(store, n), numbers, store.at_once), strict=True)
    records = dict(held)
    for number, record in read:
        if record is None:
            raise BrokenHistory(f"{layout.release(number)} is missing, but later releases exist")
        records[number] = record
    return [*(records[n] for n in range(first, newest.n)), newest]


def linked(chain: list[Release]) -> list[Release]:
    """The chain itself; BrokenHistory if a record does not hold the hash of the one before it.

    Of the first, if it is not release 1, that cannot be said.
    """
    previous = chain[0].manifest.previous if chain and chain[0].n > 1 else None
    for record in chain:
        if record.manifest.previous != previous:
            raise BrokenHistory(f"{layout.release(record.n)} does not hold the hash of the record before it")
        previous = record.hash
    return chain


def rolled_back(store: Store, newest: Release | None) -> list[Release]:
    """The releases that ``newest`` goes back behind, oldest first; [] (and nothing is read) if it is no rollback."""
    if newest is None or newest.manifest.back_to is None:
        return []
    records = [_read(store, n) for n in range(newest.manifest.back_to + 1, newest.n)]
    return [record for record in records if record is not None]


def release(store: Store, which: int | str) -> Release:
    """A release by its number, or by its data version; NotFound if there is none such."""
    if isinstance(which, int):
        record_asked = _read(store, which) if which >= 1 else None
    elif (newest := head(store)) is not None and newest.version == which:
        record_asked = newest
    else:
        record_asked = next((record for record in reversed(releases(store)) if record.version == which), None)
    if record_asked is None:
        raise UnknownName("release", str(which), [record.version for record in releases(store)])
    return record_asked
