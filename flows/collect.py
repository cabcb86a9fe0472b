"""Collect: one task per source, in the programme's order, as later sources refer to rows of earlier ones."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.task_runners import TaskRunner

from flows.artifacts import show_table
from flows.mail import mail_after
from flows.retries import DELAYS, RETRIES, worth_another_try
from flows.runners import address_of, answer, running
from flows.states import result_of, state_of, state_of_collection, state_of_source
from flows.told import tell, tell_broken, telling
from flows.workspaces import of_run, open_workspace, shared
from ogp_pipeline.errors import OgpError, StoreRefused, UnsafeStore
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs import scouting
from ogp_pipeline.runs import shelf as shelves
from ogp_pipeline.runs.record import SourceResult, receipts_to_read
from ogp_pipeline.runs.scouting import Report
from ogp_pipeline.runs.shelf import Shelf, name_of
from ogp_pipeline.runs.workspace import Workspace

LIMIT_S = 30 * 60  # for one source


@task(
    name="collect source",
    task_run_name="collect-{source_id}",
    retries=RETRIES,  # safe: bytes which the ledger holds are recognised by their hash
    retry_delay_seconds=DELAYS,
    retry_condition_fn=worth_another_try,
    timeout_seconds=LIMIT_S,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def collect_source(programme: Path, source_id: str, now: datetime) -> State[SourceResult]:
    """Fetch, validate and settle what one source has to give: a state that is named after what came of it."""
    return state_of_source(core.collect_source(open_workspace(programme), source_id, now))


@task(
    name="examine source",
    task_run_name="examine-{source_id}",
    timeout_seconds=LIMIT_S,  # not repeated: what is lost, the run does itself
    cache_policy=NO_CACHE,
    persist_result=False,
)
def examine_source(
    programme: Path, source_id: str, now: datetime, shelf: str, examine: bool, before: Report | None
) -> Report:
    """Fetch and examine what one source has to give, and keep that on the run's shelf in the private store."""
    workspace = of_run(programme, shelf)
    return scouting.scout(workspace, source_id, now, Shelf(workspace.intake, shelf), examine=examine, before=before)


def collect_all(programme: Path, now: datetime, dask: str | None = None) -> list[SourceResult]:
    """Every source of the programme, one after the other; it is looked ahead, with ``dask`` by the cluster there.

    One that our side cannot collect does not stop the rest, but for a private store that cannot be used.

    None of them if nothing may be taken in (``core.refusal``).
    """
    with shared(programme) as workspace:
        if core.refusal(workspace, now) is not None:
            return []
        results = []
        with _looking_ahead(programme, workspace, now, dask) as found_of:
            for source in workspace.programme.sources:
                begun = time.monotonic()
                try:
                    with found_of(source.id):
                        results.append(result_of(collect_source(programme, source.id, now)))
                except (UnsafeStore, StoreRefused) as error:  # it would say the same of every source
                    results.append(core.failed(source, error))
                    break
                except TimeoutError as error:
                    if time.monotonic() - begun < LIMIT_S:  # the flow's limit, which Prefect tells the task as its own
                        raise TimeoutError(f"the flow's time limit ended it at source {source.id}") from error
                    results.append(core.failed(source, error))
                except (OgpError, OSError) as error:
                    results.append(core.failed(source, error))
        core.keep_what_is_known(workspace, now)
        return results


@contextmanager
def _looking_ahead(
    programme: Path, workspace: Workspace, now: datetime, dask: str | None
) -> Iterator[Callable[[str], AbstractContextManager[None]]]:
    """What is to be open while a source is collected, by its id. Sources are looked at ahead by threads and processes
    of this machine, or by the cluster.
    """
    with ExitStack() as stack:
        runner = _cluster(stack, address_of(dask))
        if runner is None:
            with core.looking_ahead(workspace, now):
                yield lambda source_id: nullcontext()  # noqa: ARG005
            return
        shelf = Shelf(workspace.intake, name_of(now, str(uuid.uuid4())))

        def ask(source_id: str, examine: bool, before: Report | None) -> Callable[[], Report | None]:
            given = {"programme": programme, "source_id": source_id, "now": now, "shelf": shelf.name}
            future = runner.submit(examine_source, {**given, "examine": examine, "before": before})
            return lambda: _report(answer(future, LIMIT_S))

        shelves.sweep(workspace.intake, now)
        stack.callback(shelf.clear)
        scouts = scouting.Scouts(workspace, ask)
        scouts.begin()
        yield lambda source_id: scouting.handed_over(workspace, source_id, now, shelf, scouts.before(source_id))


def _cluster(stack: ExitStack, address: str | None) -> TaskRunner[Any] | None:
    """The cluster; None if there is none, or it cannot be reached: then this machine does the work."""
    if address is None:
        return None
    try:
        return stack.enter_context(running(address, 1))
    except OSError as error:
        get_run_logger().warning(
            "the cluster at %s cannot be reached, and this machine works alone: %s", address, error
        )
        return None


def _report(given: object) -> Report | None:
    return given if isinstance(given, Report) else None


@flow(name="ogp-collect", timeout_seconds=2 * 60 * 60, persist_result=False)
def collect(programme: Path, dask: str | None = None) -> State[Any]:
    """Take deliveries in, so that suppliers have their receipts. Publishes nothing. ``dask``: as ``pipeline``."""
    now = datetime.now(UTC)
    with telling(programme), shared(programme) as workspace:
        results = collect_all(programme, now, dask)
        if not results and (refused := core.refusal(workspace, now)) is not None:
            tell_broken(programme, refused.reason)
            return state_of(refused)
        tell(programme, core.news_of_collection(workspace, now, results), now)
        mail_after(programme, now)
        show_table("collected", [_row(result) for result in results], "What each source gave.")
        return state_of_collection(results)


def _row(result: SourceResult) -> dict[str, object]:
    return {
        "source": result.source,
        "supplier": result.supplier,
        "state": result.state,
        "rows": result.rows,
        "problems": result.problems,
        "reason": result.reason or "",
        "days beyond its rhythm": result.stale_days or "",
        "receipt": " ".join(receipts_to_read(result)),
    }
