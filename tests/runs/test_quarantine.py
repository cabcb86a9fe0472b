"""Quarantine in whole runs: the good rows are published, the bad ones wait and are listed until they are mended."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.cli import app
from ogp_pipeline.errors import OgpError, ProgrammeError
from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import quarantine_list, run, status
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.site.waiting import Waits
from ogp_pipeline.upkeep import reproduction
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import NOW, SmallCountry, build, linked

UPDATES = "milestone_id,period_id,status,progress_en\n"
GOOD_ROW = "XX0001.1,2024-H1,in_progress,On the way\n"
BAD_ROW = "XX0001.2,2024-H1,No Trackab,x\n"
MENDED_ROW = "XX0001.2,2024-H1,not_started,x\n"
SET_ASIDE = {"files: updates.csv": "on_bad_rows: quarantine, files: '*.csv'"}


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A country that knows what its forum said, and has published nothing; each test works on a copy."""
    country = build(tmp_path_factory.mktemp("forum"), **SET_ASIDE)
    (country.folder / "inbox/agency/updates.csv").unlink()
    country.collect(NOW - timedelta(days=1))
    return country.folder


@pytest.fixture
def country(forum: Path, tmp_path: Path) -> SmallCountry:
    return linked(forum, tmp_path / "copy")


def send(country: SmallCountry, content: str, name: str = "updates.csv", days: int = 0) -> SourceResult:
    """Lay a file into the folder in place of what lay there, and collect it."""
    for path in (country.folder / "inbox/agency").iterdir():
        path.unlink()
    country.write(f"agency/{name}", content)
    return run.collect_source(country.open(), "updates", NOW + timedelta(days=days))


def waiting(country: SmallCountry) -> list[str]:
    return [row.key for row in quarantine_list.read(country.open(), "en")]


def receipt_of(country: SmallCountry, result: SourceResult) -> dict[str, Any]:
    [delivery] = result.deliveries
    stored = country.open().intake.get(delivery.receipt or "")
    assert stored is not None
    found: dict[str, Any] = json.loads(stored.data)
    return found


def published(country: SmallCountry) -> str:
    return (country.folder / "var/public/latest/progress/updates.csv").read_text(encoding="utf-8")


def test_the_same_file_is_refused_whole_or_taken_in_part_as_the_source_says(country: SmallCountry) -> None:
    country.edit("on_bad_rows: quarantine", "on_bad_rows: reject")
    refused = send(country, UPDATES + GOOD_ROW + BAD_ROW)
    assert (refused.state, refused.rows, refused.waiting) == ("rejected", 0, 0)
    assert waiting(country) == []
    country.edit("on_bad_rows: reject", "on_bad_rows: quarantine")
    record = country.run("quarantine")
    assert record.outcome == Published("1.0.0")
    [result] = [one for one in record.sources if one.source == "updates"]
    assert (result.state, result.rows, result.problems, result.waiting) == ("in_part", 1, 1, 1)
    assert record.to_json()["waiting"] == 1
    assert waiting(country) == ["XX0001.2/2024-H1"]
    assert country.run("again").outcome == Unchanged("1.0.0") and waiting(country) == ["XX0001.2/2024-H1"]
    assert "XX0001.1" in published(country) and "XX0001.2" not in published(country)
    headline = status.kept_headline(country.open(), "1.0.0")
    assert headline.waiting == (Waits("XX-1", "updates", "2024-H1", 1, held_up=1, of=3),)
    assert status.kept_headline(country.open(), "1.0.0") == headline, "as it is kept"
    home = (country.folder / "var/public/en/index.html").read_text(encoding="utf-8")
    assert "1 row waits to be corrected" in home and "Of 3 milestones, 1 count as not reported" in home
    receipt = receipt_of(country, result)
    assert receipt["verdict"] == "accepted_in_part"
    assert receipt["rows"] == {"read": 2, "to_mend": 1, "waiting": 1} and receipt["counts"] == {"updates": 1}
    assert receipt["summary"] == {
        "es": "1 renglón guardado, 1 renglón por corregir",
        "en": "1 row recorded, 1 row to correct",
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("updates.csv", UPDATES + GOOD_ROW + MENDED_ROW),
        ("another file.csv", UPDATES + MENDED_ROW),
        ("updates.csv", UPDATES + GOOD_ROW.replace("On the way", "Now without the other row")),
    ],
    ids=["the file mended", "another file", "the file without the row"],
)
def test_a_row_leaves_the_list_when_it_or_its_file_is_stated_anew(
    country: SmallCountry, name: str, content: str
) -> None:
    send(country, UPDATES + GOOD_ROW + BAD_ROW)
    assert waiting(country) == ["XX0001.2/2024-H1"]
    assert send(country, content, name, days=1).state == "accepted"
    assert waiting(country) == []


