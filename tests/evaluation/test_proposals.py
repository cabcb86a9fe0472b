"""Every proposal followed from its receipt to the result of the commitment that took it up."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.evaluation import lineage_of_unit, units_of_metric
from ogp_pipeline.evaluation.proposal_groups import groups
from tests.evaluation.numbers import computed, found, plan_rows, under
from tests.tables.country import SCHEMAS, known, period, plan, programme, update

COUNTRY = programme(
    plan(
        "p1",
        "ogp-completion-2015",
        period("r1", "2023-01-01", "2023-06-30"),
        period("r2", "2023-07-01", "2023-12-31"),
    )
)
AS_OF = "2024-03-01"


def proposal(name, received="2022-10-01", by="", cluster="", **more):
    return {"proposal_id": name, "plan_id": "p1", "received_on": received, "proposer_id": by, "cluster_id": cluster,
            **more}  # fmt: skip


def response(name, to, outcome="", commitment="", on="2022-11-01"):
    return {"response_id": name, "proposal_id": to, "outcome": outcome, "commitment_id": commitment, "responded_on": on}


def link(one, other):
    return {"proposal_id": one, "same_as": other, "linked_on": "2022-10-15"}


def trail(rows):
    return {row["proposal_id"]: row for row in found("proposal_trail", COUNTRY, rows, AS_OF)}


def test_a_proposal_is_followed_to_the_result_of_its_commitment():
    levels = {
        "XX0001": ("complete", "complete"),
        "XX0002": ("substantial", "under_way"),
        "XX0003": ("limited", "under_way"),
        "XX0004": ("not_started", "not_started"),
        "XX0005": ("withdrawn", "withdrawn"),
        "XX0006": ("", "not_reported"),
        "XX0007": ("no_evidence", "not_reported"),
    }
    rows = plan_rows({commitment: [f"{commitment}.1"] for commitment in levels}) | {
        "updates": [update(f"{c}.1", "r1", level) for c, (level, _) in levels.items()],
        "proposals": [proposal(f"a{c}") for c in levels] + [proposal(n) for n in ("b", "c", "d", "e", "f")],
        "responses": [response(f"r{c}", f"a{c}", "included", c) for c in levels]
        + [response("rb", "b", "partly"), response("rc", "c", "not_now"), response("rd", "d", "outside_plan"),
           response("re", "e", commitment="XX0001")],
    }  # fmt: skip
    assert {name: row["fate"] for name, row in trail(rows).items()} == {
        **{f"a{commitment}": fate for commitment, (_, fate) in levels.items()},
        "b": "untraced",
        "c": "not_now",
        "d": "outside_plan",
        "e": "outcome_not_said",
        "f": "unanswered",
    }


def test_the_last_known_level_tells_how_far_a_commitment_has_come_also_where_a_later_round_is_silent():
    rows = plan_rows({"XX0001": ["m1"], "XX0002": ["m2"]}) | {
        "updates": [update("m1", "r1", "limited"), update("m2", "r1", "complete")],
        "proposals": [proposal("a"), proposal("b")],
        "responses": [response("ra", "a", "included", "XX0001"), response("rb", "b", "included", "XX0002")],
    }
    assert trail(rows)["a"] == {
        "proposal_id": "a", "plan_id": "p1", "group_id": "a", "response_id": "ra", "days": 31, "outcome": "included",
        "commitment_id": "XX0001", "level": "limited", "fate": "under_way",
    }  # fmt: skip
    rows["updates"].append(update("m1", "r2", "complete"))
    assert (trail(rows)["a"]["fate"], trail(rows)["b"]["fate"]) == ("complete", "complete")
    levels = {row["commitment_id"]: row["level"] for row in found("continuity", COUNTRY, rows, AS_OF)}
    assert {row["commitment_id"]: row["level"] for row in trail(rows).values()} == levels


def test_an_answer_to_one_answers_all_that_say_the_same_and_each_keeps_its_proposer():
    rows = {
        "proposals": [
            proposal("a", "2022-10-05", by="i1"),
            proposal("b", "2022-10-01", by="i2", duplicate_of="a"),
            proposal("c", "2022-12-01", by="i3"),
            proposal("d"),
        ],
        "proposal_links": [link("c", "a")],
        "responses": [
            response("r1", "a", "not_now", on="2022-10-10"),
            response("r2", "a", "included", "XX0001", on="2022-11-30"),
        ],
    }
    told = {name: (row.get("proposer_id"), row["group_id"], row.get("days")) for name, row in trail(rows).items()}
    assert told == {"a": ("i1", "b", 5), "b": ("i2", "b", 9), "c": ("i3", "b", 0), "d": (None, "d", None)}
    assert {row["outcome"] for name, row in trail(rows).items() if name != "d"} == {"included"}


def test_an_answer_in_one_plan_is_none_in_another():
    later = plan("p2", "ogp-completion-2015", starts="2025-01-01", ends="2026-12-31", number=2)
    rows = {
        "proposals": [proposal("a"), proposal("b", "2024-02-01", plan_id="p2")],
        "proposal_links": [link("b", "a")],
        "responses": [response("ra", "a", "not_now")],
    }
    told = found("proposal_trail", programme(*COUNTRY.plans, later), rows, AS_OF)
    assert {row["proposal_id"]: (row["group_id"], row["fate"]) for row in told} == {
        "a": ("a", "not_now"), "b": ("b", "unanswered"),
    }  # fmt: skip


def test_days_are_not_told_where_a_date_is_missing_or_an_answer_is_older_than_its_proposal():
    rows = {
        "proposals": [proposal("a", ""), proposal("b"), proposal("c", "2022-11-02")],
        "responses": [response("ra", "a"), response("rb", "b", on=""), response("rc", "c")],
    }
    assert ["days" in row for row in trail(rows).values()] == [False, False, False]
    days = under(computed(COUNTRY, rows, AS_OF), "days_to_answer/p1/all/plan/p1")
    assert days == {"all": (0, 0, 3, None)}


ROWS = plan_rows({"XX0001": ["m1"]}) | {
    "updates": [update("m1", "r1", "limited")],
    "proposals": [
        proposal("a", "2022-10-01", by="i1", cluster="k1"),
        proposal("b", "2022-10-11", by="i1", cluster="k1"),
        proposal("c", "2022-10-21", by="i2", cluster="k2"),
        proposal("d", "2022-10-21", by="i2"),
        proposal("e", "2022-10-21"),
        {**proposal("gone"), "plan_id": "p9"},
    ],
    "proposal_links": [link("c", "b")],
    "responses": [response("ra", "a", "included", "XX0001"), response("rb", "b", "not_now"), response("rd", "d")],
}


def test_rates_are_of_all_proposals_and_an_outcome_that_is_not_said_is_missing():
    metrics = computed(COUNTRY, ROWS, AS_OF)
    assert under(metrics, "proposals/p1/all") == {
        "plan/p1/all": (5, 5, 0, "1.000000"),
        "cluster/k1/all": (2, 5, 0, "0.400000"),
        "cluster/k2/all": (1, 5, 0, "0.200000"),
        "institution/i1/all": (2, 5, 0, "0.400000"),
        "institution/i2/all": (2, 5, 0, "0.400000"),
    }
    assert under(metrics, "proposals_answered/p1/all")["plan/p1/all"] == (4, 5, 0, "0.800000")
    assert under(metrics, "proposals_incorporated/p1/all") == {
        "plan/p1/all": (1, 5, 1, None),
        "cluster/k1/all": (1, 2, 0, "0.500000"),
        "cluster/k2/all": (0, 1, 0, "0.000000"),
        "institution/i1/all": (1, 2, 0, "0.500000"),
        "institution/i2/all": (0, 2, 1, None),
    }
    assert under(metrics, "days_to_answer/p1/all")["plan/p1/all"] == (11 + 21, 2, 0, "16.000000")
    assert under(metrics, "days_to_answer/p1/all")["institution/i1/all"] == (31 + 21, 2, 0, "26.000000")


def test_what_vanished_is_listed_by_organisation_and_cluster():
    metrics = under(computed(COUNTRY, ROWS, AS_OF), "proposal_fates/p1/all")
    assert {key: four for key, four in metrics.items() if key.endswith("unanswered")} == {
        "plan/p1/unanswered": (1, 5, 1, "0.200000"),
        "cluster/k1/unanswered": (0, 2, 0, "0.000000"),
        "cluster/k2/unanswered": (0, 1, 0, "0.000000"),
        "institution/i1/unanswered": (0, 2, 0, "0.000000"),
        "institution/i2/unanswered": (0, 2, 1, "0.000000"),
    }
    assert len([key for key in metrics if key.startswith("plan/")]) == len(SCHEMAS.codes_of("proposal_fate"))


def test_behind_a_proposal_stand_its_group_the_links_the_answers_and_the_commitments_reports():
    tables = known(COUNTRY, ROWS, AS_OF)
    units = units_of_metric(tables, COUNTRY, SCHEMAS, date(2024, 3, 1), "proposal_fates/p1/all/plan/p1/under_way").units
    behind = {unit.key: lineage_of_unit(tables, unit, date(2024, 3, 1)) for unit in units}
    assert behind["a"] == [("proposals", ("a",)), ("responses", ("ra",)), ("commitments", ("XX0001",)),
                           ("milestones", ("m1",)), ("updates", ("m1", "r1"))]  # fmt: skip
    assert behind["c"] == [("proposals", ("c",)), ("proposals", ("b",)), ("proposal_links", ("c",)),
                           ("responses", ("rb",))]  # fmt: skip


def test_the_middle_proposals_explain_a_median():
    tables = known(COUNTRY, ROWS, AS_OF)
    explained = units_of_metric(tables, COUNTRY, SCHEMAS, date(2024, 3, 1), "days_to_answer/p1/all/plan/p1/all")
    assert {unit.key: unit.numerator for unit in explained.units if unit.denominator} == {"d": 11, "b": 21}
    assert explained.numerator == 32


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=8), st.booleans())
def test_a_group_is_all_that_hangs_together_whatever_the_direction_of_the_links(pairs, by_column):
    names = [f"a{number}" for number in range(8)]
    linked = {names[one]: names[other] for one, other in pairs}  # a proposal has one link of each kind
    rows = {
        "proposals": [
            proposal(n, f"2022-10-{20 - i:02}", duplicate_of=linked.get(n, "") if by_column else "")
            for i, n in enumerate(names)
        ],
        "proposal_links": [] if by_column else [link(*pair) for pair in linked.items()],
    }
    reached = {name: {name} for name in names}
    for _ in names:
        for one, other in linked.items():
            reached[one] |= reached[other]
            reached[other] |= reached[one]
    stands = groups(known(COUNTRY, rows, AS_OF))
    assert stands == {name: max(reached[name]) for name in names}  # the later the name, the earlier received


@pytest.mark.parametrize("day", ["2022-10-01", ""])
def test_of_proposals_of_one_day_the_least_name_stands_for_the_group(day):
    rows = {"proposals": [proposal("b", day), proposal("a", day)], "proposal_links": [link("a", "b")]}
    assert groups(known(COUNTRY, rows, AS_OF)) == {"a": "a", "b": "a"}
