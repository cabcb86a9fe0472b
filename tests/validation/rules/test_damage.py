"""Damaged cells: what no person wrote is not published."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import UPDATE


def _case(rule, bad, good, es, en):
    row = "MX0001.1,2024-1,in_progress,,,{}\n"
    return Case(rule, "updates", UPDATE + row.format(bad), UPDATE + row.format(good), 2, "progress_es", (es,), (en,))


CASES = [
    _case("garbled-text", "PublicaciÃ³n en línea", "Publicación en línea", "«Publicación en línea»", "“Ã³”"),
    _case("letter-lost", "La informaci?n", "¿Qué? ¿Cuándo? https://a.mx/x?y", "«informaci?n»", "“informaci?n”"),
    _case("error-value", "#¡REF!", "#GobiernoAbierto", "«#¡REF!»", "“#¡REF!”"),
    _case("placeholder-value", "undefined", "Ninguno", "«undefined»", "“undefined”"),
    _case("markup-in-text", "Datos &amp; redes", "Datos & redes; a < b", "«&amp;»", "“&amp;”"),
    _case("nested-value", '"{""es"": ""Listo""}"', "{listo}", '«{"es": "Listo"}»', "stores them"),
]


def test_a_damaged_cell_is_one_problem_whatever_belongs_there(country):
    rows = "".join(f"MX0001.{number},2024-1,in_progress,{cell},,Avanza\n" for number, cell in ((1, "#N/D"), (2, "nan")))
    _, report = country.send("updates", UPDATE + rows)
    assert [(one.rule, one.field) for one in report.problems] == [
        ("error-value", "percent"),
        ("placeholder-value", "percent"),
    ]


def test_an_identifier_that_a_program_left_out_is_refused(country):
    _, report = country.send("institutions", "institution_id,name_es,sector\nnan,Dependencia,government\n")
    assert [one.rule for one in report.problems if one.level == "blocks"] == ["placeholder-value"]


def test_none_is_an_answer_in_english(country):
    _, report = country.send(
        "updates", "milestone_id,period_id,status,challenges_en\nMX0001.1,2024-1,in_progress,None\n"
    )
    assert not [one for one in report.problems if one.level == "blocks"]


def test_a_number_as_a_spreadsheet_shortens_it_is_asked_about(country):
    head = "resource_id,plan_id,institution_id,kind,amount,unit,note_es\n"
    rows = [
        f"r{number},MX-4,osc,money,{cell},MXN,x\n" for number, cell in enumerate(["1.23457E+11", "1_000", "1e3", "١٢٣"])
    ]
    _, report = country.send("resources", head + "".join(rows))
    assert [(one.rule, one.value) for one in report.problems] == [
        ("shortened-number", "1.23457E+11"),
        ("type-error/number", "1_000"),
        ("shortened-number", "1e3"),
        ("mended", "١٢٣"),
    ]
