"""Fixtures of the differential tests: how many files, where they are written, and what is counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.differential import proved
from tests.differential.counting import PROPERTY, Counts


@pytest.fixture(scope="session")
def files(request: pytest.FixtureRequest) -> int:
    """How many generated files the run compares."""
    return proved.files_to_compare(request.config.getoption("--differential"))


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[Counts]:
    """Counted by a test, printed at the end of the run (``counting.py``)."""
    counted = Counts()
    yield counted
    request.node.user_properties.append((PROPERTY, counted.text()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a case's files are written; the next case writes over them."""
    return tmp_path
