"""What objects in a bucket are served with: their type and caching. Those that are wrong are set anew; bytes stay.

A bucket serves what it was told when an object was written: perhaps by another program, or by a copy that somebody
made by hand. Small objects are written again on condition that they are still the ones that were read; a release's
files are copied onto themselves by the server, and sent once more where that changes nothing. A folder has no headers:
its web server says them.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ogp_pipeline import scratch
from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.publishing.repair_report import Repair
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.store import concurrency, retrying
from ogp_pipeline.store.protocol import Changed, Done, Head, InDoubt


def are_right(head: Head | None, key: str, media_type: str) -> bool:
    """Whether the object under ``key`` is served as it should be; so is what is not there, and what has no headers."""
    if head is None or head.media_type is None:
        return True
    wanted = (_plain(media_type), _plain(layout.cache_control(key)))
    return (_plain(head.media_type), _plain(head.cache_control or "")) == wanted


def mend_small(publisher: ReleasePublisher, keys: Iterable[str]) -> Iterator[Repair]:
    """Of records, signatures and other small objects, whose type is that of their ending."""
    store = publisher.store
    named = list(keys)
    heads = concurrency.each(store.head, named, store.at_once)
    for key, head in zip(named, heads, strict=True):
        media_type = layout.media_type(key)
        if are_right(head, key, media_type) or (stored := store.get(key)) is None:
            continue

        def rewrite(key: str = key, data: bytes = stored.data, tag: str = stored.tag) -> Done | Changed | InDoubt:
            return store.swap(key, data, tag, layout.media_type(key))

        if isinstance(answer := retrying.until_definite(rewrite, publisher.hooks.pause), InDoubt):
            raise StoreError(f"writing {key} stays in doubt ({answer.reason}); run again")
        yield _told(publisher, key, media_type, right=are_right(store.head(key), key, media_type))


def mend_file(publisher: ReleasePublisher, file: ManifestFile) -> Iterator[Repair]:
    """Of a release's file under ``data/``."""
    store, media_type = publisher.store, layout.served(file.media_type)
    if are_right(store.head(file.key), file.key, media_type):
        return
    _write(publisher, file.key, lambda: store.copy(file.key, file.key, media_type, file.sha256))
    set_anew = are_right(store.head(file.key), file.key, media_type)
    if not set_anew:
        with TemporaryDirectory(prefix=scratch.prefix("headers")) as folder:
            path = Path(folder) / "file"
            if store.download(file.key, path):
                _write(publisher, file.key, lambda: store.put_file(file.key, path, file.sha256, media_type))
        set_anew = are_right(store.head(file.key), file.key, media_type)
    yield _told(publisher, file.key, media_type, right=set_anew)


def _write(publisher: ReleasePublisher, key: str, operation: Callable[[], Done | InDoubt]) -> None:
    retrying.write(operation, key, publisher.hooks.pause)


def _told(publisher: ReleasePublisher, key: str, media_type: str, *, right: bool) -> Repair:
    publisher.hooks.on_step("repaired")
    return Repair("headers_set" if right else "headers_refused", key, f"{media_type}; {layout.cache_control(key)}")


def _plain(header: str) -> str:
    return header.lower().replace(" ", "")
