"""Keys: repeated, unknown, and what the sender could have meant."""

from dataclasses import replace

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import ASSESSED, BARRIER, BEYOND, DECIDED, MILESTONE, MILESTONE_OK, PLAIN, UPDATE

CASES = [
    Case(
        "repeated-key",
        "updates",
        PLAIN + "MX0001.2,2024-1,in_progress,,,Avanza\nMX0001.1,2024-1,not_started,,,Otra vez\n",
        PLAIN + "MX0001.1,2024-0,,,,Antes\n",
        4,
        "milestone_id",
        ("MX0001.1 / 2024-1", "2"),
        ("MX0001.1 / 2024-1", "2"),
    ),
    Case(
        "foreign-key",
        "updates",
        UPDATE + "MX0001.7,2024-1,in_progress,,,Avanza\n",
        PLAIN,
        2,
        "milestone_id",
        ("«MX0001.7»", "«milestone_id»", "«Hitos»"),
        ("MX0001.7", "Milestones"),
    ),
    Case(
        "foreign-key",
        "assessments",
        ASSESSED.replace(",MX0002,", ",MX0099,"),
        ASSESSED.replace(",commitments,MX0002,", ",action_plans,MX-5,"),
        2,
        "subject_id",
        ("«MX0099»", "«subject_id»", "«Compromisos»", "MX0001, MX0002"),
        ("MX0099", "Commitments", "MX0001, MX0002"),
    ),
    Case(
        "foreign-key",
        "decisions",
        DECIDED.replace("commitments,MX0001", "milestones,MX0001"),
        DECIDED.replace("commitments,MX0001", "milestones,MX0001.1"),
        2,
        "subject_id",
        ("«MX0001»", "«Hitos»", "MX0001.1, MX0001.2"),
        ("MX0001", "Milestones", "MX0001.1, MX0001.2"),
    ),
    Case(
        "hierarchy",
        "milestones",
        MILESTONE + "MX0002.3,MX0001,,Publicar\n",
        MILESTONE_OK,
        2,
        "milestone_id",
        ("MX0002.3", "MX0002"),
        ("MX0002.3", "MX0002"),
    ),
    Case(
        "hierarchy",
        "milestones",
        MILESTONE + "MX0001.3,MX0001,MX0002.1,Publicar\n",
        MILESTONE + "MX0001.10,MX0001,MX0001.1,Publicar\n",
        2,
        "parent_id",
        ("MX0002.1", "MX0002"),
        ("MX0002.1", "MX0002"),
    ),
    Case(
        "hierarchy",
        "barriers",
        BARRIER + "b1,MX0001,MX0002.1,legal,2024-02-01,\n",
        BARRIER + "b1,MX0002,MX0002.1,legal,2024-02-01,\n",
        2,
        "milestone_id",
        ("MX0002.1",),
        ("MX0002.1",),
    ),
    Case(
        "hierarchy",
        "milestones",
        MILESTONE + "MX0001.2.7,MX0001,MX0001.1,Publicar\n",
        MILESTONE + "MX0001.2.7,MX0001,MX0001.2,Publicar\nMX0001.20.1,MX0001,MX0001.1,Otro\n",
        2,
        "milestone_id",
        ("MX0001.2", "MX0001.1"),
        ("MX0001.2", "MX0001.1"),
    ),
    Case(
        "hierarchy",
        "going_beyond",
        BEYOND + "g1,MX0001,MX0002.1,Cada semana,https://example.org/r,agencia,2024-06-01,,\n",
        BEYOND + "g1,MX0002,MX0002.1,Cada semana,https://example.org/r,agencia,2024-06-01,,\n",
        2,
        "milestone_id",
        ("MX0002.1",),
        ("MX0002.1",),
    ),
]


def test_an_unknown_milestone_is_answered_with_the_suppliers_own(country):
    sent = country.send("updates", UPDATE + "MX0001.7,2024-1,in_progress,,,Avanza\n", supplier="agencia")
    (advice,) = country.advice(sent, "foreign-key", "es")
    assert "MX0001.1, MX0001.2." in advice.todo and "MX0002" not in advice.todo
    sent = country.send("updates", UPDATE + "MX0002.7,2024-1,in_progress,,,Avanza\n")
    (advice,) = country.advice(sent, "foreign-key", "es")
    assert advice.todo.endswith(": MX0002.1, MX0001.1, MX0001.2, MX0009.1.")


