"""Killed at any point, a publish leaves the last release whole; the next run completes it, exactly once."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.store import history, layout
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.finding import Kind
from ogp_pipeline.store.reader import DirectoryReader
from ogp_pipeline.store.steps import STEPS
from ogp_pipeline.store.verify import verify
from tests.store.conftest import Jobs
from tests.store.reading import read_newest

pytestmark = pytest.mark.slow

SIGKILL = 9


class Place:
    """A store with one release, which has a file that the second, about to come, will not have."""

    def __init__(self, folder: Path, first: Path) -> None:
        self.root, self._folder = folder / "public", folder
        shutil.copytree(first, self.root)

    def job(self, n: int, attempt: str, **how: int) -> dict[str, Any]:
        """A job for ``publisher.py``: release ``n``, in an attempt which may be killed."""
        content = {"content": f"content {n}", "publish_id": f"run-{n}", "attempt": attempt}
        return {"root": str(self.root), "folder": str(self._folder / "built"), **content, **how}

    def check_killed(self) -> None:
        """Readers see a whole release, and nothing is wrong but what the next run completes."""
        assert read_newest(DirectoryReader(self.root)) in (1, 2)
        found = verify(DirectoryReader(self.root)).problems
        assert {finding.kind for finding in found} <= {Kind.VIEWS_BEHIND}

    def check_complete(self) -> None:
        """Both releases stand, each committed once, and all that follows from them."""
        committed = [record.manifest.publish_id for record in history.releases(DirectoryStore(self.root))]
        assert committed == ["run-1", "run-2"]
        assert read_newest(DirectoryReader(self.root)) == 2
        assert verify(DirectoryReader(self.root)).problems == ()
        assert (self.root / "en/index.html").read_text() == "<p>1.1.0 of 2</p>"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, jobs: Jobs) -> Path:
    """A store with one release."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "empty").mkdir()
    place = Place(folder, folder / "empty")
    assert jobs({**place.job(1, "1"), "extra": ["plan/old.csv"]})[0]["n"] == 1
    return place.root


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, first: Path, jobs: Jobs) -> dict[str, Any]:
    """What a publish does that nobody kills: its steps and the number of calls that change the disk."""
    result = jobs(Place(tmp_path_factory.mktemp("whole"), first).job(2, "a"))[0]
    assert result["signal"] == 0
    return result


def kill_and_run_again(places: list[tuple[Place, dict[str, int]]], jobs: Jobs) -> None:
    """In each place at the same time: publish, be killed; look; publish again; look."""
    for some in (places[i : i + 16] for i in range(0, len(places), 16)):
        killed = jobs(*(place.job(2, "killed", **where) for place, where in some))
        assert [result["signal"] for result in killed] == [SIGKILL] * len(some)
        for place, _ in some:
            place.check_killed()
        again = jobs(*(place.job(2, "again") for place, _ in some))
        assert [result["exit"] for result in again] == [0] * len(some)
        for place, _ in some:
            place.check_complete()
            shutil.rmtree(place.root.parent)


def test_a_publish_passes_every_marked_step_in_order(whole: dict[str, Any]) -> None:
    assert tuple(dict.fromkeys(whole["steps"])) == STEPS


def test_killed_at_any_marked_step(tmp_path: Path, first: Path, jobs: Jobs, whole: dict[str, Any], kills: int) -> None:
    for turn in range(kills):
        steps = range(1, len(whole["steps"]) + 1)
        places = [(Place(tmp_path / f"{turn}-{k}", first), {"kill_step": k}) for k in steps]
        kill_and_run_again(places, jobs)


def test_killed_before_any_call_that_changes_the_disk(
    tmp_path: Path, first: Path, jobs: Jobs, whole: dict[str, Any], kills: int
) -> None:
    # Every seventh call in a normal run; every one with --kills 14 or more.
    calls = range(1, whole["calls"] + 1, max(1, 14 // kills))
    kill_and_run_again([(Place(tmp_path / str(k), first), {"kill_call": k}) for k in calls], jobs)


def test_killed_again_and_again_it_still_commits_once(
    tmp_path: Path, first: Path, jobs: Jobs, whole: dict[str, Any]
) -> None:
    place = Place(tmp_path, first)
    for k in range(2, len(whole["steps"]), 3):
        jobs(place.job(2, f"killed at {k}", kill_step=k))
        place.check_killed()
    jobs(place.job(2, "last"))
    place.check_complete()


def test_a_run_killed_before_the_commit_leaves_only_data_that_nothing_names(
    tmp_path: Path, first: Path, jobs: Jobs, whole: dict[str, Any]
) -> None:
    place = Place(tmp_path, first)
    before = set(DirectoryStore(place.root).list(""))
    jobs(place.job(2, "killed", kill_step=whole["steps"].index("ready") + 1))
    left = set(DirectoryStore(place.root).list("")) - before
    assert left and {key.split("/")[0] for key in left} == {"data"}


def test_another_run_finishes_the_views_of_a_killed_one(
    tmp_path: Path, first: Path, jobs: Jobs, whole: dict[str, Any]
) -> None:
    place = Place(tmp_path, first)
    jobs(place.job(2, "killed", kill_step=whole["steps"].index("committed") + 1))
    assert jobs(place.job(3, "3"))[0]["n"] == 3
    assert json.loads((place.root / layout.LATEST).read_bytes())["release"] == 3
    assert verify(DirectoryReader(place.root)).problems == ()
