"""Doctor: every week the whole ledger is folded anew and compared with the state that is kept beside it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.artifacts import show_table
from flows.told import tell, telling
from flows.workspaces import open_workspace
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs import troubles
from ogp_pipeline.upkeep import doctor as upkeep
from ogp_pipeline.upkeep import retention


@flow(name="ogp-doctor", timeout_seconds=2 * 60 * 60, persist_result=False)
def doctor(programme: Path) -> State[Any]:
    """Look at the stores, the clock and the state; a checkpoint that is wrong is made again.

    If all is well, and the programme file has rules for it, raw files that are kept no longer go.
    """
    now = datetime.now(UTC)
    with telling(programme):
        workspace = open_workspace(programme)
        checks = upkeep.look(workspace, now, deep=True)
        ill = [(check.name, check.said) for check in checks if not check.well]
        removed = retention.keep_rules(workspace, "ogp-doctor", now) if not ill else None
        rows = [{"check": item.name, "well": item.well, "said": item.said, "todo": item.todo or ""} for item in checks]
        if removed is not None:
            said = f"{len(removed.files)} files that are kept no longer were removed: {removed.log or 'told before'}"
            rows.append({"check": "retention", "well": True, "said": said, "todo": ""})
        show_table("doctor", rows, "What the doctor looked at.")
        tell(programme, troubles.of_checks(workspace, core.today(workspace, now), ill), now)
    if ill:
        return Failed(name="NotWell", message="; ".join(f"{name}: {said}" for name, said in ill))
    return Completed(name="Well", message="Stores, state and clock are as they should be.")
