"""Columns that are gone since the last accepted file, and columns that no mapping names: told once."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.runs import run
from tests.small_country import NOW, SmallCountry, build

MAPPED = (
    "tables: {updates: {columns: {milestone_id: {from: Hito}, period_id: {value: 2024-H1}, "
    "status: {from: Estado}, progress_en: {from: Avance}}}}"
)
ROW = "XX0001.1,in_progress,{words}{more}\n"


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    country = build(tmp_path)
    country.collect()
    return country


def told(country: SmallCountry, content: str, day: int = 1) -> dict[str, str]:
    """Rule -> what is said in English of the agency's file."""
    country.write("agency/updates.csv", content)
    [delivery] = run.collect_source(country.open(), "updates", NOW + timedelta(days=day)).deliveries
    assert delivery.state == "accepted"
    stored = country.open().intake.get(delivery.receipt or "")
    assert stored is not None
    return {one["rule"]: one["wrong"]["en"] for one in json.loads(stored.data)["problems"]}


def test_a_column_that_disappeared_is_told_once(country: SmallCountry) -> None:
    head = "milestone_id,period_id,status,progress_en,{}\n"
    full = head.format("next_steps_en,percent") + "XX0001.1,2024-H1,in_progress,First.,Then,40\n"
    assert "columns-gone" not in told(country, full)
    less = "milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,in_progress,{}\n"
    said = told(country, less.format("Second."), 2)
    assert "«next_steps_en», «percent»" in said["columns-gone"]
    assert "columns-gone" not in told(country, less.format("Third."), 3)


def test_a_renamed_file_of_the_same_source_is_compared_too(country: SmallCountry) -> None:
    assert not told(country, "milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,in_progress,A\n")
    country.edit("files: updates.csv", "files: 'u*.csv'")
    country.write("agency/ultimo.csv", "milestone_id,period_id,status\nXX0001.2,2024-H1,in_progress\n")
    result = run.collect_source(country.open(), "updates", NOW + timedelta(days=3))
    stored = [country.open().intake.get(one.receipt or "") for one in result.deliveries]
    rules = [[one["rule"] for one in json.loads(one.data)["problems"]] for one in stored if one is not None]
    assert ["columns-gone"] in rules


def test_columns_that_no_mapping_names_are_told_when_they_are_new(country: SmallCountry) -> None:
    country.edit("rhythm_days: 30, tables: {updates: {columns: {}}}", f"rhythm_days: 30, {MAPPED}")
    head = "Hito,Estado,Avance,Presupuesto,Contacto\n"
    said = told(country, head + ROW.format(words="First.", more=",5,x"))
    assert "«Presupuesto», «Contacto»" in said["columns-not-mapped"]
    assert "columns-not-mapped" not in told(country, head + ROW.format(words="Second.", more=",5,x"), 2)
    more = "Hito,Estado,Avance,Presupuesto,Contacto,Meta\n" + ROW.format(words="Third.", more=",5,x,y")
    assert told(country, more, 3)["columns-not-mapped"].endswith(": «Meta».")


def test_headings_that_a_block_of_columns_takes_are_read(country: SmallCountry) -> None:
    blocks = '{unpivot: {headings: {status: "^(.+) Estado$"}}, columns: {milestone_id: {from: Hito}, '
    blocks += "period_id: {from: _key}, status: {from: _status}}}"
    country.edit("rhythm_days: 30, tables: {updates: {columns: {}}}", f"rhythm_days: 30, tables: {{updates: {blocks}}}")
    said = told(country, "Hito,2024-H1 Estado,Presupuesto\nXX0001.1,in_progress,5\n")
    assert "«Presupuesto»" in said["columns-not-mapped"] and "Estado" not in said["columns-not-mapped"]
