"""Many publishers at once: numbers are dense, each has one winner, and no reader ever sees a torn release.

On a directory and on a real S3 server, whose waiting writers sleep for a second each. Of those that go on until they
win, a normal run has fewer: what they do grows with the square of their number. ``--kills 10`` takes all of them.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import history, layout, views
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.steps import STEPS
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing.conftest import Jobs, Publishing
from tests.publishing.places import Place, open_store
from tests.publishing.reading import Torn, read_lists, read_newest

pytestmark = pytest.mark.slow

PUBLISHERS = 20


class Watch:
    """Reads the newest release again and again until told to stop; keeps what it saw."""

    def __init__(self, place: Place) -> None:
        self._place, self._over = place, threading.Event()
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
        reader = self._place.reader()
        while not self._over.is_set():
            try:
                self.seen.append(read_newest(reader) or 0)
                read_lists(reader)
            except Torn as error:
                self.torn.append(str(error))
            except StoreError:  # could not look: the server is down
                continue


def wanted(place: Place, folder: Path, count: int, **how: Any) -> list[dict[str, Any]]:
    """Jobs for as many publishers, each with something of its own to publish."""
    return [
        {
            "store": place.spec,
            "folder": str(folder / "built"),
            "content": f"content {i}",
            "publish_id": f"publisher-{i}",
            "attempt": str(i),
            **how,
        }
        for i in range(count)
    ]


def test_of_twenty_publishers_exactly_one_wins_the_number(
    tmp_path: Path, jobs: Jobs, new_place: Callable[[], Place], kills: int, record_property: Any
) -> None:
    rounds = max(1, kills // 2)
    for turn in range(rounds):
        place = new_place()
        with Watch(place) as watch:
            results = jobs(*wanted(place, tmp_path / str(turn), PUBLISHERS))
        assert [result["exit"] for result in results] == [0] * PUBLISHERS
        winners = [i for i, result in enumerate(results) if result["n"] == 1]
        chain = history.releases(open_store(place.spec))  # raises unless dense and linked
        # One that began late may have come upon the first release, and then won the second number fairly.
        assert len(winners) == 1 and chain[0].manifest.publish_id == f"publisher-{winners[0]}"
        numbers = sorted(result["n"] for result in results if result["n"])
        assert numbers == list(range(1, len(chain) + 1))
        assert sum(result["lost"] for result in results) == PUBLISHERS - len(chain)
        assert watch.torn == [] and verify(place.reader()).problems == ()
        record_property("reads", sum(n > 0 for n in watch.seen))
    record_property("races", rounds)


def test_racing_publishers_win_one_number_each(
    tmp_path: Path, jobs: Jobs, new_place: Callable[[], Place], kills: int, record_property: Any
) -> None:
    place = new_place()
    publishers = PUBLISHERS if kills >= 10 else 12 if "root" in place.spec else 6
    all_wanted = wanted(place, tmp_path, publishers, persist=True)
    with Watch(place) as watch:
        results = jobs(*all_wanted)
    assert [result["exit"] for result in results] == [0] * publishers
    assert sorted(result["n"] for result in results) == list(range(1, publishers + 1))
    chain = history.releases(open_store(place.spec))  # raises unless dense and linked
    assert {record.manifest.publish_id for record in chain} == {job["publish_id"] for job in all_wanted}
    by_number = {result["n"]: job["publish_id"] for result, job in zip(results, all_wanted, strict=True)}
    assert {record.n: record.manifest.publish_id for record in chain} == by_number
    assert sum(result["lost"] for result in results) > 0, "nobody ever lost: this was no race"

    assert watch.torn == []
    assert watch.seen == sorted(watch.seen), "latest.json went back"
    assert verify(place.reader()).problems == ()
    record_property("races", 1)
    record_property("reads", sum(n > 0 for n in watch.seen))


def test_racing_publishers_of_one_run_commit_once(tmp_path: Path, jobs: Jobs, new_place: Callable[[], Place]) -> None:
    place = new_place()
    same = [{**job, "content": "c", "publish_id": "run"} for job in wanted(place, tmp_path, 4, persist=True)]
    results = jobs(*same)
    assert [(result["exit"], result["n"]) for result in results] == [(0, 1)] * 4
    assert len(history.releases(open_store(place.spec))) == 1
    assert verify(place.reader()).problems == ()


def test_killed_publishers_do_not_disturb_the_others(
    tmp_path: Path, jobs: Jobs, new_place: Callable[[], Place], kills: int, record_property: Any
) -> None:
    place = new_place()
    on_disk = "root" in place.spec
    publishers = 8 if on_disk else 4
    all_wanted = wanted(place, tmp_path, publishers, persist=True)
    dying = [{"kill_call" if on_disk else "kill_request": (40 if on_disk else 13) * i} for i in range(publishers)]
    with Watch(place) as watch:
        results = jobs(*({**job, **(dying[i] if i % 2 else {})} for i, job in enumerate(all_wanted)))
    assert watch.torn == []
    found = verify(place.reader()).problems
    assert {finding.kind.value for finding in found} <= {"views-behind"}
    hint = history.read_hint(open_store(place.spec))
    older = [finding.key for finding in found if hint and hint.release == len(history.releases(open_store(place.spec)))]
    # Nobody makes good what somebody left who was killed between his last look and his copy: no copy in object storage
    # knows a condition. In a directory, none is ever left.
    assert not (on_disk and older)
    jobs({"do": "repair quickly", "store": place.spec, "pages": True})
    assert verify(place.reader()).problems == ()
    record_property("older copies left by the killed", len(older))
    for i, job in enumerate(all_wanted):
        jobs({**job, "attempt": f"again-{i}"})
    chain = history.releases(open_store(place.spec))
    assert sorted(record.manifest.publish_id for record in chain) == [f"publisher-{i}" for i in range(publishers)]
    assert verify(place.reader()).problems == ()
    record_property("kills", sum(result["signal"] == 9 for result in results))
    record_property("reads", sum(n > 0 for n in watch.seen))


# Planted faults: what the checks above would see if the protocol were wrong.


def test_a_commit_by_a_plain_put_would_be_noticed(tmp_path: Path, jobs: Jobs, new_place: Callable[[], Place]) -> None:
    for turn in range(10):
        place = new_place()
        results = jobs(*wanted(place, tmp_path / str(turn), 6, fault="PlainPutCommit"))
        if sum(result.get("n") == 1 for result in results) > 1:
            return
    pytest.fail("six publishers, ten times, and never two that believed to have won: the race is none")


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
