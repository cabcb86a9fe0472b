"""A missing part must not look like a green light: with CI=true a skipped test fails the run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

SKIPPING_TEST = "import pytest\n\ndef test_part(): pytest.skip('the part is missing')\n"
SKIPPING_FILE = "import pytest\n\npytest.importorskip('no_such_part')\n\ndef test_part(): pass\n"


def _exit_code(folder: Path, test: str, ci: str) -> int:
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "conftest.py")
    (folder / "test_part.py").write_text(test + "\n\ndef test_other(): pass\n")
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    environment = {**os.environ, "CI": ci}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize("test", [SKIPPING_TEST, SKIPPING_FILE], ids=["test", "file"])
def test_a_skip_fails_in_continuous_integration_only(tmp_path: Path, test: str) -> None:
    assert _exit_code(tmp_path, test, ci="true") != 0
    assert _exit_code(tmp_path, test, ci="") in {0, 5}


def test_continuous_integration_runs_make_test_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
