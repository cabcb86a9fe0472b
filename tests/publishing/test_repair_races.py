"""Repairs and rollbacks that are killed while publishers are at work: nothing goes back, the next repair ends it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.publishing import history, layout
from ogp_pipeline.publishing.verify import verify
from tests.publishing.conftest import Jobs
from tests.publishing.places import Place, open_store
from tests.publishing.test_races import Watch
from tests.sample import by_day

pytestmark = pytest.mark.slow

LOST = ("v/1.0.0/plan/clusters.csv", "v/1.0.0/manifest.json", "deltas.json")


@pytest.mark.parametrize("hint", by_day(["sound", "damaged"], ["damaged"]))
def test_killed_repairs_and_rollbacks_race_a_publisher(
    tmp_path: Path, jobs: Jobs, new_place: Callable[[], Place], hint: str
) -> None:
    place = new_place()
    store = open_store(place.spec)

    def job(content: str, attempt: str, **how: Any) -> dict[str, Any]:
        run = {"store": place.spec, "folder": str(tmp_path / content), "content": content, "publish_id": content}
        return {**run, "attempt": attempt, "signed": True, "persist": True, **how}

    def repairing(**how: Any) -> dict[str, Any]:
        return {"do": "repair", "store": place.spec, "pages": True, **how}

    for content in ("1", "2"):
        assert jobs(job(content, content, extra=["plan/old.csv"]))[0]["signal"] == 0
    for key in LOST:
        store.delete(key)
    if hint == "damaged":
        store.put_view(layout.LATEST, b"damage", layout.JSON)
        assert [jobs(repairing(kill_step=1))[0]["signal"] for _ in LOST] == [9, 9, 9]
        assert jobs(repairing())[0]["exit"] == 0
        assert verify(place.reader()).problems == ()
        for key in LOST:
            store.delete(key)
    with Watch(place) as watch:
        killed = [repairing(kill_step=k) for k in (1, 2)] + [job("back", "killed", back_to=1, kill_step=7)]
        results = jobs(repairing(), *killed, job("3", "3", extra=["plan/new.csv"]), job("4", "4"))
    assert [results[0]["exit"], results[4]["exit"], results[5]["exit"]] == [0, 0, 0]
    assert watch.seen == sorted(watch.seen), "latest.json went back"
    assert jobs(job("back", "again", back_to=1))[0]["exit"] == 0
    assert jobs(repairing())[0]["exit"] == 0
    chain = history.releases(store)
    assert sorted(record.manifest.publish_id for record in chain) == ["1", "2", "3", "4", "back"]
    assert verify(place.reader()).problems == ()
    assert jobs(repairing())[0]["done"] == []
