"""Events, who came, how regularly the forum met, who is missing, and who can keep taking part."""

from datetime import date

from ogp_pipeline.evaluation import lineage_of_unit, units_of_metric
from tests.evaluation.numbers import computed, found, under
from tests.tables.country import SCHEMAS, known, period, plan, programme

COUNTRY = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30"), starts="2023-01-01"))
AS_OF = "2024-03-01"


def event(name, starts="2023-02-01", kind="round_table", cluster="", **more):
    return {"event_id": name, "plan_id": "p1", "kind": kind, "starts_on": starts, "cluster_id": cluster, **more}


def came(event_id, sector, people):
    return {"event_id": event_id, "sector": sector, "people": str(people)}


def stakeholder(name, sector, interest="", influence="", cluster="k1"):
    return {"stakeholder_id": name, "cluster_id": cluster, "sector": sector, "interest": interest,
            "influence": influence}  # fmt: skip


def published(rows, metric, as_of=AS_OF):
    return under(computed(COUNTRY, rows, as_of), f"{metric}/p1/all")


def behind(rows, number):
    tables = known(COUNTRY, rows, AS_OF)
    units = units_of_metric(tables, COUNTRY, SCHEMAS, date.fromisoformat(AS_OF), number).units
    return {unit.key: lineage_of_unit(tables, unit, date.fromisoformat(AS_OF)) for unit in units}


EVENTS = {
    "events": [
        event("e1", cluster="k1", open_to="open", influence="consult", minutes_url="https://example.org/1"),
        event("e2", cluster="k1", open_to="invited", influence="collaborate"),
        event("e3", "2024-02-01", kind="forum_session", open_to="open", ends_on="2024-03-01"),
        event("e4", "2024-03-02", kind="consultation", open_to="open"),  # has not begun
    ],
    "attendance": [came("e1", "media", 3), came("e1", "academia", 1), came("e2", "media", 2), came("e4", "media", 9)],
}


def test_events_are_counted_once_they_have_begun():
    kinds = {key: four for key, four in published(EVENTS, "events").items() if four[0]}
    assert kinds == {
        "plan/p1/round_table": (2, 3, 0, "0.666667"),
        "plan/p1/forum_session": (1, 3, 0, "0.333333"),
        "cluster/k1/round_table": (2, 2, 0, "1.000000"),
    }
    assert published(EVENTS, "open_events")["plan/p1/all"] == (2, 3, 0, "0.666667")
    assert published(EVENTS, "event_influence")["plan/p1/collaborate"] == (1, 3, 1, "0.333333")
    assert published(EVENTS, "event_influence")["plan/p1/not_said"] == (1, 3, 1, "0.333333")


def test_a_forum_that_met_in_an_earlier_plan_and_then_no_more_is_irregular_and_not_unknown():
    second = plan("p2", "us-nap5", starts="2024-07-01", ends="2025-12-31", number=2)
    rows = {"events": [event("e1", kind="forum_session")]}
    numbers = under(computed(programme(*COUNTRY.plans, second), rows, "2026-01-01"), "forum_regularity/p2/all/plan/p2")
    assert numbers == {"all": (0, 3, 0, "0.000000")}


def test_unknown_openness_is_missing_and_not_closed():
    rows = {"events": [event("e1", open_to="open"), event("e2")]}
    assert published(rows, "open_events")["plan/p1/all"] == (1, 2, 1, None)


def test_a_public_meeting_is_open_unless_it_says_otherwise():
    public = [event("e1", kind="public_meeting"), event("e2", kind="public_meeting", open_to="invited")]
    assert published({"events": public}, "open_events")["plan/p1/all"] == (1, 2, 0, "0.500000")


def test_minutes_are_expected_from_the_day_after_an_event():
    assert published(EVENTS, "minutes_published")["plan/p1/all"] == (1, 2, 0, "0.500000")
    assert published(EVENTS, "minutes_published", "2024-03-02")["plan/p1/all"] == (1, 3, 0, "0.333333")


def test_people_are_shares_of_all_people_who_came():
    numbers = published(EVENTS, "people_by_sector")
    assert {key: four for key, four in numbers.items() if four[0] and key.startswith("plan")} == {
        "plan/p1/media": (5, 6, 0, "0.833333"),
        "plan/p1/academia": (1, 6, 0, "0.166667"),
    }
    assert behind(EVENTS, "people_by_sector/p1/all/cluster/k1/academia")["e1/academia"] == [
        ("attendance", ("e1", "academia")),
        ("events", ("e1",)),
    ]


def test_the_forum_meets_in_every_six_months_that_have_ended():
    sessions = [event("s1", "2023-01-01", "forum_session"), event("s2", "2023-06-30", "forum_session"),
                event("s3", "2024-01-02", "forum_session"), event("x", "2023-08-01")]  # fmt: skip
    rows = {"events": sessions}
    assert published(rows, "forum_regularity", "2023-06-30") == {}
    assert published(rows, "forum_regularity", "2023-07-01")["plan/p1/all"] == (1, 1, 0, "1.000000")
    assert published(rows, "forum_regularity")["plan/p1/all"] == (1, 2, 0, "0.500000")
    assert published(rows, "forum_regularity", "2026-01-01")["plan/p1/all"] == (2, 4, 0, "0.500000")
    assert behind(rows, "forum_regularity/p1/all/plan/p1/all") == {
        "p1/2023-01-01": [("action_plans", ("p1",)), ("events", ("s1",)), ("events", ("s2",))],
        "p1/2023-07-01": [("action_plans", ("p1",))],
    }


