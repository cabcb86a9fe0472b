"""Late: of a report, of a milestone, of one day and of columns; and that everybody means the same by it."""

import ast
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import ogp_pipeline
from ogp_pipeline.programme.lateness import is_over, late_reports, milestone_is_late, report_is_late
from ogp_pipeline.tables.columns import dtype
from ogp_pipeline.tables.plan_windows import day_after
from tests.parsed import nodes_of, text_of

DUE = date(2024, 7, 15)
BEFORE, AFTER = date(2024, 7, 14), date(2024, 7, 16)


def days(*values: date | None) -> "pd.Series[date]":
    return pd.Series(values, dtype=dtype("date"))


@pytest.mark.parametrize(("day", "expected"), [(BEFORE, False), (DUE, False), (AFTER, True)])
def test_the_due_date_is_the_last_day_in_time(day: date, expected: bool) -> None:
    assert is_over(DUE, day) is expected
    assert report_is_late(DUE, day) is expected
    assert milestone_is_late(DUE, complete=False, as_of=day) is expected


def test_the_first_day_on_which_something_can_be_late_is_the_day_after() -> None:
    assert is_over(DUE, day_after(DUE))
    assert not is_over(date.max, day_after(date.max)), "the calendar's last day, for «never», is never over"


def test_a_report_that_was_known_in_time_is_not_late_however_often_it_is_sent_again() -> None:
    assert late_reports({"in time", "withdrawn since"}, {"in time", "new"}) == {"new"}


@pytest.mark.parametrize("due", [DUE, None])
def test_a_complete_milestone_and_one_without_a_due_date_are_not_late(due: date | None) -> None:
    assert not milestone_is_late(due, complete=True, as_of=AFTER)
    assert not milestone_is_late(None, complete=False, as_of=AFTER)


def test_columns_say_the_same_row_by_row_and_nothing_of_unknown_days() -> None:
    due = days(BEFORE, DUE, AFTER, None)
    assert is_over(due, DUE).tolist() == [True, False, False, pd.NA]
    assert is_over(due, days(DUE, DUE, None, DUE)).tolist() == [True, False, pd.NA, pd.NA]
    complete = pd.Series([False, False, False, False])
    assert milestone_is_late(due, complete, DUE).fillna(False).tolist() == [True, False, False, False]
    assert not milestone_is_late(due, ~complete, DUE).fillna(False).any()


def test_nobody_else_compares_a_due_date() -> None:
    """Only these lines may: they order days, or ask of the end of the due date itself."""
    root = Path(ogp_pipeline.__file__).parent
    found = {
        f"{file.relative_to(root)}: {ast.unparse(node)}"
        for file in root.rglob("*.py")
        if "due" in text_of(file)
        for node in nodes_of(text_of(file))
        if isinstance(node, ast.Compare)
        and not isinstance(node.ops[0], ast.Is | ast.IsNot | ast.In | ast.NotIn | ast.Eq)
        and any(_names_a_due_date(part) for part in (node.left, *node.comparators))
    }
    assert found == {
        "programme/lateness.py: due < day",
        "evaluation/timeliness.py: things['incomplete_on'] >= due",
        "evaluation/history.py: due <= step <= day",
        "intake/delivery_receipt.py: nearest.due - day < day - nearest.starts",
        "site/report/deadlines.py: due <= context.as_of + AHEAD",
        "validation/rules/due.py: row.values.get('due_date', '') != due.last.isoformat()",
    }


def _names_a_due_date(node: ast.expr) -> bool:
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    names |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return bool({"due"} & names) or "'due_date'" in ast.unparse(node)
