"""Prefect's server over PostgreSQL, which is restarted while a run is at work."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from tests.flows.conftest import HISTORY
from tests.flows.database import Database, running
from tests.flows.station import LONG, ROOT, Programme, Station, opened, wait_for
from tests.small_country import build

pytestmark = pytest.mark.prefect

AWAY_S = 45  # long enough that every loop of the server, the worker and the run meets it
AFTER_S = 15  # after the release stands, in which the run ends


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with running() as database:
        yield database


@pytest.fixture(scope="module")
def station(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with opened(tmp_path_factory.mktemp("station"), **database.environment()) as station:
        yield station


def test_prefect_goes_on_with_a_database_that_was_cut_off_and_is_back(database: Database) -> None:
    """By day, of the drills below: the way in which the server holds its connections."""
    from prefect.server.database.configurations import AsyncPostgresConfiguration

    async def asked() -> list[int]:
        engine = await AsyncPostgresConfiguration(database.url).engine()
        answers = []
        for _ in range(2):
            async with engine.connect() as connection:
                answers.append(int((await connection.execute(sqlalchemy.text("select 7"))).scalar_one()))
            database.stop()
            database.start()
        return answers

    assert asyncio.run(asked()) == [7, 7]


@pytest.mark.night
def test_the_example_is_published_by_a_server_over_postgresql(station: Station, tmp_path: Path) -> None:
    programme = Programme(station, shutil.copytree(ROOT / "examples/us-nap5", tmp_path / "examples/us-nap5"))
    worker = station.start_worker()
    run = station.run(programme.deployed(0))
    assert station.end_of(run) == "Published", station.states(run)
    assert not list(station.home.rglob("*.db")), "nothing of it stands in SQLite"
    station.kill(worker)


@pytest.mark.night
def test_postgresql_away_while_a_run_publishes_and_ends_costs_nothing(
    station: Station, database: Database, tmp_path: Path
) -> None:
    programme = Programme(station, build(tmp_path, **HISTORY).folder)
    worker = station.start_worker()
    run = station.run(programme.deployed(3))
    station.until_running(run)
    time.sleep(5)
    database.stop()
    assert wait_for("the release", programme.versions, LONG) == ["1.0.0"], "the store does not ask Prefect"
    time.sleep(AFTER_S)
    assert worker.poll() is None and station.server is not None and station.server.poll() is None
    database.start()
    assert station.end_of(run) == "Published", station.states(run)
    assert programme.versions() == ["1.0.0"]
    assert station.end_of(station.run(programme.deployed(0))) == "Unchanged", "the same server, the same worker"
    station.kill(worker)


@pytest.mark.night
def test_postgresql_away_while_a_run_begins_costs_nothing(station: Station, database: Database, tmp_path: Path) -> None:
    programme = Programme(station, build(tmp_path, **HISTORY).folder)
    worker = station.start_worker()
    run = station.run(programme.deployed(0))
    wait_for("Pending", lambda: station.state(run) in ("Pending", "Submitting"), LONG, 0.02)
    database.stop()
    time.sleep(AWAY_S)
    database.start()
    assert station.end_of(run) == "Published", station.states(run)
    assert programme.versions() == ["1.0.0"]
    station.kill(worker)
