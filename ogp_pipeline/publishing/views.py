"""Views: everything public that follows from the log and can be made again at any time.

    signature, if there are keys -> v/<version>/… -> latest/… (descriptor last) -> archives/<k>/… of ten releases
        -> versions.json, deltas.json -> pages, pages.json -> latest.json

Invariants: ``latest.json`` names a release only after all views of that release, and of every one before it,
stand. No view of an older release is written over that of a newer one (``fence``), so no list is ever behind
``latest.json``. Making a view twice gives the same bytes. So after a crash, or with two runs at work at once, it is
enough to make it again. Whoever finds that a newer release was committed meanwhile makes that one's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from ogp_pipeline.errors import BrokenHistory, NotFound, StoreError
from ogp_pipeline.publishing import (
    archives,
    expiry,
    headers,
    history,
    integrity,
    keyring,
    layout,
    lists,
    page_list,
    purge,
    shown,
)
from ogp_pipeline.publishing.fence import Fence, Overtaken, at_work, clear, notes
from ogp_pipeline.publishing.history import Release, Standing
from ogp_pipeline.publishing.lists import deltas_list, versions_list
from ogp_pipeline.publishing.publisher import Drawn, ReleasePublisher
from ogp_pipeline.publishing.repair_report import Repair
from ogp_pipeline.release import json_text
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.store import concurrency, retrying
from ogp_pipeline.store.protocol import Changed, Done, InDoubt, Store


def hint(record: Release) -> bytes:
    """``latest.json`` for a release."""
    return json_text.canonical(
        {
            "format": "ogp-latest/1",
            "release": record.n,
            "version": record.version,
            "manifest": layout.release(record.n),
            "sha256": record.hash,
            "path": layout.version_folder(record.version),
        }
    )


def finish(publisher: ReleasePublisher, n: int) -> Release:
    """Make all views of release ``n``, of those whose views may be missing and of the newest; move the hint.

    Idempotent. What should be signed and is not yet is signed. Returns the newest release, which another run may have
    committed. Raises NotFound when there is no release ``n``.
    """
    store, hooks = publisher.store, publisher.hooks
    chain = publisher.releases(n)
    if not chain or not chain[0].n <= n <= chain[-1].n:
        raise NotFound(f"there is no release {n} in {store.describe()}")
    standing = history.read_hint(store)
    shown = standing.release if standing else 0  # by latest/: names of that release and later ones may be left
    with at_work(publisher):
        while True:
            newest = chain[-1]
            with suppress(Overtaken):
                _make_views(publisher, chain, n, shown)
            if store.head(layout.release(newest.n + 1)) is None:
                break
            chain = publisher.releases(n)
    if publisher.log is not None:
        publisher.log.keep(chain)
    hooks.on_step("finished")
    return newest


def _make_views(publisher: ReleasePublisher, chain: Sequence[Release], n: int, shown: int) -> None:
    """All views of release ``n``, of those after ``shown``, which the hint named, and of the newest. Overtaken: it is
    the newest no more.
    """
    on_step, newest = publisher.hooks.on_step, chain[-1]
    made_now = [record for record in chain if record.n == n or record.n > shown]
    keyring.complete(publisher, made_now)
    for record in made_now:
        _make_version(publisher, record)
    fence = Fence(publisher, newest)
    _make_latest(publisher, fence, newest, [record for record in chain[:-1] if record.n >= shown])
    archives.complete(publisher, chain)
    fence.write(layout.VERSIONS, versions_list(chain), layout.JSON)
    on_step("versions")
    fence.write(layout.DELTAS, deltas_list(chain), layout.JSON)
    on_step("deltas")
    if publisher.pages:
        page_list.make(publisher, newest, publisher.pages(newest.manifest, chain), fence)
    _move_hint(publisher, newest)
    on_step("hint")


def repair(publisher: ReleasePublisher, standing: Standing | None = None, *, thorough: bool = False) -> list[Repair]:
    """Complete what an interrupted publish left; what was done, one line each, [] when nothing was missing.

    The quick way looks at ``latest.json`` (what ``history.look`` found is ``standing``) and at what is written last of
    all else that changes (``shown``). ``thorough`` compares every view with what it should be, and does not trust
    ``latest.json`` nor the signatures either. Bytes under ``data/`` and records cannot be made again: see ``verify``.
    """
    store = publisher.store
    looked = standing or history.look(store, distrust=thorough)
    newest = looked.head
    done: list[Repair] = []
    if newest is None:
        return done
    if looked.viewed < newest.n and not looked.misled:
        first = looked.viewed + 1
        newest = finish(publisher, newest.n)
        done = [Repair("completed", str(n)) for n in range(first, newest.n + 1)]
        done.append(Repair("moved", str(newest.n)))
    elif not thorough:
        noted = notes(publisher)
        if shown.is_behind(publisher, newest, everything=bool(noted)):
            done = _heal(publisher)
        clear(publisher, noted)
    while thorough:
        chain = history.releases(store, distrust=True)
        with suppress(Overtaken):
            done += _repair_all(publisher, chain)
        if store.head(layout.release(chain[-1].n + 1)) is None:
            break  # else what was made again may have been a newer release's, and already that one's views
    if thorough:
        clear(publisher, notes(publisher))
    return done


def _heal(publisher: ReleasePublisher) -> list[Repair]:
    """Make again what changes with every release and is not the newest one's."""
    chain = publisher.releases()
    done: list[Repair] = []
    try:
        done += _repair_changing(publisher, Fence(publisher, chain[-1]), chain)
    except Overtaken:
        finish(publisher, chain[-1].n)
    return done


