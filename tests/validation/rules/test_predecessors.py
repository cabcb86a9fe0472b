"""Predecessors and lessons."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)

LESSON = "lesson_id,plan_id,learnt_from,learnt_by,learnt_on,taken_up_in\n"
CARRIED = "commitment_id,plan_id,title_es,predecessor_id\n"

CASES = [
    Case(
        "predecessor-not-earlier",
        "commitments",
        CARRIED + "MX0003,MX-4,Datos,MX0009\n",
        CARRIED + "MX0010,MX-5,Datos,MX0001\n",
        2,
        "predecessor_id",
        ("«MX0009»", "MX-5", "MX-4"),
        ("MX0009", "MX-5", "MX-4"),
    ),
    Case(
        "predecessor-unknown",
        "commitments",
        CARRIED + "MX0003,MX-4,Datos,MX0000\n",
        CARRIED + "MX0010,MX-5,Datos,MX0002\n",
        2,
        "predecessor_id",
        ("«MX0000»",),
        ("MX0000",),
    ),
    Case(
        "lesson-not-later",
        "lessons",
        LESSON + "l1,MX-4,mistake,osc,2024-06-01,MX-4\n",
        LESSON + "l1,MX-4,mistake,osc,2024-06-01,MX-5\n",
        2,
        "taken_up_in",
        ("MX-4",),
        ("MX-4",),
    ),
]


def test_nothing_carries_itself_on(country):
    _, report = country.send("commitments", CARRIED + "MX0001,MX-4,Datos,MX0001\n")
    assert [one.rule for one in report.problems] == ["predecessor-not-earlier"]
