"""Periods: unknown, not open, over."""

from datetime import date

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import PLAIN, UPDATE

CASES = [
    Case(
        "period-unknown",
        "updates",
        UPDATE + "MX0001.1,2031-1,in_progress,,,Avanza\n",
        PLAIN,
        2,
        "period_id",
        ("2031-1", "2024-1, 2024-0, 2024-2"),
        ("2031-1", "2024-1, 2024-0, 2024-2"),
    ),
    Case(
        "period-unknown",
        "updates",
        UPDATE + "MX0001.1,2026-1,in_progress,,,El periodo de otro plan\n",
        UPDATE + "MX0009.1,2026-1,LP,,,Avanza\n",
        2,
        "period_id",
        ("2026-1", "2024-2"),
        ("2026-1", "2024-2"),
    ),
    Case(
        "period-not-open",
        "updates",
        UPDATE + "MX0001.1,2024-2,in_progress,,,Avanza\n",
        PLAIN,
        2,
        "period_id",
        ("2024-2", "2024-07-01"),
        ("2024-2", "2024-07-01"),
        {"known_on": date(2024, 6, 30)},
    ),
    Case(
        "period-late",
        "updates",
        PLAIN + "MX0001.2,2024-1,in_progress,,,Avanza\n",
        UPDATE + "MX0001.1,2024-2,in_progress,,,Avanza\n",
        2,
        "period_id",
        ("2024-07-15",),
        ("2024-07-15",),
        {"known_on": date(2024, 7, 16)},
    ),
]


VOUCHING = "milestone_id,period_id,status,progress_es,delivered_on,delivered_why\n"


def late(country, row, known_on=date(2024, 8, 1)):
    _, report = country.send("updates", VOUCHING + row, known_on=known_on)
    return [problem.rule for problem in report.problems if problem.rule.startswith(("period-late", "delivered-on"))]


def test_what_was_delivered_in_time_and_typed_in_later_is_not_late(country):
    assert late(country, "MX0001.1,2024-1,in_progress,Avanza,2024-07-15,Oficio 114\n") == []
    assert late(country, "MX0001.1,2024-1,in_progress,Avanza,2024-07-16,Oficio 114\n") == ["period-late"]
    assert late(country, "MX0001.1,2024-1,in_progress,Avanza,,\n") == ["period-late"]


def test_late_is_said_once_for_a_file_and_not_for_every_row(country):
    rows = "".join(f"MX0001.{n},2024-1,in_progress,,,Avanza\n" for n in (1, 2))
    _, report = country.send("updates", UPDATE + rows, known_on=date(2024, 8, 1))
    assert [problem.rule for problem in report.problems] == ["period-late"]
