"""Drills at night: what machines do to a run of a real server and a real worker, and what becomes of it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest

from flows import alerts
from flows.automations import SCHEDULED, Patience
from tests.flows.conftest import HISTORY
from tests.flows.station import LONG, POOL, ROOT, Programme, Station, opened, wait_for
from tests.small_country import build

pytestmark = [pytest.mark.prefect, pytest.mark.night]

# Shorter than in production; as long as a busy machine needs to begin a run.
PATIENCE = Patience(
    heartbeat=timedelta(seconds=100),
    pending=timedelta(seconds=120),
    late=timedelta(seconds=20),
    repeat=timedelta(seconds=1),
)
SECRET = "the-path-of-the-drill"


@dataclass
class Post:
    """Who is told: a web server that keeps what it gets."""

    address: str
    subjects: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.subjects.append(told["title"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is to be read of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Post(f"json://127.0.0.1:{server.server_port}/{SECRET}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()


@pytest.fixture(scope="module")
def station(post: Post, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A server with our alerts, of which nobody is left when the drills are over."""
    with opened(tmp_path_factory.mktemp("station")) as station:
        alerts.setup({alerts.DUTY: post.address}, patience=PATIENCE)
        yield station
        files = [file for file in station.home.rglob("*") if file.is_file()]
        assert files and not [file for file in files if SECRET in file.read_text(errors="ignore")]


@pytest.fixture
def programme(station: Station, tmp_path: Path) -> Programme:
    return Programme(station, build(tmp_path, **HISTORY).folder)


def _once_more(station: Station, earlier: set[UUID]) -> UUID:
    """The run that was made for one that crashed."""

    def made() -> UUID | None:
        return next((run.id for run in station.runs() if run.id not in earlier), None)

    return wait_for("another run", made, LONG)


def test_a_message_goes_by_way_of_the_server(station: Station, post: Post) -> None:
    assert alerts.test() == ["sent"]
    assert "OGP Pipeline: a test" in post.subjects


def test_a_run_that_no_worker_takes_up_is_told_and_run_when_there_is_one(programme: Programme, post: Post) -> None:
    station = programme.station
    run = station.run(programme.deployed(0), [SCHEDULED])
    wait_for("the message", lambda: "OGP Pipeline: a run is late" in post.subjects, LONG)
    worker = station.start_worker()
    assert station.end_of(run) == "Published"
    station.kill(worker)


def test_a_worker_killed_while_a_run_is_pending_costs_minutes_and_not_the_night(
    programme: Programme, post: Post
) -> None:
    station = programme.station
    deployment, earlier = programme.deployed(0), {run.id for run in station.runs()}
    worker = station.start_worker()
    run = station.run(deployment, [SCHEDULED])
    wait_for("Pending", lambda: station.state(run) in ("Pending", "Submitting"), LONG, 0.02)
    station.kill(worker)
    worker = station.start_worker()
    wait_for("Crashed", lambda: station.state(run) == "Crashed", LONG)
    assert station.end_of(_once_more(station, {*earlier, run})) == "Published"
    assert "OGP Pipeline: a run crashed" in post.subjects and programme.versions() == ["1.0.0"]
    station.kill(worker)


def test_a_machine_that_is_gone_in_the_middle_is_noticed_and_the_run_made_once_more(programme: Programme) -> None:
    station = programme.station
    deployment, earlier = programme.deployed(60), {run.id for run in station.runs()}
    worker = station.start_worker()
    run = station.run(deployment, [SCHEDULED])
    station.until_running(run)
    time.sleep(40)  # it has said once or twice that it lives
    station.kill(worker)
    programme.deployed(0)
    wait_for("Crashed", lambda: station.state(run) == "Crashed", LONG)
    worker = station.start_worker()
    assert station.end_of(_once_more(station, {*earlier, run})) == "Published"
    station.kill(worker)


def test_a_server_away_for_100_seconds_costs_nothing(programme: Programme) -> None:
    station = programme.station
    worker = station.start_worker()
    run = station.run(programme.deployed(20))
    station.until_running(run)
    time.sleep(8)
    assert station.server is not None
    station.kill(station.server)
    time.sleep(100)
    station.start_server()
    assert station.end_of(run) == "Published", station.states(run)
    assert "Crashed" not in {state.partition(":")[0] for state in station.states(run)}
    assert programme.versions() == ["1.0.0"]
    station.kill(worker)


def test_a_worker_that_is_drained_ends_its_run_and_takes_no_other(programme: Programme) -> None:
    station = programme.station
    deployment, worker = programme.deployed(6), station.start_worker()
    run = station.run(deployment)
    station.until_running(run)
    waiting = station.run(deployment)
    drain = [sys.executable, "-m", "flows.drain", "--pool", POOL]
    environment = {**station.environment}
    done = subprocess.run([*drain, "--wait", str(LONG)], env=environment, cwd=ROOT, timeout=LONG + 60, check=False)
    assert done.returncode == 0 and station.state(run) == "Published"
    os.kill(worker.pid, signal.SIGTERM)
    worker.wait(timeout=60)
    assert station.state(waiting) in ("Scheduled", "Late", "Unchanged"), "if it began before the pause, it has ended"
    subprocess.run([*drain, "--resume"], env=environment, cwd=ROOT, timeout=120, check=True)
    worker = station.start_worker()
    assert station.end_of(waiting) == "Unchanged"
    station.kill(worker)
