"""Minimum requirements: what the data shows, what is asserted, what contradicts it, and what nobody knows."""

import itertools
from datetime import date

import pytest

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.findings import find, rests_on
from ogp_pipeline.evaluation.units_of_metric import lineage_of_unit, units_of_metric
from tests.evaluation.numbers import computed, found, under
from tests.tables.country import SCHEMAS, Ledger, known, plan, programme

COUNTRY = programme(
    plan("p0", "us-nap5", starts="2019-01-01", ends="2020-12-31"),
    plan("p1", "us-nap5", starts="2021-01-01", ends="2022-12-31", number=2),
)
OVER, RUNNING = "2023-01-01", "2022-03-01"


def event(day, kind="forum_session", **more):
    return {"event_id": f"e-{day}-{kind}", "plan_id": "p1", "kind": kind, "starts_on": day, **more}


def check(requirement, day, met="true", url="https://example.org/minutes"):
    return {"plan_id": "p1", "requirement": requirement, "checked_on": day, "met": met, "evidence_url": url}


def of(requirement, rows, as_of=OVER):
    """(basis, met, found) of each window, in order."""
    lines = [row for row in found("requirement_results", COUNTRY, rows, as_of) if row["requirement"] == requirement]
    assert {row["plan_id"] for row in lines} == {"p1"}, "nothing is known of p0"
    return [(row["basis"], row.get("met"), row.get("found")) for row in lines]


def test_the_forum_meets_at_least_once_in_every_half_year():
    rows = {"events": [event("2021-06-30"), event("2022-01-15"), event("2022-08-01"), event("2022-12-31")]}
    assert of("forum_meets", rows) == [
        ("derived", True, 1), ("derived", False, 0), ("derived", True, 1), ("derived", True, 2),
    ]  # fmt: skip
    assert under(computed(COUNTRY, rows, OVER), "requirements_met/p1/all/plan/p1")["forum_meets"] == (
        3, 4, 0, "0.750000",
    )  # fmt: skip


def test_sessions_that_nobody_ever_recorded_are_unknown_and_not_unmet():
    rows = {"events": [event("2021-03-01", "public_meeting")]}
    assert of("forum_meets", rows) == [("unknown", None, None)] * 4
    assert under(computed(COUNTRY, rows, OVER), "requirements_met/p1/all/plan/p1")["forum_meets"] == (0, 4, 4, None)
    announced = rows | {"events": [*rows["events"], event("2022-12-01")]}
    assert of("forum_meets", announced, RUNNING)[0] == ("unknown", None, None)
    silent = rows | {"events": [*rows["events"], event("2019-03-01") | {"plan_id": "p0"}]}
    lines = [row for row in found("requirement_results", COUNTRY, silent, OVER) if row["requirement"] == "forum_meets"]
    assert [row["met"] for row in lines if row["plan_id"] == "p1"] == [False] * 4, "recorded before, and then no more"


def test_a_window_that_still_runs_is_met_or_open():
    rows = {"events": [event("2021-06-30"), event("2022-05-01")]}
    assert of("forum_meets", rows, RUNNING) == [("derived", True, 1), ("derived", False, 0), ("derived", None, 0)]
    held = {"events": [*rows["events"], event("2022-02-01")]}
    assert of("forum_meets", held, RUNNING)[-1] == ("derived", True, 1)
    numbers = under(computed(COUNTRY, rows, RUNNING), "requirements_met/p1/all/plan/p1")
    assert numbers["forum_meets"] == (1, 2, 0, "0.500000"), "the open window is not yet owed"
    unknown = under(
        computed(COUNTRY, {"events": [event("2021-06-30", "consultation")]}, RUNNING), "requirements_met/p1/all/plan/p1"
    )
    assert unknown["forum_meets"] == (0, 2, 2, None), "nor is one of which nothing is known"
    assert unknown["reasoned_response"] == (0, 1, 1, None), "what is asked once is asked from the first day"


@pytest.mark.parametrize(
    ("events", "attendance", "answer"),
    [
        ([event("2021-02-01", "public_meeting"), event("2021-09-01", "public_meeting")], [], ("derived", True, 2)),
        ([event("2021-02-01", "round_table", open_to="open"), event("2021-03-01", "awareness")], [],
         ("derived", False, 1)),
        ([event("2021-02-01"), event("2021-09-01", open_to="invited")], [], ("unknown", None, 0)),
        ([event("2021-02-01"), event("2021-09-01", open_to="invited")],
         [("e-2021-02-01-forum_session", "civil_society"), ("e-2021-09-01-forum_session", "civil_society")],
         ("derived", True, 2)),
        ([event("2021-02-01"), event("2021-09-01", open_to="invited")],
         [("e-2021-02-01-forum_session", "civil_society"), ("e-2021-09-01-forum_session", "government")],
         ("derived", False, 1)),
    ],
    ids=["public", "one is too few", "who came is not known", "civil society came", "government alone"],
)  # fmt: skip
def test_meetings_that_civil_society_could_come_to_twice_a_year(events, attendance, answer):
    rows = {
        "events": events,
        "attendance": [{"event_id": one, "sector": sector, "people": "3"} for one, sector in attendance],
    }
    assert of("implementation_meetings", rows)[0] == answer


