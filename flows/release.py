"""Release: one task, from the ledger to a committed release, or to the finding that there is nothing new."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.assets import show_release
from flows.record import conclude
from flows.retries import DELAYS, RETRIES, worth_another_try
from flows.told import telling
from flows.workspaces import open_workspace, shared
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.outcomes import Outcome
from ogp_pipeline.runs.record import ReleaseSummary, SourceResult


@task(
    name="publish release",
    task_run_name="publish-as-of-{today}",
    retries=RETRIES,  # safe: a commit under the same ``publish_id`` is found, not repeated
    retry_delay_seconds=DELAYS,
    retry_condition_fn=worth_another_try,
    timeout_seconds=30 * 60,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def publish_release(
    programme: Path, results: Sequence[SourceResult], today: date, publish_id: str
) -> tuple[Outcome, list[ReleaseSummary]]:
    """Publish what is known on ``today``: the outcome, and the release made, if one was."""
    workspace = open_workspace(programme)
    outcome = core.release(workspace, results, today, publish_id)
    return outcome, core.releases_of(workspace, outcome)


def publish(
    programme: Path, results: Sequence[SourceResult], now: datetime, publish_id: str, *, backfill: bool = False
) -> tuple[list[Outcome], list[ReleaseSummary]]:
    """The task for today, and for the history before it; a last error is an outcome, so it has its record, too."""
    workspace = open_workspace(programme)

    def once(day: date, day_id: str) -> tuple[Outcome, list[ReleaseSummary]]:
        outcome, made = publish_release(programme, results, day, day_id)
        for release in made:
            show_release(programme, release)
        return outcome, made

    return core.release_dates(workspace, once, core.today(workspace, now), publish_id, backfill=backfill)


@flow(name="ogp-release", timeout_seconds=60 * 60, persist_result=False)
def release(programme: Path) -> State[Any]:
    """Publish what the ledger holds, asking no source."""
    now = datetime.now(UTC)
    with telling(programme), shared(programme):
        outcomes, made = publish(programme, [], now, flow_run.id)
        return conclude(programme, flow_run.id, now, [], made, outcomes)
