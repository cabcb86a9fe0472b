"""Which tests stay together in one worker, and which groups begin first.

Tests are kept with what they share: test by test, each worker would publish every module's country. ``--dist
loadgroup`` is no help: xdist 3.8 writes a group into a test's id where pytest 9.2 no longer reads it, so that each test
went to whichever worker was free. The scheduler here needs the id alone, and ``conftest`` looks whether it was obeyed.
"""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

# The longest groups, as `benchmarks/suite.py` shows them: begun last, one would keep a worker busy alone.
LONGEST = (
    *("tests/flows/", "tests/runs/test_inbox", "tests/browser/", "tests/templates/", "tests/runs/test_run"),
    *("tests/cli/", "tests/upkeep/test_rollback", "tests/validation/test_fast", "tests/runs/test_quarantine"),
    *("tests/differential/", "tests/publishing/test_kills", "tests/runs/", "tests/consumers/", "tests/test_example"),
    *("tests/recipes/", "tests/workbooks/", "tests/publishing/", "tests/store/", "tests/upkeep/", "tests/metadata/"),
    *("tests/evaluation/", "tests/release/", "tests/starter/", "tests/site/"),
)
# Folders of which several files share a country, or a server that takes long to start.
SHARING = ("tests/browser/", "tests/consumers/", "tests/flows/", "tests/metadata/", "tests/templates/")
APART = ("tests/recipes/",)  # each test makes a copy of the project: they share nothing


def group_of(nodeid: str) -> str:
    """What the test belongs to: itself, its file, or its folder."""
    if nodeid.startswith(APART):
        return nodeid
    file = nodeid.partition("::")[0]
    return next((folder for folder in SHARING if file.startswith(folder)), file)


def place(nodeid: str) -> int:
    """Where a test's group stands among ``LONGEST``; after them if it is none of them."""
    return next((place for place, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


def is_over(folder: Path, nextitem: pytest.Item | None) -> bool:
    """Whether this worker leaves a folder with the test before ``nextitem``: what the folder shares can end."""
    return nextitem is None or folder not in nextitem.path.parents


class ByGroup(LoadScopeScheduling):  # type: ignore[misc] - xdist's types are not followed
    """Gives each worker one whole group after the other, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
