"""Does what changes with every release show the newest one? The quick look that every run takes.

It reads what is written last of each kind: ``versions.json``, ``pages.json`` and the descriptor under ``latest/``.
While somebody is noted at work (``fence``), it looks at every file under ``latest/`` and every page as well.
"""

import json

from ogp_pipeline.publishing import layout, page_list
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import Store


def is_behind(publisher: ReleasePublisher, record: Release, *, everything: bool) -> bool:
    """Whether something is not as ``record``, the newest release, says. ``everything``: whatever could be."""
    store = publisher.store
    descriptor = record.manifest.file(layout.DESCRIPTOR)
    if not _lists(store, record) or (descriptor is not None and not _shows(store, descriptor)):
        return True
    stored = store.get(layout.PAGES) if publisher.pages is not None else None
    pages = page_list.read(stored.data) if stored is not None else None
    if publisher.pages is not None and (pages is None or pages.sha256 != record.hash):
        return True
    if not everything:
        return False
    files = concurrency.each(lambda file: _shows(store, file), record.manifest.files, store.at_once)
    if not all(files):
        return True
    drawn = pages.pages if pages is not None else ()
    return not all(concurrency.each(lambda page: _is(store, page.key, page.sha256, page.bytes), drawn, store.at_once))


def _lists(store: Store, record: Release) -> bool:
    """Whether ``versions.json`` begins with the release."""
    stored = store.get(layout.VERSIONS)
    try:
        newest = json.loads(stored.data)[0] if stored is not None else {}
        return bool(newest["sha256"] == record.hash)
    except (ValueError, LookupError, TypeError, RecursionError):
        return False


def _shows(store: Store, file: ManifestFile) -> bool:
    """Whether ``latest/`` has the file; one that was purged need not be there."""
    key = layout.latest(file.name)
    return _is(store, key, file.sha256, file.bytes) or (
        store.head(key) is None and store.head(layout.tombstone(file.sha256)) is not None
    )


def _is(store: Store, key: str, sha256: str, size: int) -> bool:
    """As far as the store can tell without being read."""
    standing = store.head(key)
    return standing is not None and standing.size == size and standing.sha256 in (None, sha256)
