"""How long all metrics take over millions of updates, beside the obvious group-bys of the same tables.

    ours    every registered metric of ``ogp_pipeline.evaluation``, as the rows that are published
    pandas  the same counts by merges and ``groupby`` (``evaluate_peer.py``), as anybody would write them in a notebook

Each measurement is a process of its own: it makes the tables (``evaluate_data.py``), then the clock starts; the peak is
what the process needed beyond the tables. The two answer alike where they count the same: that is compared each time.
Rounds are interleaved. Ratios can be compared between machines, seconds cannot. The last column has no peer: what all
derived tables (``evaluation.findings``) take after the metrics, from what these have made already.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CONTENDERS = ("pandas", "ours")
SIZES = (500_000, 1_000_000, 5_000_000)
ASSESSMENTS_PER_UPDATE = 10  # updates for each assessment: 500,000 assessments beside 5,000,000 updates
WANTED = 1.5


def measure(contender: str, updates: int) -> dict[str, Any]:
    """One contender over tables of one size, in this process."""
    from benchmarks import evaluate_data, evaluate_peer
    from ogp_pipeline.evaluation import EvaluationContext
    from ogp_pipeline.evaluation.findings import find_all
    from ogp_pipeline.evaluation.metrics import metrics
    from ogp_pipeline.schema import schemas

    loaded, programme = schemas.load(), evaluate_data.programme()

    def ours(size: int) -> dict[str, int]:
        tables = evaluate_data.tables(loaded, size, size // ASSESSMENTS_PER_UPDATE)
        context = EvaluationContext(tables, programme, loaded, evaluate_data.AS_OF)
        answer = clocked(lambda: evaluate_peer.shape_of(metrics(context)))
        cpu = time.process_time()
        find_all(context)
        seconds["findings"] = time.process_time() - cpu
        return answer

    def pandas(size: int) -> dict[str, int]:
        tables = evaluate_data.tables(loaded, size, size // ASSESSMENTS_PER_UPDATE)
        return clocked(lambda: evaluate_peer.count(tables.frames, evaluate_data.AS_OF))

    seconds = {"cpu": 0.0, "wall": 0.0, "before": 0.0, "peak": 0.0, "findings": 0.0}

    def clocked(work: Callable[[], dict[str, int]]) -> dict[str, int]:
        seconds["before"] = _peak()
        cpu, wall = time.process_time(), time.perf_counter()
        found = work()
        seconds["cpu"], seconds["wall"] = time.process_time() - cpu, time.perf_counter() - wall
        seconds["peak"] = _peak()
        return found

    contenders = {"ours": ours, "pandas": pandas}
    contenders[contender](2_000)  # what is loaded at first use is loaded
    answer = contenders[contender](updates)
    return {**seconds, "answer": answer}


def _peak() -> float:
    """MB, of this process so far (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _asked(contender: str, updates: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.evaluate", "--measure", contender, "--updates", str(updates)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _compare(first: dict[str, int], second: dict[str, int], size: int) -> None:
    wrong = [name for name in sorted(first.keys() & second.keys()) if first[name] != second[name]]
    if wrong or not first.keys() & second.keys():
        shown = ", ".join(f"{name}: {first[name]} and {second[name]}" for name in wrong[:3])
        raise SystemExit(f"the contenders do not count alike over {size} updates: {shown or 'nothing in common'}")


def main() -> None:
    """Measure, compare, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="the smallest size only, once")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--updates", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        sys.stdout.write(json.dumps(measure(options.measure, options.updates)))
        return
    sizes, rounds = (SIZES[:1], 1) if options.quick else (SIZES, options.rounds)
    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for size in sizes:
            one = {contender: _asked(contender, size) for contender in CONTENDERS}
            _compare(one["pandas"].pop("answer"), one["ours"].pop("answer"), size)
            for contender, figures in one.items():
                found.setdefault((size, contender), []).append(figures)
    lines = [_line(size, found[size, "ours"], found[size, "pandas"]) for size in sizes]
    sys.stdout.write(json.dumps(lines, indent=2) + "\n" if options.json else _table(lines))


def _table(lines: list[dict[str, Any]]) -> str:
    headings = ("updates", "ours s", "pandas s", "ratio", "ours MB", "pandas MB", "ratio", "s/million", "findings")
    text = "{:>10} {:>18} {:>18} {:>6} {:>8} {:>9} {:>6} {:>9} {:>9}\n".format(*headings)
    for line in lines:
        text += (
            f"{line['updates']:>10,} {line['ours_s']:>18} {line['pandas_s']:>18} {line['time_ratio']:>6.2f} "
            f"{line['ours_mb']:>8,.0f} {line['pandas_mb']:>9,.0f} {line['memory_ratio']:>6.2f} "
            f"{line['per_million']:>9.2f} {line['findings_s']:>9.2f}\n"
        )
    return f"{text}wanted: both ratios at most {WANTED}; seconds for a million updates about the same in every line\n"


def _line(size: int, ours: list[dict[str, Any]], peer: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = {name: [one["cpu"] for one in many] for name, many in (("ours", ours), ("pandas", peer))}
    peaks = {name: statistics.median(one["peak"] for one in many) for name, many in (("ours", ours), ("pandas", peer))}
    middle = {name: statistics.median(many) for name, many in seconds.items()}
    return {
        "updates": size,
        **{f"{name}_s": f"{middle[name]:.2f} ({min(many):.2f}-{max(many):.2f})" for name, many in seconds.items()},
        "time_ratio": middle["ours"] / middle["pandas"],
        "ours_mb": peaks["ours"],
        "pandas_mb": peaks["pandas"],
        "memory_ratio": peaks["ours"] / peaks["pandas"],
        "per_million": middle["ours"] / size * 1_000_000,
        "findings_s": statistics.median(one["findings"] for one in ours),
    }


if __name__ == "__main__":
    main()
