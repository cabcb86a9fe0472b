"""Who carries out the tasks of a flow: threads of its process, or a Dask cluster. The tasks are the same.

A cluster is named by the flow's parameter ``dask``, else by ``OGP_DASK_ADDRESS`` in the environment of the run (such as
``tcp://scheduler:8786``). Its workers have the same checkout and the same environment as the run, and reach Prefect's
server; ``prefect-dask`` comes with the extra ``dask``.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

ADDRESS = "OGP_DASK_ADDRESS"
_LOG = logging.getLogger("prefect.ogp")


def address_of(dask: str | None) -> str | None:
    """The address of the cluster that does the work; None: threads do it."""
    return dask or os.environ.get(ADDRESS, "").strip() or None


@contextmanager
def running(address: str | None, threads: int) -> Iterator[TaskRunner[Any]]:
    """What tasks are submitted to. ``threads``: how many, where there is no cluster. OSError without one there."""
    if address is None:
        pool: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=threads)
        with pool:
            yield pool
        return
    from prefect_dask.task_runners import DaskTaskRunner  # an extra: most have no cluster

    with DaskTaskRunner(address=address) as cluster:
        assert cluster.client is not None, "asking for it connects"
        yield cluster


def answer(future: PrefectFuture[Any], most: float | None = None) -> Any:  # noqa: ANN401 - whatever its task gives
    """What a task gave, or the error that ended it, as a value: a worker that dies is one task's trouble.

    ``most``: seconds to wait for it.
    """
    try:
        return future.result(timeout=most, raise_on_failure=False)
    except Exception as error:  # noqa: BLE001 - Dask raises what it likes when a worker is gone
        _LOG.warning("a task was lost: %s: %s", type(error).__name__, error)
        return error
