"""For which code the whole differential run has passed: ``proved.json``, committed, one hash for each Python.

All 2,200 files are the same every time, so with the same code, the same cases and the same libraries the run can only
end as it did before. Then a sample is compared. With anything else the whole runs; when it has passed, it writes the
new hash, to be committed with the change.
"""

import hashlib
import json
import platform
from collections.abc import Collection, Mapping
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROVED = Path(__file__).with_name("proved.json")
CODE = ("ogp_pipeline/validation/fast", "tests/differential")
LIBRARIES = ("frictionless", "hypothesis", "numpy", "openpyxl", "polars", "pyarrow", "python-calamine")
WHOLE = 2_200
SAMPLE = 100

Versions = Mapping[str, str]


def installed() -> Versions:
    return {name: version(name) for name in LIBRARIES}


def inputs(root: Path, versions: Versions) -> str:
    """All that the outcome of the whole run depends on, as one hash."""
    files = sorted(path.relative_to(root).as_posix() for folder in CODE for path in (root / folder).rglob("*.py"))
    contents = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in files}
    return hashlib.sha256(json.dumps([contents, dict(versions), WHOLE], sort_keys=True).encode()).hexdigest()


def proofs(path: Path = PROVED) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def is_proved() -> bool:
    """Whether the whole run has passed with this code, these libraries and this Python."""
    return proofs().get(_python()) == inputs(ROOT, installed())


def files_to_compare(asked: int | None) -> int:
    """As many as was asked for; else a sample where the whole is proved, and the whole where it is not."""
    if asked is not None:
        return asked
    return SAMPLE if is_proved() else WHOLE


def record(compared: int, themes: Collection[str], passed: Collection[str], path: Path = PROVED) -> bool:
    """Write that the whole has passed, if it is what was compared and every theme has; whether it was written."""
    if compared != WHOLE or not set(themes) <= set(passed):
        return False
    text = json.dumps({**proofs(path), _python(): inputs(ROOT, installed())}, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return True


def _python() -> str:
    """As ``3.11``: what ``csv`` and ``re`` of another one do is another question."""
    return platform.python_version().rpartition(".")[0]
