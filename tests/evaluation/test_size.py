"""How large a plan is, over plan, clusters and institutions."""

from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import plan, programme

COUNTRY = programme(plan("p1", "us-nap5"))
ROWS = plan_rows(
    {"XX0001": ["m1"], "XX0002": ["m2", "m3"], "XX0003": []},
    clusters={"XX0001": "k1", "XX0002": "k1"},
    leads={"XX0001": ["i1"], "XX0002": ["i1", "i2"]},
    responsible={"m1": "i1", "m2": "i2"},
)


def test_commitments_are_counted_over_the_whole_plan_a_shared_one_once_for_each_lead():
    assert under(computed(COUNTRY, ROWS, "2023-01-01"), "commitments/p1/all") == {
        "plan/p1/all": (3, 3, 0, "1.000000"),
        "cluster/k1/all": (2, 3, 0, "0.666667"),
        "institution/i1/all": (2, 3, 0, "0.666667"),
        "institution/i2/all": (1, 3, 0, "0.333333"),
    }


def test_milestones_are_counted_by_who_is_responsible():
    assert under(computed(COUNTRY, ROWS, "2023-01-01"), "milestones/p1/all") == {
        "plan/p1/all": (3, 3, 0, "1.000000"),
        "cluster/k1/all": (3, 3, 0, "1.000000"),
        "institution/i1/all": (1, 3, 0, "0.333333"),
        "institution/i2/all": (1, 3, 0, "0.333333"),
    }


def test_undivided_means_exactly_one_milestone():
    found = under(computed(COUNTRY, ROWS, "2023-01-01"), "commitment_division/p1/all/plan/p1")
    assert found == {
        "undivided": (1, 3, 0, "0.333333"),
        "divided": (1, 3, 0, "0.333333"),
        "without_milestones": (1, 3, 0, "0.333333"),
    }


def test_a_milestone_with_parts_is_not_counted_besides_them():
    rows = plan_rows({"XX0001": ["m1", "m1.1", "m1.2"]}, parents={"m1.1": "m1", "m1.2": "m1"})
    found = computed(COUNTRY, rows, "2023-01-01")
    assert under(found, "milestones/p1/all/plan/p1") == {"all": (2, 2, 0, "1.000000")}


def test_a_supporting_institution_is_no_lead():
    rows = plan_rows({"XX0001": ["m1"]})
    rows["commitment_institutions"] = [
        {"commitment_id": "XX0001", "institution_id": "i9", "role": "support"},
    ]
    assert under(computed(COUNTRY, rows, "2023-01-01"), "commitments/p1/all/institution") == {}
