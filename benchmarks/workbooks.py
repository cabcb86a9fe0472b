"""How long a workbook of 50,000 rows and 8 columns takes, and how much memory, beside frictionless.

    ours         the file to rows of text with every cell's place: ``sources.reading.read``, its process included
    careful      the same with openpyxl alone, the lane for workbooks of which nothing is proved
    cells        frictionless, the same cells and nothing checked: ``Resource.read_cells``
    frictionless ``frictionless validate`` with a schema

Each measurement is a process of its own; CPU is that of the process and of the one it starts, and the clock starts
after the imports. Rounds are interleaved; the table has medians. Files by two writers: XlsxWriter keeps texts apart
(shared strings, as Excel does), openpyxl writes them into the cells.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

ROWS = 50_000
NAMES = ("commitment_id", "plan_id", "institution", "title", "start", "percent", "budget", "status")
TYPES = ("string", "string", "string", "string", "date", "integer", "number", "string")
CASES = ("ours", "careful", "cells", "frictionless")
BASIS = "frictionless"


def _row(number: int) -> list[object]:
    return [
        f"MX{number // 10:05d}.{number % 10}",
        "MX-4",
        f"Institución {number % 37}",
        f"Compromiso número {number} sobre datos abiertos y transparencia",
        date(2024, 1, 1) + timedelta(days=number % 700),
        number % 101,
        round(number * 1.37, 2),
        "in_progress",
    ]


def by_xlsxwriter(path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet("Datos")
        page.write_row(0, 0, NAMES)
        for number in range(ROWS):
            page.write_row(number + 1, 0, _row(number))


def by_openpyxl(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Datos")
    page.append(list(NAMES))
    for number in range(ROWS):
        page.append(_row(number))
    book.save(path)


def _ours(path: Path) -> Callable[[], int]:
    from ogp_pipeline.formats.xlsx import XlsxReader
    from ogp_pipeline.sources.delivery import DeliveredFile
    from ogp_pipeline.sources.reading import read

    file = DeliveredFile(path.name, path, "", path.stat().st_size)
    return lambda: len(read(file, XlsxReader(kind="xlsx")).rows)


def _careful(path: Path) -> Callable[[], int]:
    from ogp_pipeline.formats.limits import Limits
    from ogp_pipeline.workbooks import guard
    from ogp_pipeline.workbooks.answer import ReadRequest

    return lambda: len(guard.read(path, ReadRequest(careful=True), Limits().bounds).columns[0].texts) - 1


def _cells(path: Path) -> Callable[[], int]:
    import frictionless

    def read() -> int:
        with frictionless.Resource(str(path.name), basepath=str(path.parent)) as found:
            return sum(1 for _ in found.cell_stream) - 1

    return read


def _frictionless(path: Path) -> Callable[[], int]:
    import frictionless

    fields = [{"name": name, "type": kind} for name, kind in zip(NAMES, TYPES, strict=True)]
    schema = frictionless.Schema.from_descriptor({"fields": fields})

    def validate() -> int:
        report = frictionless.Resource(str(path.name), basepath=str(path.parent), schema=schema).validate()
        if not report.valid:
            raise SystemExit("the workbook is not valid")
        return int(report.tasks[0].stats["rows"])

    return validate


def measure(case: str, path: Path) -> dict[str, float]:
    """In this process: seconds of CPU and of the clock, and the peak memory in MB of it and of its child."""
    work = {"ours": _ours, "careful": _careful, "cells": _cells, "frictionless": _frictionless}[case](path)
    started, clock = _cpu(), time.perf_counter()
    rows = work()
    spent, wall = _cpu() - started, time.perf_counter() - clock
    if rows != ROWS:
        raise SystemExit(f"{case} read {rows} rows")
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {"cpu": spent, "wall": wall, "parent": peaks[0], "child": peaks[1]}


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    """Prints the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("CASE", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure[0], Path(options.measure[1]))))  # noqa: T201
        return
    with tempfile.TemporaryDirectory(prefix="ogp-bench-") as folder:
        found = {}
        for make in (by_xlsxwriter, by_openpyxl):
            path = Path(folder) / f"{make.__name__}.xlsx"
            make(path)
            found[make.__name__.removeprefix("by_")] = _rounds(path, options.rounds)
    print(json.dumps(found, indent=2) if options.json else _table(found))  # noqa: T201


def _rounds(path: Path, rounds: int) -> dict[str, dict[str, float]]:
    taken: dict[str, list[dict[str, float]]] = {case: [] for case in CASES}
    for _ in range(rounds):
        for case in CASES:
            command = [sys.executable, __file__, "--measure", case, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            taken[case].append(json.loads(done.stdout))
    return {
        case: {name: statistics.median(one[name] for one in several) for name in several[0]}
        for case, several in taken.items()
    }


def _table(found: dict[str, dict[str, dict[str, float]]]) -> str:
    lines = [
        f"| file of {ROWS:,} × {len(NAMES)} by | case | CPU s | {BASIS} ÷ case | wall s | peak MB | of the child, MB |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for writer, cases in found.items():
        for case, one in cases.items():
            ratio = cases[BASIS]["cpu"] / one["cpu"]
            lines.append(
                f"| {writer} | {case} | {one['cpu']:.2f} | {ratio:.1f} | {one['wall']:.2f} "
                f"| {one['parent']:.0f} | {one['child'] if case in ('ours', 'careful') else 0:.0f} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
