"""Verification by a stranger: does what is published agree with itself, and with what was seen before?

    chain    records 1 … n without a gap, canonical, each holding the hash of the one before
    keys/    each introduced by the one before; releases/<n>.sig.json: each release signed by the key in force
    data     every file that a record names: there, of the stated size and sha256
    tombstones/<sha256>.json         in the place of what was purged, signed by the key in force
    v/       the same bytes under the readable names; manifest.json = the record
    latest/, versions.json, deltas.json, latest.json, pages    those of the newest release (``current``)

Everything is streamed: memory grows with the number of files, never with their size. A publisher may be at
work: what may change is looked at again when the log has grown. Proof against a publisher who rewrites all of
it is only what the reader kept: the number and hash of a release seen before (``since``), or that and the newest key
(``trust``).

Records are read as far as something promises one: the hint, the list of versions, ``since``, or the list of a folder.
Whether there is a next one is asked only when something is wrong that it would explain, and past caches, so that none
of them keeps "there is none". Nothing counts as damage before it was asked for past caches (``Digests``).
"""

import json
from datetime import datetime

from ogp_pipeline.errors import BrokenHistory, StoreError
from ogp_pipeline.publishing import (
    authenticity,
    current,
    expiry,
    freshness,
    history,
    hosting,
    layout,
    planted,
    purge,
    trust,
)
from ogp_pipeline.publishing.authenticity import Keys
from ogp_pipeline.publishing.digests import Digest, Digests, Progress
from ogp_pipeline.publishing.finding import Kind, Verification, VerifyFinding
from ogp_pipeline.publishing.history import Hint, Release
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.publishing.seen import Seen
from ogp_pipeline.publishing.signing import Sealed
from ogp_pipeline.release import json_text
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.store import concurrency

_LOOKS = 5  # how often what may change is looked at while the log keeps growing
_BATCH = 64  # records: so many in a row that are not there end the reading


def verify(
    reader: Reader,
    since: tuple[int, str] | None = None,
    progress: Progress | None = None,
    *,
    trusted: str | None = None,
    seen: Seen | None = None,
    now: datetime | None = None,
) -> Verification:
    """Check everything that is published.

    ``since`` = (number, hash) of a release that the caller verified before: it must still stand, and the
    files of that release and those before it are not read again. ``trusted``: fingerprint of a key that must be among
    the publication's, so that its signatures prove whose word it is. ``seen``: what ``Verification.seen`` was the last
    time; what is shown must go on from there, and all of it is read again. ``now``: an aware time, by which
    ``latest.json`` may have expired; None does not ask. Raises StoreError when the place cannot be read, or holds no
    publication at all.
    """
    return _Check(reader, progress, trusted).run(since, seen, now)


def _is_canonical(data: bytes) -> bool:
    try:
        return json_text.canonical(json.loads(data)) == data
    except (ValueError, RecursionError):  # a number or a depth that RFC 8785 cannot write
        return False


def _is_record(n: int, data: bytes) -> bool:
    try:
        history.parse(n, data)
    except BrokenHistory:
        return False
    return True


