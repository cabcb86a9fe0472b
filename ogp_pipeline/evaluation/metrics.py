"""All metrics of all families as one table, and all findings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType

import pandas as pd

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.evaluation import (
    achievements,
    agreement,
    barriers,
    completion,
    compliance,
    consultation,
    continuity,
    corrections,
    engagement,
    evidence,
    forecasts,
    joint,
    participation_gaps,
    progress,
    proposals,
    quality,
    requirements,
    size,
    smart,
    timeliness,
    transitions,
)
from ogp_pipeline.evaluation.aggregate import MetricRow, aggregate, metrics_frame
from ogp_pipeline.evaluation.findings import find_all
from ogp_pipeline.evaluation.registry import METRICS, EvaluationContext, Metric
from ogp_pipeline.evaluation.unit_frame import ALL
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema.schemas import MetricDefinition, Schemas
from ogp_pipeline.tables.tables import Tables

FAMILIES: tuple[ModuleType, ...] = (
    size,
    completion,
    progress,
    timeliness,
    evidence,
    compliance,
    joint,
    agreement,
    transitions,
    corrections,
    proposals,
    consultation,
    participation_gaps,
    barriers,
    achievements,
    engagement,
    quality,
    requirements,
    smart,
    continuity,
    forecasts,
)


@dataclass(frozen=True)
class Evaluation:
    """What evaluation gives: the table ``metrics``, and the tables of single findings by name."""

    metrics: pd.DataFrame
    findings: Mapping[str, pd.DataFrame]


def evaluate(tables: Tables, programme: Programme, schemas: Schemas, as_of: date) -> Evaluation:
    """Every registered metric for every plan, and every finding. Empty tables give empty tables."""
    context = EvaluationContext(tables, programme, schemas, as_of)
    return Evaluation(metrics(context), find_all(context))


def metrics(context: EvaluationContext) -> pd.DataFrame:
    """The table ``metrics`` alone."""
    rows = [row for _, metric in sorted(METRICS.items()) for row in _rows(context, metric)]
    return metrics_frame(rows, context.schemas.table("metrics"))


def _rows(context: EvaluationContext, metric: Metric) -> Iterator[MetricRow]:
    if not context.has(metric.needs):
        return iter(())
    units, defined = metric.units(context), definition(context.schemas, metric.id)
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
