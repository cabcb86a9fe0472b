"""What is computed and what is defined are the same, and every metric lives with nothing."""

from dataclasses import replace

import pandas as pd
import pytest

from ogp_pipeline.errors import OgpError, SchemaError
from ogp_pipeline.evaluation import METRICS
from ogp_pipeline.evaluation.registry import metric
from ogp_pipeline.evaluation.unit_frame import COLUMNS
from tests.evaluation.numbers import computed, context_of, metrics_of, numbers, plan_rows
from tests.tables.country import SCHEMAS, Ledger, period, plan, programme, update

COUNTRY = programme(
    plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")),
    plan("p2", "ca-nap", period("q1", "2023-01-01", "2023-06-30"), number=2),
)


def test_every_metric_is_defined_and_every_definition_is_computed():
    assert set(METRICS) == set(SCHEMAS.metrics)


def test_definitions_say_the_same_in_both_languages_and_only_use_known_dimensions():
    for definition in SCHEMAS.metrics.values():
        assert set(definition.dimensions) <= {"plan", "cluster", "institution", "assessor"}
        for text in (definition.title, definition.definition, definition.numerator, definition.denominator):
            assert text["en"] != text["es"]


def test_a_metric_cannot_be_registered_twice():
    with pytest.raises(OgpError, match="the metric milestones is registered twice"):
        metric("milestones")(lambda context: context.milestones)


@pytest.mark.parametrize("country", [programme(), COUNTRY], ids=["no plan", "plans without rows"])
def test_empty_tables_give_an_empty_typed_table_but_for_the_passing_of_time(country):
    metrics = metrics_of(Ledger().fold(country, "2023-07-01"), country, "2023-07-01")
    assert list(metrics.columns) == list(SCHEMAS.table("metrics").field_names)
    assert str(metrics["numerator"].dtype) == "Int64"
    assert str(metrics["value"].dtype) == "decimal128(18, 6)[pyarrow]"
    assert set(metrics["metric_id"]) <= {"expected_progress"}


@pytest.mark.parametrize("metric_id", sorted(METRICS))
def test_every_metric_gives_a_unit_frame_of_known_things(metric_id):
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r1", "complete")]}
    context = context_of(COUNTRY, rows, "2023-09-01")
    units = METRICS[metric_id].units(context)
    assert list(units.columns) == list(COLUMNS)
    assert set(units["unit_table"]) <= set(SCHEMAS.tables)
    assert (units["numerator"] <= units["denominator"]).all()


def test_what_belongs_to_no_plan_is_not_counted():
    rows = plan_rows({"XX0001": ["m1"]}, plan="gone") | {"updates": [update("m1", "r1", "complete")]}
    rows["milestones"].append({"milestone_id": "m2", "commitment_id": "XX9999"})
    assert {key.split("/")[0] for key in numbers(computed(COUNTRY, rows, "2023-09-01").all())} == {"expected_progress"}


def test_a_status_outside_the_plans_scale_is_an_error_that_names_it():
    rows = plan_rows({"XX0001": ["m1"]}) | {"updates": [update("m1", "r1", "SP")]}
    with pytest.raises(SchemaError, match="m1, period r1: the status «SP»"):
        computed(COUNTRY, rows, "2023-09-01").all()


def test_the_result_is_in_key_order_and_the_same_again():
    rows = plan_rows({"XX0002": ["m2"], "XX0001": ["m1"]}, leads={"XX0001": ["b", "a"]}, clusters={"XX0002": "k"})
    first, second = (computed(COUNTRY, rows, "2023-09-01").all() for _ in range(2))
    assert first.equals(second)
    assert list(numbers(first)) == sorted(numbers(first), key=lambda key: key.split("/"))


def test_a_metric_alone_is_what_it_is_among_all_of_them():
    """The other tests of this folder ask for one metric; here its frames were made by whoever came before."""
    rows = plan_rows({"XX0002": ["m2"], "XX0001": ["m1"]}, leads={"XX0001": ["b", "a"]}, clusters={"XX0002": "k"})
    country = computed(COUNTRY, rows | {"updates": [update("m1", "r1", "complete")]}, "2023-09-01")
    together = country.all()
    for metric_id in METRICS:
        alone = replace(country, context=replace(country.context)).metric(metric_id)
        among = together[together["metric_id"] == metric_id].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, among)