class _Check:
    def __init__(self, reader: Reader, progress: Progress | None, trust: str | None) -> None:
        self._reader = reader
        self._trust = trust
        self._keys = Keys((), ())
        self._digests = Digests(reader, progress)
        self._purged: set[str] = set()  # sha256 of what has a sound tombstone
        self._there: list[tuple[str, str]] = []  # key and sha256 of what is as it should be
        self._problems: list[VerifyFinding] = []
        self._notes: list[VerifyFinding] = []
        self._chain: dict[int, Release] = {}
        self._last = 0  # the highest number that exists

    def run(self, since: tuple[int, str] | None, seen: Seen | None, now: datetime | None) -> Verification:
        listed = self._reader.listed()  # before all else, so that what comes later is named by a record read later
        self._reader.fallback()
        hint = current.read_hint(self._digests)
        viewed = hint.release if hint else 0
        promised = history.newest_listed(listed)
        self._read_chain(hint, max(since[0] if since else 0, seen.release if seen else 0, promised))
        self._check_links()
        trusted = since[0] if since and self._stands(*since) else 0
        self._check_signatures(viewed, trusted)
        self._check_files(viewed, trusted)
        releases, newest = len(self._chain), self._chain.get(self._last)
        pages = self._check_changing()
        if not releases and hint is None and not self._problems:
            raise StoreError(f"{self._reader.describe()} holds no publication: neither {layout.LATEST} nor a release")
        if listed is not None and len(self._chain) == self._last:  # else what a lost record named would be accused
            self._check_planted(listed)
        sample = next((file.key for file in newest.manifest.files if file.bytes > 1), None) if newest else None
        shown = current.read_seal(self._reader)
        self._check_trust(shown, seen, now)
        remember = (newest.n, newest.hash) if newest else None
        keep = trust.remember(newest, self._keys, sealed=shown is not None) if newest and not self._problems else None
        return Verification(
            releases=releases,
            files=self._digests.files,
            bytes=self._digests.bytes,
            newest=remember,
            problems=tuple(self._problems),
            key=self._keys.known[-1].fingerprint if self._keys.known else None,
            notes=tuple(self._notes),
            pages=pages,
            host=tuple(hosting.check(self._reader, self._digests.stale, sample)),
            expires=expiry.written(expiry.time_of(shown)) if shown else None,
            seen=keep,
        )

    def _check_planted(self, listed: list[str]) -> None:
        """What nothing names, in a folder."""
        keys = len(self._keys.known) + bool(self._keys.findings)
        for finding in planted.find(self._reader, listed, self._chain, keys):
            (self._problems if finding.kind is Kind.UNLISTED else self._notes).append(finding)

    def _check_trust(self, shown: Sealed | None, seen: Seen | None, now: datetime | None) -> None:
        """What was seen before, and until when what is shown holds."""
        if seen is not None:
            self._problems += trust.check(seen, self._chain, self._keys, sealed=shown is not None)
        late = freshness.check(self._keys, shown, now)
        if late:  # perhaps by a key introduced meanwhile
            late = freshness.check(authenticity.read_keys(self._reader, None), shown, now)
        self._problems += late
        self._notes += trust.replaced(self._keys, self._trust)

    def _find(self, kind: Kind, key: str, expected: str, actual: str) -> None:
        self._problems.append(VerifyFinding(kind, key, expected, actual))

    # The log

    def _read_chain(self, hint: Hint | None, more: int) -> None:
        """Every record that the hint promises, ``versions.json``, or ``more``; without a hint, all that follow."""
        named = self._record(hint.release) if hint else None
        hinted = hint.release if hint and named is not None else 0  # _check_changing says so if it is not there
        promised = max(hinted, current.read_newest(self._digests), more)
        read, missing = 0, list[int]()
        while read < promised:
            numbers = range(read + 1, min(read + _BATCH, promised) + 1)
            batch = list(concurrency.each(self._record, numbers, self._reader.at_once))
            if not any(data is not None and _is_record(n, data) for n, data in zip(numbers, batch, strict=True)):
                break  # whatever the hint says, and whatever the host answers
            for n, data in zip(numbers, batch, strict=True):
                if data is None:
                    missing.append(n)
                else:
                    self._keep(n, data)
            read = numbers[-1]
        if named is not None and self._last < hinted:
            missing.append(read + 1)
            self._keep(hinted, named)
        for n in missing:
            if n < self._last:
                self._find(Kind.RECORD_MISSING, layout.release(n), "a record", "nothing, though later ones exist")
        if not hinted:
            self._read_on()

    def _read_on(self) -> None:
        """Records after the last one."""
        while (data := self._reader.read(layout.release(self._last + 1), fresh=True)) is not None:
            sound = _is_record(self._last + 1, data)
            if sound or self._reader.fallback() is None:
                self._keep(self._last + 1, data)
            if not sound:
                break

    def _record(self, n: int) -> bytes | None:
        return self._digests.read(layout.release(n), lambda data: _is_record(n, data))

    def _keep(self, n: int, data: bytes) -> None:
        self._last = max(self._last, n)
        key = layout.release(n)
        try:
            record = history.parse(n, data)
        except BrokenHistory as error:
            self._find(Kind.RECORD_UNREADABLE, key, f"the record of release {n}", str(error))
            return
        if not _is_canonical(data):
            self._find(Kind.RECORD_UNREADABLE, key, "canonical JSON (RFC 8785)", "JSON written otherwise")
        self._chain[n] = record

    def _stands(self, n: int, seen: str) -> bool:
        """Is release ``n``, which the caller has seen with the hash ``seen``, still there and the same?"""
        record = self._chain.get(n)
        if record and record.hash == seen:
            return True
        actual = record.hash if record else "no such release"
        self._find(Kind.HISTORY_REWRITTEN, layout.release(n), seen, actual)
        return False

    def _check_links(self) -> None:
        versions: dict[str, int] = {}
        for n, record in self._chain.items():
            before = self._chain.get(n - 1)
            if n == 1 or before:
                expected = before.hash if before else None
                if record.manifest.previous != expected:
                    self._find(
                        Kind.CHAIN_BROKEN,
                        layout.release(n),
                        f"previous = {expected}",
                        f"previous = {record.manifest.previous}",
                    )
            first = versions.setdefault(record.version, n)
            if first != n:
                self._find(
                    Kind.VERSION_REPEATED,
                    layout.release(n),
                    "a version of its own",
                    f"that of release {first}",
                )

    # Whose word it is

    def _check_signatures(self, viewed: int, trusted: int) -> None:
        self._keys = authenticity.read_keys(self._reader, self._trust)
        records = [record for n, record in self._chain.items() if n > trusted]
        signatures = list(
            concurrency.each(lambda record: self._signature(record, viewed), records, self._reader.at_once)
        )
        if any(fault and fault.kind is Kind.KEY_UNKNOWN for fault in signatures):  # perhaps a key introduced meanwhile
            self._keys = authenticity.read_keys(self._reader, self._trust)
            signatures = [self._signature(record, viewed) for record in records]
        self._problems += [finding for finding in signatures if finding]
        stray = authenticity.stray(self._reader, self._keys, self._chain.get(self._last))
        self._problems += [*self._keys.findings, *([stray] if stray else [])]

    def _signature(self, record: Release, viewed: int) -> VerifyFinding | None:
        absent = Kind.SIGNATURE_MISSING if record.n <= viewed else Kind.VIEWS_BEHIND
        return authenticity.check(self._reader, self._keys, record, absent)

    # What never changes

    def _check_files(self, viewed: int, trusted: int) -> None:
        records = [record for n, record in self._chain.items() if n > trusted]
        # A file that several releases share is read once under data/, but every view of it is read.
        data = {file.key: file for record in reversed(records) for file in record.manifest.files}
        self._digests.total = len(data) + sum(len(record.manifest.files) + 1 for record in records)
        wanted = [(key, (file.sha256, file.bytes)) for key, file in data.items()]
        for (key, digest), file in zip(self._digests.of(wanted), data.values(), strict=True):
            self._check_file(Kind.CHANGED, key, digest, file, Kind.MISSING)
        for record in records:
            absent = Kind.MISSING if record.n <= viewed else Kind.VIEWS_BEHIND
            files = record.manifest.files
            views = [(layout.version(record.version, file.name), (file.sha256, file.bytes)) for file in files]
            for (key, digest), file in zip(self._digests.of(views), files, strict=True):
                self._check_file(Kind.VIEW_DIFFERS, key, digest, file, absent)
            manifest = layout.version(record.version, layout.MANIFEST)
            [(copy, digest)] = self._digests.of([(manifest, (record.hash, len(record.data)))])
            if digest is None:
                self._find(absent, copy, f"the bytes of {layout.release(record.n)}", "nothing")
            elif digest[0] != record.hash:
                self._find(Kind.VIEW_DIFFERS, copy, f"sha256 {record.hash}", f"sha256 {digest[0]}")
        for key, sha256 in self._there:
            if sha256 in self._purged:
                self._find(Kind.TOMBSTONE_WRONG, key, "nothing, as a tombstone says", "the purged bytes: `ogp repair`")

    def _check_file(self, kind: Kind, key: str, digest: Digest | None, file: ManifestFile, absent: Kind) -> None:
        if digest is None:
            self._miss(absent, key, file)
        elif digest != (file.sha256, file.bytes):
            expected = f"{file.bytes} bytes, sha256 {file.sha256}"
            self._find(kind, key, expected, f"{digest[1]} bytes, sha256 {digest[0]}")
        else:
            self._there.append((key, file.sha256))

    def _miss(self, absent: Kind, key: str, file: ManifestFile) -> None:
        """A file is not there: purged, with a tombstone that its keys signed, or missing."""
        expected = f"{file.bytes} bytes, sha256 {file.sha256}"
        tombstone = self._digests.read(layout.tombstone(file.sha256), lambda _: True)
        fault = None
        if tombstone is not None:
            fault = purge.fault(tombstone, file.sha256, file.bytes, key, self._keys.known)
            records = [record for _, record in sorted(self._chain.items())]
            fault = fault or purge.excess(tombstone, file.sha256, key, records)
        if tombstone is not None and fault is None:
            self._purged.add(file.sha256)
            self._notes.append(VerifyFinding(Kind.PURGED, key, expected, purge.told(tombstone)))
            return
        self._find(absent, key, expected, "nothing")
        if fault is not None:
            self._find(Kind.TOMBSTONE_WRONG, layout.tombstone(file.sha256), f"a tombstone of {expected}", fault)

    # What changes with every release

    def _check_changing(self) -> int:
        """What follows from the newest release, looked at again if the log has grown; the number of pages."""
        for _ in range(_LOOKS):
            last = self._last
            findings, pages = current.check(self._digests, self._chain, last, self._keys)
            if not findings:
                return pages
            self._read_on()
            if self._last == last:
                break
        self._problems += findings
        return pages
