"""Expected against received; silence is a row."""

import pytest

from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import period, plan, programme, update

COUNTRY = programme(
    plan(
        "p1",
        "us-nap5",
        period("r1", "2023-01-01", "2023-06-30", "2023-07-15"),
        period("r2", "2023-07-01", "2023-12-31", "2024-01-15"),
    )
)
PARTS = plan_rows({"XX0001": ["m1", "m2"], "XX0002": ["m3"]}, responsible={"m1": "i1", "m2": "i1", "m3": "i2"})


def test_an_explicit_nothing_to_report_is_received_and_the_unheard_are_rows():
    rows = PARTS | {"updates": [update("m1", "r1", "complete"), update("m2", "r1", nil="true")]}
    assert under(computed(COUNTRY, rows, "2023-12-01"), "reporting_compliance/p1/r1") == {
        "plan/p1/all": (2, 3, 0, "0.666667"),
        "institution/i1/all": (2, 2, 0, "1.000000"),
        "institution/i2/all": (0, 1, 0, "0.000000"),
    }


@pytest.mark.parametrize(
    ("as_of", "rounds"), [("2023-07-15", set()), ("2023-07-16", {"r1"}), ("2024-01-16", {"r1", "r2"})]
)
def test_reports_are_expected_once_the_due_date_has_passed(as_of, rounds):
    found = under(computed(COUNTRY, PARTS, as_of), "reporting_compliance/p1")
    assert {key.split("/")[0] for key in found} == rounds


def test_a_round_is_expected_of_all_as_soon_as_one_has_reported():
    rows = PARTS | {"updates": [update("m1", "r2", "complete")]}
    found = under(computed(COUNTRY, rows, "2023-07-10"), "reporting_compliance/p1")
    assert found["r2/plan/p1/all"] == (1, 3, 0, "0.333333")
    assert "r1/plan/p1/all" not in found
