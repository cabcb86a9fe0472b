"""What a publish of the tests' small country costs: two commitments, three milestones, two updates.

    python -m benchmarks.small_publish [--rounds 9]

Each round collects the files of a fresh copy, then runs it, which publishes, then runs it again, which has nothing new.
All are in one process; the first round, in which it also loads libraries and schemas, is told by itself. The others are
what a hub, a history or a test suite pays. Seconds are CPU seconds of the process and of those that it started.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.small_country import SmallCountry, build

STEPS: dict[str, Callable[[SmallCountry], object]] = {
    "collect": lambda country: country.collect(),
    "publish": lambda country: country.run("first"),
    "quiet run": lambda country: country.run("again"),
}


def seconds() -> float:
    """CPU seconds so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def measured(country: SmallCountry) -> dict[str, float]:
    """What each of the ``STEPS`` took."""
    taken = {}
    for name, step in STEPS.items():
        start = seconds()
        step(country)
        taken[name] = seconds() - start
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        first, *others = [measured(build(Path(folder, str(number)))) for number in range(rounds + 1)]
    for name in STEPS:
        median = statistics.median(round_[name] for round_ in others)
        told = f"{name:10} {median:6.3f} CPU s, median of {rounds}; in the first round {first[name]:.2f}"
        sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main()
