"""Which period of the plan a round of a file is, by its name or by its days."""

import pytest

from ogp_pipeline.profiling import periods
from ogp_pipeline.programme.model import Plan

QUARTERS = {
    "2026-T1": ("2026-01-01", "2026-03-31"),
    "2026-T2": ("2026-04-01", "2026-06-30"),
    "2027-T1": ("2027-01-01", "2027-03-31"),
}
HALVES = {"h1": ("2026-01-01", "2026-06-30"), "h2": ("2026-07-01", "2026-12-31")}
FISCAL = {"FY26-Q1": ("2025-07-01", "2025-09-30"), "FY26-Q2": ("2025-10-01", "2025-12-31")}


def plan(own):
    rounds = [{"id": name, "starts": first, "ends": last, "due": last} for name, (first, last) in own.items()]
    starts = min(first for first, _ in own.values())
    given = {"id": "P", "number": 1, "title": {"en": "P"}, "starts": starts, "ends": "2027-12-31", "scale": "us-nap5"}
    return Plan.model_validate({**given, "periods": rounds})


@pytest.mark.parametrize(
    ("own", "rounds"),
    [
        (QUARTERS, {"T1 2026": "2026-T1", "Q2 2026": "2026-T2", "T1 2027": "2027-T1"}),
        (QUARTERS, {"1er trimestre 2026": "2026-T1", "II trimestre de 2026": "2026-T2"}),
        (QUARTERS, {"Jan-Mar 2026": "2026-T1", "avril à juin 2026": "2026-T2"}),
        (QUARTERS, {"Q1 (Jan - Mar 2026)": "2026-T1"}),
        (QUARTERS, {"Corte al 31/03/2026": "2026-T1", "Corte al 30/06/2026": "2026-T2"}),
        (QUARTERS, {"Situation au 31 mars 2026": "2026-T1", "As of 30 June 2026": "2026-T2"}),
        (QUARTERS, {"mars 2026": "2026-T1", "junio 2026": "2026-T2"}),
        (QUARTERS, {"Trimestre 2": "2026-T2"}),
        (HALVES, {"Semestre I": "h1", "Semestre II": "h2"}),
        (HALVES, {"T2 2026": "h1", "T4 2026": "h2"}),
        (FISCAL, {"Q1 FY26": "FY26-Q1", "FY 2025/26 Q2": "FY26-Q2"}),
        (FISCAL, {"Q1 FY2025-2026": "FY26-Q1", "Oct - Dec 2025": "FY26-Q2"}),
    ],
)
def test_a_round_is_the_period_of_its_name_or_of_its_days(own, rounds):
    assert periods.find(list(rounds), plan(own)).periods == rounds


@pytest.mark.parametrize(
    ("own", "rounds"),
    [
        (QUARTERS, ["Trimestre 1"]),  # of which year?
        (QUARTERS, ["Round 1", "Round 2"]),
        (HALVES, ["T1 2026", "T2 2026"]),  # both are in the first half: neither is it
        (FISCAL, ["Q3 FY26", "Q1 FY27"]),
        (HALVES, ["05/06/2026", "06/05/2026"]),  # June or May?
    ],
)
def test_what_may_be_two_periods_or_a_part_of_one_is_none(own, rounds):
    assert not periods.find(rounds, plan(own)).periods


def test_rounds_that_are_no_period_yet_become_lines_to_write():
    found = periods.find(["T2 2026", "T1 2026", "Round 3"], plan(HALVES))
    assert periods.lines(found.days, "fr") == [
        '- {id: "T1-2026", starts: 2026-01-01, ends: 2026-03-31, due: 2026-04-30, title: {fr: "T1 2026"}}',
        '- {id: "T2-2026", starts: 2026-04-01, ends: 2026-06-30, due: 2026-07-30, title: {fr: "T2 2026"}}',
    ]