def test_a_file_about_something_else_or_a_refused_one_mends_nothing(country: SmallCountry) -> None:
    send(country, UPDATES + GOOD_ROW + BAD_ROW)
    assert send(country, UPDATES + GOOD_ROW.replace("On", "Still on"), "other.csv", days=1).state == "accepted"
    assert send(country, "status\nin_progress\n", days=2).state == "rejected"
    assert waiting(country) == ["XX0001.2/2024-H1"]


def test_a_row_sent_bad_again_waits_since_the_first_day(country: SmallCountry) -> None:
    send(country, UPDATES + GOOD_ROW + BAD_ROW)
    again = send(country, UPDATES + GOOD_ROW + BAD_ROW.replace("No Trackab", "Nobody knows"), days=3)
    assert (again.state, again.waiting) == ("in_part", 1)
    [row] = quarantine_list.read(country.open(), "en")
    assert row.since == NOW.date().isoformat() and "Nobody knows" in row.problems[0].wrong


@pytest.mark.night
def test_a_row_that_was_accepted_before_stays_in_force_while_its_correction_waits(country: SmallCountry) -> None:
    send(country, UPDATES + GOOD_ROW + MENDED_ROW)
    country.run("good")
    send(country, UPDATES + GOOD_ROW.replace("On the way", "Nearly there") + BAD_ROW, days=1)
    country.run("in-part", NOW + timedelta(days=1))
    assert "not_started" in published(country) and "Nearly there" in published(country)


def test_a_fault_of_the_file_or_of_every_row_refuses_it_all(country: SmallCountry) -> None:
    assert send(country, "milestone_id,status\nXX0001.1,in_progress\n").state == "rejected"
    assert send(country, UPDATES + BAD_ROW).state == "rejected"
    assert waiting(country) == [] and [e for e in ledger.read(country.open().intake) if e.source == "updates"] == []


def test_both_rows_with_one_key_wait(country: SmallCountry) -> None:
    send(country, UPDATES + MENDED_ROW + GOOD_ROW + GOOD_ROW.replace("in_progress", "complete"))
    rows = quarantine_list.read(country.open(), "en")
    assert [(row.key, row.where.line) for row in rows] == [("XX0001.1/2024-H1", 3), ("XX0001.1/2024-H1", 4)]


def test_what_rests_on_a_bad_row_waits_with_it(country: SmallCountry) -> None:
    country.edit("files: milestones.csv", "on_bad_rows: quarantine, files: milestones.csv")
    head = "milestone_id,commitment_id,parent_id,institution_id,title_en,due_date,due_precision\n"
    rows = [
        "XX0001.3,XX0001,,M1,Bad day,2024-02-31,day",
        "XX0001.3.1,XX0001,XX0001.3,M1,Child,2025-02-01,day",
        "XX0001.3.1.1,XX0001,XX0001.3.1,M1,Grandchild,2025-02-01,day",
        "XX0001.4,XX0001,,M1,Good,2025-02-01,day",
        "XX0001.4.1,XX0001,XX0001.4,M1,Good child,2025-02-01,day",
    ]
    country.write("forum/milestones.csv", head + "\n".join(rows) + "\n")
    result = run.collect_source(country.open(), "milestones", NOW)
    assert (result.state, result.rows, result.waiting) == ("in_part", 2, 3)
    told = {row.key: row.problems[0] for row in quarantine_list.read(country.open(), "en", source="milestones")}
    assert list(told) == ["XX0001.3", "XX0001.3.1", "XX0001.3.1.1"]
    assert "rests on row 2" in told["XX0001.3.1"].wrong and "rests on row 3" in told["XX0001.3.1.1"].wrong
    assert {one["rule"] for one in receipt_of(country, result)["problems"]} == {"type-error/date", "row-depends"}


