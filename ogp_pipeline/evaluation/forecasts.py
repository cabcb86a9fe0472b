"""What will be complete by the end of the term at the pace so far, for every plan and every commitment (see ``pace``).

Every period that asked for a status and got one is a day to look ahead from: to each later period that is known by now
(so that the forecast can be held against what happened) and to the end of the term. Commitments are looked at from the
newest such period before the end, to the end. All milestones of a plan share its pace; a commitment of its own has too
few to show one.

A milestone of which a period says nothing stands where it stood before; one of which nothing was ever said is unknown.
Withdrawn ones are left out. What happened is known only if the target's period told of all that was not complete
before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.milestone_periods import Integers
from ogp_pipeline.evaluation.pace import Pace, ahead, effect, likeness, pace
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.evaluation.scales import COMPLETE, WITHDRAWN
from ogp_pipeline.tables.tables import Key, Row

TABLE = "forecasts"
END = "end"
_UNKNOWN, _OPEN, _DONE, _GONE = 0, 1, 2, 3

States = NDArray[np.int8]


@dataclass(frozen=True)
class _Period:
    """A period with results. Of each milestone of the plan: ``state``, the last one known; ``told``, whether by it."""

    period_id: str
    seen_on: date
    state: States
    told: NDArray[np.bool_]

    def count(self, state: int, of: Integers, groups: int) -> Integers:
        """Milestones in this state, in each group of ``of``."""
        return np.bincount(of[self.state == state], minlength=groups).astype("int64")

    def untold(self, of: Integers, groups: int) -> Integers:
        """Milestones of which the period leaves open whether they were complete, in each group."""
        open_ = (self.state == _UNKNOWN) | ((self.state == _OPEN) & ~self.told)
        return np.bincount(of[open_], minlength=groups).astype("int64")


@dataclass(frozen=True)
class _Term:
    """A plan with its periods in their order. ``of``: each milestone's commitment, as a place in ``commitments``."""

    plan_id: str
    starts: date
    ends: date
    periods: tuple[_Period, ...]
    commitments: tuple[str, ...]
    of: Integers


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    """The plan, the periods up to the origin and the target's, and what they said of all milestones, its own first."""
    plan_id, period_id, target, table, subject = key
    yield "action_plans", (plan_id,)
    if table == "commitments":
        yield "commitments", (subject,)
    periods = context.periods.loc[(context.periods["plan_id"] == plan_id) & context.periods["asks_progress"]]
    origin = periods.loc[periods["period_id"] == period_id, "end_date"]
    chosen = periods.loc[periods["end_date"].isin(periods["end_date"][periods["end_date"] <= origin.max()])]
    named = [*chosen["period_id"], *([target] if target != END else [])]
    for name in named:
        yield "reporting_periods", (str(name),)
    milestones = context.milestones.loc[context.milestones["plan_id"] == plan_id]
    own = milestones["commitment_id"] == subject
    updates = context.tables.frames["updates"]
    updates = updates.loc[updates["period_id"].isin(named)]
    for group in (milestones.loc[own, "milestone_id"], milestones.loc[~own, "milestone_id"]):
        yield from (("milestones", (str(milestone),)) for milestone in group)
        here = updates.loc[updates["milestone_id"].isin(group)]
        for milestone, period in zip(here["milestone_id"], here["period_id"], strict=True):
            yield "updates", (str(milestone), str(period))


@finding(TABLE, rests_on=_rests_on, needs=("updates",))
def forecasts(context: EvaluationContext) -> pd.DataFrame:
    """Rows of plans and commitments, from each period; in no order."""
    made = [frame for term in _terms(context) for frame in _of_term(term)]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame()


def _of_term(term: _Term) -> Iterator[pd.DataFrame]:
    alone = np.zeros(len(term.of), dtype="int64")  # all milestones in one group: the plan
    before_end = [period for period in term.periods if term.starts < period.seen_on < term.ends]
    at_end = next((period for period in term.periods if period.seen_on == term.ends), None)
    for number, origin in enumerate(term.periods):
        if origin.seen_on <= term.starts:
            continue
        now, alike = _pace(term, origin)
        for target in term.periods[number + 1 :]:
            if target.seen_on > origin.seen_on:
                day = (target.period_id, target.seen_on, target)
                yield _look(term, origin, now, alike, day, "action_plans", (term.plan_id,), alone)
        if origin in before_end:
            end = (END, term.ends, at_end)
            yield _look(term, origin, now, alike, end, "action_plans", (term.plan_id,), alone)
            if origin is before_end[-1]:
                yield _look(term, origin, now, alike, end, "commitments", term.commitments, term.of)


