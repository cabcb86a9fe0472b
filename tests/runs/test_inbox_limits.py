"""A sender can put many files into an inbox: a run takes as many as it may, and says what waits."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs import delivery_intake, gathering, inbox_collect
from ogp_pipeline.runs.record import DeliverySummary
from ogp_pipeline.runs.workspace import Workspace
from tests.small_country import build

LATER = datetime(2100, 1, 1, tzinfo=UTC)
HERE = "kind: folder, path: inbox/agency, files: updates.csv"


def receive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str) -> list[tuple[str, str | None, str | None]]:
    """What became of three files: name, rule of the refusal, reason."""
    country = build(tmp_path / "country", **{HERE: f"kind: inbox, path: inbox/agency, settle_seconds: 0, {settings}"})
    (country.folder / "inbox/agency/updates.csv").unlink()
    for name in ("a.csv", "b.csv", "c.csv"):
        country.write(f"agency/{name}", "x" * 600_000)
    workspace = country.open()
    [source] = [one for one in workspace.programme.sources if isinstance(one, InboxSource)]
    told: list[tuple[str, str | None]] = []

    def take_in(_: Workspace, __: object, delivery, refusal=None, ahead=None) -> DeliverySummary:
        rules = [problem.rule for problem in refusal.problems] if refusal else [None]
        told.append((delivery.files[0].name, rules[0]))
        return DeliverySummary(delivery.id, "failed", 1, 0, 0, 0, None)

    monkeypatch.setattr(delivery_intake, "take_in", take_in)
    spool = tmp_path / "spool"
    gathered = gathering.gather(workspace, source, LATER, spool, [])
    assert gathered.inbox is not None
    summaries = inbox_collect.receive(workspace, source, gathered, gathered.inbox, spool, LATER)
    return [(*one, summary.reason) for one, summary in zip(told, summaries, strict=True)]


WAIT = "more wait for the next run (`files` and `files_mb` in `limits`)"


def test_the_oldest_are_taken_and_the_others_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [first, second] = receive(tmp_path, monkeypatch, "limits: {files: 2}")
    assert first == ("a.csv", None, None) and second == ("b.csv", None, f"1 {WAIT}")


def test_their_size_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert receive(tmp_path, monkeypatch, "limits: {files_mb: 1}") == [("a.csv", None, f"2 {WAIT}")]


@pytest.mark.parametrize(("limits", "rule"), [("files: 2", "too-many-files"), ("files_mb: 1", "files-too-large")])
def test_one_delivery_of_too_many_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: str, rule: str
) -> None:
    found = receive(tmp_path, monkeypatch, f"together: true, limits: {{{limits}}}")
    assert found == [("inbox/agency", rule, None)]
