"""What the programme file did not foresee is told to the engineer, and to the supplier as no mistake of theirs."""

import json

import pytest
import yaml

from ogp_pipeline.validation import setting_doubts

MAPPED = {
    "milestone_id": {"from": "Hito"},
    "period_id": {"value": "2024-1"},
    "status": {"from": "Estado", "map": {"Hecho": "complete"}},
    "completed_on": {"from": "Fecha", "date": ["%d/%m/%Y"]},
    "progress_es": {"from": "Avance"},
}
HEAD = "Hito,Estado,Fecha,Avance\n"


def test_a_value_that_the_list_knows_and_the_crosswalk_does_not_is_ours(country):
    sent = country.send("updates", HEAD + "MX0001.1,In progress,,x\nMX0001.2,Hecho,,x\n", columns=MAPPED)
    assert [(one.rule, one.field) for one in sent[1].problems if one.level == "blocks"] == [
        ("map-incomplete", "status")
    ]
    for language, words in (("es", "No es un error suyo"), ("en", "It is not your mistake")):
        (advice,) = country.advice(sent, "map-incomplete", language)
        assert words in advice.todo
    assert "you do not have to send anything again" in country.advice(sent, "map-incomplete", "en")[0].todo
    told = setting_doubts.reason(sent[1].problems)
    assert told == "the crosswalk of `updates.status` does not list «In progress»; add it to `map`"


def test_a_value_that_nobody_knows_is_asked_about_and_told_to_the_engineer(country):
    sent = country.send("updates", HEAD + "MX0001.1,Echo,,x\n", columns=MAPPED)
    assert "unmapped-value" in {one.rule for one in sent[1].problems}
    assert "«Echo»" in (setting_doubts.reason(sent[1].problems) or "")


def test_dates_of_which_none_fits_are_ours(country):
    rows = "MX0001.1,Hecho,2024.06.01,x\nMX0001.2,Hecho,2024.05.30,x\n"
    sent = country.send("updates", HEAD + rows.replace(".06.01", "/06/01").replace(".05.30", "/05/30"), columns=MAPPED)
    assert {one.rule for one in sent[1].problems if one.level == "blocks"} == {"date-format"}
    assert "no date of `updates.completed_on` fits `date`" in (setting_doubts.reason(sent[1].problems) or "")


def test_one_date_among_others_that_is_none_is_the_suppliers(country):
    rows = "MX0001.1,Hecho,01/06/2024,x\nMX0001.2,Hecho,31/06/2024,x\n"
    sent = country.send("updates", HEAD + rows, columns=MAPPED)
    assert [one.rule for one in sent[1].problems if one.level == "blocks"] == ["bad-date"]
    assert setting_doubts.reason(sent[1].problems) is None


PARTIES = {"institution_id": {"from": "id"}, "name_en": {"from": "name"}, "sector": {"value": "government"}}


@pytest.mark.parametrize(
    ("document", "at", "there"),
    [
        ({"records": [{"id": "rec1", "fields": {"name": "One"}}]}, "/records", "fields/name"),
        ({"features": [{"id": "1", "properties": {"name": "One"}}]}, "/features", "properties/name"),
        ([{"id": "1", "places": {"names": [{"name": "One"}]}}], "", "places/names[]/name"),
    ],
    ids=["records", "features", "lists"],
)
def test_a_column_that_lies_deeper_is_told_with_what_to_write(country, document, at, there):
    content, reader = json.dumps(document), {"at": at}
    sent = country.send("institutions", content, kind="json", reader=reader, columns=PARTIES)
    (told,) = [one for one in sent[1].problems if one.level == "blocks"]
    assert (told.rule, told.kind, told.details["there"]) == ("missing-column/elsewhere", "waits", there)
    setting = {}
    for part in told.details["setting"].split("; "):
        setting |= yaml.safe_load(part)
    assert told.details["setting"] in setting_doubts.reason([told])
    assert there in country.advice(sent, told.rule, "fr")[0].wrong
    again = {"columns": PARTIES | {"name_en": {"from": setting.pop("from")}}, "mapping": setting}
    assert country.send("institutions", content, kind="json", reader=reader, **again)[1].verdict.enters


def test_a_mapping_that_looks_deeper_than_the_file_is_told_so(country):
    columns = PARTIES | {"name_en": {"from": "fields/name"}}
    sent = country.send("institutions", '[{"id": "1", "name": "One"}]', kind="json", columns=columns)
    assert setting_doubts.reason(sent[1].problems) == (
        "`institutions.name_en` of institutions.json: name; write `from: name`"
    )


@pytest.mark.parametrize(
    ("document", "at", "reader"),
    [
        ({"result": {"records": [{"id": "1", "name": "One"}]}}, "/result", {"at": "/result/records"}),
        ({"result": [{"id": "1", "name": "One"}]}, "/records", {"at": "/result"}),
        ([{"id": "1", "name": "One"}], "/records", {"at": ""}),
        ({"1": {"id": "1", "name": "One"}, "2": {"id": "2", "name": "Two"}}, "", {"rows": "@"}),
        ({"all": {"a-b": {"x": {"id": "1", "name": "One"}}}}, "", {"rows": 'all."a-b"'}),
    ],
    ids=["deeper", "elsewhere", "the document", "an object", "an object inside"],
)
def test_rows_that_stand_elsewhere_are_told_with_what_to_write(country, document, at, reader):
    content = json.dumps(document)
    sent = country.send("institutions", content, kind="json", reader={"at": at}, columns=PARTIES)
    (told,) = [one for one in sent[1].problems if one.level == "blocks"]
    assert (told.rule, told.kind) == ("rows-elsewhere", "waits")
    assert yaml.safe_load(told.details["setting"]) == reader
    assert country.send("institutions", content, kind="json", reader=reader, columns=PARTIES)[1].verdict.enters


def test_what_holds_nothing_that_we_read_is_no_place_for_rows(country):
    content = '{"error": {"details": [{"code": 7}]}}'
    sent = country.send("institutions", content, kind="json", reader={"at": "/records"}, columns=PARTIES)
    assert [one.rule for one in sent[1].problems] == ["unreadable"]
    assert setting_doubts.reason(sent[1].problems) is None


def test_a_column_of_days_with_times_is_ours(country):
    rows = "MX0001.1,Hecho,30/05/2024 10:15,x\nMX0001.2,Hecho,01/06/2024 9:00 a. m.,x\n"
    sent = country.send("updates", HEAD + rows, columns=MAPPED)
    assert {one.rule for one in sent[1].problems if one.level == "blocks"} == {"date-format"}
