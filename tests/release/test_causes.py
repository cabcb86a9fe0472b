"""Why cells differ between two releases: late, corrected, sent again, withdrawn, or our own doing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from ogp_pipeline.evaluation.findings import find
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.release import csv_format, parquet_format
from ogp_pipeline.release.causes import CauseCode
from ogp_pipeline.release.changes import EARLIER, LINES, Snapshot, compare, lines_of
from ogp_pipeline.release.shape import Shape
from ogp_pipeline.tables.provenance import provenance
from tests.tables.country import SCHEMAS, Ledger, evidence, period, plan, programme, update

COUNTRY = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30", "2023-07-15")))
MILESTONES = {"milestones": [{"milestone_id": f"m{n}", "commitment_id": "c1"} for n in (1, 2)]}
CORRECTION = {
    "correction_id": "k1",
    "table": "updates",
    "key": "m1/r1",
    "field": "status",
    "expected": "complete",
    "value": "in_progress",
    "made_by": "forum",
    "made_on": "2023-08-10",
    "until": "2023-08-31",
}


def published(ledger: Ledger, as_of: str) -> Snapshot:
    tables = ledger.fold(COUNTRY, as_of)
    results = find(EvaluationContext(tables, COUNTRY, SCHEMAS, date.fromisoformat(as_of)), "correction_results")
    frames = {**tables.frames, "provenance": provenance(tables), "correction_results": results}
    return Snapshot(frames, SCHEMAS.tables, {name: table.dataset for name, table in SCHEMAS.tables.items()})


def causes(old: Snapshot | None, new: Snapshot, *tables: str) -> Mapping[str, tuple[str, str]]:
    """``table key field`` -> cause and day, of these tables."""
    lines = [line for frame in compare(old, new).lines.values() for line in frame.astype(object).to_dict("records")]
    return {
        f"{line['table']} {line['key']} {line['field']}": (line["cause"], str(line["known_on"]))
        for line in lines
        if line["table"] in tables
    }


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.deliver("2023-07-01", MILESTONES, source="forum", whole=True)
    made.deliver("2023-07-10", {"updates": [update("m1", "r1", "complete")]})
    return made


def test_what_comes_after_its_due_date_is_late_and_what_comes_before_is_new(ledger: Ledger) -> None:
    ledger.deliver("2023-07-16", {"updates": [update("m2", "r1", "complete")]})
    found = causes(None, published(ledger, "2023-07-16"), "updates", "milestones", "reporting_periods", "rules")
    assert found['updates {"milestone_id":"m1","period_id":"r1"} status'] == ("new", "2023-07-10")
    assert found['updates {"milestone_id":"m2","period_id":"r1"} status'] == ("late_report", "2023-07-16")
    assert found['milestones {"milestone_id":"m1"} commitment_id'] == ("new", "2023-07-01")
    assert found['reporting_periods {"period_id":"r1"} due_date'] == ("programme", "None")


def test_what_was_delivered_in_time_and_became_known_later_is_new_and_not_late(ledger: Ledger) -> None:
    vouched = update("m2", "r1", "complete", delivered_on="2023-07-10", delivered_why="By letter")
    ledger.deliver("2023-08-20", {"updates": [vouched], "evidence": [evidence("m2", "r1", "link")]})
    found = causes(None, published(ledger, "2023-08-20"), "updates", "evidence")
    assert found['updates {"milestone_id":"m2","period_id":"r1"} status'] == ("new", "2023-08-20")
    assert {cause for place, (cause, _) in found.items() if place.startswith("evidence")} == {"new"}


def test_a_report_that_came_again_late_is_late_only_if_no_release_holds_its_first_sending(ledger: Ledger) -> None:
    in_time = published(ledger, "2023-07-10")
    ledger.deliver("2023-07-20", {"updates": [update("m1", "r1", "in_progress")]})
    place = 'updates {"milestone_id":"m1","period_id":"r1"} status'
    assert causes(in_time, published(ledger, "2023-07-20"), "updates") == {place: ("sent_again", "2023-07-20")}
    assert causes(None, published(ledger, "2023-07-20"), "updates")[place] == ("late_report", "2023-07-20")


def test_a_correction_is_told_when_it_comes_and_when_it_goes(ledger: Ledger) -> None:
    ledger.deliver("2023-08-12", {"corrections": [CORRECTION]}, source="corrections")
    before, during, after = (published(ledger, day) for day in ("2023-08-11", "2023-08-12", "2023-09-01"))
    place = 'updates {"milestone_id":"m1","period_id":"r1"} status'
    assert causes(before, during, "updates", "corrections") == {
        place: ("correction", "2023-08-12"),
        **{f'corrections {{"correction_id":"k1"}} {field}': ("new", "2023-08-12") for field in CORRECTION},
    }
    assert causes(during, after, "updates", "correction_results") == {
        place: ("correction", "2023-08-12"),
        'correction_results {"correction_id":"k1"} state': ("computed", "None"),
    }
    ledger.deliver("2023-08-20", {"updates": [update("m1", "r1", "withdrawn")]})
    assert causes(during, published(ledger, "2023-08-20"), "updates") == {place: ("sent_again", "2023-08-20")}


def test_what_is_sent_again_or_no_longer_is_told_apart(ledger: Ledger) -> None:
    before = published(ledger, "2023-07-31")
    again = {"milestones": [{"milestone_id": "m1", "commitment_id": "c1", "title_en": "Named"}]}
    ledger.deliver("2023-08-01", again, source="forum", whole=True)
    assert causes(before, published(ledger, "2023-08-01"), "milestones") == {
        'milestones {"milestone_id":"m1"} title_en': ("sent_again", "2023-08-01"),
        'milestones {"milestone_id":"m2"} milestone_id': ("withdrawn", "2023-08-01"),
        'milestones {"milestone_id":"m2"} commitment_id': ("withdrawn", "2023-08-01"),
    }


def test_a_column_that_did_not_exist_is_no_suppliers_doing(ledger: Ledger) -> None:
    now = published(ledger, "2023-07-31")
    table = SCHEMAS.tables["updates"]
    shape = Shape("updates", tuple(field for field in table.fields if field.name != "status"), table.primary_key)
    frames = {**now.frames, "updates": now.frames["updates"].drop(columns="status")}
    before = replace(now, frames=frames, shapes={**now.shapes, "updates": shape})
    place = 'updates {"milestone_id":"m1","period_id":"r1"} status'
    assert causes(before, now, "updates") == {place: ("schema", "None")}


def test_every_cause_is_a_code_with_its_words_in_both_languages() -> None:
    assert set(CauseCode) == {one.code for one in SCHEMAS.codes_of("change_cause")}


@pytest.mark.parametrize("module", [csv_format, parquet_format])
def test_files_from_before_causes_can_be_told_and_read(module, ledger: Ledger, tmp_path) -> None:
    lines = lines_of(compare(None, published(ledger, "2023-07-31")).lines["progress"])
    module.write_rows(lines, tmp_path / "now")
    module.write_rows(lines.select([field.name for field in EARLIER.fields]), tmp_path / "then")
    assert module.heading(tmp_path / "now") == [field.name for field in LINES.fields]
    assert module.heading(tmp_path / "then") == [field.name for field in EARLIER.fields]
    assert module.read_rows(tmp_path / "now", LINES).equals(lines)
    assert module.read_rows(tmp_path / "then", EARLIER).num_rows == lines.num_rows
