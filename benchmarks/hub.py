"""What a quiet night of a hub costs: 300 made-up programmes of 60 agencies each.

    python -m benchmarks.hub [--programmes 300] [--agencies 60] [--at-once 2] [--dask]

One programme is made wholly (as in ``growth``: two quarters, every agency's file in each, two releases) and copied; the
first night of the hub keeps each one's state and publishes the comparison. Then come quiet nights, which are measured:

    night      seconds of the clock, of `ogp hub run` without Prefect; CPU seconds of its process, its nursery and all
               programmes; of these the comparison
    peak MB    of all its processes together, each page that they share counted once (PSS), looked at once a second
    dask       the same programmes, run by a cluster of one worker and of two, each a process of one thread on a core of
               its own: how many times as many programmes an hour two run as one

CPU seconds hardly depend on what else the machine does; the clock does, so the load is printed beside it.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from benchmarks import growth
from ogp_pipeline.hub import night, opening, processes
from ogp_pipeline.hub.opening import HubPlace
from ogp_pipeline.hub.results import Night
from ogp_pipeline.runs import run as pipeline

QUARTERS = 2
HUB = """\
id: benchmark
title: {en: Made up}
description: {en: Programmes that were made up.}
languages: [en]
publication:
  base_url: https://hub.example.org
  store: {directory: var/public}
  private: {directory: var/private}
  licence: {id: CC0-1.0, title: CC0, url: "https://creativecommons.org/publicdomain/zero/1.0/"}
programmes:
"""


def build(folder: Path, programmes: int, agencies: int) -> datetime:
    """The hub, every programme of it published; the time of the first night to come."""
    first = folder / "p0"
    growth.build(first, agencies, 4, s3=False)
    for number in range(1, QUARTERS + 1):
        growth.send(first, agencies, number, None)
        day = growth.quarter(number)[2] + timedelta(days=5)
        now = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        ended = pipeline.run(pipeline.open_workspace(first), now, f"quarter-{number}").outcome
        if ended.exit_code:
            raise SystemExit(f"quarter {number} ended as {ended}")
    for number in range(1, programmes):  # files are replaced whole, never written to: a link is as good as a copy
        subprocess.run(["cp", "-al", first, folder / f"p{number}"], check=True)
    lines = "".join(f"  - {{id: p{number}, programme: p{number}/programme.yaml}}\n" for number in range(programmes))
    (folder / "hub.yaml").write_text(HUB + lines, encoding="utf-8")
    return now + timedelta(days=1)


def pss(root: int) -> float:
    """MB of a process and of all below it, each page that several have counted once (Linux)."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
        except (OSError, ValueError):  # it has just ended
            continue
    family, total = [root], 0.0
    while family:
        pid = family.pop()
        family += parents.get(pid, [])
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) / 1024
    return total


