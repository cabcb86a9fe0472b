"""The real plan, end to end: the secretariat's own published totals, computed from its tracker's files by a stranger.

The figures are those of the mid-term self-assessment (upstream/NAP5-Self-Assessment.md, charts 1 to 6).
"""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import feedparser
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from rdflib import Graph

from ogp_pipeline.cli import app
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.metadata import conformance, quality
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs import run, status
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.runs.record import RunRecord
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.upkeep import reproduction, tracing
from tests.consumers.loading import check_loads
from tests.site.report_figures import Figures, compare

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "us-nap5"
README = ROOT / "README.md"
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
THEMES = {
    "counter-corruption-and-ensure-government-integrity-and-accountability-to-the-public": (13, 5, 18, 0),
    "improve-access-to-government-data-research-and-information": (8, 11, 7, 1),
    "ensure-equal-justice-under-the-law": (6, 9, 8, 0),
    "transform-government-service-delivery": (5, 6, 1, 0),
    "increase-civic-space-to-engage-the-public": (4, 2, 2, 0),
}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, RunRecord]]:
    """The example run once with its history, in a copy of its folder (paths of its stores lead two folders up)."""
    folder = tmp_path_factory.mktemp("country") / "examples" / "us-nap5"
    shutil.copytree(EXAMPLE, folder)
    workspace = open_workspace(folder)
    yield workspace, run.run(workspace, NOW, "first-run", backfill=True)


@pytest.fixture(scope="module")
def public(example: tuple[Workspace, RunRecord]) -> Path:
    workspace, _ = example
    return workspace.base / workspace.programme.publication.store.directory


def table(public: Path, version: str, name: str) -> pd.DataFrame:
    return pd.read_csv(public / "v" / version / f"{name}.csv", dtype=str, keep_default_na=False)


def number(public: Path, version: str, metric: str, **where: str) -> tuple[int, int]:
    found = table(public, version, "metrics/metrics")
    for column, value in {"metric_id": metric, **where}.items():
        found = found[found[column] == value]
    assert len(found) == 1, f"{metric} {where}: {len(found)} rows"
    return int(found.iloc[0]["numerator"]), int(found.iloc[0]["denominator"])


def test_three_releases_tell_the_history(example: tuple[Workspace, RunRecord]) -> None:
    workspace, record = example
    assert record.outcome == Published("1.2.0")
    told = [(item.version, item.manifest.as_of.isoformat()) for item in history.releases(workspace.publication)]
    assert told == [("1.0.0", "2022-12-31"), ("1.1.0", "2023-08-31"), ("1.2.0", "2024-08-05")]
    assert [item.version for item in record.releases] == ["1.0.0", "1.1.0", "1.2.0"]


@pytest.mark.parametrize("version", ["1.1.0", "1.2.0"])
def test_what_changed_is_at_most_half_of_the_tables_in_every_format_and_in_all(public: Path, version: str) -> None:
    release = public / "v" / version
    lines: dict[str, int] = {}
    for entry in json.loads((release / "changes.json").read_bytes())["tables"]:
        for file in entry["files"]:
            lines[file["format"]] = lines.get(file["format"], 0) + file["bytes"]
    described = json.loads((release / "datapackage.json").read_bytes())["resources"]
    tables = {
        ending: sum((release / resource["path"]).with_suffix(f".{ending}").stat().st_size for resource in described)
        for ending in lines
    }
    assert set(lines) == {"csv", "jsonl", "parquet"}
    assert all(0 < lines[ending] <= tables[ending] / 2 for ending in lines)
    assert sum(lines.values()) <= sum(tables.values()) / 2


