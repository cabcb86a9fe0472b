"""Killed while the state is being kept: what stands is whole, and the next run keeps the same."""

from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

from ogp_pipeline.intake import layout
from ogp_pipeline.runs.checkpoint import STEPS
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.tables.fold import fold
from tests.publishing.conftest import Jobs
from tests.runs import long_ledger
from tests.tables.country import SCHEMAS

BEFORE, LENGTH = 4, 6


def job(root: Path, length: int, **how: Any) -> dict[str, Any]:
    return {"root": str(root), "do": "keep state", "length": length, **how}


def state(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in (root / "state").rglob("*") if path.is_file()}


def named(root: Path) -> int:
    """The entry whose state the hint names; what it names is whole, and gives what the ledger gives."""
    workspace = long_ledger.opened(DirectoryStore(root), LENGTH)
    entries = known_entries(workspace)
    tables, ledger = known_tables(workspace, entries), long_ledger.ledger(LENGTH)
    anew = fold(ledger.entries, ledger.read, workspace.programme, workspace.sha256, SCHEMAS, long_ledger.TODAY)
    assert dict(tables.origins) == dict(anew.origins) and tables.unfit == anew.unfit
    assert workspace.memory.damage == [] and workspace.memory.checkpoint is not None
    return workspace.memory.checkpoint.index.n


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, jobs: Jobs) -> dict[str, Any]:
    """What keeping does that nobody kills, and what it leaves."""
    root = tmp_path_factory.mktemp("whole")
    jobs(job(root, BEFORE))
    [result] = jobs(job(root, LENGTH))
    assert tuple(result["steps"]) == STEPS
    return {**result, "state": state(root)}


def points(whole: dict[str, Any], kills: int) -> Iterator[dict[str, int]]:
    """Every marked step, and of the calls that change the disk a sample in a normal run."""
    yield from ({"kill_step": k} for k in range(1, len(STEPS) + 1))
    yield from ({"kill_call": k} for k in range(1, whole["calls"] + 1, max(1, 14 // kills)))


def test_killed_at_any_point_what_stands_is_whole_and_the_next_run_keeps_the_same(
    tmp_path: Path, jobs: Jobs, whole: dict[str, Any], kills: int, record_property: Any
) -> None:
    killed = list(points(whole, kills))
    roots = [tmp_path / str(number) for number in range(len(killed))]
    jobs(*(job(root, BEFORE) for root in roots))
    ends = jobs(*(job(root, LENGTH, **point) for root, point in zip(roots, killed, strict=True)))
    assert [end["signal"] for end in ends] == [SIGKILL] * len(killed)
    for root, point in zip(roots, killed, strict=True):
        assert named(root) in ((LENGTH,) if point == {"kill_step": 3} else (BEFORE, LENGTH))
    assert [end["exit"] for end in jobs(*(job(root, LENGTH) for root in roots))] == [0] * len(killed)
    for root in roots:
        assert named(root) == LENGTH
        assert state(root)[layout.STATE_HINT] == whole["state"][layout.STATE_HINT]
        assert whole["state"].items() <= state(root).items()
    record_property("kills", len(killed))
