"""Each programme of a hub is run by a process of its own, which has its keys alone and may die.

A nursery loads everything once and forks a process for each run, so a run costs a fork and no start of Python. The
process gets the environment of its programme, and is ended with all that it started when it takes longer, or more
memory, than its quotas say. Whatever becomes of it is a result: the other programmes are not touched.
"""

import logging
import os
import resource
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from ogp_pipeline.errors import OgpError
from ogp_pipeline.hub import surroundings
from ogp_pipeline.hub.model import HubProgramme, Quotas
from ogp_pipeline.hub.opening import HubPlace
from ogp_pipeline.hub.results import PAUSED, ProgrammeResult, end_of, failed, of
from ogp_pipeline.mail import post
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs import workers
from ogp_pipeline.runs.worker import Job
from ogp_pipeline.runs.workers import OnePool, Pool, TooCostly, WorkFailed

# As many as anybody asks for: how many run at a time is the matter of whoever asks.
_MOST = 1_000
_LOADED = ("ogp_pipeline.hub.loaded",)

# No process is used for two programmes: it has seen keys.
_pool = OnePool(partial(Pool, _MOST, tasks=1, loaded=_LOADED))


def run_programme(
    place: HubPlace,
    programme: HubProgramme,
    now: datetime,
    run_id: str,
    environment: Mapping[str, str] = os.environ,
) -> ProgrammeResult:
    """Run a programme as ``ogp run`` does, in a process of its own. Whatever becomes of it is a result.

    ``run_id``: the same run repeated publishes once. ``environment``: of the hub, with the keys of all programmes.
    """
    if programme.paused is not None:
        return ProgrammeResult(programme.id, PAUSED, programme.paused)
    quotas, begun = place.hub.quotas_of(programme), time.monotonic()
    given = (
        programme.id,
        place.file_of(programme).absolute(),
        surroundings.of(programme.environment, environment),
        now,
        run_id,
        quotas,
    )
    try:
        result: ProgrammeResult = _pool.get().do(Job(_run, (), given, quotas.seconds, quotas.mb))
    except TooCostly as error:
        what = f"{error.limit} seconds" if error.what == "seconds" else f"{error.limit} MB of memory"
        result = failed(programme.id, f"it was ended because it took more than {what} (`quotas` in the hub's file)")
    except (WorkFailed, OgpError, OSError) as error:
        notes = getattr(error, "__notes__", [])
        result = replace(failed(programme.id, f"{type(error).__name__}: {error}"), log=end_of(notes))
    return replace(result, seconds=time.monotonic() - begun)


def close() -> None:
    """End the nursery, and what it has started."""
    _pool.close()


def nursery() -> int | None:
    """The process from which those of programmes are forked, if there is one."""
    made = _pool.made()
    return made.nursery if made is not None else None


class _Lines(logging.Handler):
    """What is logged, as lines."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def _run(
    name: str, file: Path, environment: Mapping[str, str], now: datetime, run_id: str, quotas: Quotas
) -> ProgrammeResult:
    """In the process of the programme."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    with suppress(OSError):  # so that `top` says whose process it is
        Path("/proc/self/comm").write_text(f"ogp {name}")
    log = _Lines()
    logging.getLogger("ogp_pipeline").addHandler(log)
    try:
        result = _ran(name, file, now, run_id, quotas)
    except (OgpError, OSError) as error:
        result = failed(name, str(error))
    finally:
        workers.close()
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in spent)
    return replace(result, cpu_seconds=cpu, log=end_of(log.lines))


def _ran(name: str, file: Path, now: datetime, run_id: str, quotas: Quotas) -> ProgrammeResult:
    workspace = pipeline.open_workspace(file)
    count = len(workspace.programme.sources)
    if count > quotas.sources:
        told = f"it has {count} sources, and its quota is {quotas.sources} (`quotas` in the hub's file)"
        return replace(failed(name, told), sources=count)
    record = pipeline.run(workspace, now, run_id)
    posted = post.send_due(workspace, now)
    if posted.trouble:
        logging.getLogger(__name__).warning(posted.trouble)
    return replace(of(name, record.outcome), sources=count, news=record.news)
