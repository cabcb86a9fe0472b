"""One file of each hostile kind, each in a source of its own: the others are published in the same run,
and each hostile one has its answer within its deadline.

That is so whether deliveries are looked at before their turn or not. Where they are, it is counted and not timed: what
costs its deadline costs it once, for nobody asks again.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.intake import layout
from ogp_pipeline.runs import lookahead, workers
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.outcomes import Failed
from ogp_pipeline.runs.record import DeliverySummary, RunRecord
from ogp_pipeline.sources.delivery import Delivery
from tests.hostile_country import COSTLY, FILES, SECONDS, Killer, hostile_country
from tests.small_country import NOW, SmallCountry

REFUSED = {"comments", "lol", "trailing", "deep", "digits", "letters", "percent", "phone"}
GENEROUS_S = 20  # for a machine with much else to do; what hangs would take hours


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallCountry, RunRecord, dict[str, float]]:
    country = hostile_country(tmp_path_factory.mktemp("hostile"))
    began: dict[str, float] = {}
    with Killer() as killer, pytest.MonkeyPatch.context() as patch:
        # Each in its turn, so that the killer meets the one that is to die, and the time of each is its own.
        patch.setattr(lookahead, "looking", lambda *_: nullcontext())

        def on_progress(stage: str, done: int, total: int) -> None:
            began[stage.removeprefix("collect ")] = time.monotonic()
            killer.at.set() if stage == "collect dying" else killer.at.clear()

        record = pipeline.run(country.open(), NOW, "run", on_progress=on_progress)
        assert killer.killed >= 2
    names = list(began)
    return country, record, {name: began[after] - began[name] for name, after in pairwise(names)}


def delivery(record: RunRecord, source: str) -> DeliverySummary:
    [result] = [one for one in record.sources if one.source == source]
    [summary] = result.deliveries
    return summary


def receipt(country: SmallCountry, summary: DeliverySummary) -> dict[str, object]:
    assert summary.receipt is not None
    stored = country.open().intake.get(summary.receipt)
    assert stored is not None
    found: dict[str, object] = json.loads(stored.data)
    return found


def test_the_others_are_published_in_the_same_run(run: tuple[SmallCountry, RunRecord, dict[str, float]]) -> None:
    country, record, _ = run
    assert isinstance(record.outcome, Failed) and record.outcome.version == "1.0.0"
    assert country.versions() == ["1.0.0"]
    assert [one.state for one in record.sources[:5]] == ["accepted"] * 5
    assert len(record.sources) == 5 + len(FILES)


def test_each_hostile_file_has_its_receipt_within_its_deadline(
    run: tuple[SmallCountry, RunRecord, dict[str, float]],
) -> None:
    country, record, seconds = run
    for name in FILES:
        source = name.partition(".")[0]
        found = receipt(country, delivery(record, source))
        assert found["summary"]["es"] and found["summary"]["en"], source  # type: ignore[index]
        assert seconds[source] < SECONDS + GENEROUS_S, source


@pytest.mark.parametrize("source", COSTLY)
def test_what_costs_too_much_is_told_as_a_limit(
    run: tuple[SmallCountry, RunRecord, dict[str, float]], source: str
) -> None:
    country, record, _ = run
    found = receipt(country, delivery(record, source))
    assert found["verdict"] == "rejected"
    [problem] = found["problems"]  # type: ignore[misc]
    assert problem["rule"] == "over-limit"
    limit = {"bomb": f"{SECONDS} seconds", "memory": "500 MB"}[source]
    assert limit in problem["wrong"]["en"] and problem["todo"]["es"]


def test_a_worker_that_is_killed_is_no_fault_of_the_sender(
    run: tuple[SmallCountry, RunRecord, dict[str, float]],
) -> None:
    country, record, _ = run
    summary = delivery(record, "dying")
    assert summary.state == "failed"
    assert receipt(country, summary)["verdict"] == "not_processed"
    stored = country.open().intake.get(layout.run("run"))
    assert stored is not None and b"died twice" in stored.data


def test_what_can_be_read_is_judged_as_usual(run: tuple[SmallCountry, RunRecord, dict[str, float]]) -> None:
    _, record, _ = run
    states = {source: delivery(record, source).state for source in REFUSED}
    assert "failed" not in states.values(), states
    assert states["letters"] == "accepted" and states["deep"] == states["lol"] == "rejected"


def test_what_is_looked_at_before_its_turn_costs_its_deadline_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["bomb.csv", "deep.json"]
    country = hostile_country(tmp_path, 1, names)
    asked: Counter[str] = Counter()
    ahead: list[str] = []
    work = workers.pool().run

    def counted(limits: Limits, job: Callable[..., object], *given: object, **more: Any) -> object:
        if given and isinstance(given[0], Delivery):
            asked[given[0].envelope.source] += 1
            ahead.append(threading.current_thread().name)
        return work(limits, job, *given, **more)

    monkeypatch.setattr(workers.pool(), "run", counted)
    workspace = country.open()
    with pipeline.looking_ahead(workspace, NOW):
        results = [pipeline.collect_source(workspace, source.id, NOW) for source in workspace.programme.sources]
    assert [one.state for one in results] == ["accepted"] * 5 + ["rejected"] * len(names)
    for result in results[5:]:
        assert asked[result.source] == 1, result.source
        assert receipt(country, result.deliveries[0])["verdict"] == "rejected"
    assert sum("ogp-examine" in name for name in ahead) >= len(names), "they were looked at before their turn"
