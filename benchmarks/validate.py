"""How fast a table is validated, and in how much memory: frictionless, ours, the floor, and two peers.

Each measurement is a process of its own. The clock starts after the imports and a table of twenty rows; CPU seconds
are user + system of all its threads; the peak is the kernel's VmHWM of that process, imports included. Contenders
take turns on each file, and the rounds are repeated, so that a busy minute hits all alike. Tables show medians.
Compare the ratios, not the seconds.

    valid, bad-0.1%, bad-20%   the same table of 8 columns (`validate_data.py`), report complete and as JSON
    cp1252, keyed              in another encoding; with a foreign key
    xlsx                       as a workbook
    long                       ours alone, on ever longer files: memory and linearity
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import validate_cases

FULL = {"rows": 1_000_000, "xlsx_rows": 50_000, "long_rows": 10_000_000, "rounds": 3}
QUICK = {"rows": 20_000, "xlsx_rows": 1_000, "long_rows": 100_000, "rounds": 1}

ALL = ("frictionless", "ours", "parse", "pandera", "dataframely")
BOTH = ("frictionless", "ours")

# What the work promised: CPU of frictionless ÷ ours at least, on the full sizes.
PROMISED = {"valid": 55.0, "bad-0.1%": 45.0, "bad-20%": 25.0}
FLOOR_PROMISED = 2.0
PEAK_PROMISED_MB = 600.0


@dataclass(frozen=True)
class Table:
    """A file to make, and who is measured on it."""

    name: str
    file: str
    rows: int
    share: float
    contenders: Sequence[str]


def tables(sizes: Mapping[str, int]) -> list[Table]:
    """In the order in which they are shown."""
    rows, long_rows = sizes["rows"], sizes["long_rows"]
    return [
        Table("valid", "valid.csv", rows, 0, ALL),
        Table("bad-0.1%", "bad-1000.csv", rows, 0.001, ALL),
        Table("bad-20%", "bad-5.csv", rows, 0.2, ALL),
        Table("cp1252", "cp1252.csv", rows // 10, 0.001, BOTH),
        Table("keyed", "keyed.csv", rows // 10, 0.001, BOTH),
        Table("xlsx", "updates.xlsx", sizes["xlsx_rows"], 0, BOTH),
        *(
            Table(f"long {part}/10", f"long-{part}.csv", long_rows * part // 10, 0.001, ("ours",))
            for part in (1, 5, 10)
        ),
    ]


def make(table: Table, folder: Path) -> None:
    """Write the table's file."""
    import validate_data

    path = folder / table.file
    if path.suffix == ".xlsx":
        validate_data.write_xlsx(path, table.rows)
        return
    validate_data.write_csv(path, table.rows, table.share, "cp1252" if table.name == "cp1252" else "utf-8")
    if table.name == "keyed":
        validate_data.write_commitments(folder / "commitments.csv")


def measure(contender: str, path: Path) -> dict[str, Any]:
    """One measurement, in this process."""
    work = validate_cases.CONTENDERS[contender]()
    with tempfile.TemporaryDirectory() as folder:  # profiles and the like are loaded at first use
        small = Path(folder) / path.name
        make(Table("keyed" if path.name.startswith("keyed") else "", small.name, 20, 0, ()), Path(folder))
        work(small)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    said = work(path)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": wall, "peak_mb": _peak_mb(), **said}


