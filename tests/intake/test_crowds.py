"""Of very many problems few are held, and what is said of them is what it would be if all were."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module

import pytest
from openpyxl import Workbook

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import crowds
from ogp_pipeline.intake.crowds import VALUES, bounded, number_of
from ogp_pipeline.intake.delivery_receipt import receipt_for
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.receipt import Receipt, Verdict, headline, to_html, to_json

HEAD = "milestone_id,period_id,status,progress_en\n"


def problem(line: int, value: str, field: str = "status", file: str = "a.csv") -> Problem:
    level = Severity.BLOCKS if field == "status" else Severity.PLEASE_CHECK
    return Problem("truncated", level, Where(file, line, column=field), "updates", field, value)


def many(rows: int) -> list[Problem]:
    """Of each row: a few words that come again, one that never does, and here and there a note; in two files."""
    found = []
    for file in ("a.csv", "b.csv"):
        for line in range(2, rows + 2):
            found += [problem(line, f"word {line % 7}", file=file), problem(line, f"number {line}", "percent", file)]
            if line % 5 == 0:
                found.append(problem(line, "", "progress_en", file))
    return found


@pytest.fixture
def receipt() -> Receipt:
    names, now = {"en": "Forum"}, datetime(2024, 7, 1, 12, tzinfo=UTC)
    return Receipt("d" * 64, "s", "foro", names, "en", Verdict.REJECTED, now, date(2024, 7, 1), (), "1", {})


def test_a_receipt_says_the_same_whether_all_are_held_or_few(country, receipt):
    problems = many(400)
    few = bounded(problems, most=100)
    assert len(few) == 100 * 2 * 2 + 80 * 2 < len(problems)
    one, other = replace(receipt, problems=tuple(problems)), replace(receipt, problems=few)
    assert to_json(other, country.schemas) == to_json(one, country.schemas)
    for language in country.schemas.languages:
        assert to_html(other, country.schemas, language) == to_html(one, country.schemas, language)


def test_what_is_held_does_not_grow_with_the_rows():
    held = [bounded((problem(line, f"{line}") for line in range(2, rows + 2)), most=50) for rows in (5_000, 20_000)]
    assert [len(one) for one in held] == [50, 50]
    assert [len(list(crowds.examples(one))) for one in held] == [50 + VALUES] * 2
    assert [number_of(one) for one in held] == [5_000, 20_000]
    assert held[1][-1].crowd.lines.runs == [(52, 20_001)]


def test_long_cells_leave_room_for_fewer():
    long = bounded((problem(line, "x" * 10_000) for line in range(2, 500)), room=100_000)
    assert len(long) < 12 and number_of(long) == 498
    assert number_of(bounded([*long, problem(9, "", "percent")])) == 499


def test_what_is_told_anew_is_told_of_those_too_that_are_not_held():
    few = bounded([problem(line, "a" if line < 10 else "b") for line in range(2, 20)], most=3)
    told = crowds.retold(few, lambda one: replace(one, rule="unreadable"))
    assert {one.rule for one in crowds.examples(told)} == {"unreadable"}
    assert [one.value for one in crowds.examples(told)] == ["a", "a", "a", "a", "b"]
    assert number_of(told, Severity.BLOCKS) == 18


def test_an_examination_holds_a_bounded_number_of_problems_and_counts_all(country, monkeypatch):
    monkeypatch.setattr(import_module("ogp_pipeline.validation.examine"), "bounded", partial(bounded, most=20))
    rows = 60
    delivery, examination = country.send(
        "updates", HEAD + "".join(f"MX0001.1,2024-1,wrong,text {number}\n" for number in range(rows))
    )
    statuses = [one for one in examination.problems if one.rule == "status-unknown"]
    assert len(statuses) == 20
    assert number_of(statuses) == rows == examination.rows_to_mend
    made = receipt_for(delivery, examination, country.programme, country.schemas)
    assert made.number(Severity.BLOCKS) == number_of(examination.problems, Severity.BLOCKS) > 2 * 20
    assert f"{made.number(Severity.BLOCKS)} things" in headline(made, "en")


def test_problems_of_a_workbook_stand_in_the_order_of_its_rows(country):
    workbook = Workbook()
    workbook.active.append(HEAD.strip().split(","))
    for number in range(12):
        workbook.active.append(["MX0001.1", f"nope{number}", "wrong", "text"])
    path = country.folder / "sent.xlsx"
    workbook.save(path)
    _, examination = country.send("updates", path.read_bytes(), kind="xlsx")
    rows = [int(one.where.cell[1:]) for one in examination.problems if one.rule == "status-unknown"]
    assert rows == list(range(2, 14))