def _pace(term: _Term, origin: _Period) -> tuple[Pace, float]:
    done, still = (origin.count(state, term.of, len(term.commitments)) for state in (_DONE, _OPEN))
    alike = likeness(done, done + still)
    days = (origin.seen_on - term.starts).days
    return pace(int(done.sum()), int(still.sum()), days, effect(done + still, alike)), alike


def _look(
    term: _Term,
    origin: _Period,
    now: Pace,
    alike: float,
    day: tuple[str, date, _Period | None],
    table: str,
    subjects: tuple[str, ...],
    of: Integers,
) -> pd.DataFrame:
    """One row for each subject that has milestones; ``of`` tells each milestone's subject."""
    target, on, seen = day
    groups = len(subjects)
    done, still, unknown = (origin.count(state, of, groups) for state in (_DONE, _OPEN, _UNKNOWN))
    pending = np.isin(origin.state, (_OPEN, _UNKNOWN))
    within = np.bincount(term.of[pending], minlength=len(term.commitments)).astype("int64")
    # A commitment is one cluster; a plan is made of as many as have something left to do.
    effects = 1 + np.maximum(still + unknown - 1, 0) * alike if table == "commitments" else effect(within, alike)
    days = (on - origin.seen_on).days
    more = ahead(now, days, still, unknown, np.broadcast_to(np.asarray(effects, dtype="float64"), (groups,)))
    low, high = done + more.low, done + more.high
    told = np.zeros(groups, dtype=np.bool_) if seen is None else seen.untold(of, groups) == 0
    actual = done if seen is None else seen.count(_DONE, of, groups)
    frame = pd.DataFrame(
        {
            "plan_id": term.plan_id,
            "period_id": origin.period_id,
            "target": target,
            "subject_table": table,
            "subject_id": list(subjects),
            "complete": done,
            "of": done + still + unknown,
            "days_past": (origin.seen_on - term.starts).days,
            "days_left": days,
            "expected": [Decimal(f"{number:.6f}") for number in (done + more.expected).tolist()],
            "low": low,
            "high": high,
            "probability": [Decimal(f"{number:.6f}") for number in more.every.tolist()],
            "actual": pd.array(np.where(told, actual, 0), dtype="Int64"),
            "within": pd.array((low <= actual) & (actual <= high), dtype="boolean"),
        }
    )
    frame.loc[~told, ["actual", "within"]] = pd.NA
    return frame.loc[frame["of"] > 0]


def _terms(context: EvaluationContext) -> Iterator[_Term]:
    pairs, reports = context.milestone_periods, context.reports
    meanings = reports["meaning"].cat
    told = [{COMPLETE: _DONE, WITHDRAWN: _GONE}.get(str(meaning), _OPEN) for meaning in meanings.categories]
    said = np.zeros(len(pairs.milestone), dtype=np.int8)
    said[reports.index] = np.array([*told, _UNKNOWN], dtype=np.int8)[meanings.codes]  # -1, the last: not reported
    table = context.tables.frames["action_plans"]
    dates = {plan: (start, end) for plan, start, end in table[["plan_id", "start_date", "end_date"]].to_numpy()}
    codes, plans = pd.factorize(pairs.periods["plan_id"])
    asked = (pairs.periods["asks_progress"] & (pairs.periods["ended"] | pairs.periods["heard_of"])).to_numpy("bool")
    for number, plan in enumerate(plans):
        own = np.flatnonzero(codes == number)
        # Places go milestone by milestone, so those of one plan are a table of milestones by periods.
        places = np.flatnonzero(codes[pairs.period] == number).reshape(-1, len(own))
        milestones = pairs.milestones.iloc[pairs.milestone[places[:, 0]]]
        of, commitments = pd.factorize(milestones["commitment_id"])
        ordered = pairs.periods.iloc[own[asked[own]]].sort_values(["end_date", "period_id"])
        held = [int(place) for place in ordered.index]
        columns = {place: said[places[:, place - int(own[0])]] for place in held}
        yield _Term(
            str(plan),
            *dates[plan],
            tuple(_in_order(pairs.periods, held, columns)),
            tuple(map(str, commitments)),
            of.astype("int64"),
        )


def _in_order(periods: pd.DataFrame, held: list[int], said: dict[int, States]) -> Iterator[_Period]:
    """The periods that got at least one status, each milestone at its last known state."""
    state: States | None = None
    for place in held:
        told = said[place] != _UNKNOWN
        if told.any():
            state = said[place] if state is None else np.where(told, said[place], state)
            yield _Period(str(periods["period_id"].iloc[place]), periods["seen_on"].iloc[place], state, told)