def _peak_mb() -> float:
    """ru_maxrss would include the process that started this one; VmHWM begins anew with each program."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _in_a_process(*arguments: str) -> dict[str, Any]:
    here = Path(__file__).resolve()
    path = os.pathsep.join([str(here.parent), str(here.parents[1])])
    command = [sys.executable, str(here), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": path})
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["killed"])[-1]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def compare(sizes: Mapping[str, int], only: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """Every table, every contender, every round; one summary for each pair. A file is removed when it is done with."""
    results = []
    for table in tables(sizes):
        if only and not any(table.name.startswith(one) for one in only):
            continue
        if failed := _in_a_process("--make", json.dumps(asdict(table)), str(folder)).get("failed"):
            raise SystemExit(f"could not write {table.file}: {failed}")
        path = folder / table.file
        found: dict[str, list[dict[str, Any]]] = {one: [] for one in table.contenders}
        for number in range(sizes["rounds"]):
            for one in table.contenders:
                sys.stderr.write(f"{table.name}, round {number + 1}: {one}\n")
                found[one].append(_in_a_process("--measure", one, str(path)))
        size = path.stat().st_size / 2**20
        path.unlink()
        results += [_summary(table, size, one, measured, found) for one, measured in found.items()]
    return results


def _summary(
    table: Table, size: float, one: str, measured: list[dict[str, Any]], found: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    line: dict[str, Any] = {"table": table.name, "rows": table.rows, "file_mb": size, "contender": one}
    if failed := next((each["failed"] for each in measured if "failed" in each), None):
        return line | {"failed": failed}
    said = {name: value for name, value in measured[-1].items() if name != "rows"}
    line |= said | {name: statistics.median(each[name] for each in measured) for name in ("cpu", "wall")}
    line["cpu_spread"] = [min(each["cpu"] for each in measured), max(each["cpu"] for each in measured)]
    line["peak_mb"] = max(each["peak_mb"] for each in measured)
    ours = [each["cpu"] for each in found.get("ours", []) if "cpu" in each]
    if ours:
        line["times_ours"] = line["cpu"] / statistics.median(ours)
    return line


def _table(results: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        "| table | rows | contender | CPU s | min-max | wall s | ÷ ours | peak MB | errors | bad rows | strategy |",
        "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for one in results:
        start = f"| {one['table']} | {one['rows']:,} | {one['contender']} |"
        if "failed" in one:
            lines.append(f"{start} failed: {one['failed'][:80]} | | | | | | | |")
            continue
        low, high = one["cpu_spread"]
        ratio = f"{one['times_ours']:.2f}" if "times_ours" in one else ""
        lines.append(
            f"{start} {one['cpu']:.2f} | {low:.2f}-{high:.2f} | {one['wall']:.2f} | {ratio} "
            f"| {one['peak_mb']:.0f} | {one['errors']:,} | {one['bad_rows']:,} | {one.get('strategy', '')} |"
        )
    lines += ["", "| contender | does not report |", "|---|---|"]
    lines += [f"| {name} | {what} |" for name, what in validate_cases.NOT_REPORTED.items()]
    return "\n".join([*lines, "", *_verdicts(results)])


def _verdicts(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """The promised figures and what came of them."""
    by = {(one["table"], one["contender"]): one for one in results if "failed" not in one}
    lines = []
    for name, promised in PROMISED.items():
        if (one := by.get((name, "frictionless"))) and "times_ours" in one:
            lines.append(f"- {name}: frictionless ÷ ours {one['times_ours']:.1f} (promised: at least {promised:.0f})")
    if (floor := by.get(("valid", "parse"))) and "times_ours" in floor:
        lines.append(f"- valid: ours ÷ floor {1 / floor['times_ours']:.2f} (promised: at most {FLOOR_PROMISED:.0f})")
    long = [one for (name, _), one in by.items() if name.startswith("long")]
    if long:
        each = ", ".join(f"{one['rows']:,}: {one['cpu'] / one['rows'] * 1e6:.2f}" for one in long)
        lines.append(f"- CPU seconds for a million rows, by length: {each}")
        lines.append(f"- longest: peak {long[-1]['peak_mb']:.0f} MiB (promised: under {PEAK_PROMISED_MB:.0f} MiB)")
    return lines


def main() -> None:
    """Print the comparison as Markdown, or as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes and one round: does it run at all?")
    for name, number in FULL.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=f"default: {number:,}")
    parser.add_argument("--only", nargs="*", default=[], metavar="TABLE", help="tables whose names begin so")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        make(Table(**json.loads(options.make[0])), Path(options.make[1]))
        sys.stdout.write("{}\n")
    elif options.measure:
        sys.stdout.write(json.dumps(measure(options.measure[0], Path(options.measure[1]))) + "\n")
    else:
        given = {name: getattr(options, name) for name in FULL if getattr(options, name) is not None}
        with tempfile.TemporaryDirectory(prefix="ogp-bench-") as folder:
            results = compare((QUICK if options.quick else FULL) | given, options.only, Path(folder))
        sys.stdout.write((json.dumps(results, indent=2) if options.json else _table(results)) + "\n")


if __name__ == "__main__":
    main()
