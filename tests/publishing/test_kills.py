"""Killed at any point, a publish leaves the last release whole; the next run completes it, exactly once.

On a directory and on a real S3 server. ``--kills`` says how often each point is killed; a night takes 10 or more.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.steps import STEPS
from ogp_pipeline.publishing.verify import verify
from tests.publishing.conftest import Jobs
from tests.publishing.places import Place, open_store
from tests.publishing.reading import Torn, read_newest

pytestmark = pytest.mark.slow

SIGKILL = 9
AT_ONCE = 16


class Trial:
    """A place with one release, which has a file that the second, about to come, will not have."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self._folder = place, folder

    def job(self, n: int, attempt: str, **how: Any) -> dict[str, Any]:
        """A job for ``publisher.py``: release ``n``, in an attempt which may be killed."""
        content = {"content": f"content {n}", "publish_id": f"run-{n}", "attempt": attempt}
        folder = self._folder / str(self.place.spec.get("prefix") or Path(self.place.spec["root"]).name)
        return {"store": self.place.spec, "folder": str(folder), **content, **how}

    def check_killed(self) -> None:
        """Readers see a whole release, and nothing is wrong but what the next run completes."""
        assert read_newest(self.place.reader()) in (1, 2)
        committed = history.releases(open_store(self.place.spec))[-1]  # strangers do not look for it before it is shown
        for file in committed.manifest.files:
            data = self.place.reader().read(file.key)
            assert data is not None and hashlib.sha256(data).hexdigest() == file.sha256
        found = verify(self.place.reader()).problems
        assert {finding.kind for finding in found} <= {Kind.VIEWS_BEHIND}

    def check_complete(self) -> None:
        """Both releases stand, each committed once, and all that follows from them."""
        store, reader = open_store(self.place.spec), self.place.reader()
        assert [record.manifest.publish_id for record in history.releases(store)] == ["run-1", "run-2"]
        assert read_newest(reader) == 2
        assert verify(reader).problems == ()
        assert reader.read("en/index.html") == b"<p>1.1.0 of 2</p>"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, jobs: Jobs, new_place: Callable[[], Place]) -> Trial:
    """A store with one release."""
    trial = Trial(new_place(), tmp_path_factory.mktemp("first"))
    assert jobs({**trial.job(1, "1"), "extra": ["plan/old.csv"]})[0]["n"] == 1
    return trial


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, first: Trial, jobs: Jobs) -> dict[str, Any]:
    """What a publish does that nobody kills: its steps, its calls that change the disk, its requests."""
    result = jobs(Trial(first.place.clone(), tmp_path_factory.mktemp("whole")).job(2, "a"))[0]
    assert result["signal"] == 0
    return result


def kill_and_run_again(first: Trial, folder: Path, jobs: Jobs, where: Iterator[dict[str, int]]) -> int:
    """For each point, a place of its own: publish, be killed; look; publish again; look. How many kills."""
    points = list(where)
    for some in (points[i : i + AT_ONCE] for i in range(0, len(points), AT_ONCE)):
        trials = [Trial(first.place.clone(), folder) for _ in some]
        killed = jobs(*(trial.job(2, "killed", **point) for trial, point in zip(trials, some, strict=True)))
        assert [result["signal"] for result in killed] == [SIGKILL] * len(some)
        for trial in trials:
            trial.check_killed()
        again = jobs(*(trial.job(2, "again") for trial in trials))
        assert [result["exit"] for result in again] == [0] * len(some)
        for trial in trials:
            trial.check_complete()
            trial.place.remove()
    return len(points)


def sample(count: int, kills: int, part: int) -> Iterator[int]:
    """1 to ``count``: every ``part``-th point in a normal run (2 kills), every one from ``part`` kills on."""
    return iter(range(1, count + 1, max(1, 2 * part // kills)))


def test_a_publish_passes_every_marked_step_in_order(whole: dict[str, Any]) -> None:
    assert tuple(dict.fromkeys(whole["steps"])) == STEPS


def test_killed_at_any_marked_step(
    tmp_path: Path, first: Trial, jobs: Jobs, whole: dict[str, Any], kills: int, record_property: Any
) -> None:
    on_disk = "root" in first.place.spec
    turns, part = (kills, 1) if on_disk else (max(1, kills // 2), 4)
    points = [{"kill_step": k} for _ in range(turns) for k in sample(len(whole["steps"]), kills, part)]
    record_property("kills", kill_and_run_again(first, tmp_path, jobs, iter(points)))


def test_killed_between_any_two_effects(
    tmp_path: Path, first: Trial, jobs: Jobs, whole: dict[str, Any], kills: int, record_property: Any
) -> None:
    if "root" in first.place.spec:
        points = [{"kill_call": k} for k in sample(whole["calls"], kills, 7)]
    else:  # before a request leaves, and after the server has acted on it
        part = 24 if kills <= 2 else 8
        points = [{"kill_request": -k if k % 2 else k} for k in sample(whole["requests"] - 8, kills, part)]
    record_property("kills", kill_and_run_again(first, tmp_path, jobs, iter(points)))


def test_killed_again_and_again_it_still_commits_once(
    tmp_path: Path, first: Trial, jobs: Jobs, whole: dict[str, Any]
) -> None:
    trial = Trial(first.place.clone(), tmp_path)
    for k in range(2, len(whole["steps"]), 3 if "root" in first.place.spec else 7):
        jobs(trial.job(2, f"killed at {k}", kill_step=k))
        trial.check_killed()
    jobs(trial.job(2, "last"))
    trial.check_complete()


def test_a_run_killed_before_the_commit_leaves_only_data_that_nothing_names(
    tmp_path: Path, first: Trial, jobs: Jobs, whole: dict[str, Any]
) -> None:
    trial = Trial(first.place.clone(), tmp_path)
    store = open_store(trial.place.spec)
    before = set(store.list(""))
    jobs(trial.job(2, "killed", kill_step=whole["steps"].index("ready") + 1))
    left = set(store.list("")) - before
    assert left and {key.split("/")[0] for key in left} == {"data"}


def test_another_run_finishes_the_views_of_a_killed_one(
    tmp_path: Path, first: Trial, jobs: Jobs, whole: dict[str, Any]
) -> None:
    trial = Trial(first.place.clone(), tmp_path)
    jobs(trial.job(2, "killed", kill_step=whole["steps"].index("committed") + 1))
    assert jobs(trial.job(3, "3"))[0]["n"] == 3
    hint = history.read_hint(open_store(trial.place.spec))
    assert hint and hint.release == 3
    assert verify(trial.place.reader()).problems == ()


@pytest.mark.parametrize("fault", ["HintBeforeCommit", "HintBeforeViews", "RecordBeforeBytes"])
def test_a_wrong_order_of_writes_would_be_noticed(
    tmp_path: Path, first: Trial, jobs: Jobs, whole: dict[str, Any], fault: str
) -> None:
    trial = Trial(first.place.clone(), tmp_path)
    jobs(trial.job(2, "killed", fault=fault, kill_step=whole["steps"].index("committed") + 1))
    with pytest.raises((Torn, AssertionError)):
        trial.check_killed()
