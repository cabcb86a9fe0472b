"""Completion by level, the roll-up, and what is not reported."""

import pytest

from tests.evaluation.numbers import categories, computed, plan_rows, under
from tests.tables.country import period, plan, programme, update

R1 = period("r1", "2023-01-01", "2023-06-30", asks=["progress_text"])
R2 = period("r2", "2023-07-01", "2023-12-31")
COUNTRY = programme(plan("p1", "us-nap5", R1, R2))
AS_OF = "2024-03-01"


def test_milestones_by_level_with_every_level_of_the_scale_and_what_was_not_reported():
    rows = plan_rows({"XX0001": ["m1", "m2", "m3"]}, clusters={"XX0001": "k1"}, responsible={"m1": "i1"})
    rows["updates"] = [update("m1", "r2", "complete"), update("m2", "r2", "in_progress"), update("m3", "r2")]
    found = under(computed(COUNTRY, rows, AS_OF), "milestone_completion/p1/r2")
    of_three = {
        "complete": (1, 3, 1, "0.333333"),
        "in_progress": (1, 3, 1, "0.333333"),
        "not_started": (0, 3, 1, "0.000000"),
        "not_reported": (1, 3, 1, "0.333333"),
    }
    assert found == {f"plan/p1/{level}": four for level, four in of_three.items()} | {
        f"cluster/k1/{level}": four for level, four in of_three.items()
    } | {
        "institution/i1/complete": (1, 1, 0, "1.000000"),
        "institution/i1/in_progress": (0, 1, 0, "0.000000"),
        "institution/i1/not_started": (0, 1, 0, "0.000000"),
        "institution/i1/not_reported": (0, 1, 0, "0.000000"),
    }


def test_a_round_without_any_status_has_no_shares_only_a_count_of_what_is_missing():
    rows = plan_rows({"XX0001": ["m1", "m2"]}) | {"updates": [update("m1", "r1", progress_en="Begun.")]}
    found = under(computed(COUNTRY, rows, AS_OF), "milestone_completion/p1/r1/plan/p1")
    assert found == {
        "complete": (0, 2, 2, None),
        "in_progress": (0, 2, 2, None),
        "not_started": (0, 2, 2, None),
        "not_asked": (2, 2, 2, "1.000000"),
        "not_reported": (0, 2, 2, None),
    }


def test_a_status_that_nobody_asked_for_counts_and_the_others_are_not_reproached():
    rows = plan_rows({"XX0001": ["m1", "m2"]}) | {"updates": [update("m1", "r1", "complete")]}
    found = under(computed(COUNTRY, rows, AS_OF), "milestone_completion/p1/r1/plan/p1")
    assert (found["complete"], found["not_asked"]) == ((1, 2, 1, "0.500000"), (1, 2, 1, "0.500000"))
    assert found["not_reported"] == (0, 2, 1, "0.000000")


def test_a_plan_whose_rounds_all_ask_knows_no_not_asked():
    asking = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")))
    found = under(computed(asking, plan_rows({"XX0001": ["m1"]}), AS_OF), "milestone_completion/p1/r1/plan/p1")
    assert "not_asked" not in found and found["not_reported"] == (1, 1, 1, "1.000000")


@pytest.mark.parametrize(
    ("as_of", "rounds"),
    [("2023-06-30", set()), ("2023-07-01", {"r1"}), ("2023-12-31", {"r1"}), ("2024-01-01", {"r1", "r2"})],
)
def test_a_round_counts_once_it_has_ended(as_of, rounds):
    found = under(computed(COUNTRY, plan_rows({"XX0001": ["m1"]}), as_of), "milestone_completion/p1")
    assert {key.split("/")[0] for key in found} == rounds


def test_a_round_counts_before_its_end_if_something_was_reported():
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r2", "complete")]}
    found = under(computed(COUNTRY, rows, "2023-08-01"), "milestone_completion/p1/r2/plan/p1")
    assert found["complete"] == (1, 1, 0, "1.000000")


def test_a_status_is_never_carried_into_another_round():
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r1", "complete")]}
    found = under(computed(COUNTRY, rows, AS_OF), "milestone_completion/p1/r2/plan/p1")
    assert found["not_reported"] == (1, 1, 1, "1.000000")
    assert found["complete"] == (0, 1, 1, None)


US = {"complete": "C", "in_progress": "P", "not_started": "N", "not_reported": "-"}
OGP = {
    "complete": "C", "substantial": "S", "limited": "L", "not_started": "N", "no_evidence": "E",
    "withdrawn": "W", "not_reported": "-",
}  # fmt: skip


