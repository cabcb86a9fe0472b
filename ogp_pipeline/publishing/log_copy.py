"""A copy of the newest releases of the log, so that a publish need not read each of them from the public store.

It holds as many as lists do, however long the log is. It lies in the private store, as one object, named by number and
hash of the newest record in it. Each record holds the hash of the one before, so the newest record that stands in
public proves all of the copy, and nothing in it is trusted. Beside each record stand the news of its release, which the
record's own hash of them proves. Losing it costs one reading of these records and news.
"""

import contextlib
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785

from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import layout
from ogp_pipeline.publishing import history, windows
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release.manifest import ManifestFile
from ogp_pipeline.release.news import NAME
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import InDoubt, Store

FORMAT = "ogp-log/1"

_UNREADABLE = (pa.ArrowException, OgpError, KeyError, TypeError, ValueError)  # what reading a copy may raise

_LOG = logging.getLogger(__name__)


class LogCopy:
    """The copy in a private store, and what this process has read of the log already."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chain: list[Release] = []
        self._news: dict[str, bytes] = {}  # by their sha256

    def releases(self, public: Store, since: int | None = None) -> list[Release]:
        """The newest releases in the public store, as ``history.recent``: only those not known are read."""
        if not self._chain:
            self._chain = self._read()
        self._chain = history.recent(public, since, self._chain)
        return list(self._chain)

    def news(self, public: Store, files: Sequence[ManifestFile]) -> list[bytes | None]:
        """The news that lie in these files: only those not known are read. None where nothing stands."""
        missing = [file for file in files if file.sha256 not in self._news]
        stored = concurrency.each(public.get, [file.key for file in missing], public.at_once)
        self._news |= {file.sha256: got.data for file, got in zip(missing, stored, strict=True) if got is not None}
        return [self._news.get(file.sha256) for file in files]

    def forget(self) -> None:
        """Leave nothing of it: of what a law wants gone, it may hold the news."""
        key = self._named()
        self._chain, self._news = [], {}
        self._store.delete(layout.LOG_HINT)
        if key is not None:
            self._store.delete(key)

    def keep(self, chain: Sequence[Release]) -> None:
        """Keep the newest of these, oldest first. What does not succeed is logged: it costs the next run time."""
        newest = chain[-1]
        chain = [record for record in chain if record.n >= windows.first(newest.n) - 1]
        key = layout.log_copy(newest.n, newest.hash)
        try:
            before = self._named()
            if before == key:
                return
            written = self._store.put_view(key, _written(chain, self._news), "application/vnd.apache.parquet")
            hint = rfc8785.dumps({"format": FORMAT, "n": newest.n, "sha256": newest.hash})
            if isinstance(written, InDoubt) or isinstance(
                self._store.put_view(layout.LOG_HINT, hint, "application/json"), InDoubt
            ):
                return
            if before is not None:
                self._store.delete(before)
        except (OgpError, OSError) as error:
            _LOG.warning("the log of releases was not copied, so the next publish reads each record: %s", error)

    def fault(self, public: Store) -> str | None:
        """Why the copy cannot be used for this log; None if it can, or if there is none yet."""
        if self._store.get(layout.LOG_HINT) is None:
            return None
        key = self._named()
        if key is None:
            return f"{layout.LOG_HINT} names no copy of the log"
        stored = self._store.get(key)
        if stored is None:
            return f"{key}, which {layout.LOG_HINT} names, is not there"
        try:
            chain = history.linked(_parsed(stored.data))
            newest = history.release(public, chain[-1].n)
        except (*_UNREADABLE, IndexError) as error:
            return f"{key} is no copy of the log: {error}"
        if newest.hash != chain[-1].hash:
            return f"{key} is no copy of this log: its release {newest.n} is another one"
        return None

    def make_again(self, public: Store) -> None:
        """From the whole log in the public store, whatever the copy says."""
        self._chain = []
        self._store.delete(layout.LOG_HINT)
        if chain := history.releases(public, distrust=True):  # all of it, because the hint may be at fault
            self.keep(chain)

    def _named(self) -> str | None:
        """The object that the hint names."""
        stored = self._store.get(layout.LOG_HINT)
        if stored is None:
            return None
        with contextlib.suppress(ValueError, KeyError, TypeError):
            said = json.loads(stored.data)
            return layout.log_copy(int(said["n"]), str(said["sha256"]))
        return None

    def _read(self) -> list[Release]:
        key = self._named()
        stored = self._store.get(key) if key is not None else None
        if stored is None:
            return []
        try:
            self._news |= _news(stored.data)
            return _parsed(stored.data)
        except _UNREADABLE as error:
            _LOG.warning("the copy of the log, %s, is ignored and will be made again: %s", key, error)
            return []


def _parsed(data: bytes) -> list[Release]:
    table = pq.read_table(BytesIO(data))
    # Copies by earlier software hold the whole log, without numbers.
    numbers = table.column("n").to_pylist() if "n" in table.column_names else range(1, table.num_rows + 1)
    return [history.parse(n, record) for n, record in zip(numbers, table.column("record").to_pylist(), strict=True)]


def _news(data: bytes) -> dict[str, bytes]:
    """What the copy holds of news, by the sha256 of what stands there. Copies by earlier software hold none."""
    table = pq.read_table(BytesIO(data))
    held = table.column("news").to_pylist() if "news" in table.column_names else []
    return {hashlib.sha256(news).hexdigest(): news for news in held if news is not None}


def _written(chain: Sequence[Release], news: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    records = pa.array([release.data for release in chain], pa.binary())
    numbers = pa.array([release.n for release in chain], pa.int64())
    files = [release.manifest.file(NAME) for release in chain]
    held = pa.array([news.get(file.sha256) if file is not None else None for file in files], pa.binary())
    columns = {"n": numbers, "record": records, "news": held}
    pq.write_table(pa.table(columns), buffer, compression="zstd", use_dictionary=False)
    return buffer.getvalue()
