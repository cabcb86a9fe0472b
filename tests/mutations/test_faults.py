"""The suite finds the faults of ``faults.py``: each is made in a copy of the project, whose named tests then fail.

That each fault can still be made is asked every time; whether it is noticed only with ``--mutations``, as in
``make night``, for each takes a run of tests.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.every import for_every
from tests.mutations.faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("ogp_pipeline", "flows", "schemas", "tests", "examples", "benchmarks", "docs", "pyproject.toml", "README.md")
BY_NAME = {fault.name: fault for fault in FAULTS}
FAILED, PASSED = 1, 0  # pytest's exit codes


def test_no_two_faults_share_a_name() -> None:
    assert len(BY_NAME) == len(FAULTS)


@for_every("name", BY_NAME)
def test_a_fault_can_still_be_made(name: str) -> None:
    fault = BY_NAME[name]
    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old) == 1
    assert fault.old != fault.new
    assert all((ROOT / test).is_file() for test in fault.tests)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project. Each test puts back what it changed."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "var"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1", "CI": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=1200
    )


def _outcome(project: Path, fault: Fault) -> subprocess.CompletedProcess[str]:
    """What the fault's tests say where it was made."""
    path = project / fault.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        return _run(project, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *fault.tests)
    finally:
        path.write_text(sound, encoding="utf-8")


@pytest.mark.mutations
def test_the_copy_is_what_its_tests_run(project: Path) -> None:
    found = _run(project, "-c", "import ogp_pipeline; print(ogp_pipeline.__file__)")
    assert Path(found.stdout.strip()).is_relative_to(project), found.stderr


@pytest.mark.mutations
@pytest.mark.parametrize("name", [name for name, fault in BY_NAME.items() if not fault.survives])
def test_a_fault_is_noticed(project: Path, name: str) -> None:
    done = _outcome(project, BY_NAME[name])
    assert done.returncode == FAILED, done.stdout[-2000:]
    assert " failed" in done.stdout, "it was no test that failed, but the run of them"


@pytest.mark.mutations
def test_known_survivors_are_still_such(project: Path) -> None:
    """When this fails, a test has been written that notices one: take its ``survives`` out."""
    noticed = [
        name for name, fault in BY_NAME.items() if fault.survives and _outcome(project, fault).returncode != PASSED
    ]
    assert not noticed, "take `survives` out"