def test_every_command_of_the_readme_runs_as_written(
    public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After ``make run``, which has published the example."""
    shutil.copytree(public.parents[2], tmp_path / "checkout")
    monkeypatch.chdir(tmp_path / "checkout")
    monkeypatch.delenv("OGP_SIGNING_KEY", raising=False)
    blocks = re.findall(r"```\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines() if line.startswith("ogp ")]
    assert len(commands) >= 9
    for command in commands:
        with pytest.raises(SystemExit) as left:
            app.main(shlex.split(command)[1:])
        assert (left.value.code or 0) == (3 if command == "ogp run var/my-country" else 0), command
    assert "us0118-2.md line 11" in capsys.readouterr().out


def test_everything_of_the_tracker_came_in(public: Path, example: tuple[Workspace, RunRecord]) -> None:
    sizes = {
        name: len(table(public, "1.2.0", name))
        for name in (
            "plan/commitments", "plan/milestones", "plan/clusters", "participation/events",
            "participation/proposals", "participation/responses",
        )
    }  # fmt: skip
    assert list(sizes.values()) == [36, 70, 5, 20, 18, 18]
    assert {result.state for result in example[1].sources} == {"accepted"}


def test_milestone_totals_are_the_published_ones(public: Path) -> None:
    for level, count in (("complete", 33), ("in_progress", 36), ("not_started", 1), ("not_reported", 0)):
        found = number(public, "1.2.0", "milestone_completion", period_id="2024-02", dimension="plan", category=level)
        assert found == (count, 70)


def test_commitments_are_complete_only_if_all_their_parts_are(public: Path) -> None:
    for level, count in (("complete", 14), ("in_progress", 22), ("not_started", 0), ("not_reported", 0)):
        found = number(public, "1.2.0", "commitment_completion", period_id="2024-02", dimension="plan", category=level)
        assert found == (count, 36)


@pytest.mark.parametrize("theme", THEMES)
def test_totals_by_theme_are_the_published_ones(public: Path, theme: str) -> None:
    commitments, complete, in_progress, not_started = THEMES[theme]
    by_theme = {"dimension": "cluster", "member_id": theme}
    assert number(public, "1.2.0", "commitments", **by_theme)[0] == commitments
    for level, count in (("complete", complete), ("in_progress", in_progress), ("not_started", not_started)):
        found = number(public, "1.2.0", "milestone_completion", period_id="2024-02", category=level, **by_theme)
        assert found == (count, complete + in_progress + not_started)


def test_divided_and_undivided_commitments(public: Path) -> None:
    for category, count in (("undivided", 23), ("divided", 13)):
        assert number(public, "1.2.0", "commitment_division", dimension="plan", category=category) == (
            count,
            36,
        )


def test_a_comment_in_the_programme_file_makes_no_release(example: tuple[Workspace, RunRecord]) -> None:
    workspace, _ = example
    text = workspace.path.read_text(encoding="utf-8")
    workspace.path.write_text(text + "# a comment\n", encoding="utf-8")
    try:
        record = run.run(open_workspace(workspace.path), NOW, "commented")
    finally:
        workspace.path.write_text(text, encoding="utf-8")
    assert record.outcome == Unchanged("1.2.0")


def test_evidence_by_our_rule(public: Path) -> None:
    found = number(public, "1.2.0", "evidence_coverage", period_id="2024-02", dimension="plan")
    assert found == (61, 70)


def test_a_status_that_nobody_asked_for_is_not_asked(public: Path) -> None:
    updates = table(public, "1.1.0", "progress/updates")
    assert set(updates["period_id"]) == {"2023-08"} and set(updates["status"]) == {""}
    for level in ("complete", "in_progress", "not_started"):
        found = number(public, "1.1.0", "milestone_completion", period_id="2023-08", dimension="plan", category=level)
        assert found == (0, 70)
    found = number(
        public,
        "1.1.0",
        "milestone_completion",
        period_id="2023-08",
        dimension="plan",
        category="not_asked",
    )
    assert found == (70, 70)


def test_the_page_shows_no_zero_where_nothing_was_reported(public: Path) -> None:
    page = BeautifulSoup((public / "en" / "index.html").read_text(encoding="utf-8"), "html.parser")
    [row] = [
        [cell.get_text(strip=True) for cell in heading.parent.find_all("td")]
        for heading in page.find_all("th", scope="row", string="August 2023 update")
        if heading.parent is not None and "70" in heading.parent.get_text()
    ]
    assert row == ["–", "–", "–", "70", "70"]


@pytest.mark.parametrize("period", ["2023-08", "2024-02"])
def test_every_table_of_the_forums_report_says_what_the_files_say(public: Path, period: str) -> None:
    compare(Figures(public, "1.2.0", date(2024, 8, 5), "US-NAP5", period))


def test_agencies_not_heard_from_are_rows(public: Path) -> None:
    assert number(public, "1.2.0", "reporting_compliance", period_id="2023-08", dimension="plan") == (57, 70)
    assert number(public, "1.2.0", "reporting_compliance", period_id="2024-02", dimension="plan") == (70, 70)
    silent = number(
        public,
        "1.2.0",
        "reporting_compliance",
        period_id="2023-08",
        dimension="institution",
        member_id="US-DPC",
    )
    assert silent[0] < silent[1]


def test_a_published_total_leads_to_the_line_of_the_source_file(example: tuple[Workspace, RunRecord]) -> None:
    workspace, _ = example
    key = "milestone_completion/US-NAP5/2024-02/plan/US-NAP5/not_started"
    found = tracing.trace(workspace, "metrics", key, None, None)
    assert (found.numerator, found.denominator) == (1, 70)
    [unit] = [unit for unit in found.units if unit.numerator]
    assert unit.key == "US0118.2/2024-02"
    [update] = [row for row in unit.rows if row.table == "updates"]
    [cell] = update.cells
    assert (cell.field, cell.value) == ("status", "not_started")
    assert cell.where is not None and (cell.where.file, cell.where.line) == ("us0118-2.md", 11)
    assert cell.received == 'commitment_status: "Not Started"'


def test_minimum_requirements_are_shown_by_the_data_or_unknown(public: Path) -> None:
    """Counted by hand: 6 public meetings in the plan's first year (from 1 December 2022), 7 in its second; nobody
    recorded a session of a forum, so whether one met is not known."""
    found = table(public, "1.2.0", "evaluation/requirement_results")
    rows = found.set_index(["requirement", "window_start"])[["basis", "met", "found", "needed"]]
    told = {key: tuple(row) for key, row in zip(rows.index, rows.to_numpy(), strict=True)}
    assert told["implementation_meetings", "2022-12-01"] == ("derived", "true", "6", "2")
    assert told["implementation_meetings", "2023-12-01"] == ("derived", "true", "7", "2")
    assert told["reasoned_response", "2022-12-01"] == ("derived", "true", "18", "18")
    assert told["repository", "2022-12-01"][:3] == ("derived", "true", "2")
    halves = [told[key] for key in told if key[0] == "forum_meets"]
    assert halves == [("unknown", "", "", "")] * 4
    assert number(public, "1.2.0", "requirements_met", category="implementation_meetings") == (2, 2)


def test_every_question_of_the_public_was_answered_and_no_outcome_is_guessed(public: Path) -> None:
    trail = table(public, "1.2.0", "participation/proposal_trail")
    assert (len(trail), set(trail["outcome"]), set(trail["fate"])) == (18, {""}, {"outcome_not_said"})
    assert trail["response_id"].nunique() == 18
    assert number(public, "1.2.0", "proposals_answered", dimension="plan") == (18, 18)
    for fate, count in (("outcome_not_said", 18), ("unanswered", 0), ("untraced", 0)):
        assert number(public, "1.2.0", "proposal_fates", dimension="plan", category=fate) == (count, 18)
    found = table(public, "1.2.0", "metrics/metrics")
    incorporated = found[(found["metric_id"] == "proposals_incorporated") & (found["dimension"] == "plan")]
    assert incorporated[["missing", "value"]].to_numpy().tolist() == [["18", ""]]


def test_every_release_is_rebuilt_to_the_same_bytes(
    example: tuple[Workspace, RunRecord], public: Path, tmp_path: Path
) -> None:
    workspace, _ = example
    results = reproduction.reproduce(workspace, None, tmp_path, lambda *_: None)
    assert [(result.version, result.differences) for result in results] == [
        ("1.0.0", ()), ("1.1.0", ()), ("1.2.0", ()),
    ]  # fmt: skip
    assert all(result.files > 70 for result in results)
    for result in results:  # what stands on the disk, not only what was said of it
        rebuilt = {path.relative_to(tmp_path / result.version): path for path in _files(tmp_path / result.version)}
        assert len(rebuilt) == result.files
        assert [name for name, path in rebuilt.items() if path.read_bytes() != _published(public, result, name)] == []
        assert {"xlsx", "parquet", "csv", "jsonl"} <= {name.suffix[1:] for name in rebuilt}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _published(public: Path, result: reproduction.Reproduction, name: Path) -> bytes:
    return (public / "v" / result.version / name).read_bytes()


def test_a_stranger_finds_nothing_wrong(public: Path) -> None:
    result = verify(DirectoryReader(public), None)
    assert result.problems == ()
    assert result.releases == 3


def test_portals_can_harvest_it(public: Path) -> None:
    catalog = Graph().parse(public / "catalog.ttl", format="turtle")
    faults = conformance.faults(catalog, quality.SHAPES)
    assert len(faults) == 6 and not any(faults.values()), faults
    root = "https://data.example.org/us-nap/"
    score = quality.score(catalog, lambda one: (public / one.removeprefix(root)).is_file(), lambda _: True)
    assert quality.total(score) >= 380
    feed = feedparser.parse((public / "changes.es.atom").read_bytes())
    assert not feed.bozo and [entry.title[:13] for entry in feed.entries] == [
        "Versión 1.2.0",
        "Versión 1.1.0",
        "Versión 1.0.0",
    ]


def test_ckan_loads_every_listed_table_with_the_types_that_the_descriptor_says(public: Path) -> None:
    assert check_loads(public) > 20


def test_the_headline_is_the_published_one(example: tuple[Workspace, RunRecord]) -> None:
    workspace, _ = example
    found = status.read(workspace, NOW.date())
    assert found.headline is not None
    told = {(one.metric, one.category): one.numerator for one in found.headline.numbers}
    assert told["milestone_completion", "complete"] == 33 and told["commitment_completion", "complete"] == 14


def test_a_second_run_changes_nothing_that_anybody_could_see(
    public: Path, example: tuple[Workspace, RunRecord]
) -> None:
    workspace, _ = example

    def stamps(folder: Path) -> dict[str, int]:
        return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}

    private = workspace.base / workspace.programme.publication.intake.directory
    before, kept = stamps(public), stamps(private)
    entries = ledger.head_of(ledger.read(workspace.intake))
    again = run.run(workspace, NOW, "second-run", backfill=True)
    assert again.outcome == Unchanged("1.2.0")
    assert {result.state for result in again.sources} == {"same"}
    assert stamps(public) == before
    assert ledger.head_of(ledger.read(workspace.intake)) == entries
    written = {name for name, stamp in stamps(private).items() if kept.get(name) != stamp}
    assert written == {"runs/second-run.json", "runs/last.json", layout.history(NOW, "second-run")}
    assert json.loads((private / "runs/last.json").read_text())["outcome"]["name"] == "Unchanged"
