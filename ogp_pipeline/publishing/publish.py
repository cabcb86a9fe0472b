"""Publishing a release: everything is written under fresh names, then one create makes it a fact.

    check the draft -> probe the store -> upload data/<attempt>/… -> create releases/<n>.json -> views ->
    latest.json

Invariant: until the create of ``releases/<n>.json`` nothing that a reader can reach has changed; after it the
release exists whatever happens to this process, and anybody's next run completes its views. The create is the
only commit point: no other write decides anything.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import semver

from ogp_pipeline.errors import BrokenHistory, LostRace, StoreError
from ogp_pipeline.publishing import history, keyring, layout, purge
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.publishing.steps import STEPS, OnStep, ignore
from ogp_pipeline.publishing.views import Pages, finish, repair
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.manifest import DatasetChanges, LedgerHead, Manifest, ManifestFile
from ogp_pipeline.store import attempts, concurrency, keys, probe, retrying
from ogp_pipeline.store.protocol import Done, Exists, Store

__all__ = ["GRACE", "STEPS", "Pages", "ReleaseDraft", "check", "finish", "publish", "repair"]

GRACE = timedelta(hours=24)  # the collector leaves what an attempt wrote alone for so long


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """What is to become the next release; the fields are those of ``Manifest``."""

    version: str
    publish_id: str
    created: str
    ledger_head: LedgerHead
    programme: str
    schemas: str
    software: str
    as_of: date
    content: str
    files: Sequence[BuiltFile]
    datasets: Mapping[str, DatasetChanges] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    back_to: int | None = None
    commit: str | None = None
    code: str | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


def publish(
    draft: ReleaseDraft,
    store: Store,
    base: Release | None,
    attempt: str,
    *,
    also: Release | None = None,
    signer: SigningKey | None = None,
    pages: Pages | None = None,
    on_step: OnStep = ignore,
    now: Callable[[], datetime] = _utc_now,
    pause: Callable[[float], None] = time.sleep,
) -> Release:
    """Make ``draft`` the release after ``base``: ``history.head`` when it was built, None for the first.

    ``attempt`` (``attempts.name``) must be fresh for every call. Bytes that ``base`` holds, or the older release
    ``also``, are not uploaded again. ``signer`` signs the release (``keyring``). A draft whose ``publish_id`` is
    already in the log is not committed again: its views are completed and the standing release is returned.

    Raises LostRace when another publisher's release stands after ``base`` (build again on the new head),
    UnsafeStore when the store ignores conditions, StoreError when the draft is unsound or an answer stays in
    doubt; in all these cases what readers see is as it was, except that a commit in doubt may turn out to
    have happened: call again with the same ``publish_id``.
    """
    chain = history.releases(store)
    ours = next((record for record in chain if record.manifest.publish_id == draft.publish_id), None)
    if ours is None:
        newest = chain[-1] if chain else None
        if (newest.hash if newest else None) != (base.hash if base else None):
            raise LostRace(f"the newest release is {newest.n if newest else 'gone'}, not the one this was built on")
        ours, pages = _commit_new(draft, store, chain, also, attempt, signer, pages, on_step, now, pause)
    finish(store, ours.n, signer=signer, pages=pages, on_step=on_step, pause=pause)
    return ours


def _commit_new(
    draft: ReleaseDraft,
    store: Store,
    chain: Sequence[Release],
    also: Release | None,
    attempt: str,
    signer: SigningKey | None,
    pages: Pages | None,
    on_step: OnStep,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
) -> tuple[Release, Pages | None]:
    base = chain[-1] if chain else None
    check(draft, base)
    started = attempts.started(attempt)
    _refuse_used(attempt, chain)
    on_step("checked")
    probe.check(store, attempt)
    keyring.prepare(store, signer, base.n + 1 if base else 1, draft.created, pause)
    on_step("probed")
    _refuse_purged(draft, store)
    holders = [one for one in (base, also) if one is not None]
    files = []
    ordered = sorted(draft.files, key=lambda file: file.name)
    for entry in concurrency.each(lambda file: _place(file, store, holders, attempt, pause), ordered, store.at_once):
        files.append(entry)
        on_step("placed")
    manifest = _manifest(draft, base, files)
    pages = _prepared(pages, [*chain, history.parse(manifest.release, manifest.to_bytes())])
    on_step("ready")
    if now() - started > GRACE / 2:
        raise StoreError(
            f"attempt {attempt} is older than {GRACE / 2}, and the collector may soon take its files for "
            "rubbish; nothing was published, run again"
        )
    if also:  # whose bytes a purge may have taken since
        _refuse_purged(draft, store)
    release = _commit(manifest, store, pause)
    on_step("committed")
    return release, pages


def _refuse_used(attempt: str, chain: Sequence[Release]) -> None:
    # Its files would be written over those of the release that stands.
    folder = layout.data(attempt, "")
    used = next((one.n for one in chain if any(file.key.startswith(folder) for file in one.manifest.files)), None)
    if used:
        raise StoreError(f"attempt {attempt} made release {used}; an attempt is fresh for every publish. Run again")


def _refuse_purged(draft: ReleaseDraft, store: Store) -> None:
    gone = purge.purged(store)
    names = sorted(file.name for file in draft.files if file.sha256 in gone)
    if names:
        raise StoreError(
            f"a law had {', '.join(names)} removed, and its tombstone stands: these very bytes are not published "
            "again. Correct them at their source; nothing was published"
        )


def _prepared(pages: Pages | None, chain: Sequence[Release]) -> Pages | None:
    """Pages that are made now: what cannot be shown is not committed. Made again only for another release."""
    if pages is None:
        return None
    made = pages(chain[-1].manifest, chain)
    again = pages

    def serve(manifest: Manifest, standing: Sequence[Release]) -> Mapping[str, tuple[bytes, str]]:
        return made if [one.hash for one in standing] == [one.hash for one in chain] else again(manifest, standing)

    return serve


def check(draft: ReleaseDraft, base: Release | None) -> None:
    """Raise StoreError, naming every mistake, unless the draft can become the release after ``base``."""
    mistakes = _version_mistakes(draft.version, base)
    names = [file.name for file in draft.files]
    mistakes += [f"{name} is there {count} times" for name, count in Counter(names).items() if count > 1]
    folders = {"/".join(name.split("/")[:i]) for name in names for i in range(1, name.count("/") + 1)}
    mistakes += [f"{name} is a file and also a folder" for name in sorted(folders.intersection(names))]
    if layout.MANIFEST in names:
        mistakes.append(f"{layout.MANIFEST} is the name of the record's copy")
    for file in draft.files:
        try:
            keys.check(file.name)
        except StoreError as error:
            mistakes.append(str(error))
        if not file.path.is_file():
            mistakes.append(f"{file.name} was not built: there is no file {file.path}")
        elif file.path.stat().st_size != file.bytes:
            mistakes.append(f"{file.name} has {file.path.stat().st_size} bytes where {file.bytes} were built")
    if mistakes:
        raise StoreError("this release cannot be published:\n" + "\n".join(mistakes))


def _version_mistakes(version: str, base: Release | None) -> list[str]:
    # A version used twice would write one release's files over another's under v/.
    try:
        ours = semver.Version.parse(version)
    except ValueError:
        return [f"{version} is not a semantic version"]
    if ours.build:
        return [f"{version} has build metadata, and '+' must not be in an address"]
    if base and ours <= semver.Version.parse(base.version):
        return [f"version {version} does not follow {base.version}"]
    return []


def _place(
    file: BuiltFile, store: Store, holders: Sequence[Release], attempt: str, pause: Callable[[float], None]
) -> ManifestFile:
    """Have the bytes in the store: where a release already holds them, else under this attempt."""
    for held in [one.manifest.file(file.name) for one in holders]:
        if held and held.sha256 == file.sha256:
            stored = store.head(held.key)
            if stored and stored.size == file.bytes and stored.sha256 in (None, file.sha256):
                return _entry(file, held.key)
    key = layout.data(attempt, file.name)
    retrying.write(lambda: store.put_file(key, file.path, file.sha256, layout.served(file.media_type)), key, pause)
    return _entry(file, key)


def _entry(file: BuiltFile, key: str) -> ManifestFile:
    return ManifestFile(
        name=file.name,
        dataset=file.dataset,
        table=file.table,
        key=key,
        media_type=file.media_type,
        bytes=file.bytes,
        sha256=file.sha256,
        rows=file.rows,
        logical=file.logical,
    )


def _manifest(draft: ReleaseDraft, base: Release | None, files: list[ManifestFile]) -> Manifest:
    return Manifest(
        release=base.n + 1 if base else 1,
        version=draft.version,
        previous=base.hash if base else None,
        publish_id=draft.publish_id,
        created=draft.created,
        ledger_head=draft.ledger_head,
        programme=draft.programme,
        schemas=draft.schemas,
        software=draft.software,
        as_of=draft.as_of,
        content=draft.content,
        files=files,
        datasets=dict(draft.datasets),
        deliveries=dict(draft.deliveries),
        reason=draft.reason,
        back_to=draft.back_to,
        commit=draft.commit,
        code=draft.code,
    )


def _commit(manifest: Manifest, store: Store, pause: Callable[[float], None]) -> Release:
    """Create the record; the same number again until the answer is definite, then see whose record stands."""
    key, data = layout.release(manifest.release), manifest.to_bytes()
    answer = retrying.until_definite(lambda: store.create(key, data), pause)
    if isinstance(answer, Done):
        return history.parse(manifest.release, data)
    if not isinstance(answer, Exists):
        raise StoreError(
            f"{store.describe()} gave no definite answer to the commit of {key} ({answer.reason}). "
            "Run again with the same publish id: it commits once"
        )
    # Taken is not lost: an earlier try of ours, whose answer never came, may have written it.
    found = store.get(key)
    if found is None:
        raise BrokenHistory(f"{store.describe()} says that {key} exists, and has nothing there")
    standing = history.parse(manifest.release, found.data)
    if standing.manifest.publish_id != manifest.publish_id:
        raise LostRace(f"release {manifest.release} was published by another run ({standing.manifest.publish_id})")
    return standing
