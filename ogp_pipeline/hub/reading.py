"""Reads the newest finished release of a member as a stranger would: verified, or not at all.

1. The release is the one that ``latest.json`` names: all of it stands.
2. Its record holds the hash of the one before it. The record that the hub read last time stands as it was then.
3. Where the member has keys, the record is signed by the key in force; a key that the hub has seen is still listed.
4. Every file that is read has the hash that the record says.

What fails is a value (``NotRead``) and harms no other member. Schemas that are newer than ours are not guessed at.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from semver import Version

from ogp_pipeline.errors import BrokenHistory, OgpError, StoreError
from ogp_pipeline.hub.members import Member
from ogp_pipeline.hub.outcomes import NotRead, Reason
from ogp_pipeline.publishing import contents, history, keyring, layout, page_list
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release import csv_format, datapackage
from ogp_pipeline.release.base import shape_of
from ogp_pipeline.schema import schemas
from ogp_pipeline.site.labels import rows
from ogp_pipeline.store.protocol import Store

Row = Mapping[str, Any]
_NEEDED = ("action_plans", "code_lists", "commitments", "metric_definitions", "metrics")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the hub read of a member last time: release, hash of its record, and the key in force then."""

    release: int
    sha256: str
    key: str | None
    version: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's newest finished release, whose record was verified. ``key``: fingerprint of the key in force."""

    member: Member
    release: Release
    key: str | None


def stand(member: Member, seen: Seen | None) -> Standing | NotRead:
    """The release to read, or why there is none. ``seen``: None of a member that has never been read."""

    def refused(reason: Reason, detail: str) -> NotRead:
        return NotRead(member.id, reason, detail, seen.version if seen else None)

    store = member.publications
    try:
        newest = _newest(store)
        if newest is None:
            if seen is not None:
                return refused(Reason.NOT_VERIFIED, f"release {seen.release}, which was read before, is gone")
            return refused(Reason.NOTHING_PUBLISHED, f"{store.describe()} holds no finished release")
        if newer := _newer(newest):
            return refused(Reason.NEWER_SOFTWARE, newer)
        if fault := _break(store, newest, seen):
            return refused(Reason.NOT_VERIFIED, fault)
        return Standing(member, newest, _key(store, newest, seen))
    except BrokenHistory as error:
        strange = _strange(store)
        return refused(Reason.NEWER_SOFTWARE, strange) if strange else refused(Reason.NOT_VERIFIED, str(error))
    except (StoreError, OSError) as error:
        return refused(Reason.UNREACHABLE, str(error))


def _newest(store: Store) -> Release | None:
    standing = history.look(store)
    if standing.head is None or not standing.viewed:
        return None
    return standing.head if standing.head.n == standing.viewed else history.release(store, standing.viewed)


def _newer(release: Release) -> str | None:
    """Why a release is of newer software; None if ours knows its schemas."""
    ours, manifest = schemas.load().version, release.manifest
    if Version.parse(manifest.schemas).compare(ours) <= 0:
        return None
    return (
        f"release {release.version} was made with schemas {manifest.schemas} by ogp-pipeline {manifest.software}; "
        f"those here are {ours}: install that software or newer"
    )


def _strange(store: Store) -> str | None:
    """Of what other format the newest record or the hint is; None if that is not why it could not be read."""
    try:
        for key in (layout.LATEST, _named(store)):
            stored = store.get(key) if key else None
            said = json.loads(stored.data) if stored else None
            form = said.get("format") if isinstance(said, dict) else None
            if isinstance(form, str) and form not in ("ogp-latest/1", "ogp-release/1"):
                return f"{key} is of the format {form}, which this software does not know: install a newer one"
    except (StoreError, ValueError):
        return None
    return None


def _named(store: Store) -> str | None:
    stored = store.get(layout.LATEST)
    said = json.loads(stored.data) if stored else None
    key = said.get("manifest") if isinstance(said, dict) else None
    return key if isinstance(key, str) and key.startswith("releases/") else None


def _break(store: Store, newest: Release, seen: Seen | None) -> str | None:
    """Where the history does not hold."""
    if seen is not None and seen.sha256 == newest.hash:
        return None  # the very record that was read: what led to it was looked at then
    if newest.n > 1:
        before = store.get(layout.release(newest.n - 1))
        if before is None or history.parse(newest.n - 1, before.data).hash != newest.manifest.previous:
            return f"{layout.release(newest.n)} does not hold the hash of the record before it"
    if seen is None:
        return None
    if newest.n < seen.release:
        return f"release {seen.release} was read before, and the newest is now {newest.n}"
    is_same = newest.n != seen.release and history.release(store, seen.release).hash == seen.sha256
    return None if is_same else f"{layout.release(seen.release)} is not what it was when it was read"


def _key(store: Store, newest: Release, seen: Seen | None) -> str | None:
    """The key in force; BrokenHistory if the release is not signed by it, or the key that was seen is gone."""
    keys = keyring.read(store)
    if seen is not None and seen.key is not None and seen.key not in {key.fingerprint for key in keys}:
        raise BrokenHistory(f"the key {seen.key}, which signed before, is listed no more")
    if not keys or newest.n < keys[0].first:
        return None
    stored = store.get(layout.signature(newest.n))
    if stored is None:
        raise BrokenHistory(f"{layout.signature(newest.n)} is missing, and the publication has keys")
    if fault := keyring.fault(keys, newest.n, newest.hash, stored.data):
        raise BrokenHistory(f"{layout.signature(newest.n)}: the signature or its key is {fault}")
    return keys[-1].fingerprint


class ReleaseTables:
    """A release's tables: files are fetched below ``folder`` when they are first asked for, each against its hash."""

    def __init__(self, store: Store, release: Release, folder: Path) -> None:
        self.release = release
        self._fetch = contents.fetcher(store, release, folder)
        self._rows: dict[str, Sequence[dict[str, Any]]] = {}

    @cached_property
    def document(self) -> dict[str, Any]:
        """Its ``datapackage.json``."""
        described = json.loads(self._fetch(datapackage.NAME).read_text(encoding="utf-8"))
        if not isinstance(described, dict):
            raise OgpError(f"{datapackage.NAME} of release {self.release.version} is no object")
        return described

    @cached_property
    def resources(self) -> Mapping[str, dict[str, Any]]:
        """The tables that it describes, by name."""
        return {resource["name"]: resource for resource in self.document["resources"]}

    def rows(self, table: str) -> Sequence[dict[str, Any]]:
        """The rows of a table with the columns that it has; none of a table that older software did not publish."""
        if table not in self._rows:
            resource = self.resources.get(table)
            frame = csv_format.read_csv(self._fetch(resource["path"]), shape_of(resource)) if resource else None
            self._rows[table] = tuple(rows(frame)) if frame is not None else ()
        return self._rows[table]


class MemberRelease(ReleaseTables):
    """The release of a member. OgpError if it lacks a table that every release has."""

    def __init__(self, standing: Standing, folder: Path) -> None:
        super().__init__(standing.member.publications, standing.release, folder)
        self.member, self.key = standing.member, standing.key
        if missing := [name for name in _NEEDED if name not in self.resources]:
            raise OgpError(f"release {self.release.version} has no table {', '.join(missing)}")

    @cached_property
    def page_languages(self) -> tuple[str, ...]:
        """The languages of the member's own pages; none where it lists no pages."""
        stored = self.member.publications.get(layout.PAGES)
        listed = page_list.read(stored.data) if stored else None
        homes = [page.key.split("/") for page in listed.pages] if listed else []
        return tuple(parts[0] for parts in homes if len(parts) == 2 and parts[1] == "index.html")
