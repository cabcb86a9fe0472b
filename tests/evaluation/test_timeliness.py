"""On time, late, overdue, not due, unknown: as of a day, by the last status known."""

from datetime import date

import pytest

from ogp_pipeline.evaluation import METRICS, EvaluationContext
from tests.evaluation.numbers import categories, computed, plan_rows, under
from tests.tables.country import SCHEMAS, Ledger, period, plan, programme, update

COUNTRY = programme(
    plan(
        "p1",
        "ogp-completion-2015",
        period("r1", "2023-01-01", "2023-06-30"),
        period("r2", "2023-07-01", "2023-12-31"),
    )
)


def found(as_of, cases):
    """Each case is a milestone: its due date, its updates (round, status, completed_on). None: left out."""
    due = {f"m{n}": day for n, (day, *_) in enumerate(cases)}
    rows = plan_rows({"XX0001": list(due)}, due=due)
    rows["updates"] = [
        update(f"m{n}", name, status, completed_on=done)
        for n, (_, *updates) in enumerate(cases)
        for name, status, done in updates
    ]
    counted = categories("timeliness", COUNTRY, rows, as_of)
    return [counted.get((milestone, "all")) for milestone in due]


def test_a_milestone_counts_by_its_due_date_and_what_the_rounds_said():
    cases = [
        (("2023-06-30", ("r1", "complete", "2023-06-30")), "complete_on_time"),
        (("2023-06-30", ("r1", "complete", "2023-07-01")), "complete_late"),
        (("2023-06-30", ("r1", "complete", "")), "complete_on_time"),  # a round up to the due date said so
        (("2023-06-29", ("r1", "complete", "")), "not_reported"),  # nothing tells when
        (("2023-06-30", ("r1", "limited", ""), ("r2", "complete", "")), "complete_late"),
        (("2023-09-30", ("r1", "limited", ""), ("r2", "complete", "")), "not_reported"),
        (("2023-12-31", ("r1", "limited", ""), ("r2", "complete", "")), "complete_on_time"),
        (("2023-06-30", ("r1", "complete", ""), ("r2", "limited", "")), "overdue"),  # it fell back
        (("2023-06-30", ("r1", "complete", "2023-05-01"), ("r2", "", "")), "complete_on_time"),
        (("2023-06-30", ("r1", "substantial", "")), "overdue"),
        (("2024-06-30", ("r2", "substantial", "")), "not_due"),
        (("2024-06-30",), "not_due"),
        (("2023-06-30",), "not_reported"),
        (("", ("r2", "complete", "2023-12-01")), "unknown_due"),
        (("",), "unknown_due"),
        (("2023-06-30", ("r2", "withdrawn", "")), None),
    ]
    assert found("2024-03-01", [case for case, _ in cases]) == [expected for _, expected in cases]


def test_a_milestone_is_overdue_from_the_day_after_its_due_date():
    case = ("2023-09-30", ("r1", "limited", ""))
    assert found("2023-09-30", [case]) == ["not_due"]
    assert found("2023-10-01", [case]) == ["overdue"]


def known_early(as_of, status="complete"):
    """A report of the second round that became known on 10 October; the milestone is due on the last of that month."""
    ledger = Ledger()
    rows = plan_rows({"XX0001": ["m0"]}, due={"m0": "2023-10-31"})
    ledger.deliver("2023-10-10", rows | {"updates": [update("m0", "r2", status)]})
    context = EvaluationContext(ledger.fold(COUNTRY, as_of), COUNTRY, SCHEMAS, date.fromisoformat(as_of))
    [category] = METRICS["timeliness"].units(context)["category"]
    return category


@pytest.mark.parametrize("as_of", ["2023-10-31", "2023-11-01", "2024-03-01"])
def test_a_report_that_was_known_before_its_period_ended_speaks_for_that_day(as_of):
    assert known_early(as_of) == "complete_on_time", "also later, when nothing new is known"
    assert known_early(as_of, "limited") == ("not_due" if as_of == "2023-10-31" else "overdue")


def test_what_a_round_called_complete_and_a_later_one_did_not_is_not_due():
    assert found("2024-03-01", [("2024-06-30", ("r1", "complete", ""), ("r2", "limited", ""))]) == ["not_due"]


def test_without_any_due_date_no_share_is_claimed():
    rows = plan_rows({"XX0001": ["m1", "m2"]}) | {"updates": [update("m1", "r1", "complete")]}
    metrics = under(computed(COUNTRY, rows, "2024-03-01"), "timeliness/p1/all/plan/p1")
    assert metrics.pop("unknown_due") == (2, 2, 2, "1.000000")
    assert set(metrics) == {"complete_on_time", "complete_late", "overdue", "not_due", "not_reported"}
    assert set(metrics.values()) == {(0, 2, 2, None)}


def test_what_is_ongoing_is_never_overdue():
    rows = plan_rows({"XX0001": ["m0", "m1", "m2"]})
    rows["milestones"] = [{**row, "due_edtf": "../.."} for row in rows["milestones"]]
    rows["updates"] = [update("m0", "r1", "limited"), update("m1", "r1", "complete")]
    counted = categories("timeliness", COUNTRY, rows, "2031-01-01")
    assert [counted[name, "all"] for name in ("m0", "m1", "m2")] == ["not_due", "complete_on_time", "not_due"]
