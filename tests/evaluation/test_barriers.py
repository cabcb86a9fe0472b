"""What holds commitments back, and which delays nobody explains."""

from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import period, plan, programme, update

COUNTRY = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")))


def barrier(name: str, commitment: str, group: str, raised: str = "2023-02-01", resolved: str = ""):
    return {
        "barrier_id": name,
        "commitment_id": commitment,
        "group": group,
        "raised_on": raised,
        "resolved_on": resolved,
    }


ROWS = plan_rows(
    {"XX0001": ["a1", "a2"], "XX0002": ["b1"], "XX0003": ["c1"], "XX0004": ["d1"]},
    due={"a1": "2023-05-31", "a2": "2024-05-31", "b1": "2023-05-31", "c1": "2024-05-31", "d1": "2023-05-31"},
    leads={"XX0001": ["ministry"], "XX0002": ["agency"]},
) | {
    "updates": [
        update("a1", "r1", "in_progress"),
        update("a2", "r1", "complete"),
        update("b1", "r1", "not_started"),
        update("c1", "r1", "in_progress"),
    ],
    "barriers": [
        barrier("b-1", "XX0001", "legal"),
        barrier("b-2", "XX0001", "legal"),
        barrier("b-3", "XX0001", "capacity"),
        barrier("b-4", "XX0002", "design", resolved="2023-09-01"),
        barrier("b-5", "XX0003", "capacity", resolved="2023-09-02"),
        barrier("b-6", "XX0009", "capacity"),
    ],
}


def test_a_barrier_is_open_from_the_day_it_is_raised_to_the_day_before_it_is_resolved():
    found = under(computed(COUNTRY, ROWS, "2023-09-01"), "open_barriers/p1/all/plan/p1")
    assert {group: four[:2] for group, four in found.items() if four[0]} == {"legal": (2, 4), "capacity": (2, 4)}
    assert found["relevance"] == (0, 4, 0, "0.000000")
    assert under(computed(COUNTRY, ROWS, "2023-01-31"), "open_barriers") == {}


def test_a_delayed_commitment_counts_once_in_all_and_in_every_group_that_holds_it_back():
    metrics = computed(COUNTRY, ROWS, "2023-09-01")
    found = under(metrics, "delayed_by_barrier/p1/all/plan/p1")
    counted = {group: four[:2] for group, four in found.items() if four[0]}
    assert counted == {"legal": (1, 2), "capacity": (1, 2), "none_named": (1, 2)}  # d1: due, but nobody said how far
    found = under(metrics, "delayed_by_barrier/p1/all/institution")
    assert found["agency/none_named"] == (1, 1, 0, "1.000000")
    assert found["ministry/none_named"] == (0, 1, 0, "0.000000")
