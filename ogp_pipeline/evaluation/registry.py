"""The register of metrics, what a metric is given, and what it gives back.

A metric is a function from ``Context`` to a *unit frame*: one row for each thing that it looks at, with

    unit_table, unit_key    the thing: a table's name and a key as ``tables.written``; a milestone's update in
                            a round is a thing whether or not anybody sent it
    plan_id, cluster_id, institution_id, period_id
                            what it belongs to (cluster null if none; institutions joined by ``;`` or null)
    assessor_id             who judged it, null where nobody did
    category                what it counts as: a level, or ``all`` if the metric tells nothing apart
    numerator, denominator, missing
                            integers: is it counted, of how many, is nothing known about it? 0 or 1 each, but
                            for metrics whose definition names another unit (days)

so that the sums are the published numbers, and the rows are their explanation.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.evaluation import units
from ogp_pipeline.evaluation.scales import Scale, scale
from ogp_pipeline.programme import Programme
from ogp_pipeline.schemas import Schemas
from ogp_pipeline.tables.tables import Tables

ALL = "all"
RATE, MEDIAN = "rate", "median"
COUNTS = ("numerator", "denominator", "missing")
COLUMNS = (
    "unit_table",
    "unit_key",
    "plan_id",
    "cluster_id",
    "institution_id",
    "assessor_id",
    "period_id",
    "category",
    *COUNTS,
)


@dataclass(frozen=True)
class Context:
    """All that a metric may look at. Its frames (see ``units``) are made once, shared, and never changed."""

    tables: Tables
    programme: Programme
    schemas: Schemas
    as_of: date

    def has(self, tables: Iterable[str]) -> bool:
        """Whether any of the tables holds a row."""
        return any(len(self.tables.frames[table]) for table in tables)

    @cached_property
    def scales(self) -> Mapping[str, Scale]:
        """Plan id -> the progress scale in force in that plan."""
        plans = self.tables.frames["action_plans"]
        return {plan: scale(self.schemas, name) for plan, name in zip(plans["plan_id"], plans["scale"], strict=True)}

    @cached_property
    def commitments(self) -> pd.DataFrame:
        """See ``units.commitments``."""
        return units.commitments(self.tables)

    @cached_property
    def milestones(self) -> pd.DataFrame:
        """See ``units.milestones``."""
        return units.milestones(self.tables, self.commitments)

    @cached_property
    def periods(self) -> pd.DataFrame:
        """The periods that have results: those that have ended or of which something is known."""
        every = self._periods
        return every.loc[every["ended"] | every["heard_of"]]

    @cached_property
    def reports(self) -> pd.DataFrame:
        """``units.reports`` for the periods that have results."""
        every = self._reports
        return every.loc[every["ended"] | every["heard_of"]].reset_index(drop=True)

    @cached_property
    def expected_reports(self) -> pd.DataFrame:
        """``units.reports`` for the periods whose due date has passed or of which something is known."""
        every = self._reports
        return every.loc[every["due_passed"] | every["heard_of"]].reset_index(drop=True)

    @cached_property
    def _periods(self) -> pd.DataFrame:
        return units.periods(self.tables, self.as_of)

    @cached_property
    def _reports(self) -> pd.DataFrame:
        return units.reports(self.tables, self.milestones, self._periods, self.scales)


UnitFunction = Callable[[Context], pd.DataFrame]
Categories = Callable[[Context], Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Metric:
    """A registered metric.

    ``categories``: plan id -> everything that a unit of that plan can count as, so that nobody counted is a
    row with 0; None for a metric that tells nothing apart. ``of_plan``: the denominator is the whole plan's,
    not the member's. ``needs``: tables without which it has nothing to count; if all of them are empty it is not
    asked. ``statistic``: ``RATE``, or ``MEDIAN`` of the numerators of the units whose denominator is 1.
    """

    id: str
    units: UnitFunction
    categories: Categories | None
    of_plan: bool
    needs: tuple[str, ...]
    statistic: str = RATE


METRICS: dict[str, Metric] = {}


def metric(
    metric_id: str,
    categories: Categories | None = None,
    of_plan: bool = False,
    needs: tuple[str, ...] = ("action_plans",),
    statistic: str = RATE,
) -> Callable[[UnitFunction], UnitFunction]:
    """Register a function as the metric that schemas/metrics/<metric_id>.json defines."""

    def register(function: UnitFunction) -> UnitFunction:
        if metric_id in METRICS:
            raise SchemaError(f"the metric {metric_id} is registered twice")
        if statistic == MEDIAN and (categories is not None or of_plan):
            raise SchemaError(f"the metric {metric_id} is a median: it tells nothing apart and is of its member alone")
        METRICS[metric_id] = Metric(metric_id, function, categories, of_plan, needs, statistic)
        return function

    return register


def progress_levels(context: Context) -> Mapping[str, tuple[str, ...]]:
    """The categories of metrics by level of progress: the plan's scale and *not reported*."""
    return {plan: scale.categories for plan, scale in context.scales.items()}


def unit_frame(
    things: pd.DataFrame,
    table: str,
    *,
    key: str,
    period: str | None = None,
    category: "pd.Series[str] | str" = ALL,
    numerator: "pd.Series[int] | pd.Series[bool] | int" = 1,
    denominator: "pd.Series[int] | int" = 1,
    missing: "pd.Series[bool] | int" = 0,
) -> pd.DataFrame:
    """A unit frame of ``things``: rows of ``table`` with their key in the column ``key``.

    ``period``: one period for all, instead of a column ``period_id``. A thing without a column ``cluster_id``,
    ``institution_id`` or ``assessor_id`` belongs to none.
    """
    none = pd.Series(pd.NA, index=things.index, dtype="string")
    made = pd.DataFrame(
        {
            "unit_table": table,
            "unit_key": things[key],
            "plan_id": things["plan_id"],
            "cluster_id": things.get("cluster_id", none),
            "institution_id": things.get("institution_id", none),
            "assessor_id": things.get("assessor_id", none),
            "period_id": things["period_id"] if period is None else period,
            "category": category,
            "numerator": numerator,
            "denominator": denominator,
            "missing": missing,
        },
        index=things.index,
    )
    types = {column: np.dtype("int64") if column in COUNTS else pd.StringDtype("pyarrow") for column in COLUMNS}
    return made.astype(types).reset_index(drop=True)