def test_evidence_waits_with_the_update_that_it_is_for(country: SmallCountry) -> None:
    country.edit(
        "tables: {updates: {columns: {}}}",
        "tables: {updates: {columns: {milestone_id: {from: m}, period_id: {from: p}, status: {from: s}, "
        "progress_en: {from: t}}, where: {k: [u]}}, evidence: {columns: {milestone_id: {from: m}, "
        "period_id: {from: p}, number: {value: '1'}, kind: {value: link}, url: {from: t}}, where: {k: [e]}}}",
    )
    good = "u,XX0001.1,2024-H1,in_progress,Draft\ne,XX0001.1,2024-H1,,https://example.org/1\n"
    bad = "u,XX0001.2,2024-H1,No Trackab,Law\ne,XX0001.2,2024-H1,,https://example.org/2\n"
    result = send(country, "k,m,p,s,t\n" + good + bad)
    told = [(row.table, row.key.split("/")[0]) for row in quarantine_list.read(country.open(), "es")]
    assert told == [("updates", "XX0001.2"), ("evidence", "XX0001.2")], receipt_of(country, result)["problems"]


@pytest.mark.night
def test_a_release_with_rows_that_wait_is_rebuilt_to_the_same_bytes(country: SmallCountry) -> None:
    send(country, UPDATES + GOOD_ROW + BAD_ROW)
    country.run("in-part")
    send(country, UPDATES + GOOD_ROW + MENDED_ROW, days=1)
    country.run("mended", NOW + timedelta(days=1))
    results = reproduction.reproduce(country.open(), None, None, lambda *_: None)
    assert len(results) == 2 and all(result.differences == () for result in results)


@pytest.mark.night
def test_a_backfill_sees_only_the_rows_that_were_in_order(country: SmallCountry) -> None:
    country.edit("rhythm_days: 30", "historic: {known_on: 2024-07-09, why: It was public}, rhythm_days: 30")
    country.edit("  base_url", "  history: [2024-07-09, 2024-07-10]\n  base_url")
    send(country, UPDATES + GOOD_ROW + BAD_ROW)
    record = run.run(country.open(), NOW + timedelta(days=5), "backfill", backfill=True)
    assert record.releases and record.waiting == 1
    assert "XX0001.1" in published(country) and "XX0001.2" not in published(country)
    assert [row.since for row in quarantine_list.read(country.open(), "en")] == ["2024-07-09"]


def test_the_same_bad_bytes_in_an_inbox_say_again_what_to_mend(country: SmallCountry) -> None:
    country.edit("kind: folder, path: inbox/agency", "kind: inbox, settle_seconds: 0, path: inbox/agency")
    country.edit("files: '*.csv', ", "")
    for day, state in enumerate(("in_part", "same")):
        country.write("agency/mine.csv", UPDATES + GOOD_ROW + BAD_ROW)
        assert run.collect_source(country.open(), "updates", NOW + timedelta(days=day)).state == state
    told = [json.loads(path.read_bytes()) for path in (country.folder / "inbox/agency/receipts").rglob("*.json")]
    assert [one["verdict"] for one in told] == ["accepted_in_part", "accepted_in_part"]
    assert waiting(country) == ["XX0001.2/2024-H1"]


def test_a_full_statement_cannot_be_taken_in_part(country: SmallCountry) -> None:
    country.edit("on_bad_rows: quarantine, files: '*.csv'", "on_bad_rows: quarantine, whole: true, files: updates.csv")
    with pytest.raises(ProgrammeError, match="does not go with `whole: true`"):
        country.open()


def test_the_list_names_place_key_and_what_to_type(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    def ask(*options: str) -> str:
        with pytest.raises(SystemExit) as left:
            app.main(["quarantine", str(country.folder), *options])
        assert not left.value.code
        return capsys.readouterr().out

    assert "No row waits" in ask()
    send(country, UPDATES + GOOD_ROW + BAD_ROW)
    said = " ".join(ask("--lang", "es").split())
    assert "updates.csv, línea 3" in said and "XX0001.2/2024-H1" in said and "«No Trackab»" in said
    assert "1 renglón espera corrección" in said
    [row] = json.loads(ask("--json", "--supplier", "agency", "--source", "updates", "--table", "updates"))
    assert (row["source"], row["since"], row["where"]["line"]) == ("updates", "2024-07-10", 3)
    assert json.loads(ask("--json", "--source", "roles")) == []
    with pytest.raises(OgpError, match=r"no supplier `nobody`\. There are: forum, agency"):
        quarantine_list.read(country.open(), "en", supplier="nobody")
    counted = {one.id: one.waiting for one in status.read(country.open(), NOW.date()).sources}
    assert counted["updates"] == 1 and sum(counted.values()) == 1
