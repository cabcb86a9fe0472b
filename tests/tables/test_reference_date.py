"""Time moves only when something happens."""

from datetime import date, timedelta

from ogp_pipeline.tables.reference_date import reference_date
from tests.tables.country import Ledger, known, period, plan, programme

PLAN = plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30", "2023-07-15"))
COUNTRY = programme(PLAN)


def on(day: str, ledger: Ledger | None = None, country=COUNTRY, tables=None) -> str | None:
    found = reference_date(date.fromisoformat(day), (ledger or Ledger()).entries, country, tables)
    return found.isoformat() if found else None


def test_before_anything_happened_there_is_no_date():
    assert on("2022-12-27") is None
    assert on("2022-12-28") == "2022-12-28"


def test_every_step_of_plan_and_period_is_a_date_and_idle_days_change_nothing():
    steps = ["2022-12-28", "2023-01-01", "2023-07-01", "2023-07-15", "2023-07-16", "2025-01-01"]
    day, seen = date(2022, 12, 28), []
    while day <= date(2025, 2, 1):
        seen.append(on(day.isoformat()))
        day += timedelta(days=1)
    assert list(dict.fromkeys(seen)) == steps
    assert on("2024-03-03") == on("2024-12-30") == "2023-07-16"


def test_a_delivery_is_a_step_from_the_day_it_is_known():
    ledger = Ledger()
    ledger.deliver("2024-03-01", {"clusters": []})
    assert on("2024-02-29", ledger) == "2023-07-16"
    assert on("2024-03-01", ledger) == on("2024-05-05", ledger) == "2024-03-01"


def test_the_day_after_a_milestones_due_date_is_a_step():
    rows = {
        "commitments": [{"commitment_id": "XX0001", "plan_id": "p1"}],
        "milestones": [
            {"milestone_id": "m1", "commitment_id": "XX0001", "due_date": "2024-04-30"},
            {"milestone_id": "m2", "commitment_id": "XX0001"},
        ],
    }
    tables = known(COUNTRY, rows, "2024-01-01")
    assert on("2024-04-30", tables=tables) == "2023-07-16"
    assert on("2024-05-01", tables=tables) == on("2024-06-01", tables=tables) == "2024-05-01"


def test_a_change_of_government_is_a_step():
    country = programme(PLAN, changes_of_government=[{"on": "2024-10-01"}])
    assert on("2024-09-30", country=country) == "2023-07-16"
    assert on("2024-10-01", country=country) == on("2024-12-30", country=country) == "2024-10-01"


def test_a_closed_programme_stays_at_the_day_it_closed():
    closed = programme(PLAN, closed_on="2023-07-10")
    ledger = Ledger()
    ledger.deliver("2024-03-01", {"clusters": []})
    assert on("2023-07-09", ledger, closed) == "2023-07-01"
    assert on("2023-07-10", ledger, closed) == on("2030-01-01", ledger, closed) == "2023-07-10"


def test_an_event_begins_and_is_over():
    event = {"event_id": "e1", "plan_id": "p1", "kind": "round_table", "starts_on": "2024-05-02"}
    one_day = known(COUNTRY, {"events": [event]}, "2024-01-01")
    three_days = known(COUNTRY, {"events": [{**event, "ends_on": "2024-05-04"}]}, "2024-01-01")
    assert on("2024-05-01", tables=one_day) == on("2024-05-01", tables=three_days) == "2023-12-28"
    assert on("2024-05-02", tables=one_day) == on("2024-05-04", tables=three_days) == "2024-05-02"
    assert on("2024-05-03", tables=one_day) == on("2024-05-30", tables=one_day) == "2024-05-03"
    assert on("2024-05-05", tables=three_days) == on("2024-05-30", tables=three_days) == "2024-05-05"


def test_a_half_year_ends_where_events_are_recorded():
    rows = {"events": [{"event_id": "e1", "plan_id": "p1", "kind": "forum_session", "starts_on": "2023-02-01"}]}
    tables = known(COUNTRY, rows, "2024-01-01")
    assert on("2023-12-27", tables=tables) == "2023-07-16"
    assert on("2023-12-28", tables=tables) == "2023-12-28"


def test_the_calendars_last_day_has_no_day_after_it():
    row = {"milestone_id": "m1", "commitment_id": "c1", "title_en": "Never", "due_date": "9999-12-31"}
    tables = known(COUNTRY, {"milestones": [row]}, "2024-03-02")
    assert on("2024-03-03", tables=tables) == "2023-07-16"
