"""Claims beyond the plan, and what another party confirmed of them."""

from datetime import date

from ogp_pipeline.evaluation import lineage_of_unit, units_of_metric
from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import SCHEMAS, known, period, plan, programme

COUNTRY = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")))
SECTORS = {"ministry": "government", "agency": "government", "coalition": "civil_society"}


def claim(key: str, name: str, commitment: str, confirmed_by: str = "", **more: str):
    said = {"claimed_by": "ministry", "claimed_on": "2023-03-01", "confirmed_by": confirmed_by}
    return {key: name, "commitment_id": commitment, **said, **more}


ROWS = plan_rows({"XX0001": ["a1"], "XX0002": ["b1"]}, leads={"XX0001": ["ministry"]}) | {
    "institutions": [{"institution_id": name, "sector": sector} for name, sector in SECTORS.items()],
    "ripple_achievements": [
        claim("ripple_id", "r-1", "XX0001", "coalition", kind="data_opened"),
        claim("ripple_id", "r-2", "XX0001", "agency", kind="data_opened"),
        claim("ripple_id", "r-3", "XX0002", kind="norm_changed"),
    ],
    "going_beyond": [claim("beyond_id", "g-1", "XX0001", "coalition"), claim("beyond_id", "g-2", "XX0001", "gone")],
}


def test_achievements_are_counted_by_kind_and_confirmed_by_another_sector_only():
    metrics = computed(COUNTRY, ROWS, "2023-09-01")
    found = under(metrics, "ripple_achievements/p1/all/plan/p1")
    assert {kind: four[:2] for kind, four in found.items() if four[0]} == {
        "data_opened": (2, 3),
        "norm_changed": (1, 3),
    }
    assert under(metrics, "ripple_confirmed/p1/all")["plan/p1/all"] == (1, 3, 0, "0.333333")
    assert under(metrics, "ripple_confirmed/p1/all")["institution/ministry/all"] == (1, 2, 0, "0.500000")


def test_a_commitment_goes_beyond_once_and_an_unknown_confirmer_leaves_the_share_open():
    metrics = computed(COUNTRY, ROWS, "2023-09-01")
    assert under(metrics, "going_beyond/p1/all/plan/p1")["all"] == (1, 2, 0, "0.500000")
    assert under(metrics, "going_beyond_confirmed/p1/all/plan/p1")["all"] == (1, 2, 1, None)


def test_the_number_of_commitments_that_went_beyond_leads_to_every_entry():
    tables = known(COUNTRY, ROWS, "2023-09-01")
    number = "going_beyond/p1/all/plan/p1/all"
    explained = units_of_metric(tables, COUNTRY, SCHEMAS, date(2023, 9, 1), number)
    counted = [unit for unit in explained.units if unit.numerator]
    rows = [row for unit in counted for row in lineage_of_unit(tables, unit, date(2023, 9, 1))]
    assert {("going_beyond", ("g-1",)), ("going_beyond", ("g-2",)), ("commitments", ("XX0001",))} <= set(rows)
