"""Unit frames -> rows of the table ``metrics``. Integers are summed; a value is divided and rounded once.

Within a plan, period and member, the categories' numerators stand over one denominator: all of its units.
A median is made of sums too: only the middle units of each member count (``median``), whatever is missing.
The value is left empty where it cannot be known:

* the denominator is 0;
* a rate that tells nothing apart, and anything is missing: the number would only be a bound;
* a metric by category, nothing at all is known, and the category has nobody: its 0 would mean nothing.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ogp_pipeline.evaluation.median import middles
from ogp_pipeline.evaluation.registry import ALL, RATE, Metric
from ogp_pipeline.evaluation.units import SEPARATOR
from ogp_pipeline.schemas import MetricDefinition

COLUMNS = (
    "metric_id",
    "plan_id",
    "period_id",
    "dimension",
    "member_id",
    "category",
    "numerator",
    "denominator",
    "missing",
    "value",
)
_PLACES = 10**6
_BELONGS = {dimension: f"{dimension}_id" for dimension in ("plan", "cluster", "institution", "assessor")}

Integers = NDArray[np.int64]
Row = tuple[str, str, str, str, str, str, int, int, int, Decimal | None]


def aggregate(
    units: pd.DataFrame,
    metric: Metric,
    definition: MetricDefinition,
    categories: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[Row]:
    """One row (see ``COLUMNS``) per plan, period, dimension of the definition, member and category.

    ``categories``: plan id -> everything its units can count as; None: only ``all``.
    """
    for dimension in definition.dimensions:
        yield from _by(dimension, weighed(units, metric, dimension), metric, categories)


def weighed(units: pd.DataFrame, metric: Metric, dimension: str) -> pd.DataFrame:
    """The units as they count by a dimension: all of them or, for a median, the middle ones of each member."""
    if metric.statistic == RATE:
        return units
    return middles(units, _BELONGS[dimension], *members(units, dimension))


def members(units: pd.DataFrame, dimension: str) -> tuple[Integers, list[str]]:
    """Who the units belong to: positions in ``units``, one for each member of a unit, and those members."""
    codes, texts = pd.factorize(units[_BELONGS[dimension]])
    split = [str(text).split(SEPARATOR) for text in texts]
    sizes = np.array([*(len(names) for names in split), 0], dtype=np.int64)[codes]  # code -1: it belongs to none
    positions = np.repeat(np.arange(len(units), dtype=np.int64), sizes)
    return positions, [name for code in codes if code >= 0 for name in split[code]]


def ratio(numerator: int, denominator: int) -> Decimal:
    """numerator / denominator to 6 places, half to even, in integers throughout. For numbers from 0."""
    whole, rest = divmod(numerator * _PLACES, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        whole += 1
    return Decimal(f"{whole // _PLACES}.{whole % _PLACES:06d}")


def _by(
    dimension: str, units: pd.DataFrame, metric: Metric, categories: Mapping[str, tuple[str, ...]] | None
) -> Iterator[Row]:
    positions, names = members(units, dimension)
    plan, plans = pd.factorize(units["plan_id"])
    period, periods = pd.factorize(units["period_id"])
    category, labels = pd.factorize(units["category"])
    member, member_names = pd.factorize(np.array(names, dtype=object))
    rounds = plan.astype(np.int64) * len(periods) + period
    found, group = np.unique(rounds[positions] * len(member_names) + member, return_inverse=True)
    totals: dict[str, Integers] = {}
    for column in ("denominator", "missing"):
        values = units[column].to_numpy(np.int64)
        if metric.of_plan:
            totals[column] = _sums(values, rounds, len(plans) * len(periods))[found // len(member_names)]
        else:
            totals[column] = _sums(values[positions], group, len(found))
    numerators = _sums(
        units["numerator"].to_numpy(np.int64)[positions],
        group * len(labels) + category[positions],
        len(found) * len(labels),
    ).reshape(len(found), len(labels))
    place = {str(label): number for number, label in enumerate(labels)}
    for number, code in enumerate(found.tolist()):
        of_round, of_member = divmod(code, len(member_names))
        of_plan, of_period = divmod(of_round, len(periods))
        denominator, missing = int(totals["denominator"][number]), int(totals["missing"][number])
        for name in (ALL,) if categories is None else categories[plans[of_plan]]:
            counted = int(numerators[number, place[name]]) if name in place else 0
            yield (
                metric.id,
                plans[of_plan],
                periods[of_period],
                dimension,
                member_names[of_member],
                name,
                counted,
                denominator,
                missing,
                _value(counted, denominator, missing if metric.statistic == RATE else 0, split=categories is not None),
            )


def _sums(values: Integers, groups: Integers, count: int) -> Integers:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums


def _value(numerator: int, denominator: int, missing: int, split: bool) -> Decimal | None:
    unknown = missing == denominator and numerator == 0 if split else missing > 0
    return None if denominator == 0 or unknown else ratio(numerator, denominator)
