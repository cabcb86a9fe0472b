"""The whole run: a missing part must not look like a green light, and tests stay with what they share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import nights

ROOT = Path(__file__).resolve().parents[1]

SKIPPING_TEST = "import pytest\n\ndef test_part(): pytest.skip('the part is missing')\n"
SKIPPING_FILE = "import pytest\n\npytest.importorskip('no_such_part')\n\ndef test_part(): pass\n"


def _run(folder: Path, ci: str, *options: str, **files: str) -> subprocess.CompletedProcess[str]:
    """A run over ``files`` (name=text), under our ``conftest`` and in folders named as ours."""
    (folder / "tests").mkdir(exist_ok=True)
    for name in ("conftest.py", "kept.py", "memory.py", "nights.py", "scheduling.py"):
        shutil.copy(ROOT / "tests" / name, folder / "tests" / name)
    for name, text in files.items():
        (folder / "tests" / f"{name}.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        command, cwd=folder, env={**environment, "CI": ci}, capture_output=True, text=True, check=False
    )


def test_a_skip_fails_in_continuous_integration_only(tmp_path: Path) -> None:
    files = {"test_part": SKIPPING_TEST + "\n\ndef test_other(): pass\n", "test_file": SKIPPING_FILE}
    failed = _run(tmp_path, "true", "--continue-on-collection-errors", **files)
    assert failed.returncode != 0 and "1 failed, 1 passed, 1 error" in failed.stdout
    skipped = _run(tmp_path, "", **files)
    assert skipped.returncode == 0 and "1 passed, 2 skipped" in skipped.stdout


def test_the_tests_of_a_file_run_in_one_worker(tmp_path: Path) -> None:
    seen = "import os, pathlib, time, pytest\n\n@pytest.mark.parametrize('n', range(8))\ndef test_it(n):\n    "
    seen += "time.sleep(0.02)\n    pathlib.Path(f'{__name__}-{os.environ[\"PYTEST_XDIST_WORKER\"]}').touch()\n"
    two = ("--numprocesses", "2", "--dist", "loadscope", "--no-loadscope-reorder")
    assert _run(tmp_path, "", *two, test_one=seen, test_other=seen).returncode == 0
    workers = sorted(path.name.rpartition("test_")[2] for path in tmp_path.glob("*-gw*"))
    assert workers in (["one-gw0", "other-gw1"], ["one-gw1", "other-gw0"])


def test_continuous_integration_runs_make_test_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]


def test_what_is_left_to_the_night_still_has_its_name() -> None:
    here = ["tests/store/test_s3.py::TestS3Store::test_one", "tests/test_seeds.py::test_two"]
    assert nights.unmatched(here) == [left for left in nights.LEFT if left.startswith("store/test_s3.py::")]
    assert nights.unmatched([f"tests/{left}[a]" for left in nights.LEFT]) == []
    for file in {left.partition("::")[0] for left in nights.LEFT}:
        assert (ROOT / "tests" / file).is_file(), f"{file} is gone"


def test_of_many_of_one_kind_some_run_by_day() -> None:
    for start, many in nights.SAMPLED.items():
        by_day = sum(not nights.is_left(f"tests/{start}{number}]") for number in range(600))
        assert 0.5 < by_day * many / 600 < 1.5
