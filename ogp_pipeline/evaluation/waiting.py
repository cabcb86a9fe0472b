"""Rows that wait: received, set aside until somebody mends them, and so in no other number. What that does to them.

Rows of quarantine, and rows that were accepted once and that no table can hold (``tables.Unfit``). There is a number
only where something waits: nothing of a plan without such rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, metric, once
from ogp_pipeline.evaluation.unit_frame import ALL, stacked, unit_frame
from ogp_pipeline.tables.tables import Key, written

ROWS, REPORTS = "rows_waiting", "reports_waiting"
_COLUMNS = ["table", "key", "plan_id", "period_id"]


@dataclass(frozen=True)
class _Owners:
    """Whose a row is. Each maps an id to its plan; ``plans`` are all of them."""

    plans: tuple[str, ...]
    periods: dict[str, str]
    commitments: dict[str, str]
    milestones: dict[str, str]

    def of(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """The plan that one of the names leads to; every plan where none does: it may matter to each."""
        for name in named:
            for there in (self.periods, self.commitments, self.milestones):
                if name in there:
                    return (there[name],)
            if name in self.plans:
                return (name,)
        return self.plans


@metric(ROWS, apart=True, of_now=True)
def rows_waiting(context: EvaluationContext) -> pd.DataFrame:
    """Every row that waits, by its table and the period that its key names. Each is one of one."""
    waiting = _waiting(context)
    of_tables = [
        unit_frame(here, str(table), key="key", category=str(table)) for table, here in waiting.groupby("table")
    ]
    return stacked(of_tables) if of_tables else unit_frame(waiting, "updates", key="key")


@metric(REPORTS, needs=("updates", "milestones"), of_now=True)
def reports_waiting(context: EvaluationContext) -> pd.DataFrame:
    """Milestones of which nothing is known in a period, although an update came: it waits."""
    waiting = _waiting(context)
    updates = waiting.loc[waiting["table"] == "updates"]
    reports = context.reports
    here = reports.loc[reports["period_id"].isin(updates["period_id"].unique())]
    held_up = here["report"].isin(updates["key"]) & here["meaning"].isna()
    return unit_frame(here, "updates", key="report", numerator=held_up)


@once
def _waiting(context: EvaluationContext) -> pd.DataFrame:
    """One row for each that waits and each plan that it may belong to."""
    return pd.DataFrame(list(_rows(context)), columns=_COLUMNS).astype("string")


def _rows(context: EvaluationContext) -> Iterator[tuple[str, str, str, str]]:
    tables = context.tables
    every: list[tuple[str, Key, str]] = [(row.table, row.key, row.owner) for row in tables.waiting]
    every += [(row.table, row.key, "") for row in tables.unfit]
    if not every:
        return
    owners = _owners(context)
    told = {key[0]: owner for table, key, owner in every if table in ("commitments", "milestones") and key and owner}
    for table, key, owner in every:
        if table not in context.schemas.tables:
            continue  # a row that its sender's file has and that feeds no table
        chain = [*key, owner]
        chain += [told[name] for name in chain if name in told]  # what a row names may wait itself
        chain += [told[name] for name in chain if name in told]
        period = next((name for name in key if name in owners.periods), ALL)
        for plan in owners.of(tuple(chain)):
            yield table, written(key), plan, period


def _owners(context: EvaluationContext) -> _Owners:
    frames = context.tables.frames
    commitments, milestones = context.commitments, frames["milestones"]
    plan_of = dict(zip(commitments["commitment_id"], commitments["plan_id"], strict=True))
    pairs = zip(milestones["milestone_id"], milestones["commitment_id"], strict=True)
    periods = frames["reporting_periods"]
    return _Owners(
        tuple(frames["action_plans"]["plan_id"]),
        dict(zip(periods["period_id"], periods["plan_id"], strict=True)),
        plan_of,
        {milestone: plan_of[commitment] for milestone, commitment in pairs if commitment in plan_of},
    )
