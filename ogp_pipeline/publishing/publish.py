"""Publishing a release: everything is written under fresh names, then one create makes it a fact.

    check the draft -> probe the store -> upload data/<attempt>/… -> create releases/<n>.json -> views ->
    latest.json

Invariant: until the create of ``releases/<n>.json`` nothing that a reader can reach has changed; after it the
release exists whatever happens to this process, and anybody's next run completes its views. The create is the
only commit point: no other write decides anything.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import semver

from ogp_pipeline.errors import BrokenHistory, LostRace, StoreError
from ogp_pipeline.publishing import history, keyring, layout, purge
from ogp_pipeline.publishing.fence import GRACE
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publisher import Drawn, Pages, ReleasePublisher
from ogp_pipeline.publishing.steps import STEPS
from ogp_pipeline.publishing.views import finish, repair
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.manifest import DatasetChanges, LedgerHead, Manifest, ManifestFile
from ogp_pipeline.store import attempts, concurrency, keys, probe, retrying
from ogp_pipeline.store.protocol import Done, Exists, Store

__all__ = ["GRACE", "STEPS", "ReleaseDraft", "check", "finish", "publish", "repair"]


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


def publish(
    publisher: ReleasePublisher, draft: ReleaseDraft, base: Release | None, attempt: str, *, also: Release | None = None
) -> Release:
    """Make ``draft`` the release after ``base``: ``history.head`` when it was built, None for the first.

    ``attempt`` (``attempts.name``) must be fresh for every call. Bytes that ``base`` holds, or the older release
    ``also``, are not uploaded again. A draft whose ``publish_id`` is that of one of the newest releases (ten at least:
    no run is tried again after so many others) is not committed again: its views are completed and it is returned.

    Raises LostRace when another publisher's release stands after ``base`` (build again on the new head),
    UnsafeStore when the store ignores conditions, StoreError when the draft is unsound or an answer stays in
    doubt; in all these cases what readers see is as it was, except that a commit in doubt may turn out to
    have happened: call again with the same ``publish_id``.
    """
    chain = publisher.releases()
    ours = next((record for record in chain if record.manifest.publish_id == draft.publish_id), None)
    if ours is None:
        newest = chain[-1] if chain else None
        if (newest.hash if newest else None) != (base.hash if base else None):
            raise LostRace(f"the newest release is {newest.n if newest else 'gone'}, not the one this was built on")
        ours, publisher = _commit_new(publisher, draft, chain, also, attempt)
    finish(publisher, ours.n)
    return ours


def _commit_new(
    publisher: ReleasePublisher, draft: ReleaseDraft, chain: Sequence[Release], also: Release | None, attempt: str
) -> tuple[Release, ReleasePublisher]:
    """The committed release, and a publisher whose pages of it are drawn already."""
    store, hooks = publisher.store, publisher.hooks
    base = chain[-1] if chain else None
    check(draft, base)
    started = attempts.started(attempt)
    _refuse_used(attempt, chain)
    hooks.on_step("checked")
    probe.check(store, attempt)
    keyring.prepare(publisher, base.n + 1 if base else 1, draft.created)
    hooks.on_step("probed")
    _refuse_purged(draft, store)
    holders = [holder for holder in (base, also) if holder is not None]
    files = []
    ordered = sorted(draft.files, key=lambda file: file.name)
    for entry in concurrency.each(lambda file: _place(file, publisher, holders, attempt), ordered, store.at_once):
        files.append(entry)
        hooks.on_step("placed")
    manifest = _manifest(draft, base, files)
    pages = _prepared(publisher.pages, [*chain, history.parse(manifest.release, manifest.to_bytes())])
    hooks.on_step("ready")
    if hooks.now() - started > GRACE / 2:
        raise StoreError(
            f"attempt {attempt} is older than {GRACE / 2}, and the collector may soon take its files for "
            "rubbish; nothing was published, run again"
        )
    if also:  # whose bytes a purge may have taken since
        _refuse_purged(draft, store)
    release = _commit(manifest, publisher)
    hooks.on_step("committed")
    return release, replace(publisher, pages=pages)


def _refuse_used(attempt: str, chain: Sequence[Release]) -> None:
    # Its files would be written over those of the release that stands.
    folder = layout.data(attempt, "")
    used = next(
        (record.n for record in chain if any(file.key.startswith(folder) for file in record.manifest.files)), None
    )
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

    def serve(manifest: Manifest, standing: Sequence[Release]) -> Drawn:
        return (
            made
            if standing[-1].hash == chain[-1].hash  # which leads to all before it
            else again(manifest, standing)
        )

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


def _place(file: BuiltFile, publisher: ReleasePublisher, holders: Sequence[Release], attempt: str) -> ManifestFile:
    """Have the bytes in the store: where a release already holds them, else under this attempt."""
    store = publisher.store
    for held in [holder.manifest.file(file.name) for holder in holders]:
        if held and held.sha256 == file.sha256:
            stored = store.head(held.key)
            if stored and stored.size == file.bytes and stored.sha256 in (None, file.sha256):
                return _entry(file, held.key)
    key = layout.data(attempt, file.name)
    retrying.write(
        lambda: store.put_file(key, file.path, file.sha256, layout.served(file.media_type)), key, publisher.hooks.pause
    )
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


def _commit(manifest: Manifest, publisher: ReleasePublisher) -> Release:
    """Create the record; the same number again until the answer is definite, then see whose record stands."""
    store = publisher.store
    key, data = layout.release(manifest.release), manifest.to_bytes()
    answer = retrying.until_definite(lambda: store.create(key, data), publisher.hooks.pause)
    if isinstance(answer, Done):
        return history.parse(manifest.release, data)
    if not isinstance(answer, Exists):
        raise StoreError(
            f"{store.describe()} gave no definite answer to the commit of {key} ({answer.reason}). "
            "Run again with the same publish id: it commits once"
        )
    # Taken is not lost: an earlier try of ours, whose answer never came, may have written it.
    stored = store.get(key)
    if stored is None:
        raise BrokenHistory(f"{store.describe()} says that {key} exists, and has nothing there")
    standing = history.parse(manifest.release, stored.data)
    if standing.manifest.publish_id != manifest.publish_id:
        raise LostRace(f"release {manifest.release} was published by another run ({standing.manifest.publish_id})")
    return standing
