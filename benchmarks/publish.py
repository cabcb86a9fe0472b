"""What publishing costs on a real S3 server: requests, bytes, time and memory; and how fast a release is verified.

    python -m benchmarks.publish --aws PATH-OF-AWS [--rounds 3] [--quick] [--only small]

    unchanged   the example published to S3, then run again: requests to the public store, and writes among them
    one-row     a release of 200 files, then one in which one row differs: bytes uploaded by kind
    small       5,000 files of 2 KB: a publish's uploads beside `aws s3 sync` of the same folder
    large       one file of 2 GB: the same
    verify      `ogp verify` of a directory store with 1 GB of files beside hashlib over as many bytes

Uploads are processes of their own, started and measured whole, in turns; a ratio is the median of the rounds' ratios.
The server (SeaweedFS, on the loopback) runs on the same machine and counts against both. `aws` is the PyPI package
awscli, in an environment of its own (--aws).
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from benchmarks import drafts
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import history, layout, publish
from ogp_pipeline.publishing.publisher import Hooks, ReleasePublisher
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.runs import run
from ogp_pipeline.store import attempts, object_storage
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.store.s3 import S3Store
from tests.s3_server import S3Server

ROOT = Path(__file__).resolve().parents[1]
STARTED = datetime(2024, 3, 1, 12, tzinfo=UTC)
HOOKS = Hooks(now=lambda: STARTED)
ATTEMPT, NEXT_ATTEMPT = (attempts.name(STARTED, bytes([n]) * 8) for n in (0, 255))
UPLOAD = Path(__file__).with_name("publish_upload.py")
WANTED = {"small": 0.6, "large": 1.1}


# Requests and bytes


@contextmanager
def counted() -> Iterator[list[dict[str, Any]]]:
    """Every request to S3 from this process: method, bucket and key, bytes of its body, whether it is a copy."""
    send, seen = URLLib3Session.send, []

    def counting(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        place = request.url.split("?")[0].split("/", 3)[3]
        size = int(request.headers.get("Content-Length") or 0)
        copies = any(name.lower() == "x-amz-copy-source" for name in request.headers)
        seen.append({"method": request.method, "place": place, "bytes": size, "copy": copies})
        return send(session, request)

    URLLib3Session.send = counting
    try:
        yield seen
    finally:
        URLLib3Session.send = send


def unchanged(server: S3Server, folder: Path) -> list[str]:
    """Publish the example to S3, run it again, and count."""
    shutil.copytree(ROOT / "examples" / "us-nap5", folder / "us-nap5")
    file = folder / "us-nap5" / "programme.yaml"
    lines = file.read_text().splitlines()
    for name, bucket in (("store", "public"), ("intake", "private")):
        at = next(i for i, line in enumerate(lines) if line.strip().startswith(f"{name}:"))
        head = lines[at][: lines[at].index(f"{name}:")]
        lines[at] = f"{head}{name}: {{s3: {{bucket: {bucket}, prefix: example, endpoint: '{server.endpoint}'}}}}"
        while lines[at + 1].strip().startswith("directory:"):
            del lines[at + 1]
    file.write_text("\n".join(lines) + "\n")
    told = []
    for _ in range(2):
        with counted() as seen:
            began = time.perf_counter()
            record = run.run(run.open_workspace(file), datetime.now(UTC), str(uuid.uuid4()))
            took = time.perf_counter() - began
        public = [one for one in seen if one["place"].startswith("public/")]
        writes = sum(one["method"] in ("PUT", "POST", "DELETE") for one in public)
        told.append(
            f"| {type(record.outcome).__name__} | {len(public)} | {writes} | {len(seen) - len(public)} | {took:.1f} |"
        )
    return ["| run | requests to the public store | writes | requests to the private store | s |",
            "|---|--:|--:|--:|--:|", *told]  # fmt: skip


def one_row(server: S3Server, folder: Path, files: int = 200, rows: int = 4_000) -> list[str]:
    """Publish a release of many files, change one row, publish again, and count the bytes that travel."""
    store, source = _s3(server, "one-row"), folder / "one-row"
    names = [f"d{i % 20}/table{i}.csv" for i in range(files)]
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("id,text\n" + "".join(f"{n},{name} row {n}\n" for n in range(rows)))
    publish.publish(ReleasePublisher(store, hooks=HOOKS), _draft(source, names, None), None, ATTEMPT)
    changed = source / names[7]
    changed.write_text(changed.read_text().replace("row 17\n", "row seventeen\n"))
    base = history.head(store)
    with counted() as seen:
        publish.publish(ReleasePublisher(store, hooks=HOOKS), _draft(source, names, base), base, NEXT_ATTEMPT)
    copies = [one for one in seen if one["copy"]]
    puts = [one for one in seen if one["method"] == "PUT" and not one["copy"]]
    data = sum(one["bytes"] for one in puts if "/data/" in one["place"])
    rest = sum(one["bytes"] for one in puts) - data
    size = changed.stat().st_size
    total = sum((source / name).stat().st_size for name in names)
    uploads = sum("/data/" in one["place"] for one in puts)
    return [
        f"{files} files, {total / 1e6:.1f} MB; one row of one differs. Files uploaded: {uploads}, {data} bytes; the",
        f"file that differs has {size}: **{data / size:.3f}** (wanted ≤ 1.05). Record, lists and hint: {rest} bytes.",
        f"Copies by the server: {len(copies)}.",
    ]


# Uploads beside aws s3 sync


def beside_sync(server: S3Server, folder: Path, aws: Path, rounds: int, case: str, sizes: Sequence[int]) -> list[str]:
    """Both upload the same folder in turns."""
    source = folder / case
    source.mkdir()
    hashes = {}
    for i, size in enumerate(sizes):
        name = f"f{i}.csv"
        with (source / name).open("wb") as file:
            for start in range(0, size, 1 << 20):
                file.write(os.urandom(min(1 << 20, size - start)))
        hashes[name] = _sha256(source / name)
    listed = folder / f"{case}.json"
    listed.write_text(json.dumps(hashes))
    measured: dict[str, list[Measured]] = {"ours": [], "aws": []}
    client = server.client()
    for turn in range(rounds):
        ours = [sys.executable, str(UPLOAD), str(source), str(listed), server.endpoint, f"{case}-ours{turn}"]
        theirs = [str(aws), "s3", "sync", "--only-show-errors", str(source), f"s3://public/{case}-aws{turn}"]
        for name, command in (("ours", ours), ("aws", theirs)) if turn % 2 else (("aws", theirs), ("ours", ours)):
            measured[name].append(_measure(command, server))
            for page in client.get_paginator("list_objects_v2").paginate(
                Bucket="public", Prefix=f"{case}-{name}{turn}/"
            ):
                keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
                client.delete_objects(Bucket="public", Delete={"Objects": keys})
    shutil.rmtree(source)
    pairs = list(zip(measured["ours"], measured["aws"], strict=True))
    ratio = statistics.median(ours.seconds / theirs.seconds for ours, theirs in pairs)
    work = statistics.median(ours.cpu / theirs.cpu for ours, theirs in pairs)
    cells = [
        f"{_span([m.seconds for m in runs])} | {_span([m.cpu for m in runs])} | {max(m.peak for m in runs):.0f}"
        for runs in measured.values()
    ]
    ratios = f"**{ratio:.2f}** | {work:.2f} | {WANTED[case]}"
    return [f"| {case} | {len(sizes)} | {sum(sizes) / 1e6:.0f} | {' | '.join(cells)} | {ratios} |"]


@dataclass(frozen=True)
class Measured:
    """A process, whole: wall and CPU seconds, peak MB."""

    seconds: float
    cpu: float
    peak: float


def _measure(command: list[str], server: S3Server) -> Measured:
    """Run it. The peak is looked at every 20 ms (a fork's own would be ours)."""
    began, peak = time.perf_counter(), 0
    process = subprocess.Popen(command, env={**os.environ, **server.environment()})
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        with suppress(FileNotFoundError, ProcessLookupError):
            said = Path(f"/proc/{process.pid}/status").read_text()
            peak = max([peak, *(int(line.split()[1]) for line in said.splitlines() if line.startswith("VmHWM"))])
        time.sleep(0.02)
    if status:
        raise SystemExit(f"{command[0]} failed")
    return Measured(time.perf_counter() - began, used.ru_utime + used.ru_stime, peak / 1024)


# Verification


def verification(folder: Path, rounds: int, megabytes: int = 1_000) -> list[str]:
    """A directory store with ten large files: verify beside hashlib."""
    source, names = folder / "large", [f"d/part{i}.csv" for i in range(10)]
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(os.urandom(1 << 20) * (megabytes // 10))
    root = folder / "store"
    publish.publish(ReleasePublisher(DirectoryStore(root), hooks=HOOKS), _draft(source, names, None), None, ATTEMPT)
    ours, floor = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        result = verify(DirectoryReader(root))
        ours.append(result.bytes / (time.perf_counter() - began) / 1e6)
        if result.problems:
            raise SystemExit(str(result.problems))
        began = time.perf_counter()
        hashed = sum(path.stat().st_size for name in names for path in [source / name] if _sha256(path))
        floor.append(hashed / (time.perf_counter() - began) / 1e6)
    share = statistics.median(ours) / statistics.median(floor)
    return [f"verify {_span(ours)} MB/s, hashlib {_span(floor)} MB/s: **{share:.0%}** (wanted ≥ 80 %)"]


def _draft(source: Path, names: Sequence[str], base: history.Release | None) -> publish.ReleaseDraft:
    paths = {name: source / name for name in names}
    files = [
        BuiltFile(name, "d", None, "text/csv", path, path.stat().st_size, _sha256(path), None, None)
        for name, path in paths.items()
    ]
    n = base.n + 1 if base else 1
    return drafts.draft(n, files, "b" * 64, {})


def _s3(server: S3Server, prefix: str) -> Store:
    os.environ.update(server.environment())
    place = S3Place(bucket="public", prefix=prefix, endpoint=server.endpoint)
    return S3Store(object_storage.connect(place), layout.cache_control)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _span(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aws", type=Path, help="the `aws` program of an environment with awscli; without it: no peer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="500 small files, one of 100 MB, 200 MB to verify")
    parser.add_argument("--only", choices=WANTED, help="this upload alone, beside `aws`")
    arguments = parser.parse_args()
    small, large, checked = (500, 100 << 20, 200) if arguments.quick else (5_000, 2_000_000_000, 1_000)
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="ogp-bench-") as temporary:
        folder = Path(temporary)
        server = S3Server(folder / "server").start()
        try:
            os.environ.update(server.environment())
            if not arguments.only:
                lines += ["## An unchanged run", "", *unchanged(server, folder), "", "## One changed row", ""]
                lines += [*one_row(server, folder), ""]
            if arguments.aws:
                each = ["CPU s", "peak MB"]
                heads = ["case", "files", "MB", "ours s", *each, "aws s", *each, "ours ÷ aws", "in CPU", "wanted ≤"]
                lines += ["## Uploads", "", f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
                sized = (("small", [2_048] * small), ("large", [large]))
                for case, sizes in sized:
                    if arguments.only not in (None, case):
                        continue
                    lines += beside_sync(server, folder, arguments.aws, arguments.rounds, case, sizes)
                lines.append("")
        finally:
            server.kill()
        if not arguments.only:
            lines += ["## Verification", "", *verification(folder, arguments.rounds, checked)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
