"""A status or a percentage below that of the round before."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import UPDATE

LATER = UPDATE + "MX0001.2,2024-2,complete,90,,Más avance\n"

CASES = [
    Case(
        "status-regression",
        "updates",
        LATER.replace("complete,90,,Más avance", "in_progress,90,,"),
        LATER.replace("complete,90,,Más avance", "in_progress,90,,Se reabrió"),
        2,
        "status",
        ("«En proceso»", "«Completo»", "2024-1"),
        ("In progress", "Complete", "2024-1"),
    ),
    Case(
        "percent-regression",
        "updates",
        LATER.replace("90,,Más avance", "70,,"),
        LATER.replace(",90,,Más avance", ",80,,"),
        2,
        "percent",
        ("70", "80", "2024-1"),
        ("70", "80", "2024-1"),
    ),
]


def test_rounds_are_compared_in_the_order_of_the_calendar_and_within_one_delivery(country):
    rows = "MX0001.1,2024-2,not_started,,,\nMX0001.1,2024-1,in_progress,,,\n"
    _, report = country.send("updates", UPDATE + rows)
    assert [(one.rule, one.where.line) for one in report.problems] == [("status-regression", 2)]


def test_a_corrected_status_of_the_same_round_is_no_regression(country):
    _, report = country.send("updates", UPDATE + "MX0001.2,2024-1,in_progress,70,,\n")
    assert not report.problems