@contextmanager
def watched() -> Iterator[list[float]]:
    """Meanwhile the memory of this process and its family is looked at; the most so far."""
    most, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(1):
            most[0] = max(most[0], pss(os.getpid()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def cpu() -> float:
    """CPU seconds of this process, and of its children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def quiet(place: HubPlace, now: datetime, at_once: int) -> dict[str, float]:
    """One night, with its own nursery."""
    begun, spent = time.monotonic(), cpu()
    ended: list[float] = []
    with watched() as most:
        done = night.run(place, now, f"night-{now:%Y%m%dT%H%M}", lambda _: ended.append(time.monotonic()), at_once)
    over = time.monotonic()
    processes.close()  # what its processes took counts when it is gone
    _must_be_quiet(done)
    return {
        "seconds": over - begun,
        "comparison_s": over - ended[-1],
        "cpu": cpu() - spent,
        "programme_cpu": sum(result.cpu_seconds for result in done.programmes) / len(done.programmes),
        "peak_mb": most[0],
        "load": os.getloadavg()[0],
    }


def _must_be_quiet(done: Night) -> None:
    if set(done.counts) - {"Unchanged"} or done.comparison != "Unchanged":
        told = [result.told or result.log for result in done.programmes if result.state != "Unchanged"]
        raise SystemExit(f"the night was not quiet: {done.counts}, comparison {done.comparison} {done.told} {told[:1]}")


def on_workers(folder: Path, now: datetime, workers: int, programmes: int) -> tuple[float, float]:
    """A cluster of so many workers, each on a core of its own, runs the programmes: the seconds that this takes, and
    the CPU seconds of a programme.
    """
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        cores = sorted(os.sched_getaffinity(0))
        for number, worker in enumerate(client.scheduler_info()["workers"]):
            client.run(os.sched_setaffinity, 0, {cores[number % len(cores)]}, workers=[worker])
        names = [f"p{number}" for number in range(programmes)]
        client.gather([client.submit(_run, folder, name, now, f"warm {workers}", pure=False) for name in names[:4]])
        begun = time.monotonic()
        waiting = [client.submit(_run, folder, name, now, f"dask {workers}", pure=False) for name in names]
        results = client.gather(waiting)
        seconds = time.monotonic() - begun
    if (states := {state for state, _ in results}) != {"Unchanged"}:
        raise SystemExit(f"programmes ended as {states}")
    return seconds, sum(spent for _, spent in results) / programmes


def _run(folder: Path, name: str, now: datetime, night_id: str) -> tuple[str, float]:
    """What the task of a flow does, in a worker of the cluster."""
    place = _opened(folder)
    programme = place.hub.programme(name)
    result = processes.run_programme(place, programme, now, night.run_id(night_id, programme))
    return result.state, result.cpu_seconds


@cache
def _opened(folder: Path) -> HubPlace:
    return opening.open_hub(folder)


def main() -> None:
    """Print the figures as Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--programmes", type=int, default=300)
    parser.add_argument("--agencies", type=int, default=60)
    parser.add_argument("--at-once", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--nights", type=int, default=2, help="quiet ones that are measured")
    parser.add_argument("--dask", action="store_true", help="also on one Dask worker, and on two")
    parser.add_argument("--dask-programmes", type=int, default=60, help="how many of them there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogp-hub-") as scratch:
        folder = Path(scratch)
        now = build(folder, options.programmes, options.agencies)
        sys.stderr.write("built\n")
        place = opening.open_hub(folder)
        begun, spent = time.monotonic(), cpu()
        first = night.run(place, now, "first", at_once=options.at_once)
        processes.close()
        sys.stderr.write(f"first night: {first.counts}, comparison {first.comparison} {first.told[:200]}, ")
        sys.stderr.write(f"{time.monotonic() - begun:.0f} s, {cpu() - spent:.0f} s of CPU\n")
        lines = ["| night | seconds | of these the comparison | CPU s | CPU s a programme | peak MB | load |"]
        lines.append("|---|--:|--:|--:|--:|--:|--:|")
        for number in range(1, options.nights + 1):
            told = quiet(place, now + timedelta(hours=number), options.at_once)
            lines.append(
                f"| {number} | {told['seconds']:.0f} | {told['comparison_s']:.1f} | {told['cpu']:.0f} | "
                f"{told['programme_cpu']:.2f} | {told['peak_mb']:.0f} | {told['load']:.1f} |"
            )
            sys.stderr.write(lines[-1] + "\n")
        if options.dask:
            several = min(options.dask_programmes, options.programmes)
            taken = {count: on_workers(folder, now, count, several) for count in (1, 2)}
            lines += [
                "",
                f"| workers | seconds for {several} programmes | CPU s a programme | load |",
                "|--:|--:|--:|--:|",
            ]
            load = os.getloadavg()[0]
            lines += [f"| {count} | {took:.1f} | {each:.2f} | {load:.1f} |" for count, (took, each) in taken.items()]
            lines += ["", f"Two workers run {taken[1][0] / taken[2][0]:.2f} times as many as one."]
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
