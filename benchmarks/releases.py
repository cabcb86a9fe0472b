"""What the n-th publish costs, for n = 11, 101 and 1,001: requests, bytes over the line, CPU seconds.

    python -m benchmarks.releases [--most 1001] [--s3]

Every release is published as a run does it: the base's files are reused, records are read with the private copy of
the log; lists, pages and archives are made. It is small (twelve files of 2 KB, one or two of which change, and news),
so that what does not depend on it shows. Three publications grow to 9, 99 and 999 releases; then they take turns, so
that a busy minute hits all alike. The figures are medians over eight publishes in a row, which never meet the making
of an archive; the last column is that of the tenth release before them, which does.
"""

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785

from benchmarks import drafts
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import chronicle, history, layout, publish, purge
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.publishing.publisher import ArchivePages, Drawn, Hooks, Pages, ReleasePublisher
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.manifest import DatasetChanges, Manifest
from ogp_pipeline.store import attempts, object_storage
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.store.s3 import S3Store
from tests.s3_server import S3Server

STARTED = datetime(2024, 3, 1, 12, tzinfo=UTC)
FILES, SIZE = 12, 2_048
WANTED = 1.2
_SENT = {"create": 1, "swap": 1, "put_view": 1}  # the argument that travels

Cost = tuple[int, int, float]  # requests, bytes, CPU seconds


class Counted:
    """A store, how often it was asked, and how many bytes went over the line."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - any store
        self._inner, self.requests, self.bytes = inner, 0, 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        method = getattr(self._inner, name)
        if name in ("at_once", "describe") or not callable(method):
            return method

        def counted(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
            answer = method(*arguments, **keywords)
            self.requests += 1
            if name in _SENT:
                self.bytes += len(arguments[_SENT[name]])
            elif name == "put_file":
                self.bytes += arguments[1].stat().st_size
            elif name == "get" and answer is not None:
                self.bytes += len(answer.data)
            return answer

        return counted


def drawing(store: Store, log: LogCopy) -> tuple[Pages, ArchivePages]:
    """What draws a page as long as the list of releases, with their news, and a document of ten releases."""

    def pages(manifest: Manifest, chain: Sequence[Release]) -> Drawn:
        records = [record.manifest for record in history.listed(chain)]
        told = chronicle.read(store, records, log, purge.purged(store)).news
        text = "".join(f"<p>{record.version} {record.release in told}</p>" for record in records)
        return {"en/index.html": (f"{manifest.version}{text}".encode(), "text/html")}

    def archive(k: int, chain: Sequence[Release], lineage: Lineage) -> Drawn:
        del lineage
        told = chronicle.of_archive(store, [record.manifest for record in chain], log, purge.purged(store)).news
        text = "".join(f"{record.version} {record.n in told} " for record in chain)
        return {layout.archived(k, "changes.en.atom"): (text.encode(), "application/atom+xml")}

    return pages, archive


def draft(folder: Path, n: int) -> publish.ReleaseDraft:
    """Release ``n``: one file of ten is another one than before."""
    files = []
    for i in range(FILES):
        data = (f"{i} of {n - (n - i) % 10}," * SIZE).encode()[:SIZE]
        path = folder / f"{i}.csv"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        files.append(BuiltFile(f"d/t{i}.csv", "d", f"t{i}", "text/csv", path, SIZE, digest, 1, digest))
    told = folder / "news.json"
    told.write_bytes(rfc8785.dumps({"format": "ogp-news/1", "since": "", "version": str(n), "news": []}))
    digest = hashlib.sha256(told.read_bytes()).hexdigest()
    size = told.stat().st_size
    files.append(BuiltFile("news.json", None, None, "application/json", told, size, digest, None, None))
    changed = {"d": DatasetChanges(changed=4)}
    return drafts.draft(n, files, hashlib.sha256(str(n).encode()).hexdigest(), changed)


@dataclass
class Publication:
    """Two stores, and how many releases are in the public one."""

    public: Any
    private: Any
    built: Path
    releases: int = 0

    def publish(self) -> Cost:
        """The next release."""
        self.releases += 1
        made = draft(self.built, self.releases)
        stores = Counted(self.public), Counted(self.private)
        began = time.process_time()
        hooks = Hooks(now=lambda: STARTED)
        log = LogCopy(stores[1])
        pages, archive = drawing(stores[0], log)
        who = ReleasePublisher(stores[0], None, pages, hooks, log=log, archive=archive)
        publish.publish(who, made, history.head(stores[0]), attempts.name(STARTED, self.releases.to_bytes(8)))
        taken = time.process_time() - began
        return sum(store.requests for store in stores), sum(store.bytes for store in stores), taken


def measure(publications: dict[int, Publication]) -> dict[int, list[Cost]]:
    """Of each age, what the tenth release before it costs, and then eight more."""
    for age, publication in publications.items():
        while publication.releases < age - 2:
            publication.publish()
            if publication.releases % 50 == 0:
                sys.stderr.write(f"\r{publication.releases} of {age}")
    sys.stderr.write("\n")
    costs: dict[int, list[Cost]] = {age: [] for age in publications}
    for _ in range(9):
        for age, publication in publications.items():
            costs[age].append(publication.publish())
    return costs


def table(costs: dict[int, list[Cost]]) -> list[str]:
    """As Markdown. CPU is compared publish by publish, with the one that took its turn just before."""
    youngest = costs[min(costs)][1:]
    lines = [
        f"| publish | requests | kB | CPU s | ÷ the {min(costs)}th | a tenth release |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for age, (tenth, *others) in costs.items():
        requests, size, cpu = (statistics.median(cost[i] for cost in others) for i in range(3))
        pairs = list(zip(others, youngest, strict=True))
        ratios = " · ".join(f"{statistics.median(old[i] / young[i] for old, young in pairs):.2f}" for i in range(3))
        told = f"{tenth[0]} requests, {tenth[1] / 1e3:.0f} kB, {tenth[2]:.3f} s"
        lines.append(f"| {age} | {requests:.0f} | {size / 1e3:.0f} | {cpu:.3f} | {ratios} | {told} |")
    return [*lines, "", f"Wanted: each ratio at most {WANTED}."]


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=1_001, help="how far (default: 1001)")
    parser.add_argument("--s3", action="store_true", help="on a real S3 server on the loopback, not in folders")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogp-releases-") as temporary:
        folder = Path(temporary)
        (folder / "built").mkdir()
        server = S3Server(folder / "server").start() if arguments.s3 else None
        try:
            if server:
                os.environ.update(server.environment())

            def store(name: str) -> Store:
                if server is None:
                    return DirectoryStore(folder / name)
                place = S3Place(bucket=name.partition("/")[0], prefix=name.partition("/")[2], endpoint=server.endpoint)
                return S3Store(object_storage.connect(place), layout.cache_control)

            ages = [age for age in (11, 101, 1_001) if age <= arguments.most]
            lines = table(
                measure(
                    {
                        age: Publication(store(f"public/{age}"), store(f"private/{age}"), folder / "built")
                        for age in ages
                    }
                )
            )
        finally:
            if server:
                server.kill()
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
