"""The history of the numbers: the first value, every later one that differs, and what came late or was corrected."""

from datetime import date

import pytest

from ogp_pipeline.evaluation.history import metric_history
from ogp_pipeline.evaluation.metrics import metrics
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.tables.past import Past
from ogp_pipeline.tables.tables import Tables
from tests.evaluation.numbers import plan_rows
from tests.tables.country import SCHEMAS, Ledger, evidence, period, plan, programme, update

COUNTRY = programme(
    plan(
        "p1",
        "us-nap5",
        period("r1", "2023-01-01", "2023-06-30", "2023-07-15"),
        period("r2", "2023-07-01", "2023-09-30", "2023-10-15"),
        period("r3", "2023-10-01", "2023-12-31", "2024-01-15"),
    )
)
CORRECTION = {
    "correction_id": "k1",
    "table": "updates",
    "key": "m1/r1",
    "field": "status",
    "expected": "complete",
    "value": "in_progress",
    "made_by": "forum",
    "made_on": "2023-11-01",
}


class Counted(Ledger):
    """A ledger that counts its folds, and what the history says of completion in the first round."""

    def history(self, as_of: str, category: str = "complete") -> list[tuple[str, int, int, int, int]]:
        day = date.fromisoformat(as_of)
        self.folded: list[date] = []

        def known(day: date) -> Tables:
            self.folded.append(day)
            return self.fold(COUNTRY, day.isoformat())

        context = EvaluationContext(self.fold(COUNTRY, as_of), COUNTRY, SCHEMAS, day)
        found = metric_history(context, metrics(context, ["milestone_completion"]), Past(self.entries, known))
        chosen = found.loc[
            (found["metric_id"] == "milestone_completion")
            & (found["period_id"] == "r1")
            & (found["category"] == category)
        ]
        rows = chosen[["known_on", "numerator", "missing", "late_rows", "corrected_rows"]].astype(object)
        return [(str(row[0]), *(int(number) for number in row[1:])) for row in rows.itertuples(index=False, name=None)]


@pytest.fixture
def ledger() -> Counted:
    made = Counted()
    made.deliver("2023-07-01", plan_rows({"XX0001": ["m1", "m2"]}), source="forum")
    made.deliver(
        "2023-07-10", {"updates": [update("m1", "r1", "complete")], "evidence": [evidence("m1", "r1", "link")]}
    )
    return made


def test_what_was_known_in_time_has_one_row_and_nothing_is_folded_again(ledger: Counted) -> None:
    assert ledger.history("2024-02-01") == [("2023-07-15", 1, 1, 0, 0)]
    assert ledger.folded == []


def test_before_its_due_date_a_period_has_no_history(ledger: Counted) -> None:
    assert ledger.history("2023-07-14") == []


def test_a_late_report_and_a_correction_are_rows_of_their_days_and_only_those_days_are_folded(ledger: Counted) -> None:
    ledger.deliver(
        "2023-09-01", {"updates": [update("m2", "r1", "complete")], "evidence": [evidence("m2", "r1", "link")]}
    )
    ledger.deliver("2023-11-01", {"corrections": [CORRECTION]}, source="forum")
    expected = [("2023-07-15", 1, 1, 0, 0), ("2023-09-01", 2, 0, 2, 0), ("2023-11-01", 1, 0, 2, 1)]
    assert ledger.history("2023-11-30") == expected
    assert ledger.folded == [date(2023, 10, 15), date(2023, 7, 15)]
    assert ledger.history("2023-10-15") == expected[:2]


def test_a_correction_that_is_over_gives_the_number_back(ledger: Counted) -> None:
    ledger.deliver("2023-09-01", {"corrections": [{**CORRECTION, "made_on": "2023-09-01", "until": "2023-11-30"}]})
    assert [row[:2] + row[4:] for row in ledger.history("2023-12-24")] == [
        ("2023-07-15", 1, 0),
        ("2023-09-01", 0, 1),
        ("2023-12-01", 1, 1),  # since the due date the row has said something else
    ]


def test_what_is_sent_again_counts_only_if_it_says_something_else(ledger: Counted) -> None:
    same = {"updates": [update("m1", "r1", "complete")]}
    ledger.deliver("2023-08-01", same)
    assert ledger.history("2023-10-15") == [("2023-07-15", 1, 1, 0, 0)]
    ledger.deliver("2023-11-01", {"updates": [update("m1", "r1", "not_started")]})
    assert ledger.history("2024-02-01") == [("2023-07-15", 1, 1, 0, 0), ("2023-11-01", 0, 1, 0, 1)]


def test_news_of_something_else_moves_no_day(ledger: Counted) -> None:
    ledger.deliver("2023-08-01", {"updates": [update("m2", "r1", "complete")]})
    told = ledger.history("2023-08-10")
    assert told == [("2023-07-15", 1, 1, 0, 0), ("2023-08-01", 2, 0, 1, 0)]
    meeting = {"event_id": "e1", "plan_id": "p1", "kind": "round_table", "starts_on": "2023-08-15"}
    ledger.deliver("2023-08-20", {"events": [meeting]}, source="forum")
    ledger.deliver("2023-09-05", {"updates": [update("m1", "r2", "complete")]})
    for as_of in ("2023-08-21", "2023-09-06", "2023-11-01"):
        assert ledger.history(as_of) == told


def test_a_milestone_that_came_late_is_news_of_every_number_that_counts_it(ledger: Counted) -> None:
    ledger.deliver("2023-08-01", plan_rows({"XX0001": ["m1", "m2", "m3"]}), source="forum")
    ledger.deliver("2023-08-20", {"institutions": [{"institution_id": "x", "sector": "media"}]}, source="forum")
    assert ledger.history("2023-09-06") == [("2023-07-15", 1, 1, 0, 0), ("2023-08-01", 1, 2, 0, 0)]


def test_the_last_row_bears_the_day_of_the_news_and_not_the_day_of_the_release(ledger: Counted) -> None:
    ledger.deliver("2023-11-05", {"updates": [update("m2", "r1", "complete")]})
    for as_of in ("2023-11-05", "2023-11-20", "2023-12-31"):
        assert ledger.history(as_of)[-1] == ("2023-11-05", 2, 0, 1, 0)
