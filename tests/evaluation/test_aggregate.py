"""What every published number keeps to, whatever was reported."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.evaluation import METRICS, lineage_of_unit, units_of_metric
from ogp_pipeline.evaluation.aggregate import ratio
from tests.evaluation.numbers import KEY, metrics_of, numbers, plan_rows
from tests.tables.country import SCHEMAS, evidence, known, period, plan, programme, update

COUNTRY = programme(
    plan("p1", "ogp-completion-2015", period("r1", "2023-01-01", "2023-06-30", "2023-07-15", asks=["status"]),
         period("r2", "2023-07-01", "2023-12-31")),
    plan("p2", "us-nap5", period("q1", "2023-03-01", "2023-09-30"), number=2),
)  # fmt: skip
SCALES = {
    "r1": ["", "no_evidence", "not_started", "limited", "substantial", "complete", "withdrawn"],
    "q1": ["", "not_started", "in_progress", "complete"],
}
SCALES["r2"] = SCALES["r1"]
DAYS = ["", "2023-06-30", "2023-08-15", "2024-06-30"]
INSTITUTIONS = st.sampled_from(["i1", "i2", "i3"])


@st.composite
def countries(draw):
    """Rows of both plans: up to five commitments of up to three milestones, and reports of them."""
    rows = {table: [] for table in ("commitments", "commitment_institutions", "milestones", "updates", "evidence")}
    for number in range(draw(st.integers(0, 5))):
        owner = draw(st.sampled_from(["p1", "p2"]))
        commitment = f"XX{number:04}"
        parts = [f"{commitment}.{part}" for part in range(draw(st.integers(0, 3)))]
        made = plan_rows(
            {commitment: parts},
            plan=owner,
            clusters={commitment: draw(st.sampled_from(["", "k1", "k2"]))},
            leads={commitment: sorted(draw(st.sets(INSTITUTIONS)))},
            responsible={part: draw(st.sampled_from(["", "i1", "i4"])) for part in parts},
            due={part: draw(st.sampled_from(DAYS)) for part in parts},
        )
        for table, lines in made.items():
            rows[table] += lines
        for part in parts:
            for name in ("r1", "r2") if owner == "p1" else ("q1",):
                if draw(st.booleans()):
                    status, done = draw(st.sampled_from(SCALES[name])), draw(st.sampled_from(DAYS))
                    rows["updates"].append(update(part, name, status, completed_on=done))
                if draw(st.booleans()):
                    kind = draw(st.sampled_from(["link", "statement", "see_previous"]))
                    rows["evidence"].append(evidence(part, name, kind))
    return rows


AS_OF = st.sampled_from(["2023-01-15", "2023-07-01", "2023-10-01", "2024-03-01"])


@pytest.mark.parametrize("examples", [5, pytest.param(200, marks=pytest.mark.night)])
def test_counts_are_consistent_and_categories_add_up_to_the_denominator(examples):
    settings(max_examples=examples, deadline=None)(given(rows=countries(), as_of=AS_OF)(_counts_are_consistent))()


def _counts_are_consistent(rows, as_of):
    metrics = metrics_of(known(COUNTRY, rows, as_of), COUNTRY, as_of)
    assert (metrics["numerator"] <= metrics["denominator"]).all()
    assert (metrics["missing"] <= metrics["denominator"]).all()
    assert (metrics["numerator"] >= 0).all() and (metrics["denominator"] > 0).all()
    split = [name for name, metric in METRICS.items() if metric.categories is not None and not metric.apart]
    groups = metrics[metrics["metric_id"].isin(split)].groupby(KEY[:-1])
    for _, group in groups:
        assert group["denominator"].nunique() == group["missing"].nunique() == 1
        assert group["numerator"].sum() == group["denominator"].iloc[0]
    for row in metrics[metrics["value"].notna()].to_dict("records"):
        assert row["value"] == ratio(row["numerator"], row["denominator"])


@pytest.mark.parametrize("examples", [4, pytest.param(50, marks=pytest.mark.night)])
def test_the_units_of_every_number_add_up_to_it_and_rest_on_rows_that_exist(examples):
    settings(max_examples=examples, deadline=None)(given(rows=countries(), as_of=AS_OF)(_units_add_up))()


def _units_add_up(rows, as_of):
    tables = known(COUNTRY, rows, as_of)
    day = pd.Timestamp(as_of).date()
    published = list(numbers(metrics_of(tables, COUNTRY, as_of)).items())
    for key, (numerator, denominator, missing, _) in published[:: max(1, len(published) // 8)]:
        found = units_of_metric(tables, COUNTRY, SCHEMAS, day, key)
        assert (found.numerator, found.denominator, found.missing) == (numerator, denominator, missing)
        for unit in found.units:
            behind = lineage_of_unit(tables, unit, day)
            assert behind and all(row in tables.origins for row in behind)


@given(st.integers(0, 10**12), st.integers(1, 10**9))
def test_a_ratio_is_the_nearest_with_six_places(numerator, denominator):
    found = ratio(numerator, denominator)
    assert found.as_tuple().exponent == -6
    assert abs(Fraction(found) - Fraction(numerator, denominator)) <= Fraction(1, 2 * 10**6)


@pytest.mark.parametrize(("halves", "expected"), [(1, "0.000000"), (3, "0.000002"), (5, "0.000002"), (7, "0.000004")])
def test_an_exact_half_goes_to_the_even_digit(halves, expected):
    assert ratio(halves, 2 * 10**6) == Decimal(expected)
