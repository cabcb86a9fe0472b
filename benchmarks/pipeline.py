"""How long the example takes, and how much memory, beside two peers which read the same data.

    first        the whole pipeline into empty stores: collect, validate, fold, evaluate, build, publish
    history      the same, with one release for each date of the programme's history (what `make run` does)
    again        the run after `history`: everything is read, nothing is new
    frictionless `frictionless validate` of the published data package
    pandas       `pandas.read_csv` of every published CSV, types guessed: about the least that anybody does

Each measurement is a process of its own: the clock starts after the imports, and the peak memory is that
process's. Rounds are interleaved, so that a busy minute on the machine hits every case alike. The table has
medians and ratios; ratios can be compared between machines, seconds cannot.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = Path("examples", "us-nap5")
PUBLIC = Path("var", "us-nap5", "public")
BASIS = "frictionless"


def _pipeline(backfill: bool) -> Callable[[Path], None]:
    from ogp_pipeline.runs import run as pipeline

    def run(folder: Path) -> None:
        workspace = pipeline.open_workspace(folder / EXAMPLE / "programme.yaml")
        record = pipeline.run(workspace, datetime.now(UTC), str(uuid.uuid4()), backfill=backfill)
        if record.outcome.exit_code:
            raise SystemExit(f"the run ended as {record.outcome}")

    return run


def _frictionless() -> Callable[[Path], None]:
    from frictionless import Package

    def validate(folder: Path) -> None:
        report = Package(str(_package(folder))).validate()
        if not report.valid:
            raise SystemExit(f"the published data package is not valid: {report.flatten(['title', 'message'])[:3]}")

    return validate


def _pandas() -> Callable[[Path], None]:
    import pandas

    def read(folder: Path) -> None:
        for file in sorted(_package(folder).parent.rglob("*.csv")):
            pandas.read_csv(file)

    return read


def _package(folder: Path) -> Path:
    return folder / PUBLIC / "latest" / "datapackage.json"


# Case -> its preparation (imports), and the case whose result it starts from.
CASES: Mapping[str, tuple[Callable[[], Callable[[Path], None]], str | None]] = {
    "first": (lambda: _pipeline(backfill=False), None),
    "history": (lambda: _pipeline(backfill=True), None),
    "again": (lambda: _pipeline(backfill=False), "history"),
    "frictionless": (_frictionless, "history"),
    "pandas": (_pandas, "history"),
}


def measure(case: str, folder: Path) -> dict[str, float]:
    """Run one case in this process: seconds without imports, peak memory in MB with them."""
    work = CASES[case][0]()
    start = time.perf_counter()
    work(folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in kB
    return {"seconds": seconds, "peak_mb": peak}


def compare(rounds: int) -> dict[str, dict[str, float]]:
    """Every case ``rounds`` times, interleaved: medians, spread, and the ratio to the basis."""
    found: dict[str, list[dict[str, float]]] = {case: [] for case in CASES}
    done = 0
    with tempfile.TemporaryDirectory(prefix="ogp-bench-") as scratch:
        for number in range(rounds):
            for case, (_, after) in CASES.items():
                folder = Path(scratch, str(number), case)
                if after is None:
                    shutil.copytree(ROOT / EXAMPLE, folder / EXAMPLE)
                else:
                    shutil.copytree(Path(scratch, str(number), after), folder)
                found[case].append(_in_a_process(case, folder))
                done += 1
                sys.stderr.write(f"\r{done} of {rounds * len(CASES)} measured")
            shutil.rmtree(Path(scratch, str(number)))
    sys.stderr.write("\n")
    basis = statistics.median(one["seconds"] for one in found[BASIS])
    return {case: _summary(measured, basis) for case, measured in found.items()}


def _in_a_process(case: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", case, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{case} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _summary(measured: list[dict[str, float]], basis: float) -> dict[str, float]:
    seconds = sorted(one["seconds"] for one in measured)
    median = statistics.median(seconds)
    return {
        "median_s": median,
        "min_s": seconds[0],
        "max_s": seconds[-1],
        f"ratio_to_{BASIS}": median / basis,
        "peak_mb": max(one["peak_mb"] for one in measured),
    }


def _table(results: Mapping[str, Mapping[str, float]]) -> str:
    lines = [
        f"| case | median s | min-max s | ÷ {BASIS} | peak MB |",
        "|---|--:|--:|--:|--:|",
    ]
    for case, one in results.items():
        spread = f"{one['min_s']:.2f}-{one['max_s']:.2f}"
        ratio = one[f"ratio_to_{BASIS}"]
        lines.append(f"| {case} | {one['median_s']:.2f} | {spread} | {ratio:.2f} | {one['peak_mb']:.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Print the comparison as a Markdown table, or as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each case is measured (default: 5)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--measure", nargs=2, metavar=("CASE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        case, folder = options.measure
        sys.stdout.write(json.dumps(measure(case, Path(folder))) + "\n")
        return
    results = compare(options.rounds)
    sys.stdout.write((json.dumps(results, indent=2) if options.json else _table(results)) + "\n")


if __name__ == "__main__":
    main()
