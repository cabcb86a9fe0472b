"""Collect: one task per source, in the programme's order, as later sources refer to rows of earlier ones."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.mail import mail_after
from flows.retries import DELAYS, RETRIES, worth_another_try
from flows.states import state_of, state_of_collection
from flows.workspaces import open_workspace, shared
from ogp_pipeline.errors import OgpError, UnsafeStore
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.record import SourceResult

LIMIT_S = 30 * 60  # for one source


@task(
    name="collect source",
    task_run_name="collect-{source_id}",
    tags=["ogp-source"],
    retries=RETRIES,  # safe: bytes which the ledger holds are recognised by their hash
    retry_delay_seconds=DELAYS,
    retry_condition_fn=worth_another_try,
    timeout_seconds=LIMIT_S,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def collect_source(programme: Path, source_id: str, now: datetime) -> SourceResult:
    """Fetch, validate and settle what one source has to give."""
    return core.collect_source(open_workspace(programme), source_id, now)


def collect_all(programme: Path, now: datetime) -> list[SourceResult]:
    """Every source of the programme, one after the other; it is looked ahead.

    One that our side cannot collect does not stop the rest, but for a private store that cannot be used.

    None of them if nothing may be taken in (``core.refusal``).
    """
    with shared(programme) as workspace:
        if core.refusal(workspace, now) is not None:
            return []
        results = []
        with core.looking_ahead(workspace, now):
            for source in workspace.programme.sources:
                begun = time.monotonic()
                try:
                    results.append(collect_source(programme, source.id, now))
                except UnsafeStore as error:  # it would say the same of every source
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


@flow(name="ogp-collect", timeout_seconds=2 * 60 * 60, persist_result=False)
def collect(programme: Path) -> State[Any]:
    """Take deliveries in, so that suppliers have their receipts. Publishes nothing."""
    now = datetime.now(UTC)
    results = collect_all(programme, now)
    if not results and (refused := core.refusal(open_workspace(programme), now)) is not None:
        return state_of(refused)
    rows = [
        {"source": result.source, "state": result.state, "rows": result.rows, "problems": result.problems}
        for result in results
    ]
    mail_after(programme, now)
    create_table_artifact(table=rows, key="collected", description="What each source gave.")
    return state_of_collection(results)
