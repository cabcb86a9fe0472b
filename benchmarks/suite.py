"""Where the time of a test run goes: by folder, by file, and the slowest tests, from pytest's JUnit file.

    make test JUNIT=after.xml
    python benchmarks/suite.py after.xml [before.xml]

Times are those of the wall, as JUnit has them. They compare only if nothing else was at work.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_FILES = 25
_TESTS = 25


@dataclass(frozen=True)
class Timed:
    """One test: its folder or, where it stands in none, its file; its file; its name; seconds."""

    folder: str
    file: str
    name: str
    seconds: float


def tests(path: Path) -> Iterator[Timed]:
    """Every test of a JUnit file."""
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        parts = [part for part in str(case.get("classname")).split(".") if part[:1].islower()]
        yield Timed("/".join(parts[:2]), "/".join(parts), str(case.get("name")), float(case.get("time") or 0))


def by_folder(run: list[Timed], before: list[Timed]) -> Iterator[str]:
    """A line for each folder: tests, seconds, and those before."""
    seconds, count, earlier = Counter[str](), Counter(test.folder for test in run), Counter[str]()
    for test in run:
        seconds[test.folder] += test.seconds
    for test in before:
        earlier[test.folder] += test.seconds
    yield f"{'folder':<40}{'tests':>8}{'seconds':>10}" + (f"{'before':>10}" if before else "")
    for folder, spent in sorted({**dict.fromkeys(earlier, 0.0), **seconds}.items(), key=lambda pair: -pair[1]):
        line = f"{folder:<40}{count[folder]:>8}{spent:>10.1f}"
        yield line + (f"{earlier[folder]:>10.1f}" if before else "")
    total = f"{'all':<40}{len(run):>8}{sum(seconds.values()):>10.1f}"
    yield total + (f"{sum(earlier.values()):>10.1f}" if before else "")


def slowest(run: list[Timed]) -> Iterator[str]:
    """The files, then the tests, that take longest."""
    files = Counter[str]()
    for test in run:
        files[test.file] += test.seconds
    for file, spent in files.most_common(_FILES):
        yield f"{spent:>10.1f}  {file}"
    yield ""
    for test in sorted(run, key=lambda one: -one.seconds)[:_TESTS]:
        yield f"{test.seconds:>10.1f}  {test.file}: {test.name}"


def main() -> None:
    run, *before = (list(tests(Path(argument))) for argument in sys.argv[1:])
    for line in (*by_folder(run, before[0] if before else []), "", *slowest(run)):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
