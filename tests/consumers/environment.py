"""The consumers' environment (``make consumers``), in which others' libraries read what we publish."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent
HOME = SCRIPTS.parents[1] / ".venv-consumers"


def ask(script: str, *arguments: str | Path) -> Any:
    """What a script beside this file answers."""
    ready, lock = HOME / ".ready", SCRIPTS / "requirements.lock"
    if not ready.is_file() or ready.read_bytes() != lock.read_bytes():
        pytest.skip(f"{HOME.name} is not what {lock.name} says: `make consumers` builds it")
    done = subprocess.run(
        [HOME / "bin" / "python", SCRIPTS / script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=SCRIPTS,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
