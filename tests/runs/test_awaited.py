"""Where another file was refused, those who refer to what it holds hear which, and whose; and nothing impossible."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.intake import ledger, refusals
from ogp_pipeline.runs import checking, run
from tests.small_country import FILES, NOW, SmallCountry, build

MILESTONES, UPDATES = FILES["forum/milestones.csv"], FILES["agency/updates.csv"]
BAD = MILESTONES.replace("2024-06-30", "June")


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    """Of which the milestones were never accepted: a day in their first file is none."""
    country = build(tmp_path)
    country.write("forum/milestones.csv", BAD)
    country.collect()
    return country


def receipt(country: SmallCountry, source: str) -> dict[str, Any]:
    [delivery] = run.collect_source(country.open(), source, NOW).deliveries
    stored = country.open().intake.get(delivery.receipt or "")
    assert stored is not None
    document: dict[str, Any] = json.loads(stored.data)
    return document


def test_a_file_that_refers_to_a_refused_one_names_it_and_has_nothing_to_correct(country: SmallCountry) -> None:
    told = receipt(country, "updates")
    assert {problem["rule"] for problem in told["problems"]} == {"reference-refused"}
    problem = told["problems"][0]
    assert "“milestones.csv”, the file of Forum for the table “Milestones”, was refused" in problem["wrong"]["en"]
    assert "a Foro le toca corregir «milestones.csv»" in problem["todo"]["es"]
    assert "checked again by itself" in problem["todo"]["en"]
    assert told["summary"]["en"] == "Your file waits: there is nothing to correct in it"
    assert "correct" not in " ".join(told["next"]["en"]).lower().replace("nothing to correct", "")


def test_a_refused_file_without_rows_of_the_table_is_not_what_others_wait_for(country: SmallCountry) -> None:
    workspace = country.open()
    entries = ledger.read(workspace.intake)
    [refused] = refusals.standing(workspace.intake, "milestones", entries)
    assert refused.tables == ("milestones",)
    refusals.note(workspace.intake, "milestones", replace(refused, tables=("decisions",)), entries)
    path = country.write("agency/updates.csv", UPDATES)
    checked = checking.check_file(country.open(), path, "agency", "updates", NOW)
    assert {problem.rule for problem in checked.problems} == {"reference-not-yet"}


def test_once_the_refused_file_is_corrected_nothing_else_has_to_be_sent(country: SmallCountry) -> None:
    country.write("forum/milestones.csv", MILESTONES)
    country.collect()
    assert receipt(country, "updates")["verdict"] == "accepted"


def test_where_other_rows_stand_both_ways_out_are_told_until_the_file_is_accepted(country: SmallCountry) -> None:
    country.write("forum/milestones.csv", MILESTONES)
    country.collect()
    country.write("forum/milestones.csv", BAD + "XX0002.2,XX0002,M2,Another,2025-06-30,day\n")
    run.collect_source(country.open(), "milestones", NOW)
    path = country.write("agency/updates.csv", UPDATES + "XX0002.2,2024-H1,in_progress,New.\n")
    checked = checking.check_file(country.open(), path, "agency", "updates", NOW)
    [problem] = [one for one in checked.problems if one.rule.startswith("foreign-key")]
    assert problem.rule == "foreign-key/refused" and problem.details["other"] == "milestones.csv"
    assert problem.kind == "blocks", "perhaps it is a slip of its own"
    country.write("forum/milestones.csv", MILESTONES + "XX0002.3,XX0002,M2,Another,2025-06-30,day\n")
    run.collect_source(country.open(), "milestones", NOW)
    checked = checking.check_file(country.open(), path, "agency", "updates", NOW)
    assert [one.rule for one in checked.problems if one.rule.startswith("foreign-key")] == ["foreign-key"]
