"""From a published number back to what it counts: its units, and the rows of the tables behind each unit.

The units' sums are the published numbers, because both come from the same unit frame.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date

import numpy as np
import pandas as pd

from ogp_pipeline.errors import NotFound, UnknownName
from ogp_pipeline.evaluation import lineage
from ogp_pipeline.evaluation.aggregate import members, weighed
from ogp_pipeline.evaluation.metrics import categories, definition
from ogp_pipeline.evaluation.registry import METRICS, EvaluationContext, Metric
from ogp_pipeline.evaluation.unit_frame import ALL, COUNTS
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables.tables import Row, Tables


@dataclass(frozen=True, slots=True)
class MetricKey:
    """The name of one published number: the primary key of the table ``metrics``."""

    metric_id: str
    plan_id: str
    period_id: str
    dimension: str
    member_id: str
    category: str

    @classmethod
    def parse(cls, text: str) -> "MetricKey":
        """``milestone_completion/us-nap5/2024-02/plan/us-nap5/complete``; NotFound for anything else."""
        parts = text.split("/")
        if len(parts) != 6:
            raise NotFound(f"«{text}» names no number: it takes metric/plan/period/dimension/member/category")
        return cls(*parts)

    def __str__(self) -> str:
        return "/".join(astuple(self))


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a number looks at: a row's table and key (of an update: whether or not anybody sent it).

    ``category`` is what it counts as; ``numerator``, ``denominator``, ``missing`` are what it adds.
    """

    table: str
    key: str
    period_id: str
    category: str
    numerator: int
    denominator: int
    missing: int


@dataclass(frozen=True, slots=True)
class MetricUnits:
    """A published number and its units, whose sums it is."""

    key: MetricKey
    units: tuple[Unit, ...]

    @property
    def numerator(self) -> int:
        """As published."""
        return sum(unit.numerator for unit in self.units)

    @property
    def denominator(self) -> int:
        """As published."""
        return sum(unit.denominator for unit in self.units)

    @property
    def missing(self) -> int:
        """As published."""
        return sum(unit.missing for unit in self.units)


def units_of_metric(
    tables: Tables, programme: Programme, schemas: Schemas, as_of: date, key: MetricKey | str
) -> MetricUnits:
    """What is behind one published number. NotFound if these tables do not give such a number."""
    wanted = MetricKey.parse(key) if isinstance(key, str) else key
    metric = METRICS.get(wanted.metric_id)
    if metric is None:
        raise UnknownName("metric", wanted.metric_id, sorted(METRICS))
    if wanted.dimension not in definition(schemas, metric.id).dimensions:
        raise NotFound(f"{metric.id} is not counted by {wanted.dimension}")
    context = EvaluationContext(tables, programme, schemas, as_of)
    units = metric.units(context)
    here = units.loc[(units["plan_id"] == wanted.plan_id) & (units["period_id"] == wanted.period_id)]
    here = weighed(here, metric, wanted.dimension)
    positions, member, names = members(here, wanted.dimension)
    own = np.zeros(len(here), dtype=np.bool_)
    if wanted.member_id in names:
        own[positions[member == names.index(wanted.member_id)]] = True
    counted = own & (here["category"] == wanted.category).to_numpy("bool")
    own = counted if metric.apart else own
    if not own.any() or wanted.category not in _categories(context, metric, wanted.plan_id):
        raise NotFound(f"there is no number {wanted}")
    looked_at = here.assign(numerator=here["numerator"].where(counted, 0))
    return MetricUnits(wanted, tuple(_units(looked_at if metric.of_plan else looked_at.loc[own])))


def lineage_of_unit(tables: Tables, unit: Unit, as_of: date) -> list[Row]:
    """The rows that a unit's count rests on, as (table, key): the thing itself, then what was said of it.

    An event that is only announced on ``as_of`` is behind no number.
    """
    events = tables.frames["events"]
    coming = set(events.loc[(events["starts_on"] > as_of).fillna(False), "event_id"])
    rows = lineage.rows(tables, unit.table, unit.key, unit.period_id)
    return [(table, key) for table, key in rows if table not in ("events", "attendance") or key[0] not in coming]


def _units(frame: pd.DataFrame) -> Iterator[Unit]:
    columns = ["unit_table", "unit_key", "period_id", "category", *COUNTS]
    for table, key, period, category, *counts in zip(*(frame[name].tolist() for name in columns), strict=True):
        yield Unit(table, key, period, category, *counts)


def _categories(context: EvaluationContext, metric: Metric, plan_id: str) -> tuple[str, ...]:
    of_plans = categories(context, metric)
    return (ALL,) if of_plans is None else of_plans.get(plan_id, ())
