"""One hostile file of each kind, each in a source of its own: what the others published, how long, which receipts.

    python -m benchmarks.containment [--deadline SECONDS]
    python -m benchmarks.containment --rows N [--check] [--default-limits]    one file of N rows, all of them wrong

The second runs `ogp run`, a process of its own, and tells how large each form of the receipt is.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ogp_pipeline.runs import run as pipeline
from tests.hostile_country import FILES, Killer, hostile_country
from tests.small_country import NOW, build

# A million rows of four columns with three wrong cells each: more than a delivery may cost by default.
ROOT = Path(__file__).resolve().parents[1]
_LARGE = 2_000  # bytes of a record that is told
_RAISED = "limits: {rows: 2000000, delivery_seconds: 3600, delivery_mb: 16000, file_mb: 500}, tables: {updates:"


def hostile(seconds: int) -> list[str]:
    """Run once, and tell what became of each source."""
    with tempfile.TemporaryDirectory() as folder, Killer() as killer:
        country = hostile_country(Path(folder), seconds)
        began: list[tuple[str, float]] = []

        def on_progress(stage: str, done: int, total: int) -> None:
            del done, total
            began.append((stage, time.monotonic()))
            killer.at.set() if stage == "collect dying" else killer.at.clear()

        record = pipeline.run(country.open(), NOW, "run", on_progress=on_progress)
        store = country.open().intake
        times = {
            stage.removeprefix("collect "): after - at
            for (stage, at), (_, after) in zip(began, began[1:], strict=False)  # noqa: RUF007
        }
        lines = [f"published: {', '.join(country.versions())}; {len(FILES)} hostile sources; outcome: {record.outcome}"]
        for result in record.sources:
            for summary in result.deliveries:
                stored = store.get(summary.receipt) if summary.receipt else None
                told = json.loads(stored.data)["summary"]["en"] if stored else "no receipt"
                lines.append(f"{times[result.source]:7.2f} s  {result.source:12}  {summary.state:9}  {told}")
    return lines


def bad_rows(count: int, *, default_limits: bool, check: bool) -> list[str]:
    """Send a file of ``count`` rows, each with three wrong cells, and tell what came back."""
    with tempfile.TemporaryDirectory() as folder:
        replaced = {} if default_limits else {"rhythm_days: 30, tables: {updates:": _RAISED}
        country = build(Path(folder, "country"), **replaced)
        rows = (f"ZZ{n:07d}.1,20XX-H9,done {n % 1000},\n" for n in range(count))
        file = country.write("agency/updates.csv", "milestone_id,period_id,status,progress_en\n" + "".join(rows))
        lines = [f"{count:,} rows, {file.stat().st_size / 1e6:.1f} MB"]
        run, told = _ogp("run", str(country.folder))
        lines.append(f"ogp run: {told}; its text {len(run) / 1e3:.1f} kB")
        private = country.folder / "var/private"
        for path in sorted(path for path in private.rglob("*") if path.is_file() and path.stat().st_size > _LARGE):
            lines.append(f"  {path.relative_to(private).as_posix()}: {path.stat().st_size / 1e3:.1f} kB")
        if check:
            text, told = _ogp("check", str(file), "--as", "agency", "-p", str(country.folder))
            lines += [f"ogp check: {told}; its text {len(text) / 1e3:.1f} kB", text.decode()]
    return lines


def _ogp(*arguments: str) -> tuple[bytes, str]:
    """What a command prints, and what its own process cost, without its workers (Linux counts memory in kB)."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-c", "from ogp_pipeline.cli.app import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = f"exit {done.returncode}, {seconds:.1f} s; without its workers {cpu:.1f} s of CPU"
    return done.stdout + done.stderr, f"{told}, peak {after.ru_maxrss / 1024:.0f} MB"


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--deadline", type=int, default=5, help="seconds for a hostile file (default: 5)")
    parser.add_argument("--rows", type=int, help="instead, one file of so many rows of which all are wrong")
    parser.add_argument(
        "--default-limits", action="store_true", help="leave the limits of that file's source as they are"
    )
    parser.add_argument("--check", action="store_true", help="ask `ogp check`, too, and show what it prints")
    options = parser.parse_args()
    if options.rows:
        lines = bad_rows(options.rows, default_limits=options.default_limits, check=options.check)
    else:
        lines = hostile(options.deadline)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