def test_a_long_list_of_what_could_be_meant_is_cut_and_says_so(country):
    milestones = frozenset((f"MX0001.{number}",) for number in range(1, 31))
    known = replace(country.known, keys={**country.known.keys, "milestones": milestones})
    sent = replace(country, known=known).send("updates", UPDATE + "MX0001.77,2024-1,in_progress,,,Avanza\n")
    for language, more in (("es", "MX0001.9, MX0001.10 y 20 más."), ("en", "MX0001.9, MX0001.10, and 20 more.")):
        (advice,) = country.advice(sent, "foreign-key", language)
        assert advice.todo.endswith(more)


def test_where_nothing_can_be_chosen_yet_nothing_is_proposed(country):
    empty = replace(country, known=replace(country.known, keys={**country.known.keys, "milestones": set()}))
    sent = empty.send("updates", PLAIN, supplier="agencia")
    assert [one.rule for one in sent[1].problems] == ["reference-not-yet"]
    for language, words in (("es", "No lo cambie"), ("en", "Do not change it")):
        (advice,) = empty.advice(sent, "reference-not-yet", language)
        assert words in advice.todo, "the agency does not send milestones"
    (advice,) = empty.advice(empty.send("updates", PLAIN), "reference-not-yet", "en")
    assert advice.todo.startswith("Send your file for “Milestones” first")
    with_both = empty.send("milestones", MILESTONE + "MX0001.1,MX0001,,Publicar\n")[1]
    assert "reference-not-yet" not in {one.rule for one in with_both.problems}


def test_an_identifier_that_is_badly_written_and_unknown_is_one_problem(country):
    _, report = country.send("updates", UPDATE + '"MX9999,1",2024-1,in_progress,,,Avanza\n')
    assert [one.rule for one in report.problems] == ["foreign-key"]
    _, report = country.send("updates", UPDATE + "MX0001.1,Primer semestre,in_progress,,,Avanza\n")
    assert [one.rule for one in report.problems] == ["period-unknown"]


def test_examples_are_the_programmes_own(country):
    sent = country.send("commitments", "commitment_id,plan_id,title_es\n,,Datos\n")
    todo = {one.column: one.todo for one in country.advice(sent, "constraint-error/required", "en")}
    assert "MX0001" in todo["commitment_id"] and "MX-4" in todo["plan_id"]
    none = replace(country, known=replace(country.known, keys={}))
    sent = none.send("commitments", "commitment_id,plan_id,title_es\n,MX-4,Datos\n")
    (advice,) = none.advice(sent, "constraint-error/required", "en")
    assert "MX0" in advice.todo and "US" not in advice.todo


def test_a_twin_in_a_sheet_is_named_by_the_row_that_its_sender_sees(country, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in (["milestone_id", "period_id", "status"], *[[]] * 2, *[["MX0001.1", "2024-1", "in_progress"]] * 2):
        book.active.append(row)
    book.save(tmp_path / "libro.xlsx")
    _, report = country.send("updates", (tmp_path / "libro.xlsx").read_bytes(), kind="xlsx")
    (problem,) = [one for one in report.problems if one.rule == "repeated-key"]
    assert (problem.where.cell, problem.details["other"]) == ("A5", "4")


def test_an_example_is_what_its_sender_may_write_and_its_own_period(country):
    sent = country.send(
        "evidence", "milestone_id,period_id,number,url\n,,1,https://example.org/e\n", supplier="agencia"
    )
    todo = {one.column: one.todo for one in country.advice(sent, "constraint-error/required", "en")}
    assert "MX0001.1" in todo["milestone_id"] and "2024-2" in todo["period_id"], "the newest that has begun"
    sent = country.send("assessments", ASSESSED.replace(",MX0002,", ",,").replace(",osc,", ",,"), supplier="osc")
    todo = {one.column: one.todo for one in country.advice(sent, "constraint-error/required", "en")}
    assert "MX0001" in todo["subject_id"] and todo.get("assessor_id", "osc").count("osc") == 1
