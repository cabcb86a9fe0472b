"""One real Prefect server for all flow tests, and a small country with a history in a folder of its own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

# Before Prefect is imported: it reads its settings then, and tests report to nobody.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

import pytest
from prefect.client.schemas.objects import State
from requests import certs

from flows.pipeline import pipeline
from tests.flows import tables
from tests.scheduling import is_over
from tests.small_country import build

# Flows take the time from the clock: what was public long ago, in a programme that has ended, does not depend on it.
HISTORY = {
    "path: inbox/forum": "historic: {known_on: 2024-01-31, why: It was public then.}, path: inbox/forum",
    "path: inbox/agency": "historic: {known_on: 2024-07-10, why: It was public then.}, path: inbox/agency",
    "  base_url": "  history: [2024-01-31, 2024-07-10]\n  base_url",
    "languages: [en]": "languages: [en]\nclosed_on: 2024-07-10",
}


_running = ExitStack()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A server with its own database, for all tests of this folder: starting one takes ten seconds.

    Its tables are there already, and it registers no kinds of block: who saves one does that.
    """
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_SSL_CERT_FILE, temporary_settings
    from prefect.testing.utilities import prefect_test_harness  # it imports the whole server

    start = SubprocessASGIServer.start

    def start_with_tables(server: SubprocessASGIServer, timeout: int | None = None) -> None:
        tables.lay()
        start(server, timeout)

    with _running:
        patch = _running.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("PREFECT_SERVER_REGISTER_BLOCKS_ON_START", "false")
        patch.setattr(SubprocessASGIServer, "start", start_with_tables)
        _running.enter_context(temporary_settings({PREFECT_API_SSL_CERT_FILE: _one_authority(tmp_path_factory)}))
        _running.enter_context(prefect_test_harness(server_startup_timeout=120))
        yield


def _one_authority(folders: pytest.TempPathFactory) -> str:
    """A file that holds one certificate. Nobody speaks TLS here, and each client of Prefect would read all 140."""
    first, end, _ = Path(certs.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----\n")
    file = folders.mktemp("authority") / "one.pem"
    file.write_text(first + end, encoding="utf-8")
    return str(file)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """End the server with the folder: it works on its own account as long as it runs, a sixtieth of a core."""
    if is_over(Path(__file__).parent, nextitem):
        _running.close()


@pytest.fixture
def beginning(tmp_path: Path) -> Path:
    """The programme file of a country before its first run."""
    return build(tmp_path, **HISTORY).folder / "programme.yaml"


@pytest.fixture(scope="session")
def first_run(server: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State]:
    """The country after one run of the pipeline flow, and how that ended. Not to be written to."""
    folder = build(tmp_path_factory.mktemp("first"), **HISTORY).folder
    return folder, pipeline(folder / "programme.yaml", return_state=True)


@pytest.fixture
def published(first_run: tuple[Path, State], tmp_path: Path) -> Path:
    """A programme file whose first release stands."""
    shutil.copytree(first_run[0], tmp_path, dirs_exist_ok=True)
    return tmp_path / "programme.yaml"
