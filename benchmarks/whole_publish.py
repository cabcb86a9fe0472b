"""What the first run of a country with 7,200 updates costs, whole, by the software of two commits.

    python -m benchmarks.whole_publish BEFORE [AFTER] [--rounds 3]      (AFTER: HEAD)

One agency sends 7,200 updates with sixty words each: taken in, checked, evaluated, built in all formats, proven,
published into folders, and drawn as pages. Each commit's files are taken out of git into a folder of their own; both
run with this environment's packages, in turns, each time as a process of its own on a fresh copy of the country.
Seconds are the process' and its workers', start included; a ratio is the median of the rounds' ratios.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from benchmarks.published_workbook import WORDS
from tests.small_country import FILES, PROGRAMME

ROOT = Path(__file__).resolve().parents[1]
MILESTONES, PERIODS = 600, 12
_ONE_PERIOD = "      - {id: 2024-H1, starts: 2024-01-01, ends: 2024-06-30, due: 2024-07-15}\n"


def country(folder: Path) -> None:
    """Write its files: the tests' small country, whose agency has much to report."""
    firsts = [date(2024, 1, 1) + timedelta(days=14 * number) for number in range(PERIODS)]
    periods = [(f"P{n:02d}", first, first + timedelta(days=13)) for n, first in enumerate(firsts, start=1)]
    lines = "".join(f"      - {{id: {n}, starts: {a}, ends: {z}, due: {z}}}\n" for n, a, z in periods)
    folder.mkdir()
    (folder / "programme.yaml").write_text(PROGRAMME.replace(_ONE_PERIOD, lines), encoding="utf-8")
    milestones = [f"XX0001.{n}" for n in range(1, MILESTONES + 1)]
    chance = random.Random(1)
    files = {
        **FILES,
        "forum/milestones.csv": "milestone_id,commitment_id,institution_id,title_en,due_date,due_precision\n"
        + "".join(f"{milestone},XX0001,M1,Step {milestone},2025-06-30,day\n" for milestone in milestones)
        + "XX0002.1,XX0002,M2,Publish the rulings,2025-06-30,day\n",
        "agency/updates.csv": "milestone_id,period_id,status,progress_en\n"
        + "".join(
            f'{milestone},{name},in_progress,"{" ".join(chance.choices(WORDS, k=60))}"\n'
            for name, *_ in periods
            for milestone in milestones
        ),
    }
    for name, text in files.items():
        path = folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def checked_out(commit: str, folder: Path) -> Path:
    """The files of a commit."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.3 and older have none
        files.extractall(folder)
    return folder


def run(software: Path, folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of `ogp run`."""
    command = [sys.executable, "-c", "from ogp_pipeline.cli import app; app.main()", "run", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(software)}
    began = time.perf_counter()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=software, env=environment, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    if status or not (folder / "var/public/latest.json").is_file():
        raise SystemExit((folder / "log").read_text()[-2000:])
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after", nargs="?", default="HEAD")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogp-whole-") as temporary:
        folder = Path(temporary)
        country(folder / "country")
        commits = (arguments.before, arguments.after)
        software = [checked_out(commit, folder / f"software{number}") for number, commit in enumerate(commits)]
        seconds: list[list[tuple[float, float]]] = [[], []]
        for turn in range(arguments.rounds):
            for number in (0, 1) if turn % 2 else (1, 0):
                place = shutil.copytree(folder / "country", folder / f"run{turn}-{number}")
                seconds[number].append(run(software[number], place))
    lines = ["| software | wall s | CPU s |", "|---|--:|--:|"]
    for commit, measured in zip(commits, seconds, strict=True):
        wall, cpu = (
            f"{statistics.median(column):.1f} ({min(column):.1f}–{max(column):.1f})"
            for column in zip(*measured, strict=True)
        )
        lines.append(f"| {commit} | {wall} | {cpu} |")
    pairs = list(zip(*seconds, strict=True))
    wall, cpu = (f"{statistics.median(after[i] / before[i] for before, after in pairs):.2f}" for i in (0, 1))
    sys.stdout.write("\n".join([*lines, f"| after ÷ before | **{wall}** | **{cpu}** |"]) + "\n")


if __name__ == "__main__":
    main()
