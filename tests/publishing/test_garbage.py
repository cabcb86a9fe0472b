"""The collector removes what nobody names and nobody will, says so, and never touches anything else."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import BrokenHistory, StoreError
from ogp_pipeline.publishing import garbage, history, layout, publish
from ogp_pipeline.publishing.publisher import NO_HOOKS, Hooks
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store import attempts, probe
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic
from tests.publishing.conftest import Jobs, Publishing

LATER = synthetic.STARTED + timedelta(hours=25)


class Killed(BaseException):
    """In place of a signal, where one process is enough."""


def kill_at(wanted: str) -> Any:
    def on_step(step: str) -> None:
        if step == wanted:
            raise Killed

    return on_step


@pytest.fixture
def left(store: DirectoryStore, publishing: Publishing) -> set[str]:
    """Two releases, and what a publisher left who died before its commit."""
    publishing("1", extra=("plan/old.csv",))
    publishing("2")
    before = set(store.list(""))
    with pytest.raises(Killed):
        publishing("3", "killed", on_step=kill_at("ready"))
    store.put_view(probe.key_of(synthetic.attempt("killed-3"), 1), b"{}", layout.JSON)
    return set(store.list("")) - before


def collect(store: DirectoryStore, now: datetime = LATER, hooks: Hooks = NO_HOOKS) -> str:
    attempt = attempts.name(now, b"collect!")
    return garbage.collect(store, garbage.find(store, now), attempt, "2024-03-02T13:00:00Z", hooks)


def test_only_what_no_record_names_is_found(store: DirectoryStore, left: set[str]) -> None:
    assert left and garbage.find(store, LATER) == sorted(left)


def test_looking_changes_nothing(store: DirectoryStore, left: set[str]) -> None:
    before = set(store.list(""))
    garbage.find(store, LATER)
    assert set(store.list("")) == before


@pytest.mark.parametrize("hours", [0, 12, 24])
def test_a_fresh_attempt_is_left_alone(store: DirectoryStore, left: set[str], hours: int) -> None:
    assert garbage.find(store, synthetic.STARTED + timedelta(hours=hours)) == []


def test_what_the_collector_does_not_know_is_left_alone(store: DirectoryStore, left: set[str]) -> None:
    for key in ("data/notes.txt", "data/someone/x.csv", "probe/x", "v/9.9.9/x.csv", "docs/x.html"):
        store.put_view(key, b"x", "text/plain")
    assert garbage.find(store, LATER) == sorted(left)


def test_it_leaves_a_tombstone_and_whole_releases(store: DirectoryStore, tmp_path: Path, left: set[str]) -> None:
    before = set(store.list(""))
    tombstone = collect(store)
    assert set(store.list("")) == before - left | {tombstone}
    said = json.loads((store.get(tombstone) or pytest.fail("no tombstone")).data)
    assert set(said["keys"]) == left and "no release names it" in said["reason"]
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    assert garbage.find(store, LATER) == []


def test_a_file_that_only_an_older_release_names_stays(store: DirectoryStore, left: set[str]) -> None:
    collect(store)
    old = history.release(store, 1).manifest.file("plan/old.csv")
    assert old and store.get(old.key)


def test_releases_that_are_committed_around_every_look_at_the_log_are_no_damage(
    store: DirectoryStore, left: set[str], publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store.list

    def listing(prefix: str) -> Any:
        if prefix != "releases/":
            return real(prefix)
        publishing("before")
        keys = list(real(prefix))
        publishing("after")
        return iter(keys)

    monkeypatch.setattr(store, "list", listing)
    assert garbage.find(store, LATER) == sorted(left)
    assert len(history.releases(store)) == 4


@pytest.mark.parametrize("n", [1, 2])
def test_a_damaged_log_stops_it(store: DirectoryStore, left: set[str], n: int) -> None:
    store.delete(f"releases/{n}.json")
    with pytest.raises(BrokenHistory):
        garbage.find(store, LATER)


def test_a_log_that_seems_empty_stops_it(store: DirectoryStore, left: set[str]) -> None:
    store.delete("latest.json")
    store.delete("releases/1.json")
    with pytest.raises(BrokenHistory, match=r"releases/2\.json"):
        garbage.find(store, LATER)


def test_a_release_made_meanwhile_keeps_what_it_takes_over(
    store: DirectoryStore, tmp_path: Path, left: set[str]
) -> None:
    """The base's files are a day old by then, the publisher has looked at them, and the collector comes."""

    def collector_comes(step: str) -> None:
        if step == "ready":
            collect(store)

    base = history.head(store)
    draft = synthetic.draft(tmp_path / "built", base, "4", "4")
    attempt = attempts.name(LATER, b"publish!")
    made = publish.publish(synthetic.publisher(store, on_step=collector_comes, now=lambda: LATER), draft, base, attempt)
    shared = "plan/clusters.csv"
    assert made.manifest.file(shared) == history.release(store, 1).manifest.file(shared)
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()


def test_a_publisher_older_than_half_the_grace_commits_nothing_that_may_be_collected(
    store: DirectoryStore, tmp_path: Path
) -> None:
    base = None
    draft = synthetic.draft(tmp_path / "built", base, "late", "late")

    def clock() -> datetime:
        return synthetic.STARTED + garbage.GRACE / 2 + timedelta(seconds=1)

    with pytest.raises(StoreError, match="is older than"):
        publish.publish(synthetic.publisher(store, now=clock), draft, base, synthetic.attempt("late"))
    assert garbage.find(store, LATER) == sorted(store.list("data/"))


@pytest.mark.slow
def test_collectors_at_work_among_racing_publishers_take_only_what_nobody_names(tmp_path: Path, jobs: Jobs) -> None:
    store = DirectoryStore(tmp_path / "public")
    old = attempts.name(synthetic.STARTED - timedelta(days=2), b"long ago")
    rubbish = {layout.data(old, f"plan/{k}.csv") for k in range(5)}
    for key in rubbish:
        store.put_view(key, b"left", "text/csv")
    place = {"root": str(tmp_path / "public"), "folder": str(tmp_path / "built")}
    publishers = [
        {**place, "content": str(k), "publish_id": f"run-{k}", "attempt": str(k), "persist": True} for k in range(5)
    ]
    collectors = [{**place, "do": "collect", "attempt": f"c{k}", "hours": 1, "times": 10} for k in range(2)]
    results = jobs(*publishers, *collectors)
    assert [result for result in results if result["exit"]] == []
    assert {key for result in results[5:] for key in result["keys"]} == rubbish
    assert len(history.releases(store)) == 5 and not rubbish & set(store.list("data/"))
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()


@pytest.mark.slow
def test_killed_at_any_step_the_next_one_completes_it(
    store: DirectoryStore, tmp_path: Path, left: set[str], jobs: Jobs
) -> None:
    job = {"do": "collect", "root": str(tmp_path / "public")}
    named = set(store.list("data/")) - left
    for step in range(1, len(left) + 1, 2):
        [killed] = jobs({**job, "attempt": f"collect-{step}", "kill_step": min(step, 2)})
        assert killed["signal"] == 9
        assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    [done] = jobs({**job, "attempt": "last"})
    assert done["exit"] == 0 and done["steps"][0] == "told"
    assert set(store.list("data/")) == named and not list(store.list("probe/"))
    told = [json.loads((store.get(key) or pytest.fail(key)).data)["keys"] for key in store.list("tombstones/")]
    assert {key for keys in told for key in keys} == left
