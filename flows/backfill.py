"""The history: every source, then one release for each date of the programme's history, then the newest."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.collect import collect_all
from flows.record import conclude
from flows.release import publish
from ogp_pipeline import pipeline as core


@flow(name="ogp-backfill", timeout_seconds=6 * 60 * 60, persist_result=False)
def backfill(programme: Path) -> State[Any]:
    """Collect, then publish date by date, oldest first; dates that stand already are left alone."""
    now = datetime.now(UTC)
    results = collect_all(programme, now)
    days = core.backfill_dates(core.open_workspace(programme), now.date())
    # The day is in the id: a repeated run starts at the first day left, which must not take another's id.
    runs = [publish(programme, results, day, f"{flow_run.id}-{day}") for day in [*days, now.date()]]
    made = [release for _, releases in runs for release in releases]
    return conclude(programme, flow_run.id, now, results, made, [outcome for outcome, _ in runs])
