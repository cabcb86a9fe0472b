"""Identifiers: which one is meant, which look alike, and what a spreadsheet makes of them."""

import io

import openpyxl
import pytest

from ogp_pipeline.validation.identifiers import look, parts
from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import UPDATE

INSTITUTION = "institution_id,name_es,sector\n"


def workbook(*identifiers, code="General"):
    book = openpyxl.Workbook()
    book.active.append(["institution_id", "name_es", "sector"])
    for identifier in identifiers:
        book.active.append([identifier, "Dependencia", "government"])
        book.active.cell(book.active.max_row, 1).number_format = code
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _day(text):
    return INSTITUTION + f"{text},Dependencia,government\n"


CASES = [
    Case("identifier-near", "institutions", _day("Osc"), _day("osc2"), 2, "institution_id", ("«osc»",), ("“osc”",)),
    Case("identifier-date", "institutions", _day("1-ene"), _day("1-enero-a"), 2, "institution_id", ("1-2",), ("1-2",)),
]
CASES += [
    Case(
        "identifier-number",
        "institutions",
        workbook(1.1),
        workbook(1.1, code="0.00"),
        0,
        "institution_id",
        ("1.10",),
        ("1.10",),
        {"kind": "xlsx"},
    )
]


@pytest.mark.parametrize(
    "given", ["mx0001.1", "MX-0001.1", "MX0001,1", "MX0001.1.", "ＭX0001.1", "MX0001 .1", "МX0001.1"]
)
def test_a_reference_that_can_mean_one_row_only_is_taken_for_it_and_said(country, given):
    _, report = country.send("updates", UPDATE + f'"{given}",2024-1,in_progress,,,Avanza\n')
    assert [(one.rule, one.details.get("taken")) for one in report.problems] == [("mended", "MX0001.1")]
    assert report.rows[0].values["milestone_id"] == "MX0001.1"


@pytest.mark.parametrize("given", ["MX00011", "MX0001", "MX0001.11", "1.1"])
def test_another_number_is_another_row(country, given):
    _, report = country.send("updates", UPDATE + f"{given},2024-1,in_progress,,,Avanza\n")
    assert [one.rule for one in report.problems] == ["foreign-key"]


@pytest.mark.parametrize("given", ["2024 1", "2024–1", "2024_1", "2024.1"])
def test_a_period_is_told_by_its_parts(country, given):
    _, report = country.send("updates", UPDATE + f"MX0001.1,{given},in_progress,,,Avanza\n")
    assert report.rows[0].values["period_id"] == "2024-1"


def test_an_identifier_of_no_row_is_one_problem_which_names_those_that_are_there(country):
    _, report = country.send("updates", UPDATE + "hito tres,2024-1,in_progress,,,Avanza\n")
    assert [one.rule for one in report.problems] == ["foreign-key"]


@pytest.mark.parametrize("twin", ["OSC", "Ósc", "o.s.c.", "оsс", "os\u200bc"])
def test_identifiers_that_people_cannot_tell_apart_look_the_same(twin):
    assert look(twin) == look("osc")


@pytest.mark.parametrize(
    ("one", "other"), [("1.1", "11"), ("C1.2", "C12"), ("A1-2", "A12"), ("007", "7"), ("1.1", "1.10")]
)
def test_numbers_stay_apart(one, other):
    assert parts(one) != parts(other) and look(one) != look(other)


def test_what_a_workbook_shows_is_the_identifier(country):
    _, report = country.send("institutions", workbook(7, 12, code="000"), kind="xlsx")
    assert [row.values["institution_id"] for row in report.rows] == ["007", "012"]


def test_two_new_identifiers_that_look_alike_are_asked_about_at_the_second(country):
    _, report = country.send("institutions", INSTITUTION + "SFP,Uno,government\nsfp,Dos,government\n")
    assert [(one.rule, one.where.line, one.details["other"]) for one in report.problems] == [
        ("identifier-near", 3, "SFP")
    ]


def test_an_identifier_that_became_a_day_is_refused(country):
    from datetime import date

    _, report = country.send("institutions", workbook(date(2026, 2, 1), code="d-m"), kind="xlsx")
    assert [one.rule for one in report.problems] == ["identifier-date"]


def test_an_identifier_with_a_sign_behind_it_looks_like_the_one_without(country) -> None:
    _, examination = country.send("institutions", "institution_id,name_es,sector\nosc.,Nombre,government\n")
    assert "identifier-near" in {one.rule for one in examination.problems}
