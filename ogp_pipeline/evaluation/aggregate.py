"""Unit frames -> rows of the table ``metrics``. Integers are summed; a value is divided and rounded once.

The invariant: within a plan, a period and a member, all categories have one denominator: the sum over all units of
the member (of the whole plan, where ``Metric.of_plan`` says so). A median is made of sums too: only the middle units
of each member count (``median``), whatever is missing.

The value is null where it cannot be known. That is so in three cases:

1. The denominator is 0: there is nothing to divide by.
2. The metric has the one category ``all``, and at least one unit is missing. The rate of the units that are known would
   only be a bound. (A median or a mean is null only in case 1: it is of known units.)
3. The metric has several categories, every unit is missing, and the numerator of this category is 0. Nobody knows
   whether it is 0. Where at least one unit is known, the shares of the categories are known, because what is missing
   is a category of its own (*not reported*).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ogp_pipeline.evaluation.median import middles
from ogp_pipeline.evaluation.milestone_periods import Integers
from ogp_pipeline.evaluation.registry import MEDIAN, RATE, Metric
from ogp_pipeline.evaluation.scales import NOT_ASKED
from ogp_pipeline.evaluation.unit_frame import ALL
from ogp_pipeline.evaluation.units import SEPARATOR
from ogp_pipeline.schema.schemas import MetricDefinition, Table
from ogp_pipeline.tables import columns

_PLACES = 10**6
_BELONGS = {dimension: f"{dimension}_id" for dimension in ("plan", "cluster", "institution", "assessor")}


class MetricRow(NamedTuple):
    """A row of the table ``metrics``."""

    metric_id: str
    plan_id: str
    period_id: str
    dimension: str
    member_id: str
    category: str
    numerator: int
    denominator: int
    missing: int
    value: Decimal | None


def metrics_frame(rows: Sequence[MetricRow], table: Table) -> pd.DataFrame:
    """The rows as a frame. ``table``: the schema of ``metrics``."""
    return columns.frame(table, {name: [row[place] for row in rows] for place, name in enumerate(MetricRow._fields)})


def aggregate(
    units: pd.DataFrame,
    metric: Metric,
    definition: MetricDefinition,
    categories: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[MetricRow]:
    """One row per plan, period, dimension of the definition, member and category.

    ``categories``: plan id -> everything its units can count as; None: only ``all``.
    """
    every = _Coded(units)
    for dimension in definition.dimensions:
        counted = weighed(units, metric, dimension)
        yield from _by(dimension, every if counted is units else _Coded(counted), metric, categories)


def weighed(units: pd.DataFrame, metric: Metric, dimension: str) -> pd.DataFrame:
    """The units as they count by a dimension: all of them or, for a median, the middle ones of each member."""
    if metric.statistic != MEDIAN:
        return units
    return middles(units, _BELONGS[dimension], *members(units, dimension))


def members(units: pd.DataFrame, dimension: str) -> tuple[Integers, Integers, list[str]]:
    """Who the units belong to: positions in ``units``, one for each member of a unit; at each the number of the
    member; and the members.
    """
    return _members(*coded(units[_BELONGS[dimension]]))


def _members(codes: Integers, texts: Sequence[str]) -> tuple[Integers, Integers, list[str]]:
    """The same of the codes of their owners."""
    split = [str(text).split(SEPARATOR) for text in texts]
    names = list(dict.fromkeys(name for own in split for name in own))
    if all(len(own) == 1 for own in split):
        positions = np.flatnonzero(codes >= 0)
        return positions, codes[positions], names
    numbers = {name: number for number, name in enumerate(names)}
    sizes = np.array([*(len(own) for own in split), 0], dtype=np.int64)  # code -1, of no member, is the last
    flat = np.array([numbers[name] for own in split for name in own], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    each = sizes[codes]
    positions = np.repeat(np.arange(len(codes), dtype=np.int64), each)
    within = np.arange(len(positions)) - np.repeat(np.cumsum(each) - each, each)
    return positions, flat[starts[codes[positions]] + within], names


def coded(texts: "pd.Series[Any]") -> tuple[Integers, list[str]]:
    """Texts as numbers from 0 (-1: null) and the texts that they stand for; these may hold some that do not occur."""
    if isinstance(texts.array, pd.Categorical):
        return np.asarray(texts.array.codes, dtype=np.int64), texts.array.categories.tolist()
    codes, labels = pd.factorize(texts.array)
    return np.asarray(codes, dtype=np.int64), list(labels)


class _Coded:
    """Units with their columns as numbers, each made once for all dimensions."""

    def __init__(self, units: pd.DataFrame) -> None:
        self.units = units
        self._texts: dict[str, tuple[Integers, list[str]]] = {}
        self._counts: dict[str, Integers] = {}

    def texts(self, column: str) -> tuple[Integers, list[str]]:
        """As ``coded``."""
        if column not in self._texts:
            self._texts[column] = coded(self.units[column])
        return self._texts[column]

    def counts(self, column: str) -> Integers:
        """A column of numbers."""
        if column not in self._counts:
            self._counts[column] = self.units[column].to_numpy(np.int64)
        return self._counts[column]


def ratio(numerator: int, denominator: int) -> Decimal:
    """numerator / denominator to 6 places, half to even, in integers throughout. For numbers from 0."""
    whole, rest = divmod(numerator * _PLACES, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        whole += 1
    return Decimal(f"{whole // _PLACES}.{whole % _PLACES:06d}")


def _by(
    dimension: str, units: _Coded, metric: Metric, categories: Mapping[str, tuple[str, ...]] | None
) -> Iterator[MetricRow]:
    positions, member, member_names = _members(*units.texts(_BELONGS[dimension]))
    plan, plans = units.texts("plan_id")
    period, periods = units.texts("period_id")
    category, labels = units.texts("category")
    of_plans = plan * len(periods) + period  # one number for each plan and period
    cells, group = _numbered(of_plans[positions] * len(member_names) + member)
    totals: dict[str, Integers] = {}
    for column in ("denominator", "missing"):
        values = units.counts(column)
        if metric.of_plan:
            totals[column] = _sums(values, of_plans, len(plans) * len(periods))[cells // max(len(member_names), 1)]
        else:
            totals[column] = _sums(values[positions], group, len(cells))
    numerators = _sums(
        units.counts("numerator")[positions],
        group * len(labels) + category[positions],
        len(cells) * len(labels),
    ).reshape(len(cells), len(labels))
    place = {str(label): number for number, label in enumerate(labels)}
    for number, code in enumerate(cells.tolist()):
        of_plan_period, of_member = divmod(code, len(member_names))
        of_plan, of_period = divmod(of_plan_period, len(periods))
        denominator, missing = int(totals["denominator"][number]), int(totals["missing"][number])
        for name in (ALL,) if categories is None else categories[plans[of_plan]]:
            counted = int(numerators[number, place[name]]) if name in place else 0
            if name == NOT_ASKED and not counted:
                continue  # everybody was asked: there is nothing to say of that
            yield MetricRow(
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


def _numbered(values: Integers) -> tuple[Integers, Integers]:
    """The distinct values in order, and for each value its place among them. Counting is faster than sorting."""
    if not len(values) or values.max() > 10 * len(values) + 10**6:
        distinct, place = np.unique(values, return_inverse=True)
        return distinct, place
    there = np.bincount(values) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[values]


def _sums(values: Integers, groups: Integers, count: int) -> Integers:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums


def _value(numerator: int, denominator: int, missing: int, split: bool) -> Decimal | None:
    unknown = missing == denominator and numerator == 0 if split else missing > 0
    return None if denominator == 0 or unknown else ratio(numerator, denominator)
