"""From which older releases a release has a delta of its own, beside the one from the release before.

    release 10, 20, 30 …      from the release ten before (10: from the first)
    release 100, 200 …        also from the one a hundred before (100: from the first), and so on

So whoever is n releases behind needs some nine deltas for each digit of n, not n; and a release pays for a tenth and a
hundredth of one more.
"""

import logging
from pathlib import Path

from ogp_pipeline.errors import BrokenHistory
from ogp_pipeline.publishing import contents, history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release import delta
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.store.protocol import Store

_LOG = logging.getLogger(__name__)


def numbers(n: int) -> list[int]:
    """The older releases from which one delta leads to release ``n``, nearest first."""
    older, span = [], 10
    while n % span == 0:
        older.append(max(1, n - span))
        span *= 10
    return list(dict.fromkeys(older))


def earlier(store: Store, head: Release | None, folder: Path) -> list[BaseRelease]:
    """What these releases held, for the release after ``head``. One whose bytes were purged since is left out."""
    read = []
    for n in numbers(head.n + 1) if head else ():
        try:
            read.append(_read(store, history.release(store, n), folder))
        except BrokenHistory as error:
            _LOG.warning("no delta from release %d is made: %s", n, error)
    return read


def named(store: Store, release: Release, folder: Path) -> list[BaseRelease]:
    """What the releases held from which the files of ``release`` say that a delta leads to it."""
    older = [delta.leads_from(file.name) for file in release.manifest.files]
    wanted = {version for version in older if version}
    releases = [history.release(store, n) for n in numbers(release.n)]
    return [_read(store, base, folder) for base in releases if base.version in wanted]


def _read(store: Store, release: Release, folder: Path) -> BaseRelease:
    return contents.read(store, release, folder / f"from-{release.version}")
