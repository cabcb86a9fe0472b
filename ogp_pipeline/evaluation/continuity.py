"""What becomes of a commitment beyond its plan, and what a change of government would find unprotected.

Plans follow each other by their first days; one without commitments is no plan that could have taken anything up.
A commitment's level is the last one known, as for timeliness. Where none is, it is not known to be complete.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from ogp_pipeline.evaluation.completion import rolled_up
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.lineage import LINEAGES
from ogp_pipeline.evaluation.registry import EvaluationContext, codes_of, metric, once
from ogp_pipeline.evaluation.scales import COMPLETE, WITHDRAWN
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.evaluation.units import TEXT, look_up
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.tables.tables import Key, Row

TABLE = "continuity"
RUNNING, EMBEDDED, CARRIED_ON, WAITING, DROPPED = "running", "embedded", "carried_on", "waiting", "dropped"


@metric("continuity", categories=codes_of("continuity_state"), needs=("commitments",))
def continuity(context: EvaluationContext) -> pd.DataFrame:
    """Every commitment by what becomes of it."""
    things = stands(context)
    untold = things["level"].isna() & things["state"].isin([WAITING, DROPPED])
    return unit_frame(things, TABLE, key="commitment_id", period=ALL, category=things["state"], missing=untold)


@metric("embedded_commitments", needs=("commitments",))
def embedded_commitments(context: EvaluationContext) -> pd.DataFrame:
    """Commitments that a law, an office or a budget line makes permanent, of all."""
    things = stands(context)
    embedded = things["embedded_in"].notna()
    unasked = ~embedded.groupby(things["plan_id"]).transform("any")
    return unit_frame(things, "commitments", key="commitment_id", period=ALL, numerator=embedded, missing=unasked)


@metric("commitments_at_risk", needs=("commitments",))
def commitments_at_risk(context: EvaluationContext) -> pd.DataFrame:
    """Commitments that a change of government finds neither complete nor permanent, of all of plans that have one."""
    things = stands(context)
    things = things.loc[things["at_risk"].notna()]
    untold = things["level_then"].isna() & things["embedded_in"].isna()
    return unit_frame(
        things, TABLE, key="commitment_id", period=ALL, numerator=things["at_risk"].astype("bool"), missing=untold
    )


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    """Its own rows with all that was said of it, its plan, and the commitments before and after it."""
    yield from LINEAGES[TABLE](context.tables, key[0], ALL)
    own = context.commitments.loc[context.commitments["commitment_id"] == key[0]]
    for plan in own["plan_id"]:
        yield "action_plans", (plan,)


@finding(TABLE, rests_on=_rests_on, needs=("commitments",))
def found(context: EvaluationContext) -> pd.DataFrame:
    """One row for every commitment."""
    return stands(context)


@once
def stands(context: EvaluationContext) -> pd.DataFrame:
    """One row per commitment: the columns of the table and of ``units.commitments``, and ``level_then``.

    ``level_then`` is the level on the day of the change of government, as far as it was known by then.
    """
    said = context.tables.frames["commitments"][["commitment_id", "predecessor_id", "embedded_in"]]
    plans = _plans(context)
    every = context.commitments.merge(said, on="commitment_id").merge(plans, on="plan_id")
    levels = _levels(context).merge(plans[["plan_id", "change_on"]], on="plan_id")
    then = levels.loc[levels["change_on"].isna() | (levels["seen_on"] <= levels["change_on"])]
    now, then = (_last(frame) for frame in (levels, then))
    every = every.assign(
        level=look_up(every["commitment_id"], now["level"]).astype(TEXT),
        level_then=look_up(every["commitment_id"], then["level"]).astype(TEXT),
        successor_id=look_up(every["commitment_id"], _successors(every)).astype(TEXT),
    )
    meaning, meaning_then = (look_up(every["commitment_id"], last["meaning"]) for last in (now, then))
    embedded = every["embedded_in"].notna()
    holds = {
        RUNNING: ~every["ended"],
        EMBEDDED: embedded,
        CARRIED_ON: every["successor_id"].notna(),
        COMPLETE: (meaning == COMPLETE).fillna(False),
        WITHDRAWN: (meaning == WITHDRAWN).fillna(False),
        WAITING: ~every["has_later"],
    }
    state = np.select([holding.to_numpy("bool") for holding in holds.values()], list(holds), default=DROPPED)
    safe = embedded | meaning_then.isin([COMPLETE, WITHDRAWN]).astype("bool")
    at_risk = (~safe).astype("boolean").mask(every["change_on"].isna().to_numpy("bool"))
    return every.assign(state=pd.Series(state, index=every.index, dtype=TEXT), at_risk=at_risk)


def newest_start(context: EvaluationContext) -> date:
    """The first day of the newest plan that could have taken anything up; without one, no day is earlier."""
    return max(_filled(context), default=date.min)


def _filled(context: EvaluationContext) -> list[date]:
    """The first days of the plans with commitments."""
    table = context.tables.frames["action_plans"]
    days: list[date] = table.loc[table["plan_id"].isin(context.commitments["plan_id"]), "start_date"].tolist()
    return days


class _PlanRow(NamedTuple):
    """``has_later``: a later plan has commitments. ``change_on``: the change of government that counts for the plan."""

    plan_id: str
    starts: date
    ended: bool
    has_later: bool
    change_on: date | None


def _plans(context: EvaluationContext) -> pd.DataFrame:
    """One ``_PlanRow`` for each plan."""
    table = context.tables.frames["action_plans"]
    changes = sorted(change.on for change in context.programme.changes_of_government)
    filled = sorted(_filled(context))
    rows: list[_PlanRow] = []
    for plan, start, end in zip(table["plan_id"], table["start_date"], table["end_date"], strict=True):
        following = next((day for day in filled if day > start), None)
        ended, has_later = is_over(end, context.as_of), following is not None
        coming = [day for day in changes if day > context.as_of and not (ended and has_later)]
        past = [day for day in changes if start <= day <= context.as_of and day < (following or date.max)]
        change_on = next(iter(coming), past[-1] if past else None)
        rows.append(_PlanRow(plan_id=plan, starts=start, ended=ended, has_later=has_later, change_on=change_on))
    made = pd.DataFrame(rows, columns=list(_PlanRow._fields))
    return made.astype({"plan_id": TEXT, "starts": table["start_date"].dtype, "change_on": table["start_date"].dtype})


def last_levels(context: EvaluationContext) -> pd.DataFrame:
    """commitment_id, level and meaning of every commitment of which any level is known: the last one."""
    return _last(_levels(context)).reset_index()[["commitment_id", "level", "meaning"]]


def _levels(context: EvaluationContext) -> pd.DataFrame:
    """Every known level in the order of its periods: commitment_id, plan_id, level, meaning, end_date, seen_on."""
    periods = context.periods[["plan_id", "period_id", "end_date", "seen_on"]]
    rolled = rolled_up(context)[["commitment_id", "plan_id", "period_id", "level"]]
    levels = rolled.loc[rolled["level"].notna()].merge(periods, on=["plan_id", "period_id"])
    meanings = pd.DataFrame(
        [(plan, code, meaning) for plan, scale in context.scales.items() for code, meaning in scale.meanings.items()],
        columns=["plan_id", "level", "meaning"],
        dtype=TEXT,
    )
    return levels.merge(meanings, on=["plan_id", "level"]).sort_values(["end_date", "period_id"], kind="stable")


def _last(levels: pd.DataFrame) -> pd.DataFrame:
    return levels.drop_duplicates("commitment_id", keep="last").set_index("commitment_id")


def _successors(every: pd.DataFrame) -> "pd.Series[str]":
    """Commitment -> the first one, by plan and id, that carries it on."""
    after = every.loc[every["predecessor_id"].notna(), ["predecessor_id", "commitment_id", "starts"]]
    before = every[["commitment_id", "starts"]].rename(columns={"commitment_id": "predecessor_id", "starts": "started"})
    pairs = after.merge(before, on="predecessor_id")
    pairs = pairs.loc[pairs["starts"] > pairs["started"]].sort_values(["starts", "commitment_id"])
    return pairs.drop_duplicates("predecessor_id").set_index("predecessor_id")["commitment_id"]
