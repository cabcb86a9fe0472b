"""What is carried on, kept, or dropped without a trace, and what a change of government puts at risk."""

from datetime import date

import pytest

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.findings import rests_on
from tests.evaluation.numbers import computed, found, plan_rows, under
from tests.tables.country import SCHEMAS, known, period, plan, programme, update

FIRST = plan(
    "p1",
    "ogp-completion-2015",
    period("r1", "2020-01-01", "2020-06-30"),
    period("r2", "2020-07-01", "2021-06-30"),
    starts="2020-01-01",
    ends="2021-12-31",
)
SECOND = plan("p2", "us-nap5", starts="2022-01-01", ends="2023-12-31", number=2)
THIRD = plan("p3", "us-nap5", starts="2024-01-01", ends="2025-12-31", number=3)
COUNTRY = programme(FIRST, SECOND, THIRD, changes_of_government=[{"on": "2020-12-01"}, {"on": "2024-10-01"}])
LEVELS = {  # in the first round and in the second
    "XX0001": ("limited", "substantial"),
    "XX0002": ("limited", "complete"),
    "XX0003": ("complete", ""),
    "XX0004": ("limited", "withdrawn"),
    "XX0005": ("", ""),
    "XX0006": ("limited", "limited"),
}


def rows(later: dict[str, str], plan_id: str = "p2"):
    """The first plan with its levels, and commitments of a later plan: id -> predecessor."""
    first = plan_rows({name: [f"{name}.1"] for name in LEVELS})
    first["commitments"][5]["embedded_in"] = "Archives Act, section 4"
    said = [update(f"{name}.1", r, s) for name, both in LEVELS.items() for r, s in zip(("r1", "r2"), both, strict=True)]
    more = [{"commitment_id": name, "plan_id": plan_id, "predecessor_id": of} for name, of in later.items()]
    return first | {"commitments": first["commitments"] + more, "updates": said}


def states(later: dict[str, str], as_of: str, plan_id: str = "p2") -> dict[str, object]:
    return {r["commitment_id"]: r["state"] for r in found("continuity", COUNTRY, rows(later, plan_id), as_of)}


def test_what_a_later_plan_does_not_take_up_is_dropped_only_if_nothing_else_became_of_it():
    assert states({"XX0101": "XX0001"}, "2022-03-01") == {
        "XX0001": "carried_on",
        "XX0002": "complete",
        "XX0003": "complete",  # and nothing was said of it afterwards
        "XX0004": "withdrawn",
        "XX0005": "dropped",
        "XX0006": "embedded",
        "XX0101": "running",
    }


@pytest.mark.parametrize(
    ("later", "as_of", "expected"),
    [
        ({"XX0101": ""}, "2021-12-30", "running"),
        ({}, "2022-03-01", "waiting"),
        ({"XX0101": ""}, "2022-03-01", "dropped"),
        ({"XX0101": "XX0001"}, "2022-03-01", "carried_on"),
    ],
    ids=["plan still runs", "no later plan has commitments", "not taken up", "taken up"],
)
def test_what_is_not_complete_runs_waits_is_carried_on_or_is_dropped(later, as_of, expected):
    assert states(later, as_of)["XX0001"] == expected


def test_a_chain_leads_from_each_plan_to_the_next_and_never_back():
    chain = rows({"XX0101": "XX0001"})
    chain["commitments"] += [
        {"commitment_id": "XX0201", "plan_id": "p3", "predecessor_id": "XX0101"},
        {"commitment_id": "XX0200", "plan_id": "p3", "predecessor_id": "XX0001"},
        {"commitment_id": "XX0007", "plan_id": "p1", "predecessor_id": "XX0201"},  # refused at the door, if it were new
    ]
    after = {r["commitment_id"]: r.get("successor_id") for r in found("continuity", COUNTRY, chain, "2024-03-01")}
    assert (after["XX0001"], after["XX0101"], after["XX0201"]) == ("XX0101", "XX0201", None)


def test_a_change_of_government_that_has_passed_is_judged_by_what_was_known_then():
    later = rows({"XX0101": "XX0001"})
    risk = {r["commitment_id"]: r.get("at_risk") for r in found("continuity", COUNTRY, later, "2022-03-01")}
    assert {name for name in LEVELS if risk[name]} == {"XX0001", "XX0002", "XX0004", "XX0005"}
    figures = under(computed(COUNTRY, later, "2022-03-01"), "commitments_at_risk/p1/all/plan/p1")["all"]
    assert figures == (4, 6, 1, None), "one is at risk for all that is known of it, so the share is only a bound"


@pytest.mark.parametrize("as_of", ["2022-02-28", "2022-03-01", "2022-06-01", "2025-03-01"])
def test_a_change_between_two_plans_counts_before_its_day_on_it_and_after_until_the_next_plan_begins(as_of):
    between = programme(FIRST, THIRD, changes_of_government=[{"on": "2022-03-01"}])
    figures = under(computed(between, rows({}), as_of), "commitments_at_risk/p1/all/plan/p1")["all"]
    assert figures == (2, 6, 1, None)
    later = found("continuity", between, rows({"XX0101": "XX0001"}, "p3"), "2024-03-01")
    assert {r["change_on"] for r in later if r["commitment_id"] in LEVELS} == {date(2022, 3, 1)}


def test_the_next_change_counts_while_no_later_plan_has_followed():
    (waiting,) = (r for r in found("continuity", COUNTRY, rows({}), "2024-03-01") if r["commitment_id"] == "XX0002")
    assert (waiting["change_on"], waiting["at_risk"]) == (date(2024, 10, 1), False)
    followed = found("continuity", COUNTRY, rows({"XX0101": ""}), "2024-03-01")
    assert {r["commitment_id"]: r["change_on"] for r in followed}["XX0002"] == date(2020, 12, 1)


def test_the_numbers_by_state_and_the_permanent_ones():
    metrics = computed(COUNTRY, rows({"XX0101": "XX0001"}), "2022-03-01")
    counts = {name: four[:3] for name, four in under(metrics, "continuity/p1/all/plan/p1").items() if four[0]}
    assert counts == {
        "carried_on": (1, 6, 1),
        "complete": (2, 6, 1),
        "withdrawn": (1, 6, 1),
        "dropped": (1, 6, 1),
        "embedded": (1, 6, 1),
    }
    assert under(metrics, "embedded_commitments/p1/all/plan/p1")["all"] == (1, 6, 0, "0.166667")


def test_a_plan_that_never_says_what_makes_anything_permanent_has_no_share_of_it():
    lines = plan_rows({"XX0001": ["m1"], "XX0002": ["m2"]})
    assert under(computed(COUNTRY, lines, "2022-03-01"), "embedded_commitments/p1/all/plan/p1")["all"] == (
        0,
        2,
        2,
        None,
    )


def test_a_row_rests_on_what_was_said_of_it_and_on_its_successor():
    country, as_of = COUNTRY, date(2022, 3, 1)
    context = EvaluationContext(known(country, rows({"XX0101": "XX0001"}), "2022-03-01"), country, SCHEMAS, as_of)
    behind = set(rests_on(context, "continuity", ("XX0001",)))
    assert {("commitments", ("XX0101",)), ("updates", ("XX0001.1", "r2")), ("action_plans", ("p1",))} <= behind