def levels(scale, letters, rule, cases):
    """Each case is a commitment, each of its letters a milestone's status: case -> the commitment's level."""
    codes = {letter: code for code, letter in letters.items()}
    country = programme(plan("p1", scale, R2), evaluation={"rollup": rule})
    commitments = {f"XX{n:04}": case for n, case in enumerate(cases)}
    parts = {
        commitment: {f"{commitment}.{n}": letter for n, letter in enumerate(case)}
        for commitment, case in commitments.items()
    }
    rows = plan_rows(parts)
    rows["updates"] = [
        update(part, "r2", codes[letter]) for those in parts.values() for part, letter in those.items() if letter != "-"
    ]
    found = categories("commitment_completion", country, rows, AS_OF)
    return {commitments[commitment]: letters[category] for (commitment, _), category in found.items()}


def test_complete_only_if_all_parts_are():
    cases = {
        "C": "C", "P": "P", "N": "N", "-": "-", "": "-",
        "CC": "C", "PP": "P", "NN": "N", "--": "-",
        "CP": "P", "CN": "P", "PN": "P", "CPN": "P",
        "C-": "-",  # complete or in progress: open
        "N-": "-",  # not started or in progress: open
        "P-": "P", "CN-": "P", "CP-": "P",  # in progress whatever the silent one is
    }  # fmt: skip
    assert levels("us-nap5", US, "complete_if_all", cases) == cases


def test_complete_only_if_all_parts_are_on_a_longer_scale():
    cases = {
        "CS": "S", "CL": "L", "SL": "L", "SN": "L", "CN": "L", "CE": "L",
        "NE": "E",  # nothing has begun, so nothing is raised
        "WW": "W", "CW": "C", "NW": "N", "W-": "-",
        "L-": "L", "S-": "-", "CL-": "L", "C-W": "-",
    }  # fmt: skip
    assert levels("ogp-completion-2015", OGP, "complete_if_all", cases) == cases


def test_lowest_is_the_least_level_which_only_the_bottom_can_decide_alone():
    cases = {"CC": "C", "CN": "N", "CP": "P", "C-": "-", "P-": "-", "N-": "N", "CN-": "N", "": "-"}
    assert levels("us-nap5", US, "lowest", cases) == cases


def test_commitments_count_for_each_lead_and_for_their_cluster():
    rows = plan_rows(
        {"XX0001": ["m1"], "XX0002": ["m2"]}, clusters={"XX0001": "k1"}, leads={"XX0001": ["i1", "i2"]}
    ) | {"updates": [update("m1", "r2", "complete"), update("m2", "r2", "not_started")]}
    found = under(computed(COUNTRY, rows, AS_OF), "commitment_completion/p1/r2")
    assert {key: four[:2] for key, four in found.items() if key.endswith("/complete")} == {
        "plan/p1/complete": (1, 2),
        "cluster/k1/complete": (1, 1),
        "institution/i1/complete": (1, 1),
        "institution/i2/complete": (1, 1),
    }


def test_two_plans_keep_their_own_scales_and_high_completion_needs_a_substantial_level():
    country = programme(
        plan("p1", "us-nap5", R2),
        plan("p2", "ca-nap", period("q1", "2023-07-01", "2023-12-31"), number=2),
    )
    first, second = (
        plan_rows({"XX0001": ["a"]}),
        plan_rows({"XX0002": ["b", "c"], "XX0003": ["d"]}, plan="p2"),
    )
    rows = {table: first[table] + second[table] for table in first}
    rows["updates"] = [
        update("a", "r2", "complete"),
        *(update(m, "q1", s) for m, s in {"b": "C", "c": "SP", "d": "LP"}.items()),
    ]
    metrics = computed(country, rows, AS_OF)
    assert set(under(metrics, "milestone_completion/p1/r2/plan/p1")) == set(US)
    assert under(metrics, "commitment_completion/p2/q1/plan/p2") == {
        "NS": (0, 2, 0, "0.000000"),
        "LP": (1, 2, 0, "0.500000"),
        "SP": (1, 2, 0, "0.500000"),
        "C": (0, 2, 0, "0.000000"),
        "not_reported": (0, 2, 0, "0.000000"),
    }
    assert under(metrics, "milestone_high_completion") == {"p2/q1/plan/p2/all": (2, 3, 0, "0.666667")}
    assert under(metrics, "commitment_high_completion") == {"p2/q1/plan/p2/all": (1, 2, 0, "0.500000")}


def test_high_completion_has_no_value_while_anything_is_missing():
    country = programme(plan("p1", "ca-nap", R2))
    rows = plan_rows({"XX0001": ["m1"], "XX0002": ["m2"]}) | {"updates": [update("m1", "r2", "C")]}
    metrics = computed(country, rows, AS_OF)
    assert under(metrics, "milestone_high_completion/p1/r2/plan/p1") == {"all": (1, 2, 1, None)}
    assert under(metrics, "commitment_high_completion/p1/r2/plan/p1") == {"all": (1, 2, 1, None)}
