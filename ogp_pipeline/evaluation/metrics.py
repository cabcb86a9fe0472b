"""All metrics of all families as one table, and all findings."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.evaluation.aggregate import MetricRow, aggregate, metrics_frame
from ogp_pipeline.evaluation.findings import find_all
from ogp_pipeline.evaluation.registry import METRICS, EvaluationContext, Metric
from ogp_pipeline.evaluation.unit_frame import ALL
from ogp_pipeline.schema.schemas import MetricDefinition, Schemas


@dataclass(frozen=True)
class Evaluation:
    """What evaluation gives: the table ``metrics``, and the tables of single findings by name."""

    metrics: pd.DataFrame
    findings: Mapping[str, pd.DataFrame]


def evaluate(context: EvaluationContext) -> Evaluation:
    """Every registered metric for every plan, and every finding. Empty tables give empty tables."""
    return Evaluation(metrics(context), find_all(context))


def metrics(context: EvaluationContext, only: Collection[str] | None = None) -> pd.DataFrame:
    """The table ``metrics`` alone; ``only``: no other metrics than these."""
    wanted = sorted(METRICS if only is None else only)
    rows = [row for metric_id in wanted for row in _rows(context, METRICS[metric_id])]
    return metrics_frame(rows, context.schemas.table("metrics"))


def _rows(context: EvaluationContext, metric: Metric) -> Iterator[MetricRow]:
    if not context.has(metric.needs):
        return iter(())
    units, defined = metric.units(context), definition(context.schemas, metric.id)
    if units.empty:  # as of many metrics in most countries
        return iter(())
    if not metric.apart:
        return aggregate(units, metric, defined, categories(context, metric))
    return _apart(units, metric, defined)


def _apart(units: pd.DataFrame, metric: Metric, defined: MetricDefinition) -> Iterator[MetricRow]:
    """Each category's units by themselves."""
    for name in sorted(units["category"].unique()):
        here = units.loc[units["category"] == name].assign(category=ALL)
        yield from (row._replace(category=name) for row in aggregate(here, metric, defined))


def definition(schemas: Schemas, metric_id: str) -> MetricDefinition:
    """The definition of a registered metric; SchemaError if schemas/metrics does not hold it."""
    if metric_id not in schemas.metrics:
        raise SchemaError(f"the metric {metric_id} is computed but schemas/metrics/{metric_id}.json is missing")
    return schemas.metrics[metric_id]


def categories(context: EvaluationContext, metric: Metric) -> Mapping[str, tuple[str, ...]] | None:
    """Plan id -> what the metric tells apart there; None if it tells nothing apart."""
    return metric.categories(context) if metric.categories is not None else None
