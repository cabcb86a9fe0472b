"""Slips that can mean one thing only are taken as meant and said; those that can mean two are asked about."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.schema import schemas as schema_folder
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation import normalisation
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.scope import Scope
from tests.validation.country import build

UPDATE = "milestone_id,period_id,status,percent,nil,progress_es,completed_on\n"
# What to type next time, where it is not what was kept: whoever wrote words is told words, as drop-downs show them.
_TYPED = {
    "en-proceso": {"es": "En proceso", "en": "In progress"},
    "si": {"es": "«Sí»", "en": "“Yes”"},
    "FALSO": {"es": "«No»", "en": "“No”"},
}
COMMITMENT = "commitment_id,plan_id,title_es,values,start_date,url\n"


@pytest.mark.parametrize(
    ("column", "line", "received", "taken"),
    [
        ("completed_on", "MX0001.1,2024-1,in_progress,,,Avanza,15/01/2024", "15/01/2024", "2024-01-15"),
        ("completed_on", "MX0001.1,2024-1,in_progress,,,Avanza,5 de enero de 2024", "5 de enero de 2024", "2024-01-05"),
        ("completed_on", "MX0001.1,2024-1,in_progress,,,Avanza,2024-01-15 00:00", "2024-01-15 00:00", "2024-01-15"),
        ("percent", "MX0001.1,2024-1,in_progress,62 %,,Avanza,", "62 %", "62"),
        ("percent", 'MX0001.1,2024-1,in_progress,"62,0",,Avanza,', "62,0", "62.0"),
        ("status", "MX0001.1,2024-1,In_Progress,,,Avanza,", "In_Progress", "in_progress"),
        ("status", "MX0001.1,2024-1,en-proceso,,,Avanza,", "en-proceso", "in_progress"),
        ("nil", "MX0001.1,2024-1,,,si,,", "si", "true"),
        ("nil", "MX0001.1,2024-1,in_progress,,FALSO,Avanza,", "FALSO", "false"),
        ("milestone_id", "MX0001\u200b.1,2024-1,in_progress,,,Avanza,", "MX0001\u200b.1", "MX0001.1"),
    ],
)  # fmt: skip
def test_a_slip_is_mended_and_said(country, column, line, received, taken):
    sent = country.send("updates", UPDATE + line + "\n")
    _, report = sent
    assert [(one.rule, one.field, one.value) for one in report.problems] == [("mended", column, received)]
    assert report.verdict == "accepted_with_notes"
    (row,) = report.rows
    assert row.values[column] == taken
    assert (row.origins[column].line, row.as_received(column)) == (2, received)
    for language, word in (("es", "escriba"), ("en", "write")):
        (advice,) = country.advice(sent, "mended", language)
        typed = _TYPED.get(received, {}).get(language, taken)
        assert received in advice.wrong and typed in advice.wrong and word in advice.todo and typed in advice.todo


@pytest.mark.parametrize("text", ["N/A", "n.d.", "s/d", "—", "...", "?", "XX", "No aplica", "sans objet", "Sin datos"])
def test_a_text_that_says_nothing_is_an_empty_cell_and_said(country, text):
    _, report = country.send("updates", f"{UPDATE}MX0001.1,2024-1,in_progress,,,{text},\n")
    assert [(problem.rule, problem.value) for problem in report.problems] == [("placeholder-text", text)]
    assert report.rows[0].values["progress_es"] == ""


@pytest.mark.parametrize("text", ["No", "Na Bolom publicó", "0", "Sí", "Pendiente", "✅", "1."])
def test_a_short_text_that_says_something_stays(country, text):
    _, report = country.send("updates", f"{UPDATE}MX0001.1,2024-1,in_progress,,,{text},\n")
    assert (len(report.problems), report.rows[0].values["progress_es"]) == (0, text)


@pytest.mark.parametrize(
    ("text", "taken", "signs"),
    [
        ("Se public\u202eó el borrador\u202c", "Se publicó el borrador", "U+202E, U+202C"),
        ("publi\u00adcado", "publicado", "U+00AD"),
        ("\u200b\u200b", "", "U+200B"),
        ("نشر \u200f(1)\u202e", "نشر \u200f(1)", "U+202E"),  # this script needs its marks
    ],
)
def test_signs_that_nobody_sees_are_taken_out_and_said(country, text, taken, signs):
    _, report = country.send("updates", f"{UPDATE}MX0001.1,2024-1,in_progress,,,{text},\n")
    assert [(problem.rule, problem.details["signs"]) for problem in report.problems] == [("signs-taken-out", signs)]
    assert report.rows[0].values["progress_es"] == taken


def test_of_several_choices_each_is_told_as_it_was_written(country):
    sent = country.send("commitments", COMMITMENT + "MX0003,MX-4,Datos,Participacion ciudadana; TECHNOLOGY,,\n")
    assert sent[1].rows[0].values["values"] == "civic_participation;technology"
    (advice,) = country.advice(sent, "mended", "es")
    assert "escriba «Participación ciudadana; technology»" in advice.todo


def test_codes_and_days_are_mended_and_an_identifier_stays_as_it_is_written(country):
    sent = country.send("commitments", COMMITMENT + "mx0003,MX-4,Datos,Technology;ACCESS_TO_INFORMATION,1/2/2024,\n")
    assert {one.rule for one in sent[1].problems} >= {"mended", "ambiguous-date"}
    sent = country.send("commitments", COMMITMENT + "mx0003,MX-4,Datos,Technology;ACCESS-TO_INFORMATION,13/2/2024,\n")
    (row,) = sent[1].rows
    assert [row.values[name] for name in ("commitment_id", "values", "start_date")] == [
        "mx0003", "technology;access_to_information", "2024-02-13",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("proof", "taken"), [("13/04/2026", "2026-06-05"), ("04/13/2026", "2026-05-06"), ("13.4.2026", "2026-06-05")]
)
def test_a_date_with_two_readings_is_settled_by_another_cell_of_its_column(country, proof, taken):
    rows = f"C9,MX-4,Datos,,{proof},\nC8,MX-4,Datos,,05/06/2026,\n"
    sent = country.send("commitments", COMMITMENT + rows)
    [settled] = [problem for problem in sent[1].problems if problem.rule == "mended/order"]
    assert (settled.value, settled.details["taken"], settled.details["proof"]) == ("05/06/2026", taken, proof)
    assert sent[1].rows[1].values["start_date"] == taken
    assert all(proof in country.advice(sent, "mended/order", language)[0].wrong for language in ("es", "en", "fr"))


@pytest.mark.parametrize("others", [("13/04/2026", "04/13/2026"), ("05/05/2026", "2026-04-13")])
def test_cells_that_prove_both_orders_or_none_settle_nothing(country, others):
    rows = "".join(f"C{n},MX-4,Datos,,{day},\n" for n, day in enumerate((*others, "05/06/2026")))
    sent = country.send("commitments", COMMITMENT + rows)
    assert [problem.value for problem in sent[1].problems if problem.rule == "ambiguous-date"] == ["05/06/2026"]


def test_a_date_with_two_readings_is_asked_about_in_words_and_once(country):
    sent = country.send("updates", UPDATE + "MX0001.1,2024-1,in_progress,,,Avanza,03/04/2024\n")
    assert [(one.rule, one.value) for one in sent[1].problems] == [("ambiguous-date", "03/04/2024")]
    (advice,) = country.advice(sent, "ambiguous-date", "es")
    assert "3 de abril de 2024" in advice.wrong and "4 de marzo de 2024" in advice.wrong
    assert "2024-04-03" in advice.todo and "2024-03-04" in advice.todo


def test_a_number_with_two_readings_is_asked_about(country):
    agency = country.programme.supplier("foro")
    wide = agency.model_copy(update={"may_supply": ["attendance"]})
    programme = country.programme.model_copy(
        update={"suppliers": [wide if s.id == "foro" else s for s in country.programme.suppliers]}
    )
    other = type(country)(country.folder, country.schemas, programme, country.known)
    sent = other.send("attendance", "event_id,sector,people\ne1,government,1.234\n")
    assert [one.rule for one in sent[1].problems if one.field == "people"] == ["ambiguous-number"]
    (advice,) = other.advice(sent, "ambiguous-number", "es")
    assert "1234" in advice.wrong and "1.234" in advice.wrong


def test_a_number_that_no_reading_makes_fit_gets_the_usual_problem(country):
    _, report = country.send("updates", UPDATE + "MX0001.1,2024-1,in_progress,1.23.4,,Avanza,\n")
    assert [one.rule for one in report.problems] == ["type-error/number"]


def test_a_declared_format_wins_over_mending(country):
    columns = {name: {"from": name} for name in UPDATE.strip().split(",")}
    columns["completed_on"] = {"from": "completed_on", "date": ["%m/%d/%Y"]}
    _, report = country.send("updates", UPDATE + "MX0001.1,2024-1,in_progress,,,Avanza,03/04/2024\n", columns=columns)
    assert not report.problems
    assert report.rows[0].values["completed_on"] == "2024-03-04"


def test_thousands_of_slips_in_a_file_are_all_said(country):
    rows = "".join(f"MX{n:04},MX-4,Datos,,13/2/2024,\n" for n in range(3000, 4200))
    _, report = country.send("commitments", COMMITMENT + rows)
    assert [one.rule for one in report.problems].count("mended") == 1200


SCHEMAS = schema_folder.load()
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["Sí", "si", "Completo", "complete", "C", "c", "NS", "62,5", "1.234", "100%", "technology;x"]),
    st.dates().map(str),
    st.dates().map(lambda day: f"{day.day}/{day.month}/{day.year}"),
    st.integers(-5, 2000).map(str),
    st.from_regex(r"\A[A-Z]{2}\d{4}\.\d\Z"),
)
READERS = {table.name: table.frictionless() for table in SCHEMAS.tables.values() if table.supplied}
COLUMNS = [
    (table.name, field.name) for table in SCHEMAS.tables.values() if table.supplied for field in table.fields
    if field.name != "code" and field.code_list != "progress_status"
]  # fmt: skip


@pytest.fixture(scope="module")
def scope(tmp_path_factory):
    programme = build(tmp_path_factory.mktemp("mend")).programme
    return Scope({}, programme.suppliers[0], programme.plans[0].starts, PriorState(), programme, SCHEMAS)


@settings(deadline=None, derandomize=True)  # the first look at a column loads frictionless
@given(st.sampled_from(COLUMNS), CELLS)
def test_what_is_valid_is_never_changed_and_what_is_mended_is_valid(scope, column, text):
    table = SCHEMAS.table(column[0])
    field = table.field(column[1])
    reader = READERS[table.name].get_field(field.name)

    def valid(cell):
        if field.separator is not None:
            return set(cell.split(field.separator)) <= {code.code for code in SCHEMAS.codes_of(field.code_list)}
        value, notes = reader.read_cell(cell)
        return value is not None and not notes

    row = MappedRow(table.name, {field.name: text}, {}, RawRow("x.csv", 1, {}))
    once = normalisation.mend(table, [row], scope).rows[0]
    if text and valid(text) and not field.name.endswith("url"):
        assert once is row
    if once.values[field.name] != text:
        assert valid(once.values[field.name])
        assert once.as_received(field.name) == text
    again = normalisation.mend(table, [once], scope)
    assert again.rows == [once]
    assert not [problem for problem in again.problems if problem.rule == "mended"]
