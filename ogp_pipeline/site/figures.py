"""A metric's number as people read it, by its unit and its statistic: the one place for pages, reports and terminal.

A rate is so many of so many units, with its share: ``273 of 761 days, 36 %``. A median is an amount of its unit:
``58.5 days``. It is no share of anything, so it has none. A mean is of shares: ``62.5 percent``.
"""

from dataclasses import dataclass
from typing import ClassVar

from ogp_pipeline.evaluation.registry import MEAN, MEDIAN, statistic_of
from ogp_pipeline.i18n.catalogue import count, has, number, say
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.schema.schemas import load
from ogp_pipeline.site import notation

# Metrics of which each stage, and what belongs to no stage, is a part of the whole: none may stand for the others.
OF_STAGES = frozenset({"decisions_agreed", "decisions_with_dissent"})


@dataclass(frozen=True, slots=True)
class Figure:
    """``text``: the number with its unit. ``share``: of a rate that is known. ``missing``: units not known about.

    ``median``: it is an amount, and no rate.
    """

    text: str
    share: str | None = None
    missing: int = 0
    median: bool = False
    kind: ClassVar[str] = "figure"


def figure(
    metric_id: str,
    unit: str,
    numerator: int,
    denominator: int,
    language: str,
    *,
    missing: int = 0,
    has_value: bool = True,
) -> Figure:
    """The number of a metric. ``has_value``: whether it has one. ``language``: of the page, maybe not ours."""
    language = spoken(language)
    statistic = statistic_of(metric_id)
    if statistic == MEAN and denominator:
        amount = round(100 * numerator / denominator, 1)
        text = _of_unit(int(amount) if amount == int(amount) else amount, unit, language)
        return Figure(text, say("figure.mean", language), missing)
    if statistic == MEDIAN:
        return Figure(_median(unit, numerator, denominator, language), None, missing, median=True)
    text = f"{number(numerator, language)} {say('site.of', language)} {_of_unit(denominator, unit, language)}"
    return Figure(text, notation.share(numerator, denominator) if has_value else None, missing)


def unit_of(metric_id: str) -> str:
    """The unit of a metric's definition, '' of a metric that this software does not know."""
    definition = load().metrics.get(metric_id)
    return definition.unit if definition is not None else ""


def _median(unit: str, numerator: int, denominator: int, language: str) -> str:
    """The median has one or two units in the middle; what it is half of is their sum."""
    if not denominator:
        return say("site.not_known", language)
    whole, rest = divmod(numerator, denominator)
    return _of_unit(numerator / denominator if rest else whole, unit, language)


def _of_unit(amount: float, unit: str, language: str) -> str:
    """An amount with the unit's name; bare where the catalogue has no word for the unit."""
    key = f"figure.unit.{unit}"
    return count(key, amount, language) if has(key, language) else number(amount, language)