def test_a_list_that_says_that_nobody_of_civil_society_came_makes_no_meeting_with_it():
    rows = {
        "events": [event("2021-02-01"), event("2021-09-01")],
        "attendance": [
            {"event_id": f"e-{day}-forum_session", "sector": sector, "people": people}
            for day in ("2021-02-01", "2021-09-01")
            for sector, people in (("civil_society", "0"), ("government", "9"))
        ],
    }
    assert of("implementation_meetings", rows)[0] == ("derived", False, 0)


def test_every_proposal_is_answered_with_a_reason_itself_or_one_that_says_the_same():
    proposals = [{"proposal_id": f"b{n}", "plan_id": "p1", "text_en": "Open it."} for n in (1, 2, 3)]
    rows = {
        "proposals": proposals,
        "proposal_links": [{"proposal_id": "b2", "same_as": "b1", "linked_on": "2020-11-01"}],
        "responses": [{"response_id": "r1", "proposal_id": "b1", "reason_en": "It is in commitment 1."}],
    }
    assert of("reasoned_response", rows) == [("derived", False, 2)]
    assert of("reasoned_response", rows, RUNNING) == [("derived", None, 2)]
    third = {"response_id": "r3", "proposal_id": "b3"}
    assert of("reasoned_response", rows | {"responses": [*rows["responses"], third]}) == [("derived", False, 2)]
    third["reason_es"] = "Ya existe."
    assert of("reasoned_response", rows | {"responses": [*rows["responses"], third]}) == [("derived", True, 3)]


def test_the_repository_is_shown_by_the_days_on_which_rows_became_known_and_never_shown_not_to_be():
    ledger = Ledger()
    commitments = {"commitments": [{"commitment_id": "XX0001", "plan_id": "p1"}]}
    ledger.deliver("2021-02-01", commitments)
    ledger.deliver("2021-09-01", {"milestones": [{"milestone_id": "m1", "commitment_id": "XX0001"}]})
    ledger.deliver("2022-02-01", {"events": [event("2022-01-15")]})
    ledger.deliver("2022-02-01", {"evidence": [{"milestone_id": "m1", "period_id": "r", "number": "1"}]}, source="b")
    context = EvaluationContext(ledger.fold(COUNTRY, OVER), COUNTRY, SCHEMAS, date.fromisoformat(OVER))
    lines = find(context, "requirement_results").astype(object).to_dict("records")
    years = [(line["basis"], line["found"]) for line in lines if line["requirement"] == "repository"]
    assert years == [("derived", 2), ("unknown", 1)]
    assert {("commitments", ("XX0001",)), ("milestones", ("m1",))} <= set(
        rests_on(context, "requirement_results", ("p1", "repository", "2021-01-01"))
    )


def test_what_no_data_shows_is_as_asserted_with_evidence_in_the_same_window():
    checks = [check("website", "2020-12-01"), check("outreach", "2021-05-01", "false", ""),
              check("inputs_gathered", "2021-05-01", "true", ""), check("forum_meets", "2021-03-01"),
              check("forum_meets", "2022-02-01", "false", "")]  # fmt: skip
    rows = {"requirement_checks": checks}
    assert of("website", rows) == [("asserted", True, None)]
    assert of("outreach", rows) == [("asserted", False, None)]
    assert of("inputs_gathered", rows) == [("unknown", None, None)], "met, says who?"
    assert of("timeline_published", rows) == [("unknown", None, None)]
    assert [met for _, met, _ in of("forum_meets", rows)] == [True, None, False, None], "and of no other half-year"


def test_an_assertion_that_the_data_contradicts_stays_visible_and_overrules_nothing():
    rows = {"events": [event("2021-02-01")], "requirement_checks": [check("forum_meets", "2021-12-01")]}
    second = [row for row in found("requirement_results", COUNTRY, rows, OVER) if row["requirement"] == "forum_meets"][
        1
    ]
    assert (second["basis"], second["met"], second["asserted"]) == ("derived", False, True)
    assert second["evidence_url"] == "https://example.org/minutes"


def test_a_number_leads_to_the_events_of_its_windows():
    rows = {
        "events": [event("2021-02-01"), event("2022-12-31")],
        "requirement_checks": [check("forum_meets", "2021-03-01")],
    }
    tables = known(COUNTRY, rows, OVER)
    key = "requirements_met/p1/all/plan/p1/forum_meets"
    early = units_of_metric(tables, COUNTRY, SCHEMAS, date(2022, 12, 1), key)
    shown = [lineage_of_unit(tables, unit, date(2022, 12, 1)) for unit in early.units]
    assert [table for table, _ in itertools.chain(*shown)].count("events") == 1, "announced is not held"
    explained = units_of_metric(tables, COUNTRY, SCHEMAS, date.fromisoformat(OVER), key)
    assert (explained.numerator, explained.denominator) == (2, 4)
    assert lineage_of_unit(tables, explained.units[0], date.fromisoformat(OVER)) == [
        ("action_plans", ("p1",)), ("events", ("e-2021-02-01-forum_session",)),
        ("requirement_checks", ("p1", "forum_meets", "2021-03-01")),
    ]  # fmt: skip
