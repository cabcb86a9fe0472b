"""What a person chose from a drop-down counts as the code behind it."""

from dataclasses import replace

import pytest

from ogp_pipeline.intake.problem import Severity
from ogp_pipeline.validation.labels import choices

UPDATE = "milestone_id,period_id,status,nil,progress_es\n"
COMMITMENT = "commitment_id,plan_id,title_es,values\n"
ASSESSMENT = "assessment_id,subject_table,subject_id,assessor_id,variable,scale,code,stage,assessed_on,rationale_es\n"


def _values(sent, column):
    _, report = sent
    assert not [problem for problem in report.problems if problem.level == "blocks"], report.problems
    return [row.values[column] for row in report.rows]


@pytest.mark.parametrize("label", ["Completo", "Complete", "completo", " COMPLETE ", "complete"])
def test_a_label_in_either_language_is_its_code(country, label):
    sent = country.send("updates", UPDATE + f"MX0001.2,2024-1,{label},,Listo\n")
    assert _values(sent, "status") == ["complete"]


@pytest.mark.parametrize("label", ["Completo", "Complete", "complete"])
def test_the_scale_in_force_decides_what_a_label_means(country, label):
    known = replace(country.known, evidenced=frozenset({"MX0009.1"}))
    sent = replace(country, known=known).send("updates", UPDATE + f"MX0009.1,2026-1,{label},,Listo\n")
    assert _values(sent, "status") == ["C"]


def test_a_label_of_another_scale_is_shown_as_it_was_written(country):
    _, report = sent = country.send("updates", UPDATE + "MX0001.1,2024-1,Avance limitado,,Avanza\n")
    assert [(one.rule, one.value) for one in report.problems] == [("status-unknown", "Avance limitado")]
    (advice,) = country.advice(sent, "status-unknown", "es")
    assert "En proceso (in_progress)" in advice.todo


def test_without_a_known_scale_only_a_label_that_means_one_code_is_taken(schemas):
    found = choices(schemas.table("updates").field("status"), {}, None, schemas)
    assert found is not None
    assert found.code("Completo") == "Completo"
    assert found.code("En proceso") == "in_progress"
    assert found.code("C") == "C"


@pytest.mark.parametrize(("word", "value"), [("Sí", "true"), ("No", "false"), ("YES", "true"), ("true", "true")])
def test_yes_and_no_in_either_language(country, word, value):
    said = "" if value == "true" else "in_progress"
    sent = country.send("updates", UPDATE + f"MX0001.1,2024-1,{said},{word},\n")
    assert _values(sent, "nil") == [value]


def test_several_labels_in_one_cell_become_codes_part_by_part(country):
    sent = country.send("commitments", COMMITMENT + "MX0003,MX-4,Datos,Acceso a la información; technology\n")
    assert _values(sent, "values") == ["access_to_information;technology"]


def test_one_unknown_part_is_the_only_one_told(country):
    _, report = country.send("commitments", COMMITMENT + "MX0003,MX-4,Datos,Acceso a la información; Magia\n")
    told = [(one.rule, one.value) for one in report.problems if one.level is not Severity.COULD_BE_BETTER]
    assert told == [("constraint-error/enum", "Magia")]


def test_an_assessments_code_is_looked_up_in_the_list_and_scale_of_its_row(country):
    row = "a1,Compromisos,MX0001,foro,Cumplimiento,ogp-completion-2015,Sustancial,Autoevaluación,2024-06-30,Bien\n"
    schemas = country.schemas
    variable = next(code for code in schemas.codes["assessment_variable"] if code.code == "completion")
    stage = next(code for code in schemas.codes["assessment_stage"] if code.code == "self")
    row = row.replace("Cumplimiento", variable.label["es"]).replace("Autoevaluación", stage.label["es"])
    sent = country.send("assessments", ASSESSMENT + row.replace(",foro,", ",osc,"))
    assert _values(sent, "code") == ["substantial"]
    assert _values(sent, "subject_table") == ["commitments"]


def test_where_a_label_came_from_is_still_the_cell_of_the_file(country):
    _, report = country.send("updates", UPDATE + "MX0001.2,2024-1,Completo,,Listo\n")
    (row,) = report.rows
    assert (row.origins["status"].line, row.as_received("status")) == (2, "Completo")
