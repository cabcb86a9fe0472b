"""Doctor: every week the whole ledger is folded anew and compared with the state that is kept beside it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.workspaces import open_workspace
from ogp_pipeline.upkeep import doctor as upkeep


@flow(name="ogp-doctor", timeout_seconds=2 * 60 * 60, persist_result=False)
def doctor(programme: Path) -> State[Any]:
    """Look at the stores, the clock and the state; a checkpoint that is wrong is made again."""
    checks = upkeep.look(open_workspace(programme), datetime.now(UTC), deep=True)
    rows = [{"check": check.name, "well": check.well, "said": check.said, "todo": check.todo or ""} for check in checks]
    create_table_artifact(table=rows, key="doctor", description="What the doctor looked at.")
    ill = [f"{check.name}: {check.said}" for check in checks if not check.well]
    if ill:
        return Failed(name="NotWell", message="; ".join(ill))
    return Completed(name="Well", message="Stores, state and clock are as they should be.")
