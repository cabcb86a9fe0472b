"""The table check: what frictionless finds, said at the sender's cell, without a cap."""

import pytest

from ogp_pipeline.formats.records import RawRow, Where
from ogp_pipeline.intake.advice import advise
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation import table_check


def _row(table: str, number: int = 1, **values: str) -> MappedRow:
    raw = RawRow("a.csv", number, {}, line=number + 1)
    origins = {name: Where("a.csv", number + 1, column=f"Col {name}") for name in values}
    return MappedRow(table, values, origins, raw)


def _barrier(number: int = 1, **values: str) -> MappedRow:
    whole = {
        "barrier_id": f"b{number}",
        "commitment_id": "MX0001",
        "group": "legal",
        "raised_on": "2024-02-01",
    }
    return _row("barriers", number, **(whole | values))


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("raised_on", "2024-02-31", "type-error/date"),
        ("raised_on", "", "constraint-error/required"),
        ("group", "gravity", "constraint-error/enum"),
        ("commitment_id", "MX 1/2", "constraint-error/pattern"),
    ],
)
def test_an_error_stands_at_the_senders_cell(schemas, field, value, rule):
    checked = table_check.check(schemas.table("barriers"), [_barrier(), _barrier(2, **{field: value})], schemas)
    (problem,) = checked.problems
    assert (problem.rule, problem.field, problem.value) == (rule, field, value)
    assert problem.where == Where("a.csv", 3, column=f"Col {field}")


@pytest.mark.parametrize(("value", "rule"), [("101", "constraint-error/maximum"), ("-1", "constraint-error/minimum")])
def test_a_bound_is_named(schemas, value, rule):
    row = _row("updates", milestone_id="MX0001.1", period_id="2024-1", percent=value)
    (problem,) = table_check.check(schemas.table("updates"), [row], schemas).problems
    assert problem.rule == rule
    assert problem.details[rule.partition("/")[2]] in ("0", "100")


def test_a_list_names_its_codes_with_labels(schemas):
    checked = table_check.check(schemas.table("barriers"), [_barrier(group="gravity")], schemas)
    (problem,) = checked.problems
    assert "political_support" in problem.details["allowed"]
    assert "(legal)" in problem.details["allowed_es"]


def test_a_blank_row_stands_at_the_row(schemas):
    (problem,) = table_check.check(schemas.table("barriers"), [_row("barriers")], schemas).problems
    assert (problem.rule, problem.where) == ("blank-row", Where("a.csv", 2))


def test_several_codes_in_one_cell_are_each_looked_up(schemas):
    row = _row("commitments", commitment_id="MX0001", plan_id="MX-4", values="public_accountability;magic")
    (problem,) = table_check.check(schemas.table("commitments"), [row], schemas).problems
    assert (problem.rule, problem.field, problem.value) == ("constraint-error/enum", "values", "magic")


def test_values_leave_in_canonical_text_and_unreadable_ones_as_they_came(schemas):
    update = {"milestone_id": "MX0001.1", "period_id": "2024-1", "progress_es": " a "}
    rows = [
        _row("updates", 1, **update, percent="07", completed_on="2024-2-3", nil="true"),
        _row("updates", 2, **update, percent="mucho", completed_on="ayer"),
    ]
    first, second = table_check.check(schemas.table("updates"), rows, schemas).rows
    assert first.values == {**update, "percent": "7", "completed_on": "2024-02-03", "nil": "true"}
    assert second.values == rows[1].values


def test_no_rows_no_problems(schemas):
    checked = table_check.check(schemas.table("updates"), [], schemas)
    assert (checked.rows, checked.problems) == ([], [])


def test_more_errors_than_the_libraries_own_limit_are_all_found(schemas):
    rows = [_barrier(number, group="gravity") for number in range(1, 1102)]
    assert len(table_check.check(schemas.table("barriers"), rows, schemas).problems) == 1101


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("INF", "out-of-bounds/number"),
        ("NaN", "out-of-bounds/number"),
        ("sNaN", "out-of-bounds/number"),
        ("1e400", "shortened-number"),
        ("0.3333333333333333", "out-of-bounds/number"),
        ("1500000000000", "out-of-bounds/number"),
        ("-1e400", "shortened-number"),
        ("999999999999.999999", None),
        ("1.23457E+11", "shortened-number"),
        ("1_000", "type-error/number"),
    ],
)
def test_a_number_that_no_column_can_hold_is_said_once_at_its_cell(schemas, text, said):
    row = _row("resources", resource_id="R1", plan_id="MX-4", institution_id="I", kind="money", unit="MXN", amount=text)
    checked = table_check.check(schemas.table("resources"), [row], schemas)
    assert [(one.rule, one.field, one.value) for one in checked.problems] == ([(said, "amount", text)] if said else [])


def test_a_receipt_says_what_a_column_can_hold_and_what_to_type(schemas):
    number = _row("resources", resource_id="R1", plan_id="MX-4", institution_id="I", kind="money", amount="INF")
    whole = _row("decisions", decision_id="D1", plan_id="MX-4", votes_for="9" * 20)
    told = {
        (row.table, language): advise(problem, schemas, language)
        for row in (number, whole)
        for problem in table_check.check(schemas.table(row.table), [row], schemas).problems
        if problem.rule.startswith("out-of-bounds/")
        for language in ("en", "es")
    }
    assert "at most 12 digits before the point and 6 after it" in told["resources", "en"].wrong
    assert "a lo más 12 cifras antes del punto y 6 después" in told["resources", "es"].wrong
    assert "round it to 6 places, for example 0.125" in told["resources", "en"].todo
    assert "from -9223372036854775808 to 9223372036854775807" in told["decisions", "en"].wrong
    assert "escriba el número correcto, por ejemplo 7" in told["decisions", "es"].todo


@pytest.mark.parametrize("text", ["NaN", "sNaN"])
def test_what_is_no_quantity_is_a_problem_of_its_cell_and_not_of_ours(country, text):
    sent = f"resource_id,plan_id,institution_id,kind,amount,unit\nR1,MX-4,agencia,money,{text},MXN\n"
    _, report = country.send("resources", sent)
    rule = "placeholder-value" if text == "NaN" else "out-of-bounds/number"
    assert (rule, "amount") in {(problem.rule, problem.field) for problem in report.problems}
