"""Collect: one task per source, in the programme's order, as later sources refer to rows of earlier ones."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.artifacts import show_table
from flows.mail import mail_after
from flows.retries import DELAYS, RETRIES, worth_another_try
from flows.states import result_of, state_of, state_of_collection, state_of_source
from flows.told import tell, tell_broken, telling
from flows.workspaces import open_workspace, shared
from ogp_pipeline.errors import OgpError, StoreRefused, UnsafeStore
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.record import SourceResult, receipts_to_read

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


@flow(name="ogp-collect", timeout_seconds=2 * 60 * 60, persist_result=False)
def collect(programme: Path) -> State[Any]:
    """Take deliveries in, so that suppliers have their receipts. Publishes nothing."""
    now = datetime.now(UTC)
    with telling(programme), shared(programme) as workspace:
        results = collect_all(programme, now)
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
