"""Let a worker finish before it is stopped: ``python -m flows.drain --pool default --wait 1800``.

Stopping a worker of processes ends its runs at once, and nobody is told. So first its pool is paused, which hands out
no more runs; then it is waited until none runs. ``--resume`` hands out again (before the worker starts).

With a command behind ``--`` it does both by itself, which is what a container needs: it hands out again, starts the
command (the worker) and, when it is told to stop, drains and then ends it.
"""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound, PrefectException

PAUSE_S = 2
_LOOK_S = 0.5


def drain(client: SyncPrefectClient, pool: str, wait: float) -> int:
    """Pause the pool and wait at most so many seconds until nothing runs; how many runs are left."""
    client.update_work_pool(pool, WorkPoolUpdate(is_paused=True))
    until = time.monotonic() + wait
    while (left := _running(client, pool)) and time.monotonic() < until:
        time.sleep(PAUSE_S)
    return left


def resume(client: SyncPrefectClient, pool: str) -> None:
    """Hand out runs again."""
    client.update_work_pool(pool, WorkPoolUpdate(is_paused=False))


def _running(client: SyncPrefectClient, pool: str) -> int:
    states = FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
    return len(
        client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=states)),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
        )
    )


def attend(pool: str, wait: float, command: Sequence[str]) -> int:
    """Run a worker until it ends, or until this process is told to stop; its exit code, or 0 if it was told."""
    with suppress(ObjectNotFound), get_client(sync_client=True) as client:  # a worker makes its pool when it starts
        resume(client, pool)
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: told.append(received))
    worker = subprocess.Popen(command, start_new_session=True)  # what Ctrl-C ends is not the worker
    while worker.poll() is None and not told:
        time.sleep(_LOOK_S)
    if not told:
        return worker.wait()
    try:
        with get_client(sync_client=True) as client:
            drain(client, pool, wait)
    except (httpx.HTTPError, PrefectException) as error:
        sys.stderr.write(f"the server does not say what runs, so nothing is waited for: {error}\n")
    worker.terminate()
    worker.wait()
    return 0


def main() -> int:
    """Exit code 1 if something still runs: whoever stops the worker now ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", required=True)
    parser.add_argument("--wait", type=float, default=1800, help="seconds; default 1800")
    parser.add_argument("--resume", action="store_true", help="hand out runs again, and do nothing else")
    parser.add_argument("command", nargs="*", help="a worker to start, and to drain before it is stopped; behind --")
    asked = parser.parse_args()
    if asked.command:
        return attend(asked.pool, asked.wait, asked.command)
    with get_client(sync_client=True) as client:
        if asked.resume:
            resume(client, asked.pool)
            return 0
        left = drain(client, asked.pool, asked.wait)
    sys.stdout.write(f"{left} runs are left in the pool {asked.pool}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
