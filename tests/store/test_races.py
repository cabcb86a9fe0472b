"""Many publishers at once: numbers are dense, each has one winner, and no reader ever sees a torn release."""

import threading
from pathlib import Path

import pytest

from ogp_pipeline.store import history, layout, views
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.reader import DirectoryReader
from ogp_pipeline.store.steps import STEPS
from ogp_pipeline.store.verify import verify
from tests.store.conftest import Jobs, Publishing
from tests.store.reading import Torn, read_newest

pytestmark = pytest.mark.slow

PUBLISHERS = 8


class Watch:
    """Reads the newest release again and again until told to stop; keeps what it saw."""

    def __init__(self, root: Path) -> None:
        self._root, self._over = root, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.seen: list[int] = []
        self.torn: list[str] = []

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            try:
                self.seen.append(read_newest(DirectoryReader(self._root)) or 0)
            except Torn as error:
                self.torn.append(str(error))


def test_racing_publishers_win_one_number_each(tmp_path: Path, jobs: Jobs) -> None:
    root = tmp_path / "public"
    wanted = [
        {
            "root": str(root),
            "folder": str(tmp_path / "built"),
            "content": f"content {i}",
            "publish_id": f"publisher-{i}",
            "attempt": str(i),
            "persist": True,
        }
        for i in range(PUBLISHERS)
    ]
    with Watch(root) as watch:
        results = jobs(*wanted)
    assert [result["exit"] for result in results] == [0] * PUBLISHERS
    assert sorted(result["n"] for result in results) == list(range(1, PUBLISHERS + 1))
    chain = history.releases(DirectoryStore(root))  # raises unless dense and linked
    assert {record.manifest.publish_id for record in chain} == {job["publish_id"] for job in wanted}
    by_number = {result["n"]: job["publish_id"] for result, job in zip(results, wanted, strict=True)}
    assert {record.n: record.manifest.publish_id for record in chain} == by_number
    assert sum(result["lost"] for result in results) > 0, "nobody ever lost: this was no race"

    assert watch.torn == []
    assert watch.seen == sorted(watch.seen), "latest.json went back"
    assert verify(DirectoryReader(root)).problems == ()


def test_racing_publishers_of_one_run_commit_once(tmp_path: Path, jobs: Jobs) -> None:
    root = tmp_path / "public"
    same = {
        "root": str(root),
        "folder": str(tmp_path / "built"),
        "content": "c",
        "publish_id": "run",
        "persist": True,
    }
    results = jobs(*({**same, "attempt": str(i)} for i in range(4)))
    assert [(result["exit"], result["n"]) for result in results] == [(0, 1)] * 4
    assert len(history.releases(DirectoryStore(root))) == 1
    assert verify(DirectoryReader(root)).problems == ()


def test_killed_publishers_do_not_disturb_the_others(tmp_path: Path, jobs: Jobs) -> None:
    root = tmp_path / "public"
    wanted = [
        {
            "root": str(root),
            "folder": str(tmp_path / "built"),
            "content": f"content {i}",
            "publish_id": f"publisher-{i}",
            "attempt": str(i),
            "persist": True,
            **({"kill_call": 40 * i} if i % 2 else {}),
        }
        for i in range(PUBLISHERS)
    ]
    with Watch(root) as watch:
        jobs(*wanted)
    assert watch.torn == []
    # One that was overtaken between its last look and its write, and killed there, leaves older bytes under latest/.
    found = {finding.kind.value for finding in verify(DirectoryReader(root)).problems}
    assert found <= {"views-behind", "latest-differs"}
    for i, job in enumerate(wanted):
        jobs({**job, "attempt": f"again-{i}", "kill_call": None})
    chain = history.releases(DirectoryStore(root))
    assert sorted(record.manifest.publish_id for record in chain) == [f"publisher-{i}" for i in range(PUBLISHERS)]
    assert verify(DirectoryReader(root)).problems == ()


# Planted faults: what the checks above would see if the protocol were wrong.


def test_a_reader_notices_a_hint_that_moves_before_the_commit(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    first = publishing("1")

    def hint_too_early(step: str) -> None:
        if step == "ready":
            early = views.hint(history.Release(2, first.manifest, first.data, first.hash))
            store.put_view(layout.LATEST, early, layout.JSON)
            with pytest.raises(Torn):
                read_newest(DirectoryReader(tmp_path / "public"))
            store.put_view(layout.LATEST, views.hint(first), layout.JSON)

    publishing("2", on_step=hint_too_early)


@pytest.mark.parametrize("step", [step for step in STEPS if step in ("committed", "version_file")])
def test_a_reader_notices_a_hint_that_moves_before_the_views(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing, step: str
) -> None:
    publishing("1")
    torn: list[str] = []

    def hint_too_early(passed: str) -> None:
        if passed == step and not torn:
            second = history.release(store, 2)
            store.put_view(layout.LATEST, views.hint(second), layout.JSON)
            with pytest.raises(Torn) as caught:
                read_newest(DirectoryReader(tmp_path / "public"))
            torn.append(str(caught.value))

    publishing("2", on_step=hint_too_early)
    assert torn


def test_a_commit_that_overwrites_would_break_the_chain_for_all_to_see(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    for content in ("1", "2", "3"):
        publishing(content)
    chain = history.releases(store)
    other = chain[1].manifest.model_copy(update={"publish_id": "another"})
    store.put_view(layout.release(2), other.to_bytes(), layout.JSON)
    kinds = {finding.kind.value for finding in verify(DirectoryReader(tmp_path / "public")).problems}
    assert "chain-broken" in kinds
