"""Rows that no source gives any more: told, and retired with a reason."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.cli import app
from ogp_pipeline.errors import NotFound, OgpError
from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import held_list, left_over, run, status
from ogp_pipeline.runs.known_state import known_tables
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.upkeep import reproduction, retirement
from ogp_pipeline.upkeep.retirement import Chosen
from tests.small_country import NOW, SmallCountry, published

LATER = NOW + timedelta(days=1)
GHOSTS = "updates: {{columns: {{milestone_id: {{from: milestone_id, template: '{}'}}, {}}}}}"
OTHERS = "period_id: {from: period_id}, status: {from: status}, progress_en: {from: progress_en}"


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    return published(tmp_path / "copy")


def ghosts(country: SmallCountry) -> list[left_over.LeftOver]:
    workspace = country.open()
    entries = ledger.read(workspace.intake)
    return left_over.find(workspace, entries, known_tables(workspace, entries))


def test_a_source_that_was_renamed_leaves_rows_that_are_told_and_retired(country: SmallCountry) -> None:
    country.edit("{id: updates, supplier", "{id: reports, supplier")
    country.write("agency/updates.csv", "milestone_id,period_id,status\nXX0001.1,2024-H1,complete\n")
    assert run.collect_source(country.open(), "reports", LATER).state == "accepted"
    record = run.conclude(country.open(), "renamed", LATER, 1.0, [], [], [Unchanged("1.0.0")])
    [told] = record.left_over
    assert (told.source, told.why, told.rows) == (
        "updates",
        left_over.Why.SOURCE,
        (("updates", ("XX0001.2", "2024-H1")),),
    )
    assert status.read(country.open(), LATER.date()).left_over == record.left_over
    assert "ogp retire --source updates --left-over" in left_over.describe(told, "es")
    retired, entry = retirement.retire(
        country.open(), Chosen("updates", left_over=True), "Ana", "The source was renamed", LATER
    )
    assert list(retired.rows) == list(told.rows) and not retired.comes_back
    assert ghosts(country) == []
    workspace = country.open()
    stand = known_tables(workspace, ledger.read(workspace.intake)).frames["updates"]
    assert list(stand["milestone_id"]) == ["XX0001.1"]
    decided = held_list.describe_decision(entry, "en")
    assert "Ana retired 1 row of updates: The source was renamed" in decided
    with pytest.raises(NotFound):
        retirement.retire(country.open(), Chosen("updates", left_over=True), "Ana", "Once more", LATER)


@pytest.mark.night
def test_the_next_release_says_that_what_was_retired_was_withdrawn(country: SmallCountry) -> None:
    chosen = Chosen("updates", table="updates", keys=("XX0001.2/2024-H1",))
    retirement.retire(country.open(), chosen, "Ana", "A test row", LATER)
    after = country.run("after", LATER)
    assert isinstance(after.outcome, Published)
    listed = (country.folder / "var/public/latest/progress/updates.csv").read_text(encoding="utf-8")
    assert "XX0001.1" in listed and "XX0001.2" not in listed
    changes = reproduction.compare(country.open(), "1.0.0", after.version or "")
    lines = changes.lines["progress"]
    of_row = lines[(lines["table"] == "updates") & lines["key"].str.contains("XX0001.2", regex=False)]
    assert set(of_row["cause"]) == {"withdrawn"}


def test_rows_under_the_keys_of_an_older_mapping_are_told_and_others_are_not(country: SmallCountry) -> None:
    country.edit(
        "milestones: {columns: {}}",
        "milestones: {columns: {milestone_id: {from: milestone_id}, "
        "commitment_id: {from: commitment_id}, title_en: {from: title_en, template: '{value}.'}}}",
    )
    assert run.collect_source(country.open(), "milestones", LATER).state == "accepted"
    assert ghosts(country) == []  # read anew under the same keys
    country.edit("milestone_id: {from: milestone_id}", "milestone_id: {from: milestone_id, template: '{value}.0'}")
    result = run.collect_source(country.open(), "milestones", LATER)
    assert result.state == "accepted"
    stored = country.open().intake.get(result.deliveries[0].receipt or "")
    assert stored is not None
    renamed = json.loads(stored.data)["effect"]["tables"]["milestones"]["renamed"]
    assert (renamed["total"], renamed["rows"][0]["other"]) == (3, "XX0001.1")
    [told] = ghosts(country)
    assert (told.why, len(told.rows)) == (left_over.Why.MAPPING, 3)


def test_a_table_that_left_a_mapping_is_told(country: SmallCountry) -> None:
    country.edit("tables: {updates: {columns: {}}}", "tables: {evidence: {columns: {}}}")
    [told] = ghosts(country)
    assert (told.source, told.why, len(told.rows)) == ("updates", left_over.Why.TABLE, 2)


def test_nothing_is_retired_on_which_other_rows_lean(country: SmallCountry) -> None:
    with pytest.raises(OgpError, match=r"rows that stay refer to these: updates XX0001\.1/2024-H1"):
        retirement.plan(country.open(), Chosen("milestones", keys=("XX0001.1",)))


def test_a_retired_row_stands_again_when_it_is_said_again_and_only_then(country: SmallCountry) -> None:
    chosen = Chosen("updates", table="updates", keys=("XX0001.2/2024-H1",))
    planned, _ = retirement.retire(country.open(), chosen, "Ana", "A test row", LATER)
    assert planned.comes_back
    assert run.collect_source(country.open(), "updates", LATER).state == "same"  # the file still lies there
    workspace = country.open()
    assert ("updates", ("XX0001.2", "2024-H1")) not in known_tables(workspace, ledger.read(workspace.intake)).origins
    country.write("agency/updates.csv", "milestone_id,period_id,status\nXX0001.2,2024-H1,complete\n")
    run.collect_source(country.open(), "updates", LATER)
    assert ("updates", ("XX0001.2", "2024-H1")) in known_tables(workspace, ledger.read(workspace.intake)).origins


def test_without_yes_it_is_only_listed(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(ledger.read(country.open().intake))
    arguments = ["retire", "--source", "updates", "--reason", "Gone", "--by", "Ana", "-p", str(country.folder)]
    for more, entries in (([], before), (["--yes"], before + 1)):
        with pytest.raises(SystemExit) as ended:
            app.main([*arguments, *more])
        assert ended.value.code == 0
        assert len(ledger.read(country.open().intake)) == entries
    shown = capsys.readouterr().out
    assert "updates/XX0001.2/2024-H1" in shown and "--yes" in shown
