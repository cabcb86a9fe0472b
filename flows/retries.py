"""Which errors are worth another try. Both tasks are safe to repeat; most errors are just not cured by it."""

from typing import Any

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun

from ogp_pipeline.errors import BrokenHistory, LostRace, StoreError, StoreRefused, UnsafeStore

RETRIES = 2
DELAYS = [10.0, 60.0]  # seconds; Prefect's default is 0, which asks a store in trouble again at once

_PASSING = (StoreError, LostRace, OSError)
_LASTING = (UnsafeStore, StoreRefused, BrokenHistory, TimeoutError)  # Python counts what ran out of time as an OSError


def worth_another_try(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """True for a store or disk in trouble. A mistake in a file, or a bug, waits for somebody to look.

    What ran out of time is not repeated: it may be the flow's own limit, which the task is told as if it were its own.
    """
    del task, run
    error = state.result(raise_on_failure=False)
    return isinstance(error, _PASSING) and not isinstance(error, _LASTING)
