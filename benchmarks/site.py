"""What the public pages of a large programme cost: 1,000 commitments, 5,000 milestones, four rounds, two languages.

    .venv/bin/python -m benchmarks.site [--commitments N] [--keep FOLDER] [--stores]

The tables are made and evaluated by one process, which is not measured; another reads them and draws. Then one cell
changes, all is drawn again, and the files that differ are counted. ``--stores``: both are published to a folder and
to a real S3 server on the loopback, and the bytes that are sent for the second are counted.
"""

import argparse
import gzip
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks import evaluate_data
from ogp_pipeline.evaluation.metrics import evaluate
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.formats.records import Where
from ogp_pipeline.publishing.drawn_pages import DrawnPages
from ogp_pipeline.release.content import assemble
from ogp_pipeline.release.manifest import LedgerHead, Manifest
from ogp_pipeline.schema import schemas as schema_files
from ogp_pipeline.site.pages import draw
from ogp_pipeline.tables.provenance import provenance
from ogp_pipeline.tables.tables import Origin

ROOT = Path(__file__).resolve().parents[1]
PARTS, ROUNDS = 5, 4
_WORDS = ("publish", "open", "data", "on", "water", "health", "budgets", "courts", "schools", "in", "every", "town")
_KEYS = {"commitments": ["commitment_id"], "milestones": ["milestone_id"], "updates": ["milestone_id", "period_id"]}


def make(commitments: int, file: Path) -> None:
    """The tables of a release, evaluated."""
    evaluate_data.PARTS, evaluate_data.ROUNDS = PARTS, ROUNDS
    schemas, programme = schema_files.load(), evaluate_data.programme()
    tables = evaluate_data.tables(schemas, commitments * PARTS * ROUNDS, commitments * 4)
    for name in ("commitments", "milestones"):
        frame = tables.frames[name]
        frame["title_en"] = [f"{' '.join(_WORDS[place % 4 :])} {place}".capitalize() for place in range(len(frame))]
    updates = tables.frames["updates"]
    texts = (f"Round {place % ROUNDS}: {' '.join(_WORDS[place % 5 :])}." for place in range(len(updates)))
    updates["progress_en"] = list(texts)
    place = Where("reports.csv", 2)
    origin = Origin("d" * 64, "agency", "reports", date(2020, 1, 1), place.file, "f" * 64, place, {})
    origins = {
        (name, key): origin
        for name, columns in _KEYS.items()
        for key in tables.frames[name][columns].itertuples(index=False, name=None)
    }
    tables = replace(tables, origins=origins)
    evaluation = evaluate(EvaluationContext(tables, programme, schemas, evaluate_data.AS_OF))
    made = {**evaluation.findings, "metrics": evaluation.metrics, "provenance": provenance(tables)}
    content = assemble({**tables.frames, **made}, schemas)
    file.write_bytes(pickle.dumps(dict(content.tables)))


def manifest(version: str) -> Manifest:
    """A record without files."""
    return Manifest(
        **{"release": 1, "version": version, "previous": None, "publish_id": "run", "created": "2020-07-01T00:00:00Z"},
        **{"programme": "0" * 64, "schemas": "1", "software": "1", "content": "0" * 64, "as_of": date(2020, 7, 1)},
        **{"ledger_head": LedgerHead(n=1, hash="0" * 64), "files": [], "datasets": {}, "deliveries": {}},
    )


def measure(file: Path, keep: Path | None, *, stores: bool) -> None:
    """Draw, say what it took; then change a cell, draw again, say what differs."""
    schemas, programme = schema_files.load(), evaluate_data.programme()
    with file.open("rb") as stored:
        tables = pickle.load(stored)
    before, started = _peak(), time.process_time()
    record = manifest("1.0.0")
    made = DrawnPages(draw(tables, record, [record], programme, schemas))
    seconds, peak = time.process_time() - started, _peak()
    sizes = {key: len(made.data(key)) for key in made}
    kinds = Counter(key.rpartition(".")[2] for key in sizes)
    pictures = [size for key, size in sizes.items() if key.endswith(".png")]
    heaviest = sorted(((weight(made.data(key)), key) for key in sizes if key.endswith(".html")), reverse=True)
    lines = [
        f"{kinds['html']} pages, {len(pictures)} pictures, {sum(sizes.values()) / 1e6:.1f} MB: {seconds:.1f} s of CPU",
        f"peak {peak:.0f} MB, of which {before:.0f} before the first page",
        f"largest picture {max(pictures)} bytes; heaviest pages, compressed:",
        *(f"    {size / 1000:.1f} kB {key}" for size, key in heaviest[:5]),
    ]
    tables["updates"].loc[7, "progress_en"] = "Another word."
    second = manifest("1.0.1")
    again = DrawnPages(draw(tables, second, [second], programme, schemas))
    differing = {key: len(again.data(key)) for key in again if key not in sizes or made.data(key) != again.data(key)}
    rooms = dict(Counter(key.split("/")[1] if "/" in key else key for key in differing))
    lines.append(f"after one cell {len(differing)} files differ, {sum(differing.values()) / 1e6:.2f} MB: {rooms}")
    if stores:
        from benchmarks.site_sent import sent  # here: what talks to S3 would count among the libraries

        lines += sent([(record, made), (second, again)], sum(differing.values()))
    print("\n".join(lines))  # noqa: T201
    for key in made if keep else ():
        place = Path(keep or "", key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made.data(key))


def weight(page: bytes) -> int:
    """What a page weighs on the line."""
    return len(gzip.compress(page, 6))


def _peak() -> float:
    """MB, of this process so far (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Make the tables in one process, draw in another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commitments", type=int, default=1_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--stores", action="store_true")
    parser.add_argument("--step", choices=("make", "measure"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step == "make":
        make(asked.commitments, asked.file)
    elif asked.step == "measure":
        measure(asked.file, asked.keep, stores=asked.stores)
    else:
        with tempfile.TemporaryDirectory(prefix="ogp-site-bench-") as folder:
            for step in ("make", "measure"):
                command = [sys.executable, "-m", "benchmarks.site", "--step", step, "--file", f"{folder}/tables"]
                command += ["--commitments", str(asked.commitments)]
                command += ["--keep", str(asked.keep.resolve())] if asked.keep else []
                command += ["--stores"] if asked.stores else []
                subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
