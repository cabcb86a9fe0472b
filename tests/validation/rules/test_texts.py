"""Texts that people read: language, links, addresses, telephone numbers, reasons, formulas."""

import pytest

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT, COMMITMENT_OK, UPDATE

RESPONSE = "response_id,proposal_id,outcome,reason_es\n"

CASES = [
    Case(
        "language",
        "commitments",
        COMMITMENT + "MX0003,MX-4,,2024-02-01,2024-12-01,\n",
        COMMITMENT_OK,
        2,
        "title_es",
        ("«title_es»",),
        ("title_es",),
    ),
    Case(
        "email-in-public-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Escriba a alguien@example.org,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Datos @ abiertos,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("«title_es»",),
        ("title_es",),
    ),
    Case(
        "formula-text",
        "commitments",
        COMMITMENT + 'MX0003,MX-4,"=HYPERLINK(""x"")",2024-02-01,2024-12-01,\n',
        COMMITMENT + "MX0003,MX-4,- Datos,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("fórmula",),
        ("formula",),
    ),
    Case(
        "reason-missing",
        "responses",
        RESPONSE + "r1,p1,not_now,\n",
        RESPONSE + "r1,p1,not_now,Ya se hace\n",
        2,
        "reason_es",
        ("p1",),
        ("p1",),
    ),
    Case(
        "phone-in-public-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Informes al Tel. (55) 5004-2400,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Destinar 1 250 000 pesos según la ley 20240115,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("«title_es»",),
        ("«title_es»",),
    ),
    Case(
        "formula-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,+cmd|' /C calc'!A0,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,+información pública de @foro,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("fórmula",),
        ("formula",),
    ),
]


@pytest.mark.parametrize(
    "text", ["tel 5550042400", "WhatsApp: +52 55 5004 2400", "llame al +525550042400", "Cel. 55-5004-2400"]
)
def test_numbers_that_people_call(country, text):
    _, report = country.send("commitments", COMMITMENT + f"MX0001,MX-4,{text},,,\n")
    assert [one.rule for one in report.problems] == ["phone-in-public-text"]


@pytest.mark.parametrize(
    "text",
    ["Ley 1712 de 2014", "hotel 2024", "1.250.000 pesos", "expediente 330030524001234", "del 2022-12-01 al 2024-12-31"],
)
def test_numbers_that_nobody_calls(country, text):
    assert not country.send("commitments", COMMITMENT + f"MX0001,MX-4,{text},,,\n")[1].problems


def test_a_formula_in_a_code_is_one_problem(country):
    _, report = country.send("updates", UPDATE + "=A1,2024-1,in_progress,=B2,,Avanza\n")
    places = [(one.where.line, one.where.column) for one in report.problems]
    assert sorted(places) == [(2, "milestone_id"), (2, "percent")]


def test_a_formula_cell_of_a_workbook_is_one_problem(country, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in (["milestone_id", "period_id", "status", "percent"], ["MX0001.1", "2024-1", "in_progress", "=20+30"]):
        book.active.append(row)
    book.save(tmp_path / "libro.xlsx")
    _, report = country.send("updates", (tmp_path / "libro.xlsx").read_bytes(), kind="xlsx")
    assert [(one.rule, one.where.cell) for one in report.problems] == [("formula-cell", "D2")]
