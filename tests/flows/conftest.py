"""One real Prefect server for all flow tests, and the example in a folder of its own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

# Before Prefect is imported: it reads its settings then, and tests report to nobody.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

import pytest
from prefect.client.schemas.objects import State
from prefect.testing.utilities import prefect_test_harness

from flows.pipeline import pipeline

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    """A server with its own database, for the whole session: starting one takes half a minute."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example as it is checked out; its stores would be under ``tmp_path / "var"``."""
    return copy_of_the_example(tmp_path)


@pytest.fixture(scope="session")
def first_run(server: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State]:
    """The example after one run of the pipeline flow, and how that ended. Not to be written to."""
    folder = tmp_path_factory.mktemp("first")
    programme = copy_of_the_example(folder)
    return folder, pipeline(programme, return_state=True)


@pytest.fixture
def published(first_run: tuple[Path, State], tmp_path: Path) -> Path:
    """A programme file whose first release stands."""
    shutil.copytree(first_run[0], tmp_path, dirs_exist_ok=True)
    return tmp_path / "examples" / "us-nap5" / "programme.yaml"


def copy_of_the_example(folder: Path) -> Path:
    target = folder / "examples" / "us-nap5"
    shutil.copytree(ROOT / "examples" / "us-nap5", target)
    return target / "programme.yaml"
