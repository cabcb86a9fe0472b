"""Every bomb is refused in one clear sentence, and neither process takes more memory than an ordinary workbook would.

``pytest -s tests/workbooks/test_bombs.py`` prints the table: what, its size, the sentence, the peak of each process.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sample import by_day
from tests.workbooks.bombs import BOMBS, lying_dimension, small

# One of each way to be refused, and of those the quickest.
BY_DAY = (
    *("zip bomb (300 MB)", "one cell in the far corner", "entities (billion laughs)"),
    *("a text of a million characters", "70,000 parts", "styles nested 40,000 deep"),
)
PARENT_MB = 700  # address space: the interpreter with its libraries takes most of it
CHILD_MB = 300  # enough for an ordinary workbook; what fills it is refused the sooner the less there is
READER = """
import json, resource, sys
from pathlib import Path
from ogp_pipeline.sources.delivery import DeliveredFile
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.sources.reading import read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
most = int(sys.argv[1]) << 20
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for line in sys.stdin:
    path = Path(line.strip())
    file = DeliveredFile("libro.xlsx", path, "", path.stat().st_size)
    result = read(file, XlsxReader(kind="xlsx"), Limits(workbook_mb=int(sys.argv[2])))
    print(json.dumps({
        "problems": [[problem.rule, *problem.details.values()] for problem in result.problems],
        "rows": len(result.rows),
        "grown": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }), flush=True)
"""
Read = Callable[[Path], dict[str, Any]]


@pytest.fixture(scope="module")
def read_under_a_memory_limit() -> Iterator[Read]:
    """One process for all of them: what it has grown by, and its largest child, count from its beginning."""
    command = [sys.executable, "-c", READER, str(PARENT_MB), str(CHILD_MB)]
    place = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=place) as reader:
        assert reader.stdin is not None and reader.stdout is not None

        def read(path: Path) -> dict[str, Any]:
            print(path, file=reader.stdin, flush=True)
            line = reader.stdout.readline()  # type: ignore[union-attr]
            assert line, f"the reader died of {path.name}: {reader.wait(60)}"
            result: dict[str, Any] = json.loads(line)
            return result

        yield read
        reader.stdin.close()


@pytest.mark.parametrize("name", by_day(BOMBS, BY_DAY))
def test_a_bomb_is_refused_in_one_sentence_and_little_memory(read_under_a_memory_limit, name, tmp_path, capsys):
    make, rule, said = BOMBS[name]
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(make())
    found = read_under_a_memory_limit(path)
    with capsys.disabled():
        if "-s" in sys.argv:
            size = f"{path.stat().st_size / 1024:.0f} KB"
            print(f"| {name} | {size} | {found['problems'][0][1]} | {found['grown']} | {found['child']} |")  # noqa: T201
    [problem] = found["problems"]
    assert problem[0] == rule and said in " ".join(problem[1:]), problem
    assert found["rows"] == 0
    assert found["grown"] < 100 and found["child"] < CHILD_MB


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(read_under_a_memory_limit, tmp_path):
    path = tmp_path / "lie.xlsx"
    path.write_bytes(lying_dimension())
    found = read_under_a_memory_limit(path)
    assert (found["problems"], found["rows"]) == ([], 1)


def test_an_ordinary_workbook_is_read_under_the_same_limits(read_under_a_memory_limit, tmp_path):
    path = tmp_path / "small.xlsx"
    path.write_bytes(small())
    found = read_under_a_memory_limit(path)
    assert (found["problems"], found["rows"]) == ([], 1)