def _repair_all(publisher: ReleasePublisher, chain: Sequence[Release]) -> Iterator[Repair]:
    """Make again every view that differs from what the log says."""
    store, on_step = publisher.store, publisher.hooks.on_step
    for n in keyring.complete(publisher, chain, replace=True):
        yield Repair("signed", str(n))
    for key in purge.remains(store, chain, keyring.read(store)):
        store.delete(key)
        on_step("repaired")
        yield Repair("erased", key)
    yield from _repair_headers(publisher, chain)
    for record in chain:
        for file in record.manifest.files:
            yield from _repair_copy(publisher, None, file, layout.version(record.version, file.name))
        key = layout.version(record.version, layout.MANIFEST)
        stored = store.get(key)
        if stored is None or stored.data != record.data:
            retrying.put_view(store, key, record.data, layout.JSON, publisher.hooks.pause)
            on_step("repaired")
            yield Repair("made_again", key)
    yield from archives.repair(publisher, chain)
    yield from _repair_changing(publisher, Fence(publisher, chain[-1]), chain)
    if _move_hint(publisher, chain[-1], distrust=True):
        on_step("repaired")
        yield Repair("made_again", layout.LATEST)


def _repair_headers(publisher: ReleasePublisher, chain: Sequence[Release]) -> Iterator[Repair]:
    """What never changes under its key, but for the copies of files, and the hint: served as it should be."""
    store = publisher.store
    if store.at_once == 1:
        return  # a folder
    for file in {file.key: file for record in chain for file in record.manifest.files}.values():
        yield from headers.mend_file(publisher, file)
    small = [key for folder in layout.SMALL for key in store.list(folder)]
    manifests = [layout.version(record.version, layout.MANIFEST) for record in chain]
    yield from headers.mend_small(publisher, [*small, *manifests, layout.LATEST])


def _repair_changing(publisher: ReleasePublisher, fence: Fence, chain: Sequence[Release]) -> Iterator[Repair]:
    """What changes with every release, but for ``latest.json``."""
    store, on_step = publisher.store, publisher.hooks.on_step
    for file in _descriptor_last(chain[-1]):
        yield from _repair_copy(publisher, fence, file, layout.latest(file.name))
    for name in _gone(chain[-1], chain):
        if store.head(layout.latest(name)):
            fence.remove(layout.latest(name))
            on_step("repaired")
            yield Repair("removed", layout.latest(name))
    made: list[Drawn] = [{key: (make(chain), layout.JSON) for key, make, _ in lists.LISTS}]
    left: list[str] = []
    if publisher.pages:
        drawn = publisher.pages(chain[-1].manifest, chain)
        index = archives.newest_index(store, chain[-1].n)
        listed = page_list.to_bytes(chain[-1], drawn, publisher.signer, index)
        before = store.get(layout.PAGES)
        left = page_list.no_longer_drawn(before.data if before else None, drawn, index)
        made += [drawn, {layout.PAGES: (listed, layout.JSON)}]
    for key, (data, media_type) in (item for part in made for item in part.items()):
        stored, head = store.get(key), store.head(key)
        if stored is None or stored.data != data or not headers.are_right(head, key, media_type):
            fence.write(key, data, media_type, anew=True)
            on_step("repaired")
            yield Repair("made_again", key)
    for key in left:  # after the list that no longer names them
        fence.remove(key)
        on_step("repaired")
        yield Repair("removed", key)


