"""The end of a run: its record in the private store, its summary as an artifact, its state."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State

from flows.artifacts import show_markdown
from flows.states import state_of
from flows.told import tell, tell_broken
from flows.workspaces import open_workspace
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.outcomes import Outcome
from ogp_pipeline.runs.record import ReleaseSummary, SourceResult

SUMMARY = "run-summary"


def conclude(
    programme: Path,
    run_id: str,
    now: datetime,
    results: Sequence[SourceResult],
    releases: Sequence[ReleaseSummary],
    outcomes: Sequence[Outcome],
) -> State[Any]:
    """Store the record of a run that started at ``now``, tell its news, show its summary, and say how it ended."""
    workspace = open_workspace(programme)
    seconds = (datetime.now(UTC) - now).total_seconds()
    record = core.conclude(workspace, run_id, now, seconds, results, releases, outcomes)
    if record.kept:
        tell(programme, record.news, now)
    else:
        tell_broken(programme, str(getattr(record.outcome, "reason", "")))
    show_markdown(SUMMARY, core.summary(workspace, record), run_id)
    return state_of(record.outcome)
