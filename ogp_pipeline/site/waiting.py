"""Rows that wait, in words: how many, and what that does to each number. From the table ``metrics`` alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ogp_pipeline.evaluation.unit_frame import ALL
from ogp_pipeline.evaluation.waiting import REPORTS, ROWS
from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.schema.schemas import Schemas

_OF_NO_REPORT = ("commitments", "milestones")


@dataclass(frozen=True, slots=True)
class Waits:
    """Of one plan: ``rows`` of a table that wait. ``period``: ``all`` where they name none.

    ``held_up``: the milestones of the period that count as not reported because their update waits, ``of`` so many.
    """

    plan: str
    table: str
    period: str
    rows: int
    held_up: int = 0
    of: int = 0


def read(metrics: Iterable[Mapping[Any, Any]]) -> list[Waits]:
    """What waits, by plan, round and table. ``metrics``: rows of that table."""
    of_plans = [row for row in metrics if row["dimension"] == "plan" and row["metric_id"] in (ROWS, REPORTS)]
    reports = {(row["plan_id"], row["period_id"]): row for row in of_plans if row["metric_id"] == REPORTS}
    made = []
    for row in of_plans:
        if row["metric_id"] == ROWS:
            plan, period, table = row["plan_id"], row["period_id"], row["category"]
            held_up = reports.get((plan, period)) if table == "updates" else None
            numbers = (int(held_up["numerator"]), int(held_up["denominator"])) if held_up else (0, 0)
            made.append(Waits(plan, table, period, int(row["numerator"]), *numbers))
    return made


def told(waits: Waits, schemas: Schemas, title_of: Callable[[str], str], language: str) -> str:
    """How many rows wait, and what that does. ``title_of``: a round's title by its id."""
    table = schemas.table(waits.table).title.get(language)
    of = f"{table}, {title_of(waits.period)}" if waits.period != ALL else table
    sentence = f"{of}: {count('waits.rows', waits.rows, language)}"
    if waits.of:
        sentence += f" {say('waits.reports', language, held_up=waits.held_up, milestones=waits.of)}"
    elif waits.table in _OF_NO_REPORT:
        sentence += f" {say('waits.units', language)}"
    return sentence
