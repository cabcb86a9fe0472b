"""Progress by percent is progress: levels, mean, spread, forecast; which of status and percent counts is a choice."""

from decimal import Decimal

import pytest

from ogp_pipeline.evaluation.scales import scale
from tests.evaluation.numbers import computed, found, plan_rows, under
from tests.every import for_every
from tests.tables.country import SCHEMAS, period, plan, programme, update

R1 = period("r1", "2023-01-01", "2023-06-30", asks=["percent"])
COUNTRY = programme(plan("p1", "us-nap5", R1))
AS_OF = "2024-03-01"
ROWS = plan_rows({"XX0001": ["m1", "m2"], "XX0002": ["m3", "m4"]}) | {
    "updates": [
        update("m1", "r1", percent="100"),
        update("m2", "r1", percent="74.5"),
        update("m3", "r1", percent="0"),
    ]
}


def levels(country=COUNTRY, rows=ROWS, metric="milestone_completion"):
    numbers = under(computed(country, rows, AS_OF), f"{metric}/p1/r1/plan/p1")
    return {level: four[0] for level, four in numbers.items()}


def choosing(progress):
    return programme(plan("p1", "us-nap5", R1), evaluation={"progress": progress})


def test_a_percentage_counts_as_the_level_that_it_stands_for():
    """A whole round of percentages was "not reported 54 of 54" beside a compliance of 54 of 54."""
    assert levels() == {"complete": 1, "in_progress": 1, "not_started": 1, "not_reported": 1}
    assert levels(metric="commitment_completion") == {
        "complete": 0,
        "in_progress": 1,
        "not_started": 0,
        "not_reported": 1,
    }


def test_expected_and_actual_progress_see_it_too():
    actual = under(computed(COUNTRY, ROWS, AS_OF), "actual_progress/p1/r1/plan/p1")
    assert actual["all"] == (1, 4, 1, None)


def test_the_mean_is_of_what_is_known_and_says_how_many_are_not():
    mean = under(computed(COUNTRY, ROWS, AS_OF), "mean_percent/p1/r1/plan/p1")
    assert mean["all"] == (17_450, 30_000, 1, "0.581667")


def test_the_spread_holds_every_milestone_once():
    spread = levels(metric="milestones_by_percent")
    assert spread == {"0": 1, "below_25": 0, "below_50": 0, "below_75": 1, "below_100": 0, "100": 1, "not_reported": 1}


@pytest.mark.parametrize(
    ("percent", "category"),
    [("0.5", "below_25"), ("25", "below_50"), ("49.999999", "below_50"), ("50", "below_75"), ("99.99", "below_100")],
)
def test_a_step_holds_its_lower_end(percent, category):
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r1", percent=percent)]}
    assert levels(rows=rows, metric="milestones_by_percent")[category] == 1


@pytest.mark.parametrize(
    ("progress", "level"), [("status_first", "in_progress"), ("percent_first", "complete"), ("status", "in_progress")]
)
def test_where_both_are_there_the_programme_chooses(progress, level):
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r1", "in_progress", percent="100")]}
    assert levels(choosing(progress), rows)[level] == 1


def test_where_the_status_alone_counts_a_percentage_is_no_status_and_nobody_was_asked_for_one():
    assert levels(choosing("status"))["not_asked"] == 4


def test_a_round_that_asked_for_neither_shows_no_percentages():
    country = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")))
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r1", "complete")]}
    assert levels(country, rows, "mean_percent") == {}


def test_a_forecast_rests_on_percentages():
    country = programme(plan("p1", "us-nap5", R1, starts="2022-12-28", ends="2024-12-31"))
    [line] = [one for one in found("forecasts", country, ROWS, AS_OF) if one["subject_table"] == "action_plans"]
    assert (line["complete"], line["of"]) == (1, 4)


@for_every(
    ("name", "percent", "level"),
    [
        ("us-nap5", "0", "not_started"), ("us-nap5", "0.01", "in_progress"), ("us-nap5", "99.9", "in_progress"),
        ("us-nap5", "100", "complete"), ("ca-nap", "0", "NS"), ("ca-nap", "49.9", "LP"), ("ca-nap", "50", "SP"),
        ("ca-nap", "100", "C"),
    ],
)  # fmt: skip
def test_a_percentage_stands_for_a_level_of_each_scale(name, percent, level):
    assert scale(SCHEMAS, name).level_of(Decimal(percent), 50) == level


def test_what_was_given_up_stays_so_whatever_its_percentage_is():
    withdrawn = next(name for name in {code.scale for code in SCHEMAS.codes_of("progress_status")}
                     if name and scale(SCHEMAS, name).withdrawn)  # fmt: skip
    code = scale(SCHEMAS, withdrawn).withdrawn
    country = programme(plan("p1", withdrawn, R1), evaluation={"progress": "percent_first"})
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r1", code, percent="80")]}
    assert levels(country, rows)[code] == 1
