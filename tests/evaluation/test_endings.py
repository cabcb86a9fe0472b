"""A thing is over from the day after its last day: one rule for periods, plans, windows, events and due dates."""

import pytest

from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import period, plan, programme

LAST, NEXT = "2021-12-31", "2022-01-01"
COUNTRY = programme(
    plan("p1", "ogp-completion-2015", period("r1", "2021-07-01", LAST), starts="2021-07-01", ends=LAST),
)
ROWS = plan_rows({"XX0001": ["m1"]}, due={"m1": LAST}) | {
    "events": [
        {"event_id": "e1", "plan_id": "p1", "kind": "forum_session", "starts_on": "2021-08-01"},
        {"event_id": "e2", "plan_id": "p1", "kind": "awareness", "starts_on": LAST},
    ]
}


@pytest.mark.parametrize(
    ("number", "on_the_last_day", "on_the_day_after"),
    [
        ("milestone_completion/p1/r1/plan/p1/not_reported", None, (1, 1, 1)),
        ("reporting_compliance/p1/r1/plan/p1/all", None, (0, 1, 0)),
        ("timeliness/p1/all/plan/p1/not_due", (1, 1, 0), (0, 1, 1)),
        ("continuity/p1/all/plan/p1/running", (1, 1, 0), (0, 1, 1)),
        ("forum_regularity/p1/all/plan/p1/all", None, (1, 1, 0)),
        ("requirements_met/p1/all/plan/p1/implementation_meetings", None, (0, 1, 0)),
        ("minutes_published/p1/all/plan/p1/all", (0, 1, 0), (0, 2, 0)),
    ],
    ids=lambda case: case.split("/")[0] if isinstance(case, str) else "",
)
def test_on_its_last_day_a_thing_still_runs(number, on_the_last_day, on_the_day_after):
    metric, _, rest = number.partition("/")
    for day, expected in ((LAST, on_the_last_day), (NEXT, on_the_day_after)):
        four = under(computed(COUNTRY, ROWS, day), metric).get(rest)
        assert (four[:3] if four else None) == expected, day
