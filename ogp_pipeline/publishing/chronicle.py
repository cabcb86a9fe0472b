"""What people are told of the releases that are listed, read from their own files, and which of them have a page.

The pages of releases 10(k-1)+1 to 10k are drawn with every release until archive k is made, and from then on they stand
with that archive: no publish draws them again, and none takes them away (``page_list``).
"""

from collections.abc import Sequence

from ogp_pipeline.publishing import archives, layout, windows
from ogp_pipeline.release import news
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import Chronicle, News
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import Store


def read(store: Store, records: Sequence[Manifest]) -> Chronicle:
    """Of these releases, oldest first, which are listed. An archive by earlier software has no pages of releases."""
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
    return Chronicle(_news(store, records), frozenset(paged))


def of_archive(store: Store, records: Sequence[Manifest]) -> Chronicle:
    """Of the releases of an archive that is drawn now, with their pages."""
    return Chronicle(_news(store, records), frozenset(record.release for record in records))


def _news(store: Store, records: Sequence[Manifest]) -> dict[int, News]:
    """By number; without those that have none, and those that a law had removed."""
    keys = {record.release: file.key for record in records if (file := record.file(news.NAME))}
    stored = concurrency.each(store.get, keys.values(), store.at_once)
    parsed = {n: news.parse(file.data) for n, file in zip(keys, stored, strict=True) if file}
    return {n: told for n, told in parsed.items() if told is not None}
