"""What people are told of the releases that are listed, read from their own files, and which of them have a page.

The pages of releases 10(k-1)+1 to 10k are drawn with every release until archive k is made, and from then on they stand
with that archive: no publish draws them again, and none takes them away (``page_list``).
"""

from collections.abc import Collection, Sequence

from ogp_pipeline.publishing import archives, layout, windows
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.release import news
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import Chronicle, News
from ogp_pipeline.store.protocol import Store


def read(store: Store, records: Sequence[Manifest], log: LogCopy, gone: Collection[str] = frozenset()) -> Chronicle:
    """Of these releases, oldest first, which are listed. An archive by earlier software has no pages of releases.

    ``log``: what is known of their news already. ``gone``: the sha256 of what a law had removed.
    """
    k = windows.archives(records[-1].release)
    stored = store.get(layout.archived(k)) if k else None
    index = archives.parse(stored.data) if stored else None
    documents = index.documents if index else None
    names = {key.partition("/")[2] for key in documents} if documents is not None else None
    paged = [
        record.release
        for record in records
        if record.release > k * windows.BLOCK or names is None or news.page(record.version) in names
    ]
    return Chronicle(_news(store, records, log, gone), frozenset(paged))


def of_archive(
    store: Store, records: Sequence[Manifest], log: LogCopy, gone: Collection[str] = frozenset()
) -> Chronicle:
    """Of the releases of an archive that is drawn now, with their pages."""
    return Chronicle(_news(store, records, log, gone), frozenset(record.release for record in records))


def _news(store: Store, records: Sequence[Manifest], log: LogCopy, gone: Collection[str]) -> dict[int, News]:
    """By number; without those that have none, and those that a law had removed."""
    named = {record.release: record.file(news.NAME) for record in records}
    files = {n: file for n, file in named.items() if file is not None and file.sha256 not in gone}
    parsed = {n: news.parse(data) for n, data in zip(files, log.news(store, list(files.values())), strict=True) if data}
    return {n: told for n, told in parsed.items() if told is not None}
