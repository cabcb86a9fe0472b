"""A night of a hub: each programme in a task of its own, or as its own deployment, then their comparison.

``hub.yaml`` says which. A task runs its programme in a process with that programme's keys, which may die. What becomes
of one is a value: it fails no other, and the record of the night holds it.
"""

import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.states import Cancelling, Completed, Failed

from flows.artifacts import show_table
from flows.runners import address_of, answer, running
from flows.told import tell_broken, tell_of, telling
from ogp_pipeline.hub import night, opening, processes
from ogp_pipeline.hub.file import file_of
from ogp_pipeline.hub.opening import HubPlace
from ogp_pipeline.hub.results import Night, ProgrammeResult, failed

LONGEST_S = 12 * 60 * 60
ASK_S = 10  # how often a deployment's run is asked how it goes


@lru_cache(maxsize=2)
def _open(file: Path, written: int) -> HubPlace:  # noqa: ARG001 - when the file was last written
    return opening.open_hub(file)


def open_hub(hub: Path) -> HubPlace:
    """The hub, opened once in a process for as long as its file stays as it is."""
    file = file_of(hub)
    return _open(file, file.stat().st_mtime_ns if file.is_file() else 0)


# No retries: the core repeats what died, and what else went wrong is a result.
@task(name="run programme", task_run_name="programme-{name}", cache_policy=NO_CACHE, persist_result=False)
def run_programme(hub: Path, name: str, now: datetime, night_id: str) -> State[ProgrammeResult]:
    """Run a programme in a process of its own: a state that is named after what came of it."""
    place = open_hub(hub)
    programme = place.hub.programme(name)
    result = processes.run_programme(place, programme, now, night.run_id(night_id, programme))
    if result.log and result.state == "Failed":
        get_run_logger().warning("%s:\n%s", name, result.log)
    return _state_of(result)


@task(name="run deployment", task_run_name="deployment-{name}", cache_policy=NO_CACHE, persist_result=False)
def run_deployed(hub: Path, name: str, night_id: str) -> State[ProgrammeResult]:
    """Have a programme run by its own deployment, and wait for it; it is cancelled when its time is over."""
    place = open_hub(hub)
    programme = place.hub.programme(name)
    begun, most = time.monotonic(), place.hub.quotas_of(programme).seconds
    deployment = place.hub.run.deployment_of(name)
    try:
        run = run_deployment(
            deployment,
            parameters={"programme": str(place.file_of(programme))},
            timeout=0,
            idempotency_key=night.run_id(night_id, programme),
            tags=[f"hub-{place.hub.id}"],
        )
    except ObjectNotFound:
        return _state_of(failed(name, f"there is no deployment {deployment}; `prefect deploy` makes it"))
    assert isinstance(run, FlowRun), "flows are not asynchronous"
    ended = _await(run, most)
    seconds = time.monotonic() - begun
    if ended is None:
        told = f"it was cancelled because it took more than {most} seconds (`quotas` in the hub's file)"
        return _state_of(failed(name, told))
    state = ended.name or ended.type.value
    return _state_of(ProgrammeResult(name, state, "" if ended.is_completed() else ended.message or "", seconds=seconds))


def _await(run: FlowRun, most: float) -> State[Any] | None:
    """How a run ended; None if it was cancelled, because it ran for longer than ``most`` seconds."""
    with get_client(sync_client=True) as client:
        while True:
            now = client.read_flow_run(run.id)
            if now.state is not None and now.state.is_final():
                return now.state
            if now.start_time is not None and (datetime.now(UTC) - now.start_time).total_seconds() > most:
                client.set_flow_run_state(run.id, Cancelling())
                return None
            time.sleep(ASK_S)


@flow(name="ogp-hub", timeout_seconds=LONGEST_S, persist_result=False)
def hub(hub: Path, dask: str | None = None) -> State[Any]:
    """Run every programme of the hub, then publish their comparison. ``dask``: the address of a cluster."""
    now, begun = datetime.now(UTC), time.monotonic()
    night_id = str(flow_run.id)
    with telling(file_of(hub)):
        place = open_hub(hub)
        try:
            results = _results(place, hub, now, night_id, dask)
            done = night.conclude(place, now, night_id, results, time.monotonic() - begun)
        finally:
            processes.close()
    show_table("hub-night", [_row(result) for result in done.programmes], "How each programme's run ended.")
    return _state_of_night(done)


def _results(place: HubPlace, hub: Path, now: datetime, night_id: str, dask: str | None) -> list[ProgrammeResult]:
    settings = place.hub.run
    address = address_of(dask or settings.dask) if settings.how == "here" else None
    with running(address, night.at_a_time(place)) as runner:
        waiting = []
        for programme in night.ours(place):
            given: dict[str, Any] = {"hub": hub, "name": programme.id, "night_id": night_id}
            if settings.how == "deployments" and programme.paused is None:
                waiting.append((programme.id, runner.submit(run_deployed, given)))
            else:
                waiting.append((programme.id, runner.submit(run_programme, {**given, "now": now})))
        results = [_given(name, answer(future)) for name, future in waiting]
    return results if settings.how == "deployments" else [_told(result) for result in results]


def _told(result: ProgrammeResult) -> ProgrammeResult:
    """It, of which the news are told as those of a run of its own would be. A deployment tells its own."""
    tell_of(result.programme, result.news)
    if result.state == "Failed" and not (result.news.new or result.news.known):
        tell_broken(Path(result.programme) / "programme.yaml", result.told)
    return result


def _given(name: str, given: object) -> ProgrammeResult:
    if isinstance(given, ProgrammeResult):
        return given
    return failed(name, f"its task was lost ({type(given).__name__}: {given})")


def _state_of(result: ProgrammeResult) -> State[ProgrammeResult]:
    kind = Completed if result.exit_code in (0, 3) else Failed
    told = "; ".join(part for part in (result.told, result.version) if part)
    return kind(name=result.state, message=told, data=result)


def _state_of_night(done: Night) -> State[Any]:
    told = ", ".join(f"{count} {state}" for state, count in done.counts.items())
    message = f"{told}; comparison: {done.comparison} {done.told}".strip()
    if done.exit_code == 0:
        return Completed(name="Done", message=message)
    return Failed(name="ToLookAt", message=message)


def _row(result: ProgrammeResult) -> dict[str, object]:
    return {
        "programme": result.programme,
        "state": result.state,
        "version": result.version or "",
        "why": result.told,
        "seconds": round(result.seconds, 1),
    }
