"""A night of a hub: every programme is run, several at a time, then their comparison is published.

``ogp hub run`` and the flow of Prefect both are this; they differ in who runs the programmes.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime

from ogp_pipeline.errors import OgpError, StoreError
from ogp_pipeline.hub import opening, processes
from ogp_pipeline.hub.comparison import publish_comparison
from ogp_pipeline.hub.model import HubProgramme
from ogp_pipeline.hub.opening import HubPlace
from ogp_pipeline.hub.outcomes import ComparisonOutcome
from ogp_pipeline.hub.results import LAST, Night, ProgrammeResult, key_of
from ogp_pipeline.publishing import signing_key
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.store.protocol import InDoubt

OnResult = Callable[[ProgrammeResult], None]
_OF_RUNS = uuid.UUID("5f0c9a4e-5a0f-4c55-9a0e-0b6f6a1d7d11")


def _quiet(result: ProgrammeResult) -> None:
    """Nobody waits for it."""


def run(
    place: HubPlace,
    now: datetime,
    night_id: str,
    on_result: OnResult = _quiet,
    at_once: int | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Night:
    """The whole night, here. ``now``: an aware time. ``night_id``: the same night repeated publishes nothing twice.

    ``at_once``: how many programmes at a time, instead of what the hub's file says; ``environment``: with the keys of
    all of them. StoreError if the record of the night cannot be stored; whatever goes wrong with a programme, or with
    the comparison, stands in it.
    """
    begun = time.monotonic()
    results: list[ProgrammeResult] = []
    with ThreadPoolExecutor(at_once or at_a_time(place), "ogp-hub") as threads:
        waiting = [
            threads.submit(processes.run_programme, place, programme, now, run_id(night_id, programme), environment)
            for programme in ours(place)
        ]
        for done in as_completed(waiting):
            results.append(done.result())
            on_result(results[-1])
    return conclude(place, now, night_id, results, time.monotonic() - begun)


def ours(place: HubPlace) -> list[HubProgramme]:
    """The programmes that this hub runs, or would but for their pause; in the order of its file."""
    return [programme for programme in place.hub.programmes if programme.programme is not None]


def at_a_time(place: HubPlace) -> int:
    """How many programmes are run at a time: as the hub's file says, else one for each processor."""
    return place.hub.run.at_once or len(os.sched_getaffinity(0))


def run_id(night_id: str, programme: HubProgramme) -> str:
    """The id of a programme's run in a night: always the same, so that a night repeated publishes nothing twice."""
    return str(uuid.uuid5(_OF_RUNS, f"{night_id} {programme.id}"))


def conclude(
    place: HubPlace, now: datetime, night_id: str, results: Iterable[ProgrammeResult], seconds: float
) -> Night:
    """Publish the comparison of what stands now, and store the record of the night."""
    by_name = {result.programme: result for result in results}
    state, told = _compare(place, now)
    night = Night(
        id=night_id,
        hub=place.hub.id,
        started=now,
        seconds=seconds,
        programmes=tuple(by_name[programme.id] for programme in ours(place) if programme.id in by_name),
        comparison=state,
        told=told,
    )
    for key in (key_of(night_id), LAST):
        answer = place.private.put_view(key, night.to_bytes(), "application/json")
        if isinstance(answer, InDoubt):
            raise StoreError(f"{key} could not be written to {place.private.describe()}: {answer.reason}")
    return night


def _compare(place: HubPlace, now: datetime) -> tuple[str, str]:
    """Publish the comparison: how that ended, in a word, and who is missing in it or why it failed."""
    try:
        ended = publish_comparison(
            opening.members(place), place.hub.published, place.publication, now, signer=signing_key.from_environment()
        )
    except (OgpError, OSError) as error:
        return "Failed", str(error)
    missing = [f"{each.member} was not read ({each.reason})" for each in ended.not_read]
    return type(ended.ended).__name__, "; ".join([*_version(ended), *missing])


def _version(ended: ComparisonOutcome) -> list[str]:
    return [f"version {ended.ended.version}"] if isinstance(ended.ended, Published) else []
