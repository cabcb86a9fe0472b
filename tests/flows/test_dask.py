"""A real Dask cluster of two workers: the same ledger, receipts and release as without; and a worker may die."""

import json
import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

from flows.hub import hub
from flows.pipeline import pipeline
from ogp_pipeline.hub import opening
from tests.hub.test_file import GOOD

_TIMES = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?")
_OF_THE_RUN = ("runs/", ".store", "computed/", "troubles", "numbers/", "state/log")


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers, each a process with one thread."""
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as started:
        yield started


def rows_and_entries(folder: Path) -> dict[str, bytes]:
    """What is kept of deliveries, and the public tables, by their hashes: no time stands in them."""
    named = [*(folder / "var/private/rows").iterdir(), *(folder / "var/private/raw").iterdir()]
    files = {path.name: path.read_bytes() for path in named}
    data = folder / "var/public/data"
    return files | {path.name: path.read_bytes() for path in data.rglob("*.csv")}


def shape(folder: Path) -> list[str]:
    """Ledger and receipts without times, and what is named after those."""
    told = []
    for part in ("ledger", "receipts"):
        for path in sorted((folder / "var/private" / part).rglob("*.json")):
            document = json.loads(_TIMES.sub(b"then", path.read_bytes()))
            told.append(
                json.dumps({key: value for key, value in document.items() if key not in _TIMED}, sort_keys=True)
            )
    return sorted(told)


_TIMED = {"previous", "receipt", "number", "id"}


def test_a_run_on_the_cluster_ends_as_one_without(
    first_run: tuple[Path, object], beginning: Path, cluster: LocalCluster
) -> None:
    state = pipeline(beginning, dask=cluster.scheduler_address, return_state=True)
    assert state.name == "Published"
    assert rows_and_entries(beginning.parent) == rows_and_entries(first_run[0])
    assert shape(beginning.parent) == shape(first_run[0])
    assert not list((beginning.parent / "var/private").glob("shelf/*/*")), "the shelf was cleared"


def test_a_worker_that_is_killed_harms_no_source(
    first_run: tuple[Path, object], beginning: Path, cluster: LocalCluster
) -> None:
    killed = threading.Event()

    def kill() -> None:
        """The first that has anything to do."""
        with Client(cluster.scheduler_address) as client:
            while not killed.is_set():
                busy = [worker for worker, tasks in client.processing().items() if tasks]
                if busy:
                    os.kill(client.run(os.getpid, workers=busy[:1])[busy[0]], signal.SIGKILL)
                    killed.set()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        state = pipeline(beginning, dask=cluster.scheduler_address, return_state=True)
    finally:
        was_killed = killed.is_set()
        killed.set()
        killer.join()
    assert was_killed
    assert state.name == "Published"
    assert rows_and_entries(beginning.parent) == rows_and_entries(first_run[0])


def test_a_cluster_that_is_not_there_leaves_the_work_to_the_run(published: Path) -> None:
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        state = pipeline(published, dask="tcp://127.0.0.1:9", return_state=True)
    assert state.name == "Unchanged"


def test_a_hub_on_the_cluster(published: Path, cluster: LocalCluster, tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    for name in ("xa", "xb", "xe"):
        shutil.copytree(published.parent, folder / name, ignore=shutil.ignore_patterns("hub"))
    (folder / "xe" / "programme.yaml").write_text("id: xe\n")
    third = "  - {id: xe, programme: xe/programme.yaml}\n"
    text = GOOD[: GOOD.index("  - {id: xc")] + third
    (folder / "hub.yaml").write_text(text, encoding="utf-8")
    state = hub(folder, dask=cluster.scheduler_address, return_state=True)
    assert (state.name, state.message) != ("Done", None)
    record = opening.open_hub(folder).private.get("last-night.json")
    assert record is not None
    programmes = {each["programme"]: each["state"] for each in json.loads(record.data)["programmes"]}
    assert programmes == {"xa": "Unchanged", "xb": "Paused", "xe": "Failed"}
