"""Views: everything public that follows from the log and can be made again at any time.

    signature, if there are keys -> v/<version>/… -> latest/… (descriptor last) -> versions.json, deltas.json
        -> pages, pages.json -> latest.json

Invariant: ``latest.json`` names a release only after all views of that release, and of every one before it,
stand. Making a view twice gives the same bytes. So after a crash, or with two runs at work at once, it is
enough to make it again. Whoever wrote a view looks afterwards whether a newer release was committed meanwhile,
and if so makes that one's.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import rfc8785

from ogp_pipeline.errors import BrokenHistory, NotFound, StoreError
from ogp_pipeline.publishing import expiry, history, integrity, keyring, layout, page_list, purge
from ogp_pipeline.publishing.history import Release, Standing
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.publishing.repair_report import Repair
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.store import concurrency, retrying
from ogp_pipeline.store.protocol import Changed, Done, InDoubt, Store


def versions_list(chain: Sequence[Release]) -> bytes:
    """``versions.json``: one object per release, newest first. ``sha256`` is the record's hash."""
    return rfc8785.dumps(
        [
            {
                "version": record.version,
                "release": record.n,
                "created": record.manifest.created,
                "as_of": record.manifest.as_of.isoformat(),
                "manifest": layout.release(record.n),
                "sha256": record.hash,
                "path": layout.version_folder(record.version),
            }
            for record in reversed(chain)
        ]
    )


def deltas_list(chain: Sequence[Release]) -> bytes:
    """``deltas.json``: one object per file of changes, newest first; the first release has none."""
    deltas: list[dict[str, Any]] = []
    for base, record in reversed(list(itertools.pairwise(chain))):
        for file in record.manifest.files:
            stem, _, ending = file.name.rpartition("/")[2].rpartition(".")
            if stem == "changes":
                deltas.append(
                    {
                        "from": base.version,
                        "to": record.version,
                        "dataset": file.dataset,
                        "format": ending,
                        "path": layout.version(record.version, file.name),
                        "sha256": file.sha256,
                        "bytes": file.bytes,
                        "rows": file.rows,
                    }
                )
    return rfc8785.dumps(deltas)


