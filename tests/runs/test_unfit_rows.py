"""Cells that no table can hold, in whole runs: refused on arrival, and set aside where older software let them in."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.cli import app
from ogp_pipeline.formats.records import RawRow, Where
from ogp_pipeline.intake import accepted, ledger
from ogp_pipeline.intake.ledger import EntryDraft
from ogp_pipeline.runs import quarantine_list, run, status
from ogp_pipeline.runs.known_state import known_tables
from ogp_pipeline.runs.outcomes import Published, Rejected, Unchanged
from ogp_pipeline.runs.summary import summary_markdown
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.upkeep import reproduction
from tests.sample import by_day
from tests.small_country import NOW, SmallCountry, build

HEADING = "resource_id,plan_id,institution_id,kind,amount,unit\n"
GOOD, BAD = "R1,XX-1,M1,money,1000,USD\n", "R2,XX-1,M1,money,INF,USD\n"
MENDED = "R2,XX-1,M1,money,250.5,USD\n"
WITH_RESOURCES = {
    "[institutions, commitments, commitment_institutions, milestones]": (
        "[institutions, commitments, commitment_institutions, milestones, resources]"
    ),
    "publication:\n": (
        "  - {id: resources, supplier: forum, kind: folder, path: inbox/forum, files: 'resources*.csv', "
        "read: {kind: csv}, tables: {resources: {columns: {}}}}\npublication:\n"
    ),
}


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    made = build(tmp_path / "country", **WITH_RESOURCES)
    made.write("forum/resources.csv", HEADING + GOOD)
    return made


def published(country: SmallCountry) -> dict[str, str]:
    path = country.folder / "var/public/latest/participation/resources.csv"
    lines = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    place = lines[0].index("amount")
    return {line[0]: line[place] for line in lines[1:]}


def accept_as_before(country: SmallCountry, content: str, name: str = "resources.csv") -> None:
    """Let rows into the ledger without today's check, as software did that did not know the bounds."""
    workspace = country.open()
    entries = ledger.read(workspace.intake)
    [entry] = [one for one in entries if one.source == "resources"]
    rows = []
    for number, line in enumerate(content.splitlines(), start=1):
        values = dict(zip(HEADING.strip().split(","), line.split(","), strict=True))
        origins = {column: Where(name, number + 1, column=column) for column in values}
        rows.append(MappedRow("resources", values, origins, RawRow(name, number, {}, line=number + 1)))
    same = {field: getattr(entry, field) for field in EntryDraft.__dataclass_fields__}
    draft = EntryDraft(
        **same
        | {
            "delivery": "d" * 64,
            "rows": accepted.write(workspace.intake, rows),
            "counts": {"resources": len(rows)},
            "files": ((name, "e" * 64),),
            "schemas": "1.1.0+000000000000",
        }
    )
    ledger.append(workspace.intake, draft, entries)


def test_a_cell_that_no_table_can_hold_is_refused_at_the_cell_and_taken_when_it_is_mended(
    country: SmallCountry,
) -> None:
    country.write("forum/resources.csv", HEADING + GOOD + "R2,XX-1,M1,money,1234567890123,USD\n")
    workspace = country.open()
    *others, refused = [run.collect_source(workspace, source.id, NOW) for source in workspace.programme.sources]
    assert {one.state for one in others} == {"accepted"} and (refused.state, refused.problems) == ("rejected", 1)
    stored = country.open().intake.get(refused.deliveries[0].receipt or "")
    assert stored is not None
    [problem] = json.loads(stored.data)["problems"]
    assert (problem["rule"], problem["where"]["line"]) == ("out-of-bounds/number", 3)
    assert "12 digits before the point and 6 after it" in problem["wrong"]["en"]
    country.write("forum/resources.csv", HEADING + GOOD + MENDED)
    assert run.collect_source(country.open(), "resources", NOW + timedelta(days=1)).state == "accepted"
    stand = known_tables(country.open(), ledger.read(workspace.intake)).frames["resources"]
    assert dict(zip(stand["resource_id"], map(str, stand["amount"]), strict=True)) == {
        "R1": "1000.000000",
        "R2": "250.500000",
    }


@pytest.mark.night
def test_what_was_refused_for_a_cell_and_mended_is_published(country: SmallCountry) -> None:
    country.write("forum/resources.csv", HEADING + GOOD + "R2,XX-1,M1,money,1234567890123,USD\n")
    assert country.run().outcome == Rejected(problems=1, deliveries=1, version="1.0.0")
    country.write("forum/resources.csv", HEADING + GOOD + MENDED)
    assert country.run("mended", NOW + timedelta(days=1)).outcome == Published("1.1.0")
    assert published(country) == {"R1": "1000.000000", "R2": "250.500000"}


@pytest.mark.night
@pytest.mark.parametrize("name", ["resources.csv", "resources-2.csv"])
def test_a_row_of_an_old_ledger_that_no_table_can_hold_is_named_and_heals_with_its_correction(
    country: SmallCountry, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert country.run("first").outcome == Published("1.0.0")
    accept_as_before(country, BAD + "R3,XX-1,M1,money,3,USD\n")
    (country.folder / "inbox/forum/resources.csv").unlink()

    record = country.run("second", NOW + timedelta(days=1))
    assert isinstance(record.outcome, Published)
    assert published(country) == {"R1": "1000.000000", "R3": "3.000000"}
    [unfit] = record.to_json()["unfit"]
    assert (unfit["table"], unfit["key"], unfit["text"], unfit["line"]) == ("resources", ["R2"], "INF", 2)
    assert record.waiting == 1
    assert "R2 of resources is left out: “INF” in amount" in summary_markdown(record, "en")
    assert "el renglón R2 de resources queda fuera: «INF» en amount" in summary_markdown(record, "es")
    [waits] = quarantine_list.read(country.open(), "en", source="resources")
    assert (waits.key, waits.supplier, "INF" in waits.problems[0].wrong) == ("R2", "forum", True)
    assert status.read(country.open(), NOW.date() + timedelta(days=1)).unfit == record.unfit
    with pytest.raises(SystemExit) as left:
        app.main(["quarantine", str(country.folder), "--lang", "en"])
    assert not left.value.code and "INF" in capsys.readouterr().out
    assert country.run("again", NOW + timedelta(days=1)).outcome == Unchanged(record.version)

    country.write(f"forum/{name}", HEADING + MENDED)
    mended = country.run("third", NOW + timedelta(days=2))
    assert isinstance(mended.outcome, Published) and mended.unfit == ()
    assert published(country) == {"R1": "1000.000000", "R2": "250.500000", "R3": "3.000000"}
    assert quarantine_list.read(country.open(), "en") == []
    rebuilt = reproduction.reproduce(country.open(), None, None, lambda *_: None)
    assert [(one.version, one.differences) for one in rebuilt] == [(one, ()) for one in country.versions()]


@pytest.mark.parametrize("day", by_day(["9999-12-31", "0001-01-01"], ["0001-01-01"]))
def test_a_day_at_the_end_of_the_calendar_is_published(country: SmallCountry, day: str) -> None:
    country.write(
        "forum/milestones.csv",
        "milestone_id,commitment_id,institution_id,title_en,due_date,due_precision\n"
        f"XX0001.1,XX0001,M1,Publish the draft,{day},day\nXX0001.2,XX0001,M1,Publish the law,2025-06-30,day\n",
    )
    record = country.run()
    assert record.version == "1.0.0"
    latest = country.folder / "var/public/latest/plan/milestones.csv"
    assert day in latest.read_text(encoding="utf-8")
    assert not any(one.state == "failed" for one in record.sources)
