"""What the recomputed metrics are made of: units, and how units become published numbers.

Written from the descriptions in schemas/tables/metrics.json. It shares no code with ``ogp_pipeline.evaluation``.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from tests.recomputed.world import World

DEFINITIONS = Path(__file__).parents[2] / "schemas" / "metrics"
ALL, NOT_ASKED = "all", "not_asked"
Number = tuple[int, int, int, str | None]


@dataclass(frozen=True)
class Unit:
    """One thing that a metric looks at."""

    plan: str
    cluster: str | None = None
    institutions: Sequence[str] = ()
    assessor: str | None = None
    period: str = ALL
    category: str = ALL
    numerator: int = 1
    denominator: int = 1
    missing: int = 0

    def members(self, dimension: str) -> Sequence[str]:
        """Whose unit it is, by a dimension."""
        one = {"plan": self.plan, "cluster": self.cluster, "assessor": self.assessor}
        if dimension == "institution":
            return self.institutions
        member = one[dimension]
        return () if member is None else (member,)


Units = Callable[[World], Iterable[Unit]]
Categories = Callable[[World, str], Sequence[str]]


@dataclass(frozen=True)
class Recount:
    """How a metric is counted. ``apart``: each category is a question of its own."""

    units: Units
    categories: Categories | None = None
    of_plan: bool = False
    median: bool = False
    mean: bool = False
    apart: bool = False
    needs: tuple[str, ...] = ("action_plans",)


RECOUNTS: dict[str, Recount] = {}


def recount(
    *metrics: str,
    categories: Categories | None = None,
    of_plan: bool = False,
    median: bool = False,
    mean: bool = False,
    apart: bool = False,
    needs: tuple[str, ...] = ("action_plans",),
) -> Callable[[Units], Units]:
    """Name the function as the one that counts the metric. ``needs``: without rows in any of them there are none."""

    def name(units: Units) -> Units:
        for metric in metrics:
            RECOUNTS[metric] = Recount(units, categories, of_plan, median, mean, apart, needs)
        return units

    return name


def numbers(world: World, metric: str) -> dict[str, Number]:
    """``metric/plan/period/dimension/member/category`` -> numerator, denominator, missing and value."""
    how = RECOUNTS[metric]
    if not any(world.rows[table] for table in how.needs):
        return {}
    units = list(how.units(world))
    dimensions = json.loads((DEFINITIONS / f"{metric}.json").read_text(encoding="utf-8"))["dimensions"]
    found: dict[str, Number] = {}
    questions = sorted({unit.category for unit in units}) if how.apart else [None]
    for question in questions:
        asked = [unit for unit in units if question in (None, unit.category)]
        for dimension in dimensions:
            found |= {
                f"{metric}/{plan}/{period}/{dimension}/{member}/{category}": four
                for (plan, period, member, category), four in _by(world, how, dimension, asked, question)
            }
    return found


def _by(
    world: World, how: Recount, dimension: str, units: Sequence[Unit], question: str | None
) -> Iterator[tuple[tuple[str, str, str, str], Number]]:
    groups: dict[tuple[str, str, str], list[Unit]] = defaultdict(list)
    for unit in units:
        for member in unit.members(dimension):
            groups[unit.plan, unit.period, member].append(unit)
    for (plan, period, member), own in groups.items():
        whole = [unit for unit in units if (unit.plan, unit.period) == (plan, period)] if how.of_plan else own
        counted = _middle(own) if how.median else own
        denominator = sum(unit.denominator for unit in (counted if how.median else whole))
        missing = sum(unit.missing for unit in whole)
        names = [question or ALL] if how.categories is None or question else how.categories(world, plan)
        for name in names:
            numerator = sum(unit.numerator for unit in counted if unit.category == name)
            if name == NOT_ASKED and not numerator:
                continue
            alone = how.categories is None or how.apart
            unknown = not (how.median or how.mean) and (
                missing > 0 if alone else missing == denominator and numerator == 0
            )
            empty = denominator == 0 or unknown
            value = None if empty else _written(Fraction(numerator, denominator))
            yield (plan, period, member, name), (numerator, denominator, missing, value)


def _middle(units: Sequence[Unit]) -> list[Unit]:
    """The unit in the middle, or the two; of equal values it does not matter which."""
    ordered = sorted((unit for unit in units if unit.denominator), key=lambda unit: unit.numerator)
    middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1] if ordered else []
    return [replace(unit, denominator=1) for unit in middle]


def _written(value: Fraction) -> str:
    """Six decimals, half to even."""
    millionths = round(value * 10**6)
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"


def by_codes(name: str, *more: str) -> Categories:
    """The categories of a metric: the codes of a published list, then others."""

    def categories(world: World, plan: str) -> Sequence[str]:
        return (*world.codes(name), *more)

    return categories


def fixed(*names: str) -> Categories:
    """The same categories in every plan."""

    def categories(world: World, plan: str) -> Sequence[str]:
        return names

    return categories
