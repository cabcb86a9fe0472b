"""The day of delivery that a secretariat vouches for."""

from datetime import date

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)

UPDATE = "milestone_id,period_id,status,progress_es,delivered_on,delivered_why\n"
GOOD = UPDATE + "MX0001.1,2024-1,in_progress,Avanza,2024-06-28,Oficio 114\n"

CASES = [
    Case(
        "delivered-on-authority",
        "updates",
        GOOD,
        UPDATE + "MX0001.1,2024-1,in_progress,Avanza,,\n",
        2,
        "delivered_on",
        ("2024-06-28", "secretariado"),
        ("2024-06-28", "secretariat"),
        {"supplier": "agencia"},
    ),
    Case(
        "delivered-on-reason",
        "updates",
        UPDATE + "MX0001.1,2024-1,in_progress,Avanza,2024-06-28,\n",
        GOOD,
        2,
        "delivered_why",
        ("vacío",),
        ("empty",),
    ),
    Case(
        "delivered-on-later",
        "updates",
        UPDATE + "MX0001.1,2024-1,in_progress,Avanza,2024-07-02,Oficio 114\n",
        GOOD,
        2,
        "delivered_on",
        ("2024-07-02", "2024-07-01"),
        ("2024-07-02", "2024-07-01"),
        {"known_on": date(2024, 7, 1)},
    ),
]


def test_a_day_that_is_none_is_told_once(country):
    _, report = country.send("updates", UPDATE + "MX0001.1,2024-1,in_progress,Avanza,someday,Oficio\n")
    assert [problem.rule for problem in report.problems] == ["type-error/date"]
