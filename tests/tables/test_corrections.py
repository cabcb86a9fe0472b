"""Corrections in the fold: they hold while the supplier says what they expect, and their ruling says what became."""

from datetime import date

import pandas as pd
import pytest

from ogp_pipeline.evaluation.findings import find, rests_on
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.tables.reference_date import reference_date
from ogp_pipeline.tables.tables import CorrectionState
from tests.tables.country import SCHEMAS, Ledger, period, plan, programme, update

COUNTRY = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")))


def correction(name="c1", expected="complete", value="in_progress", field="status", key="m1/r1", **more):
    fixed = {"correction_id": name, "table": "updates", "key": key, "field": field, "expected": expected}
    return {**fixed, "value": value, "reason_es": "Es un borrador", "made_by": "forum", "made_on": "2023-08-10", **more}


def ledger(*corrections, status="complete", percent="80"):
    made = Ledger()
    made.deliver(
        "2023-07-01", {"updates": [update("m0", "r1", "complete"), update("m1", "r1", status, percent=percent)]}
    )
    made.deliver("2023-08-10", {"corrections": corrections}, source="forum")
    return made


def said(tables, column="status", milestone="m1"):
    frame = tables.frames["updates"].set_index("milestone_id")
    value = frame.loc[milestone, column]
    return None if pd.isna(value) else value


def states(tables):
    return {one.correction_id: (one.state, one.found) for one in tables.rulings}


def test_a_correction_counts_from_its_day_and_leaves_the_rows_origin_alone():
    made = ledger(correction())
    before, after = made.fold(COUNTRY, "2023-08-09"), made.fold(COUNTRY, "2023-08-10")
    assert (said(before), before.rulings) == ("complete", ())
    assert (said(after), states(after)) == ("in_progress", {"c1": ("applied", "complete")})
    assert said(after, milestone="m0") == "complete"
    assert after.origin("updates", "m1/r1") == before.origin("updates", "m1/r1")
    assert after.corrected("updates", ("m1", "r1"))["status"].correction_id == "c1"
    assert after.frames["updates"].dtypes.equals(before.frames["updates"].dtypes)


def test_a_correction_made_for_a_later_day_waits_and_one_whose_last_day_has_passed_is_over():
    made = ledger(correction(made_on="2023-09-01", until="2023-09-30"))
    told = {day: (said(made.fold(COUNTRY, day)), states(made.fold(COUNTRY, day))["c1"][0])
            for day in ("2023-08-31", "2023-09-01", "2023-09-30", "2023-10-01")}  # fmt: skip
    assert told == {
        "2023-08-31": ("complete", "not_yet"),
        "2023-09-01": ("in_progress", "applied"),
        "2023-09-30": ("in_progress", "applied"),
        "2023-10-01": ("complete", "ended"),
    }
    days = [reference_date(date(2023, month, 20), made.entries, COUNTRY, made.fold(COUNTRY, f"2023-{month}-20"))
            for month in (10, 11)]  # fmt: skip
    assert days == [date(2023, 10, 1)] * 2  # the day after its last is a day on which numbers change


@pytest.mark.parametrize(
    ("sent", "state", "published"),
    [("in_progress", "source_mended", "in_progress"), ("not_started", "source_changed", "not_started")],
)
def test_when_the_source_says_something_else_its_word_stands(sent, state, published):
    made = ledger(correction())
    made.deliver("2023-09-01", {"updates": [update("m1", "r1", sent)]})
    tables = made.fold(COUNTRY, "2023-09-01")
    assert (said(tables), states(tables)) == (published, {"c1": (state, sent)})
    assert not tables.corrected("updates", ("m1", "r1"))


def test_values_are_compared_and_put_in_as_what_they_are():
    many = [
        correction("c1", "080", "+90", "percent"),
        correction("c2", "", "2023-6-5", "completed_on"),
        correction("c3", "", "true", "nil"),
        correction("c4", "complete", "", "status"),
    ]
    tables = ledger(*many).fold(COUNTRY, "2023-08-10")
    assert {state for state, _ in states(tables).values()} == {"applied"}
    assert (said(tables, "percent"), said(tables, "completed_on"), bool(said(tables, "nil")), said(tables)) == (
        90, date(2023, 6, 5), True, None,
    )  # fmt: skip


def test_of_several_the_newest_that_the_row_bears_out_counts():
    many = [
        correction("c1"),
        correction("c2", value="not_started", made_on="2023-08-09"),
        correction("c3", expected="not_started", value="withdrawn"),
    ]
    tables = ledger(*many).fold(COUNTRY, "2023-08-10")
    assert said(tables) == "in_progress"
    assert {name: state for name, (state, _) in states(tables).items()} == {
        "c1": "applied", "c2": "replaced", "c3": "source_changed",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [{"key": "m7/r1"}, {"field": "mood"}, {"field": "period_id"}, {"table": "mood"}, {"table": "reporting_periods"}],
)
def test_what_is_not_there_or_cannot_be_corrected_is_left_alone(changed):
    made = ledger(correction(**changed))
    tables = made.fold(COUNTRY, "2023-08-10")
    assert states(tables) == {"c1": ("row_gone", None)}
    assert tables.frames["updates"].equals(made.fold(COUNTRY, "2023-08-09").frames["updates"])


def test_a_value_that_its_column_cannot_hold_is_not_applied_and_the_ruling_says_so():
    tables = ledger(correction("c1", "80", "9" * 20, "percent")).fold(COUNTRY, "2023-08-10")
    assert (said(tables, "percent"), states(tables)) == (80, {"c1": ("unfit", "80")})
    context = EvaluationContext(tables, COUNTRY, SCHEMAS, date(2023, 8, 10))
    assert find(context, "correction_results")["state"].tolist() == ["unfit"]


def test_the_table_of_results_says_what_became_of_each():
    tables = ledger(correction(), correction("c2", key="m7/r1")).fold(COUNTRY, "2023-08-10")
    context = EvaluationContext(tables, COUNTRY, SCHEMAS, date(2023, 8, 10))
    rows = find(context, "correction_results").astype(object).values.tolist()
    assert rows == [["c1", "applied", "complete"], ["c2", "row_gone", pd.NA]]
    assert rests_on(context, "correction_results", ("c1",)) == [("corrections", ("c1",)), ("updates", ("m1", "r1"))]


def test_every_state_is_a_code_with_its_words_in_both_languages() -> None:
    assert set(CorrectionState) == {code.code for code in SCHEMAS.codes_of("correction_state")}