def hint(record: Release) -> bytes:
    """``latest.json`` for a release."""
    return rfc8785.dumps(
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
    shown: int | None = None  # what latest/ showed at first: names of that release and later ones may be left
    while True:
        chain = publisher.releases()
        if not 1 <= n <= len(chain):
            raise NotFound(f"there is no release {n} in {store.describe()}")
        standing = history.read_hint(store)
        viewed = standing.release if standing else 0
        shown = viewed if shown is None else shown
        newest = chain[-1]
        made_now = [record for record in chain if record.n == n or record.n > viewed]
        keyring.complete(publisher, made_now)
        for record in made_now:
            _make_version(publisher, record)
        _make_latest(publisher, newest, chain[max(shown - 1, 0) : -1])
        retrying.put_view(store, layout.VERSIONS, versions_list(chain), layout.JSON, hooks.pause)
        hooks.on_step("versions")
        retrying.put_view(store, layout.DELTAS, deltas_list(chain), layout.JSON, hooks.pause)
        hooks.on_step("deltas")
        if publisher.pages:
            page_list.make(publisher, newest, publisher.pages(newest.manifest, chain))
        _move_hint(publisher, newest)
        hooks.on_step("hint")
        if store.head(layout.release(newest.n + 1)) is None:
            if publisher.log is not None:
                publisher.log.keep(chain)
            hooks.on_step("finished")
            return newest


def repair(publisher: ReleasePublisher, standing: Standing | None = None, *, thorough: bool = False) -> list[Repair]:
    """Complete what an interrupted publish left; what was done, one line each, [] when nothing was missing.

    The quick way compares ``latest.json`` with the log: what ``history.look`` found, ``standing``, is enough to know
    that all is well. ``thorough`` compares every view with what it should be, and does not trust ``latest.json`` nor
    the signatures either. Bytes under ``data/`` and records cannot be made again: see ``verify``.
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
    while thorough:
        chain = history.releases(store, distrust=True)
        done += _repair_all(publisher, chain)
        if store.head(layout.release(chain[-1].n + 1)) is None:
            break  # else what was made again may have been a newer release's, and already that one's views
    return done


def _repair_all(publisher: ReleasePublisher, chain: Sequence[Release]) -> list[Repair]:
    """Make again every view that differs from what the log says."""
    store, on_step = publisher.store, publisher.hooks.on_step
    done = [Repair("signed", str(n)) for n in keyring.complete(publisher, chain, replace=True)]
    for key in purge.remains(store, chain, keyring.read(store)):
        store.delete(key)
        on_step("repaired")
        done.append(Repair("erased", key))
    done += _repair_files(publisher, chain)
    for name in _gone(chain[-1], chain):
        if store.head(layout.latest(name)):
            store.delete(layout.latest(name))
            on_step("repaired")
            done.append(Repair("removed", layout.latest(name)))
    texts = {layout.version(record.version, layout.MANIFEST): (record.data, layout.JSON) for record in chain}
    texts |= {
        layout.VERSIONS: (versions_list(chain), layout.JSON),
        layout.DELTAS: (deltas_list(chain), layout.JSON),
    }
    if publisher.pages:
        drawn = publisher.pages(chain[-1].manifest, chain)
        texts |= {**drawn, layout.PAGES: (page_list.to_bytes(chain[-1], drawn, publisher.signer), layout.JSON)}
    for key, (data, media_type) in texts.items():
        standing = store.get(key)
        if standing is None or standing.data != data:
            retrying.put_view(store, key, data, media_type, publisher.hooks.pause)
            on_step("repaired")
            done.append(Repair("made_again", key))
    if _move_hint(publisher, chain[-1], distrust=True):
        on_step("repaired")
        done.append(Repair("made_again", layout.LATEST))
    return done


def _repair_files(publisher: ReleasePublisher, chain: Sequence[Release]) -> Iterator[Repair]:
    """The copies of released files, under v/ and latest/."""
    store = publisher.store
    copies = [(file, layout.version(record.version, file.name)) for record in chain for file in record.manifest.files]
    copies += [(file, layout.latest(file.name)) for file in _descriptor_last(chain[-1])]
    for file, target in copies:
        source, copy = store.head(file.key), store.head(target)
        if source and copy and integrity.is_copy(store, file, target, source, copy):
            continue
        if source is None and store.head(layout.tombstone(file.sha256)) is not None:
            continue  # purged
        if integrity.is_sound(store, file, file.key):
            _copy(publisher, file, target)
            publisher.hooks.on_step("repaired")
            yield Repair("made_again", target)
        else:
            yield Repair("left_alone", target, file.key)


def _make_version(publisher: ReleasePublisher, record: Release) -> None:
    store, hooks = publisher.store, publisher.hooks

    def copy(file: ManifestFile) -> None:
        _copy(publisher, file, layout.version(record.version, file.name))

    for _ in concurrency.each(copy, record.manifest.files, store.at_once):
        hooks.on_step("version_file")
    source, target = layout.release(record.n), layout.version(record.version, layout.MANIFEST)
    retrying.write(lambda: store.copy(source, target, layout.JSON, record.hash), target, hooks.pause)
    hooks.on_step("version_manifest")


def _make_latest(publisher: ReleasePublisher, record: Release, older: Iterable[Release]) -> None:
    store, on_step = publisher.store, publisher.hooks.on_step

    def copy(file: ManifestFile) -> None:
        _copy(publisher, file, layout.latest(file.name))

    files = _descriptor_last(record)
    last = [files.pop()] if files and files[-1].name == layout.DESCRIPTOR else []
    for _ in concurrency.each(copy, files, store.at_once):
        on_step("latest_file")
    for descriptor in last:
        copy(descriptor)
        on_step("latest_descriptor")
    for name in _gone(record, older):
        store.delete(layout.latest(name))
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


def _copy(publisher: ReleasePublisher, file: ManifestFile, target: str) -> None:
    """Copy it; what was purged meanwhile does not stop the publication, and stands nowhere then."""
    store, media_type = publisher.store, layout.served(file.media_type)
    try:
        retrying.write(lambda: store.copy(file.key, target, media_type, file.sha256), target, publisher.hooks.pause)
    except StoreError:
        if not purge.is_gone(store, file, keyring.read(store)):
            raise
        store.delete(target)


def _swapping(store: Store, data: bytes, expected: str | None) -> Callable[[], Done | Changed | InDoubt]:
    return lambda: store.swap(layout.LATEST, data, expected, layout.JSON)
