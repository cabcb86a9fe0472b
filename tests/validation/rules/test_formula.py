"""What a spreadsheet would compute is found wherever programs part cells; a sign before a text is no formula."""

import time

from ogp_pipeline.validation.rules.formula import formula
from tests.every import for_every
from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT, UPDATE

CASES = [
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

COMPUTED = [
    "=1+1",
    "x;=cmd|' /C calc'!A0;y",
    "text\n=2+3;z",
    "a\t=1",
    "+'file:///etc/hostname'#$hostname.A1",
    "\u200b=1+1",
    "\uff1d1+1",
    "\uff0bA1",
    "\uff0d2+3",
    "\uff20SUM(1)",
    "@A1",
    "+A1&A2",
    "@SUM(A1:A3)",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "-1+1",
    "-(2*3)",
    '+HYPERLINK("x")',
    "+502-2222-3333",
    "a\n@Hoja1!A1",
]
TEXTS = [
    "-Se capacitó (20 personas)",
    "+502 2222 3333",
    "+502 personas capacitadas (mujeres)",
    "-¡Listo!",
    "- texto",
    "-5",
    "+50 %",
    "+información pública de @foro",
    "- Taller (3)\n- Otro; - más",
    "@forum",
    "@gobierno | @sociedad",
    "Título\n=====\ntexto",
    "-Taller(es) realizados",
    "-Servidor(a) público(a)",
    "+ Datos = más",
    "- C1 y C2 concluidos",
    "+1 (202) 555-0100",
    "5 + 3 = 8",
    "- https://x.org/a?b=c",
]


@for_every("text", COMPUTED)
def test_what_would_be_computed_is_found(text: str) -> None:
    assert formula(text) is not None


@for_every("text", TEXTS)
def test_a_text_behind_a_sign_stays_a_text(text: str) -> None:
    assert formula(text) is None


@for_every("piece", ["\n", "-", "-1+", "@a(", "- ", "x|", "-A1:", "=", "+'", "-(", "+A1&", "-#a."])
def test_a_long_text_is_looked_at_in_its_own_time(piece: str) -> None:
    started = time.process_time()
    formula("-" + piece * 30_000)
    assert time.process_time() - started < 2


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
