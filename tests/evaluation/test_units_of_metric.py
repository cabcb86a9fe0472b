"""From a published number to its units and the rows behind them."""

from datetime import date

import pytest

from ogp_pipeline.errors import NotFound
from ogp_pipeline.evaluation import MetricKey, lineage_of_unit, units_of_metric
from tests.evaluation.numbers import plan_rows
from tests.tables.country import SCHEMAS, evidence, known, period, plan, programme, update

COUNTRY = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")))
ROWS = plan_rows(
    {"XX0001": ["m1", "m2"], "XX0002": ["m3"]},
    clusters={"XX0001": "k1", "XX0002": "k2"},
    leads={"XX0001": ["i1", "i2"], "XX0002": ["i2"]},
) | {
    "updates": [update("m1", "r1", "complete"), update("m2", "r1", "in_progress")],
    "evidence": [evidence("m1", "r1", "link", "2")],
}
AS_OF = date(2023, 9, 1)
TABLES = known(COUNTRY, ROWS, "2023-09-01")


def units(key):
    return {
        (unit.table, unit.key): (unit.category, unit.numerator, unit.denominator, unit.missing)
        for unit in units_of_metric(TABLES, COUNTRY, SCHEMAS, AS_OF, key).units
    }


def test_a_level_is_explained_by_every_milestone_and_which_of_them_count():
    assert units("milestone_completion/p1/r1/plan/p1/complete") == {
        ("updates", "m1/r1"): ("complete", 1, 1, 0),
        ("updates", "m2/r1"): ("in_progress", 0, 1, 0),
        ("updates", "m3/r1"): ("not_reported", 0, 1, 1),
    }


def test_a_members_number_is_explained_by_its_own_units():
    assert set(units("milestone_completion/p1/r1/cluster/k1/complete")) == {
        ("updates", "m1/r1"),
        ("updates", "m2/r1"),
    }
    assert set(units("commitment_completion/p1/r1/institution/i2/complete")) == {
        ("commitments", "XX0001"),
        ("commitments", "XX0002"),
    }


def test_a_share_of_the_plan_is_explained_by_the_whole_plan():
    assert units("commitments/p1/all/cluster/k1/all") == {
        ("commitments", "XX0001"): ("all", 1, 1, 0),
        ("commitments", "XX0002"): ("all", 0, 1, 0),
    }


def test_an_explanation_gives_the_published_counts():
    found = units_of_metric(TABLES, COUNTRY, SCHEMAS, AS_OF, MetricKey("burn_down", "p1", "r1", "plan", "p1", "all"))
    assert (found.numerator, found.denominator, found.missing) == (1, 3, 1)


def test_behind_a_report_stand_the_milestone_its_update_and_its_evidence():
    first, second, third = units_of_metric(TABLES, COUNTRY, SCHEMAS, AS_OF, "actual_progress/p1/r1/plan/p1/all").units
    assert lineage_of_unit(TABLES, first, AS_OF) == [
        ("milestones", ("m1",)),
        ("updates", ("m1", "r1")),
        ("evidence", ("m1", "r1", "2")),
    ]
    assert lineage_of_unit(TABLES, second, AS_OF) == [("milestones", ("m2",)), ("updates", ("m2", "r1"))]
    assert lineage_of_unit(TABLES, third, AS_OF) == [("milestones", ("m3",))]


def test_behind_a_commitment_stand_its_leads_and_all_its_milestones_reports():
    first, _ = units_of_metric(TABLES, COUNTRY, SCHEMAS, AS_OF, "commitment_completion/p1/r1/plan/p1/complete").units
    assert [table for table, _ in lineage_of_unit(TABLES, first, AS_OF)] == [
        "commitments",
        "commitment_institutions",
        "commitment_institutions",
        "milestones",
        "updates",
        "evidence",
        "milestones",
        "updates",
    ]


def test_behind_elapsed_time_stand_the_plan_and_the_period():
    (unit,) = units_of_metric(TABLES, COUNTRY, SCHEMAS, AS_OF, "expected_progress/p1/r1/plan/p1/all").units
    assert (unit.numerator, unit.denominator) == (184, 734)
    assert lineage_of_unit(TABLES, unit, AS_OF) == [("action_plans", ("p1",)), ("reporting_periods", ("r1",))]


@pytest.mark.parametrize(
    "key",
    [
        "milestone_completion",
        "happiness/p1/r1/plan/p1/all",
        "milestone_completion/p9/r1/plan/p9/complete",
        "milestone_completion/p1/r9/plan/p1/complete",
        "milestone_completion/p1/r1/cluster/k9/complete",
        "milestone_completion/p1/r1/plan/p1/substantial",
        "milestone_completion/p1/r1/plan/p1/all",
        "expected_progress/p1/r1/cluster/k1/all",
        "milestone_completion/p1/r1/continent/p1/complete",
    ],
)
def test_a_number_that_is_not_there_is_not_found(key):
    with pytest.raises(NotFound):
        units_of_metric(TABLES, COUNTRY, SCHEMAS, AS_OF, key)