def test_a_half_year_from_the_end_of_a_month_rests_on_the_sessions_until_its_last_day():
    country = programme(plan("p1", "us-nap5", starts="2023-08-31", ends="2025-08-30"))
    rows = {"events": [event("s1", "2024-08-30", "forum_session")]}
    tables, day = known(country, rows, "2024-09-01"), date(2024, 9, 1)
    units = units_of_metric(tables, country, SCHEMAS, day, "forum_regularity/p1/all/plan/p1/all").units
    (met,) = [unit for unit in units if unit.numerator]
    assert met.key == "p1/2024-02-29"
    assert lineage_of_unit(tables, met, day) == [("action_plans", ("p1",)), ("events", ("s1",))]


def test_a_forum_of_which_no_session_is_recorded_is_unknown_and_not_idle():
    assert published({"events": [event("e1")]}, "forum_regularity")["plan/p1/all"] == (0, 2, 2, None)


GAPS = {
    "clusters": [{"cluster_id": "k1", "plan_id": "p1"}, {"cluster_id": "k2", "plan_id": "p1"}],
    "stakeholders": [
        stakeholder("s1", "media", "high", "low"),
        stakeholder("s2", "private", "low", "high"),
        stakeholder("s3", "private", "high", "medium"),
        stakeholder("s4", "academia", "medium"),
        stakeholder("s5", "multilateral"),
        stakeholder("s6", "media", "high", cluster="k2"),
    ],
    **{table: EVENTS[table] for table in ("events", "attendance")},
}


def test_a_sector_that_cares_and_never_came_is_named():
    gaps = {(row["cluster_id"], row["sector"]): row for row in found("participation_gaps", COUNTRY, GAPS, AS_OF)}
    assert len(gaps) == 2 * len(SCHEMAS.codes_of("sector"))
    assert gaps["k1", "private"] == {
        "cluster_id": "k1", "sector": "private", "plan_id": "p1", "interest": "high", "influence": "high",
        "events": 2, "attended": 0, "people": 0, "missing": True,
    }  # fmt: skip
    assert gaps["k1", "media"]["missing"] is False
    assert (gaps["k1", "media"]["attended"], gaps["k1", "media"]["people"]) == (2, 5)
    assert gaps["k1", "government"]["missing"] is False
    assert "missing" not in gaps["k1", "multilateral"]  # nobody said how much it cares
    assert "missing" not in gaps["k2", "media"]  # nobody counted who came
    assert published(GAPS, "sectors_missing") == {
        "plan/p1/all": (1, 3, 1, None),
        "cluster/k1/all": (1, 2, 0, "0.500000"),
        "cluster/k2/all": (0, 1, 1, None),
    }
    assert behind(GAPS, "sectors_missing/p1/all/cluster/k1/all")["k1/private"] == [
        ("clusters", ("k1",)), ("stakeholders", ("s2",)), ("stakeholders", ("s3",)), ("events", ("e1",)),
        ("events", ("e2",)), ("attendance", ("e1", "academia")), ("attendance", ("e1", "media")),
        ("attendance", ("e2", "media")),
    ]  # fmt: skip


def resource(name, institution, enough=""):
    return {"resource_id": name, "plan_id": "p1", "institution_id": institution, "kind": "money", "enough": enough}


def test_resources_are_enough_where_nothing_that_is_given_falls_short():
    rows = {
        "resources": [resource("x1", "i1", "true"), resource("x2", "i1", "false"), resource("x3", "i2", "true"),
                      resource("x4", "i2"), resource("x5", "i3")],
        "institutions": [{"institution_id": name, "sector": "civil_society"} for name in ("i1", "i2", "i3")],
    }  # fmt: skip
    assert published(rows, "resources_enough") == {
        "plan/p1/all": (0, 2, 1, None),
        "institution/i1/all": (0, 1, 0, "0.000000"),
        "institution/i2/all": (0, 1, 1, None),  # of x4 it is not said
    }
    rows["resources"][3]["enough"] = "true"
    assert published(rows, "resources_enough")["plan/p1/all"] == (1, 2, 0, "0.500000")


def test_organisations_that_take_part_are_looked_up_in_networks_of_the_plans_term():
    rows = {
        "institutions": [
            *({"institution_id": name, "sector": "civil_society"} for name in ("i1", "i2", "i3", "i4", "net")),
            {"institution_id": "gov", "sector": "government"},
        ],
        "proposals": [
            {"proposal_id": f"a{number}", "plan_id": "p1", "proposer_id": name}
            for number, name in enumerate(("i1", "i1", "i2", "gov"))
        ],
        "forum_seats": [
            {"seat_id": "one", "party": "civil_society", "institution_id": "i3", "starts_on": "2023-05-01"},
            {"seat_id": "one", "party": "civil_society", "institution_id": "i4", "starts_on": "2020-05-01",
             "ends_on": "2022-05-01"},
        ],
        "memberships": [
            {"institution_id": "i1", "network_id": "net"},
            {"institution_id": "i2", "network_id": "net", "ends_on": "2022-12-31"},
            {"institution_id": "i3", "network_id": "net", "starts_on": "2024-12-31"},
            {"institution_id": "gov", "network_id": "net"},
        ],
    }  # fmt: skip
    assert published(rows, "networked_organisations") == {"plan/p1/all": (2, 3, 0, "0.666667")}
    assert behind(rows, "networked_organisations/p1/all/plan/p1/all")["i3"] == [
        ("institutions", ("i3",)), ("memberships", ("i3", "net")), ("forum_seats", ("one", "2023-05-01")),
    ]  # fmt: skip
