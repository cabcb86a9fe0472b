"""Every bomb is refused in one clear sentence, and neither process takes more memory than an ordinary workbook would.

``pytest -s tests/workbooks/test_bombs.py`` prints the table: what, its size, the sentence, the peak of each process.
"""

import json
import subprocess
import sys
from pathlib import Path

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
from tests.sample import by_day
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
most = int(sys.argv[2]) << 20
resource.setrlimit(resource.RLIMIT_AS, (most, most))
path = Path(sys.argv[1])
file = DeliveredFile("libro.xlsx", path, "", path.stat().st_size)
found = read(file, XlsxReader(kind="xlsx"), Limits(workbook_mb=int(sys.argv[3])))
print(json.dumps({
    "problems": [[one.rule, *one.details.values()] for one in found.problems],
    "rows": len(found.rows),
    "grown": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
}))
"""


def read_under_a_memory_limit(path: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", READER, str(path), str(PARENT_MB), str(CHILD_MB)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", by_day(BOMBS, BY_DAY))
def test_a_bomb_is_refused_in_one_sentence_and_little_memory(name, tmp_path, capsys):
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


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(tmp_path):
    path = tmp_path / "lie.xlsx"
    path.write_bytes(lying_dimension())
    found = read_under_a_memory_limit(path)
    assert (found["problems"], found["rows"]) == ([], 1)


def test_an_ordinary_workbook_is_read_under_the_same_limits(tmp_path):
    path = tmp_path / "small.xlsx"
    path.write_bytes(small())
    found = read_under_a_memory_limit(path)
    assert (found["problems"], found["rows"]) == ([], 1)
