"""Rows that wait are counted, and what they do to the numbers is a number itself."""

from dataclasses import replace
from datetime import date

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.metrics import metrics
from ogp_pipeline.evaluation.unit_frame import ALL
from ogp_pipeline.site import waiting
from ogp_pipeline.site.waiting import Waits
from ogp_pipeline.tables.tables import WaitingRow
from tests.evaluation.numbers import plan_rows
from tests.tables.country import SCHEMAS, known, period, plan, programme, update

COUNTRY = programme(
    plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")),
    plan("p2", "us-nap5", period("q1", "2023-01-01", "2023-06-30"), number=2),
)
ROWS = plan_rows({"XX0001": ["m1", "m2", "m3"]}) | {"updates": [update("m1", "r1", "complete")]}


def waits(*rows: WaitingRow) -> list[Waits]:
    tables = replace(known(COUNTRY, ROWS, "2023-09-01"), waiting=rows)
    context = EvaluationContext(tables, COUNTRY, SCHEMAS, date(2023, 9, 1))
    return waiting.read(metrics(context, ["rows_waiting", "reports_waiting"]).to_dict("records"))


def test_nothing_that_waits_is_no_number():
    assert waits() == []


def test_an_update_that_waits_says_how_many_milestones_it_leaves_not_reported():
    """The update of m1 corrects one that stands: it waits, and m1 is reported all the same."""
    assert waits(WaitingRow("updates", ("m1", "r1")), WaitingRow("updates", ("m2", "r1"))) == [
        Waits("p1", "updates", "r1", 2, held_up=1, of=3)
    ]


def test_a_row_counts_in_the_plan_that_it_belongs_to_also_through_rows_that_wait_themselves():
    commitment, milestone = WaitingRow("commitments", ("XX0009",), "p2"), WaitingRow("milestones", ("m9",), "XX0009")
    evidence = WaitingRow("evidence", ("m9", "", "1"))
    assert waits(commitment, milestone, evidence) == [
        Waits("p2", table, ALL, 1) for table in ("commitments", "evidence", "milestones")
    ]


def test_a_row_that_names_no_plan_counts_in_every_plan():
    assert [one.plan for one in waits(WaitingRow("institutions", ("",)))] == ["p1", "p2"]


def test_it_is_said_in_words_with_what_it_does_to_the_numbers():
    [update_row] = waits(WaitingRow("updates", ("m2", "r1")))
    said = waiting.told(update_row, SCHEMAS, lambda _: "First round", "en")
    assert "First round: 1 row waits" in said and "Of 3 milestones, 1 count" in said
    [commitment] = waits(WaitingRow("commitments", ("XX0009",), "p1"))
    assert "totales son menores" in waiting.told(commitment, SCHEMAS, str, "es")
