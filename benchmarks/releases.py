"""What the n-th publish costs, for n = 11, 101 and 1,001: requests, bytes over the line, CPU seconds.

    python -m benchmarks.releases [--most 1001] [--s3]

Every release is published as a run does it: the base's files are reused, records are read with the private copy of the
log; lists, pages and archives are made. It is small (twelve files of 2 KB, one or two of which change), so that what
does not depend on it shows. The figures of a publish are medians over eight in a row, which never meet the making of an
archive; the last column is that of a tenth release, which does.
"""

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import drafts
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import history, layout, publish
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.publishing.publisher import Drawn, Hooks, ReleasePublisher
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.manifest import DatasetChanges, Manifest
from ogp_pipeline.store import attempts, object_storage
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.s3 import S3Store
from tests.s3_server import S3Server

STARTED = datetime(2024, 3, 1, 12, tzinfo=UTC)
FILES, SIZE = 12, 2_048
WANTED = 1.2
_SENT = {"create": 1, "swap": 1, "put_view": 1}  # the argument that travels


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


def pages(manifest: Manifest, chain: Sequence[Release]) -> Drawn:
    """A page as long as the list of releases that it shows."""
    text = "".join(f"<p>{record.version}</p>" for record in history.listed(chain))
    return {"en/index.html": (f"{manifest.version}{text}".encode(), "text/html")}


def archive(k: int, chain: Sequence[Release], lineage: Lineage) -> Drawn:  # noqa: ARG001
    """A document of ten releases."""
    text = "".join(f"{record.version} " for record in chain)
    return {layout.archived(k, "changes.en.atom"): (text.encode(), "application/atom+xml")}


def draft(folder: Path, n: int) -> publish.ReleaseDraft:
    """Release ``n``: one file of ten is another one than before."""
    files = []
    for i in range(FILES):
        data = (f"{i} of {n - (n - i) % 10}," * SIZE).encode()[:SIZE]
        path = folder / f"{i}.csv"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        files.append(BuiltFile(f"d/t{i}.csv", "d", f"t{i}", "text/csv", path, SIZE, digest, 1, digest))
    changed = {"d": DatasetChanges(changed=4)}
    return drafts.draft(n, files, hashlib.sha256(str(n).encode()).hexdigest(), changed)


def grow(public: Any, private: Any, folder: Path, most: int) -> dict[int, tuple[int, int, float]]:  # noqa: ANN401
    """Publish them all; of each, its requests, bytes and CPU seconds."""
    costs = {}
    for n in range(1, most + 9):
        made = draft(folder, n)
        stores = Counted(public), Counted(private)
        began = time.process_time()
        who = ReleasePublisher(
            stores[0], None, pages, Hooks(now=lambda: STARTED), log=LogCopy(stores[1]), archive=archive
        )
        attempt = attempts.name(STARTED, n.to_bytes(8))
        publish.publish(who, made, history.head(stores[0]), attempt)
        taken = time.process_time() - began
        costs[n] = sum(one.requests for one in stores), sum(one.bytes for one in stores), taken
        if n % 50 == 0:
            sys.stderr.write(f"\r{n} of {most}")
    sys.stderr.write("\n")
    return costs


def table(costs: dict[int, tuple[int, int, float]], most: int) -> list[str]:
    """As Markdown."""
    lines = ["| publish | requests | kB | CPU s | ÷ the 11th | a tenth release |", "|--:|--:|--:|--:|--:|--:|"]
    first: list[float] = []
    for n in (n for n in (11, 101, 1_001) if n <= most):
        requests, size, cpu = (statistics.median(costs[k][i] for k in range(n, n + 8)) for i in range(3))
        first = first or [requests, size, cpu]
        ratios = " · ".join(f"{value / base:.2f}" for value, base in zip((requests, size, cpu), first, strict=True))
        tenth = costs[n - 1]
        told = f"{tenth[0]} requests, {tenth[1] / 1e3:.0f} kB, {tenth[2]:.3f} s"
        lines.append(f"| {n} | {requests:.0f} | {size / 1e3:.0f} | {cpu:.3f} | {ratios} | {told} |")
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
        stores: list[Any] = []
        if not arguments.s3:
            stores = [DirectoryStore(folder / name) for name in ("public", "private")]
            lines = table(grow(*stores, folder / "built", arguments.most), arguments.most)
        else:
            server = S3Server(folder / "server").start()
            try:
                os.environ.update(server.environment())
                places = [
                    S3Place(bucket="public", prefix=name, endpoint=server.endpoint) for name in ("public", "private")
                ]
                stores = [S3Store(object_storage.connect(place), layout.cache_control) for place in places]
                lines = table(grow(*stores, folder / "built", arguments.most), arguments.most)
            finally:
                server.kill()
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
