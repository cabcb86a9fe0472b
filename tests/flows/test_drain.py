"""A worker that is told to stop hands out no more runs, and ends."""

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate

from flows.drain import attend

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server", "signals")]
POOL = "drained"


@pytest.fixture
def signals() -> Iterator[None]:
    """As they were."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_told_to_stop_it_pauses_the_pool_and_ends_the_worker_it_started() -> None:
    worker = [sys.executable, "-c", "import time; time.sleep(600)"]
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        client.update_work_pool(POOL, WorkPoolUpdate(is_paused=True))
        seen = []

        def tell() -> None:
            seen.append(client.read_work_pool(POOL).is_paused)
            os.kill(os.getpid(), signal.SIGTERM)

        timer = threading.Timer(1, tell)
        timer.start()
        assert attend(POOL, 30, worker) == 0
        timer.join()
        assert seen == [False], "it hands out again when it starts"
        assert client.read_work_pool(POOL).is_paused


def test_a_worker_that_ends_by_itself_is_over_with_its_own_code() -> None:
    assert attend("a-pool-that-is-not-made-yet", 30, [sys.executable, "-c", "raise SystemExit(3)"]) == 3
