"""A filled template, whole and wrong: read by its hidden names, shown by its headings, judged by its properties."""

import io
from datetime import date

import pytest
import xlsxwriter

from ogp_pipeline.formats import template_layout as layout

HEADINGS = ["Compromiso", "Hito", "Periodo", "Estado", "Avance", "Último estado"]
NAMES = ["_commitment", "milestone_id", "period_id", "status", "progress_es", "_last_status"]
ROW = ["Datos abiertos", "MX0001.1", "2024-1", "in_progress", "Avanza", "not_started"]


def template(schemas, rows=(ROW,), *, made_from=None, headings=HEADINGS, names=NAMES, sheet="updates", **properties):
    made_for = {
        layout.TEMPLATE: layout.VERSION,
        layout.SUPPLIER: "agencia",
        layout.TABLE: "updates",
        layout.PERIOD: "2024-1",
        layout.SCHEMAS: made_from or schemas.version,
    } | {f"ogp_{name}": value for name, value in properties.items()}
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Instrucciones").write_string(0, 0, "Llene la hoja")
        page = book.add_worksheet(sheet)
        for number, row in enumerate([headings, names, *rows]):
            for index, value in enumerate(row):
                if str(value).startswith("="):
                    page.write_formula(number, index, value, value="x")
                else:
                    page.write_string(number, index, value)
        page.set_row(1, None, None, {"hidden": True})
        book.add_worksheet(layout.CODES_SHEET).hide()
        for name, value in made_for.items():
            book.set_custom_property(name, value)
    return stream.getvalue()


@pytest.fixture
def send(country):
    def send(content, table="updates", **options):
        return country.send(table, content, name="libro.xlsx", kind="xlsx", supplier="agencia", **options)

    return send


def rules(sent):
    return [problem.rule for problem in sent[1].problems]


def test_a_filled_template_is_accepted_without_a_word(country, send):
    sent = send(template(country.schemas))
    assert (rules(sent), sent[1].verdict) == ([], "accepted")
    assert sent[1].rows[0].values == {
        "milestone_id": "MX0001.1",
        "period_id": "2024-1",
        "status": "in_progress",
        "progress_es": "Avanza",
    }


def test_a_problem_shows_the_heading_that_the_person_sees_and_the_cell(country, send):
    sent = send(template(country.schemas, [[*ROW[:3], "listo", *ROW[4:]]]))
    (problem,) = sent[1].problems
    assert (problem.rule, problem.field, problem.where.column, problem.where.cell) == (
        "status-unknown",
        "status",
        "Estado",
        "D3",
    )
    (advice,) = country.advice(sent, "status-unknown", "es")
    assert "«Estado»" in advice.wrong


def test_rows_with_nothing_but_context_do_not_exist_and_its_formulas_do_no_harm(country, send):
    sent = send(template(country.schemas, [["Otro", "", "", "", "", "=A1"], ROW, ["Otro"]]))
    assert (rules(sent), sent[1].counts, sent[1].rows_read) == ([], {"updates": 1}, 1)


def test_a_template_nobody_filled_is_nothing_received(country, send):
    sent = send(template(country.schemas, [["Otro", "", "", "", "", "complete"]]))
    assert (rules(sent), sent[1].verdict) == (["header-only"], "nothing_received")


def test_a_template_needs_no_mapping_even_where_the_source_has_one(country, send):
    columns = {"milestone_id": {"from": "hito"}, "period_id": {"value": "2024-1"}, "status": {"from": "estado"}}
    assert rules(send(template(country.schemas), columns=columns)) == []


def test_a_column_that_the_person_added_is_told_by_its_heading(country, send):
    sent = send(template(country.schemas, [[*ROW, "x"]], headings=[*HEADINGS, "Notas"]))
    assert [(problem.rule, problem.where.column) for problem in sent[1].problems] == [("unknown-column", "Notas")]


WRONG = {
    "wrong-supplier": ({"supplier": "otra"}, ["otra", "Agencia"], ["otra", "Agency"]),
    "wrong-table": ({"table": "commitments", "sheet": "commitments"}, ["«Compromisos»"], ["“Commitments”"]),
    "wrong-sheet": ({"sheet": "Hoja1"}, ["updates", "«Hoja1»"], ["updates", "Hoja1"]),
    "template-changed": ({"names": ["Datos", "MX 1", "x y", "", "", ""]}, ["segundo renglón"], ["second row"]),
    "old-template/layout": ({"template": "0"}, ["plantilla nueva"], ["new template"]),
}


@pytest.mark.parametrize("rule", WRONG)
def test_the_wrong_template_is_one_problem_and_its_rows_go_nowhere(country, send, rule):
    options, _, _ = WRONG[rule]
    bad = ["Otro", "??", "nunca", "listo", "", ""]
    sent = send(template(country.schemas, [bad] * 5, **options))
    assert rules(sent) == [rule]
    assert sent[1].rows == ()
    for language, words in zip(("es", "en"), WRONG[rule][1:], strict=True):
        (advice,) = country.advice(sent, rule, language)
        text = f"{advice.wrong} {advice.todo}"
        assert not [word for word in words if word not in text], text


def test_an_old_template_is_read_and_said_so(country, send):
    sent = send(template(country.schemas, made_from="0.9.0+abc"))
    assert (rules(sent), sent[1].verdict) == (["old-template"], "accepted_with_notes")
    assert "0.9.0" in country.advice(sent, "old-template", "es")[0].wrong


def test_another_build_of_the_same_version_is_not_old(country, send):
    same = country.schemas.version.partition("+")[0] + "+000000000000"
    assert rules(send(template(country.schemas, made_from=same))) == []


def test_last_periods_template_is_pointed_out_once_the_next_has_begun(country, send):
    late = send(template(country.schemas), known_on=date(2024, 8, 1))
    assert "wrong-period" in rules(late) and late[1].verdict == "accepted_with_notes"
    assert "2024-2" in country.advice(late, "wrong-period", "es")[0].wrong
    assert "wrong-period" not in rules(send(template(country.schemas)))


def test_a_template_at_a_csv_source_is_a_workbook_at_a_csv_source(country):
    sent = country.send("updates", template(country.schemas), supplier="agencia")
    assert rules(sent) == ["wrong-format"]