def _repair_copy(publisher: ReleasePublisher, fence: Fence | None, file: ManifestFile, target: str) -> Iterator[Repair]:
    """A copy of a released file, under v/ or latest/ (with its ``fence``)."""
    store = publisher.store
    source, copy = store.head(file.key), store.head(target)
    served = headers.are_right(copy, target, layout.served(file.media_type))
    if source and copy and served and integrity.is_copy(store, file, target, source, copy):
        return
    if source is None and store.head(layout.tombstone(file.sha256)) is not None:
        return  # purged
    if integrity.is_sound(store, file, file.key):
        _copy(publisher, fence, file, target)
        publisher.hooks.on_step("repaired")
        yield Repair("made_again", target)
    else:
        yield Repair("left_alone", target, file.key)


def _make_version(publisher: ReleasePublisher, record: Release) -> None:
    store, hooks = publisher.store, publisher.hooks

    def copy(file: ManifestFile) -> None:
        _copy(publisher, None, file, layout.version(record.version, file.name))

    for _ in concurrency.each(copy, record.manifest.files, store.at_once):
        hooks.on_step("version_file")
    source, target = layout.release(record.n), layout.version(record.version, layout.MANIFEST)
    retrying.write(lambda: store.copy(source, target, layout.JSON, record.hash), target, hooks.pause)
    hooks.on_step("version_manifest")


def _make_latest(publisher: ReleasePublisher, fence: Fence, record: Release, older: Iterable[Release]) -> None:
    store, on_step = publisher.store, publisher.hooks.on_step

    def copy(file: ManifestFile) -> None:
        _copy(publisher, fence, file, layout.latest(file.name))

    files = _descriptor_last(record)
    last = [files.pop()] if files and files[-1].name == layout.DESCRIPTOR else []
    for _ in concurrency.each(copy, files, store.at_once):
        on_step("latest_file")
    for descriptor in last:
        copy(descriptor)
        on_step("latest_descriptor")
    for name in _gone(record, older):
        fence.remove(layout.latest(name))
        on_step("latest_cleaned")


def _gone(record: Release, older: Iterable[Release]) -> list[str]:
    """Names that older releases had and this one has not."""
    names = {file.name for file in record.manifest.files}
    return sorted({file.name for old in older for file in old.manifest.files} - names)


def _descriptor_last(record: Release) -> list[ManifestFile]:
    return sorted(record.manifest.files, key=lambda file: (file.name == layout.DESCRIPTOR, file.name))


def _move_hint(publisher: ReleasePublisher, record: Release, *, distrust: bool = False) -> bool:
    """Let ``latest.json`` name ``record`` unless it names that release or a later one already; whether it had to move.

    ``distrust``: a hint that does not say what its release says is moved, too.
    """
    store = publisher.store
    while True:
        stored = store.get(layout.LATEST)
        if stored and (
            _is_hint(store, stored.data, record) if distrust else history.parse_hint(stored.data).release >= record.n
        ):
            return False
        swap = _swapping(store, publisher.stamped(hint(record)), stored.tag if stored else None)
        answer = retrying.until_definite(swap, publisher.hooks.pause)
        if isinstance(answer, InDoubt):
            raise StoreError(f"moving {layout.LATEST} stays in doubt ({answer.reason}); run `ogp repair`")
        if isinstance(answer, Done):
            return True


def _is_hint(store: Store, data: bytes, record: Release) -> bool:
    """Whether this is the hint of ``record``, or of a release that has been committed since."""
    try:
        n = history.parse_hint(data).release
        return n >= record.n and hint(record if n == record.n else history.release(store, n)) == expiry.bare(data)
    except (BrokenHistory, NotFound):
        return False


def _copy(publisher: ReleasePublisher, fence: Fence | None, file: ManifestFile, target: str) -> None:
    """Copy it; what was purged meanwhile does not stop the publication, and stands nowhere then."""
    store, media_type = publisher.store, layout.served(file.media_type)
    try:
        if fence is not None:
            fence.copy(file.key, target, media_type, file.sha256)
            return
        retrying.write(lambda: store.copy(file.key, target, media_type, file.sha256), target, publisher.hooks.pause)
    except StoreError:
        if not purge.is_gone(store, file, keyring.read(store)):
            raise
        store.delete(target)


def _swapping(store: Store, data: bytes, expected: str | None) -> Callable[[], Done | Changed | InDoubt]:
    return lambda: store.swap(layout.LATEST, data, expected, layout.JSON)
