"""What remains, what is done, and how much of the time is over."""

import pytest

from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import period, plan, programme, update

COUNTRY = programme(
    plan(
        "p1",
        "ogp-completion-2015",
        period("r1", "2023-01-01", "2023-01-31"),
        period("r2", "2023-02-01", "2023-03-31"),
        period("r3", "2023-04-01", "2023-12-31"),
        starts="2023-01-11",
        ends="2023-04-21",
    )
)
PARTS = plan_rows({"XX0001": ["m1", "m2", "m3"]}, responsible={"m1": "i1"})


def test_burn_down_begins_with_everything_and_drops_what_is_complete_or_withdrawn():
    statuses = {"m1": "complete", "m2": "withdrawn", "m3": "not_started"}
    rows = PARTS | {"updates": [update(m, "r1", s) for m, s in statuses.items()]}
    found = under(computed(COUNTRY, rows, "2023-02-15"), "burn_down/p1")
    assert found == {
        "start/plan/p1/all": (3, 3, 0, "1.000000"),
        "start/institution/i1/all": (1, 1, 0, "1.000000"),
        "r1/plan/p1/all": (1, 3, 0, "0.333333"),
        "r1/institution/i1/all": (0, 1, 0, "0.000000"),
    }


def test_burn_down_of_a_round_with_gaps_has_no_value_and_says_how_many_are_missing():
    rows = PARTS | {"updates": [update("m1", "r1"), update("m2", "r1", "limited")]}
    found = under(computed(COUNTRY, rows, "2023-02-15"), "burn_down/p1/r1/plan/p1")
    assert found == {"all": (1, 3, 2, None)}


def test_actual_progress_is_the_share_of_complete_milestones():
    statuses = {"m1": "complete", "m2": "withdrawn", "m3": "substantial"}
    rows = PARTS | {"updates": [update(m, "r1", s) for m, s in statuses.items()]}
    found = under(computed(COUNTRY, rows, "2023-02-15"), "actual_progress/p1/r1")
    assert found == {"plan/p1/all": (1, 3, 0, "0.333333"), "institution/i1/all": (1, 1, 0, "1.000000")}
    rows["updates"].pop()
    assert under(computed(COUNTRY, rows, "2023-02-15"), "actual_progress/p1/r1/plan/p1") == {"all": (1, 3, 1, None)}


@pytest.mark.parametrize(
    ("as_of", "days"),
    [
        ("2023-01-20", {}),
        ("2023-02-15", {"r1": 20}),  # 11 January to 31 January
        ("2023-04-01", {"r1": 20, "r2": 79}),
        ("2024-01-01", {"r1": 20, "r2": 79, "r3": 100}),  # clipped at the plan's last day
    ],
)
def test_expected_progress_counts_days_of_the_term_at_each_rounds_end(as_of, days):
    found = under(computed(COUNTRY, PARTS, as_of), "expected_progress/p1")
    assert {key: four[:3] for key, four in found.items()} == {
        f"{name}/plan/p1/all": (over, 100, 0) for name, over in days.items()
    }


def test_expected_progress_of_a_running_round_stops_today_and_never_falls_below_zero():
    country = programme(plan("p1", "us-nap5", period("r0", "2022-01-01", "2023-12-31"), starts="2023-01-11"))
    rows = PARTS | {"updates": [update("m1", "r0", "complete")]}
    assert under(computed(country, rows, "2023-01-21"), "expected_progress/p1/r0/plan/p1")["all"][0] == 10
    assert under(computed(country, rows, "2023-01-01"), "expected_progress/p1/r0/plan/p1")["all"][0] == 0
