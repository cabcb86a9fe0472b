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
from flows.told import telling
from flows.workspaces import shared
from ogp_pipeline.runs import run as core


@flow(name="ogp-backfill", timeout_seconds=6 * 60 * 60, persist_result=False)
def backfill(programme: Path) -> State[Any]:
    """Collect, then publish date by date, oldest first; dates that stand already are left alone."""
    now = datetime.now(UTC)
    with telling(programme), shared(programme) as workspace:
        if (refused := core.refusal(workspace, now)) is not None:
            return conclude(programme, flow_run.id, now, [], [], [refused])
        results = collect_all(programme, now)
        outcomes, made = publish(programme, results, now, flow_run.id, backfill=True)
        return conclude(programme, flow_run.id, now, results, made, outcomes)
