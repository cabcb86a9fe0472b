"""The nightly run: every source, then one release, then one outcome that names the run's state."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.collect import collect_all
from flows.mail import mail_after
from flows.record import conclude
from flows.release import publish
from flows.told import telling
from flows.workspaces import shared
from ogp_pipeline.runs import run as core


# No retries here: tasks repeat what repetition can cure, and a returned ``Rejected`` would be retried too.
@flow(name="ogp-pipeline", timeout_seconds=2 * 60 * 60, persist_result=False)
def pipeline(programme: Path, dask: str | None = None) -> State[Any]:
    """Collect every source, then release what is new. ``dask``: the address of a cluster that looks ahead."""
    now = datetime.now(UTC)
    with telling(programme), shared(programme) as workspace:
        if (refused := core.refusal(workspace, now)) is not None:
            return conclude(programme, flow_run.id, now, [], [], [refused])
        results = collect_all(programme, now, dask)
        outcomes, made = publish(programme, results, now, flow_run.id)
        state = conclude(programme, flow_run.id, now, results, made, outcomes)
        mail_after(programme, now)
        return state
