"""A real Prefect server and real workers, each a process of its own that a drill may kill; nothing outlives it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.automations import TAG
from ogp_pipeline.publishing import history
from ogp_pipeline.runs import run as core
from tests.flows.slow_pipeline import SECONDS

ROOT = Path(__file__).resolve().parents[2]
POOL = "drill"
LONG = 400  # seconds for what takes some on a busy machine
ENDS = ("Published", "Unchanged", "Failed", "Crashed", "TimedOut")
Answer = TypeVar("Answer")


def wait_for(what: str, asked: Callable[[], Answer | None], seconds: float, pause: float = 0.5) -> Answer:
    """The first answer that counts as true; AssertionError after so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := asked():
            return answer
        time.sleep(pause)
    raise AssertionError(f"{seconds:.0f} s passed without {what}")


class Station:
    """One server with its database below ``home``, and its workers. Use ``opened``."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.environment = {
            **plain,
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PYTHONPATH": str(ROOT),
            **_of_worker(),
            **environment,
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self.server: subprocess.Popen[bytes] | None = None

    def start_server(self) -> None:
        """On the same port and database as before; returns when it answers."""
        options = ["server", "start", "--host", "127.0.0.1", "--port", str(self.port)]
        self.server = self.start("server", [*options, "--no-ui"] if "--no-ui" in options else options)
        wait_for("an answer of the server", self._healthy, 120)

    def _healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """A worker of the pool, whose runs are processes of its own."""
        return self.start("worker", ["worker", "start", "--pool", POOL, "--type", "process", *options])

    def start(self, name: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """A command of Prefect, which leads a session of its own; what it says goes to a file of this name."""
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "prefect", *arguments],
                cwd=self.home,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def log(self, name: str) -> str:
        """What the process of this name has said."""
        return (self.home / f"{name}.log").read_text(errors="replace")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As ``kill -9``: it, and what it has started in its session."""
        for pid in [*_of_session(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(timeout=30)

    def close(self) -> None:
        """End whatever is left."""
        for process in reversed(self._processes):
            if process.poll() is None or _of_session(process.pid):
                self.kill(process)

    def client(self) -> SyncPrefectClient:
        """Asks this server."""
        return get_client(sync_client=True)

    def deploy(
        self,
        entrypoint: str,
        parameters: Mapping[str, Any],
        tags: Sequence[str],
        variables: Mapping[str, Any],
        name: str | None = None,
    ) -> UUID:
        """A deployment of a flow of this project, ``module.py:flow``; without a ``name``, under the flow's."""
        from prefect.flows import load_flow_from_entrypoint

        flow = load_flow_from_entrypoint(str(ROOT / entrypoint), use_placeholder_flow=False)
        with self.client() as client:
            if POOL not in {pool.name for pool in client.read_work_pools()}:
                client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
            return client.create_deployment(
                flow_id=client.create_flow(flow),
                name=name or flow.name,
                entrypoint=entrypoint,
                path=".",
                pull_steps=[{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}],
                parameters=dict(parameters),
                tags=list(tags),
                work_pool_name=POOL,
                job_variables=dict(variables),
            )

    def run(self, deployment: UUID, tags: Sequence[str] = ()) -> UUID:
        """A run of it, as the schedule makes them with the tag ``auto-scheduled``."""
        with self.client() as client:
            return client.create_flow_run_from_deployment(deployment, tags=list(tags)).id

    def runs(self) -> list[FlowRun]:
        """All of them, the oldest first."""
        with self.client() as client:
            return sorted(client.read_flow_runs(), key=lambda run: run.created or run.expected_start_time)

    def state(self, run: UUID) -> str:
        """The name of its state."""
        with self.client() as client:
            state = client.read_flow_run(run).state
            return state.name or "" if state else ""

    def until_running(self, run: UUID) -> None:
        """Wait until its flow has begun."""
        wait_for("Running", lambda: self.state(run) == "Running", LONG)

    def end_of(self, run: UUID) -> str:
        """The name of the state in which it has ended."""
        return wait_for("an end", lambda: state if (state := self.state(run)) in ENDS else None, LONG)

    def states(self, run: UUID) -> list[str]:
        """The names of all states that it has had."""
        with self.client() as client:
            return [f"{state.name}: {state.message or ''}" for state in client.read_flow_run_states(run)]


@dataclass
class Programme:
    """A country of five sources and its deployment."""

    station: Station
    folder: Path

    def deployed(self, seconds: float, environment: Mapping[str, str] | None = None) -> UUID:
        """With what prefect.yaml says for every run, and more; each source takes so many seconds."""
        said = yaml.safe_load((ROOT / "prefect.yaml").read_text())["definitions"]["environment"]
        parameters = {"programme": str(self.folder / "programme.yaml")}
        variables = {"env": {**said, **(environment or {}), SECONDS: str(seconds)}}
        return self.station.deploy("tests/flows/slow_pipeline.py:pipeline", parameters, [TAG], variables)

    def versions(self) -> list[str]:
        return [made.version for made in history.releases(core.open_workspace(self.folder).publication)]


@contextmanager
def opened(home: Path, **environment: str) -> Iterator[Station]:
    """A station whose server answers; ``environment`` of server and workers. The client's settings lead to it."""
    station = Station(home, environment)
    try:
        station.start_server()
        with temporary_settings({PREFECT_API_URL: station.url}):
            yield station
    finally:
        station.close()


def _of_worker() -> dict[str, str]:
    """What deploy/compose.yaml tells Prefect's worker of its client."""
    told: dict[str, str] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]["worker"][
        "environment"
    ]
    return {name: value for name, value in told.items() if name.startswith("PREFECT_CLIENT_")}


def _of_session(leader: int) -> list[int]:
    """Ids of the processes that a process which leads a session has started, and they, in that session or their own."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(rest[1]), int(rest[3])
    below, new = {leader}, {leader}
    while new:
        new = {pid for pid, (parent, session) in parents.items() if parent in new or session in new} - below
        below |= new
    return sorted(below - {leader}, reverse=True)
