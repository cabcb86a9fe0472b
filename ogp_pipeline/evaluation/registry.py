"""The register of metrics, what a metric is given, and what it gives back.

A metric is a function from ``EvaluationContext`` to a unit frame (see ``unit_frame``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from typing import TypeVar

import pandas as pd

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.evaluation import units
from ogp_pipeline.evaluation.counted import counted_status
from ogp_pipeline.evaluation.milestone_periods import MilestonePeriods
from ogp_pipeline.evaluation.scales import NOT_ASKED, Scale, scale
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.registration import Register
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables.tables import Tables

RATE, MEDIAN, MEAN = "rate", "median", "mean"


@dataclass(frozen=True)
class EvaluationContext:
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
    def milestone_periods(self) -> MilestonePeriods:
        """Every milestone in every period that can be spoken of."""
        return MilestonePeriods.of(self.milestones, self._periods)

    @cached_property
    def reports(self) -> pd.DataFrame:
        """``units.reports`` for the periods that have results; its index are places of ``milestone_periods``."""
        every = self._reports
        return _where(every, every["ended"] | every["heard_of"])

    @cached_property
    def expected_reports(self) -> pd.DataFrame:
        """``units.reports`` for the periods whose due date has passed or of which something is known."""
        every = self._reports
        return _where(every, every["due_passed"] | every["heard_of"])

    @cached_property
    def _periods(self) -> pd.DataFrame:
        return units.periods(self.tables, self.as_of, counts_percent=self.programme.evaluation.counts_percent)

    @cached_property
    def _reports(self) -> pd.DataFrame:
        milestones = self.milestones
        plan_of = dict(zip(milestones["milestone_id"], milestones["plan_id"], strict=True))
        status = counted_status(self.tables.frames["updates"], plan_of, self.scales, self.programme.evaluation)
        return units.reports(self.tables, self.milestone_periods, self.scales, status)


def _where(frame: pd.DataFrame, holds: "pd.Series[bool]") -> pd.DataFrame:
    """The rows for which it holds: mostly all, and then not a copy."""
    return frame if holds.all() else frame.loc[holds]


_Made = TypeVar("_Made")


def once(make: Callable[[EvaluationContext], _Made]) -> Callable[[EvaluationContext], _Made]:
    """A function that makes its frame once for each context: shared by whoever asks, and never changed."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def made(context: EvaluationContext) -> _Made:
        if name not in context.__dict__:
            context.__dict__[name] = make(context)  # as cached_property does: a frozen instance has a __dict__
        frame: _Made = context.__dict__[name]
        return frame

    return made


UnitFunction = Callable[[EvaluationContext], pd.DataFrame]
Categories = Callable[[EvaluationContext], Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Metric:
    """A registered metric.

    ``categories``: plan id -> everything that a unit of that plan can count as. Each of them is a row, with 0 where no
    unit counts as it. None: the metric has the one category ``all``.
    ``of_plan``: the denominator is the whole plan's, not the member's.
    ``needs``: the tables that it counts. If all of them are empty, the metric is not asked.
    ``statistic``: ``RATE``, ``MEDIAN`` of the numerators of the units whose denominator is 1, or ``MEAN`` of the units
    that are known: those that are missing have no denominator, and do not make it unknown.
    ``apart``: whether each category is a question of its own. False: the categories are the answers to one question.
    They share one denominator, all units, and each unit counts in one of them: 3 of 10 milestones complete, 7 of 10
    not. True: each category has its own units and its own denominator, and one thing can count in several of them:
    3 of 10 commitments specific, 5 of 8 measurable.
    ``of_now``: it speaks of what is at hand today alone, so it has no history.
    """

    id: str
    units: UnitFunction
    categories: Categories | None
    of_plan: bool
    needs: tuple[str, ...]
    statistic: str = RATE
    apart: bool = False
    of_now: bool = False


METRICS: Register[str, Metric] = Register("the metric")


def statistic_of(metric_id: str) -> str:
    """``RATE``, ``MEDIAN`` or ``MEAN``; a metric that this software does not compute counts as a rate."""
    return METRICS[metric_id].statistic if metric_id in METRICS else RATE


def metric(
    metric_id: str,
    categories: Categories | None = None,
    of_plan: bool = False,
    needs: tuple[str, ...] = ("action_plans",),
    statistic: str = RATE,
    apart: bool = False,
    of_now: bool = False,
) -> Callable[[UnitFunction], UnitFunction]:
    """Register a function as the metric that schemas/metrics/<metric_id>.json defines."""

    def register(function: UnitFunction) -> UnitFunction:
        if statistic == MEDIAN and (categories is not None or of_plan):
            raise SchemaError(f"the metric {metric_id} is a median: it tells nothing apart and is of its member alone")
        METRICS.enter(metric_id, Metric(metric_id, function, categories, of_plan, needs, statistic, apart, of_now))
        return function

    return register


def progress_levels(context: EvaluationContext) -> Mapping[str, tuple[str, ...]]:
    """The categories of metrics by level of progress: the plan's scale, *not reported*, and *not asked* where a round
    of the plan did not ask.
    """
    periods = context.periods
    silent = set(periods.loc[~periods["asks_progress"], "plan_id"])
    return {
        plan: (*scale.categories, NOT_ASKED) if plan in silent else scale.categories
        for plan, scale in context.scales.items()
    }


def codes_of(name: str, *more: str) -> Categories:
    """The categories of metrics by the codes of a list (each once, whatever its scale); ``more`` come last."""

    def categories(context: EvaluationContext) -> Mapping[str, tuple[str, ...]]:
        codes = dict.fromkeys(code.code for code in context.schemas.codes_of(name))
        return dict.fromkeys(context.scales, (*codes, *more))

    return categories
