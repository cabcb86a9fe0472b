"""What the data shows of the minimum requirements: one rule for each that can be derived.

Absence is an answer only where what is absent is otherwise recorded: a forum whose sessions nobody ever entered has not
failed to meet. The requirements without a rule here can only be asserted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pandas as pd

from ogp_pipeline.evaluation.proposal_groups import groups
from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.tables.plan_windows import HALF_YEAR, YEAR, windows
from ogp_pipeline.tables.tables import PROGRAMME_SUPPLIER, Row, Tables

SESSION = "forum_session"
PUBLIC = "public_meeting"
OPEN = "open"
MEETINGS = (PUBLIC, SESSION, "round_table")
TWICE = 2

# Table -> the table whose key is the first part of its own key, on the way to a plan.
_THROUGH = {
    "commitment_institutions": "commitments",
    "updates": "milestones",
    "evidence": "milestones",
    "attendance": "events",
}
_REFERS = {  # table -> the column that leads on, and whose key it is ("" for a plan's)
    "commitments": ("plan_id", ""),
    "events": ("plan_id", ""),
    "proposals": ("plan_id", ""),
    "milestones": ("commitment_id", "commitments"),
    "responses": ("proposal_id", "proposals"),
}
_OF_PLANS = ("commitments", "events", "proposals")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was counted. ``complete``: what was not found did not happen; else it may have happened unrecorded."""

    found: int
    needed: int
    complete: bool = True

    @property
    def met(self) -> bool:
        """Whether there is enough."""
        return self.found >= self.needed


@dataclass(frozen=True, slots=True)
class Rule:
    """``months``: the length of a window; None: the whole plan. ``seen``: (context, plan, first day, last day)."""

    months: int | None
    seen: Callable[[EvaluationContext, str, date, date], Seen | None]


def forum_meets(context: EvaluationContext, plan: str, first: date, last: date) -> Seen | None:
    """At least one session of the forum in half a year; None if none was recorded in this plan or an earlier one."""
    if not recorded(context, plan, (SESSION,)):
        return None
    return Seen(len(_events(context.tables, plan, (SESSION,), first, min(last, context.as_of))), 1)


def implementation_meetings(context: EvaluationContext, plan: str, first: date, last: date) -> Seen | None:
    """At least two meetings a year that civil society could come to; None as for ``forum_meets``.

    Those are the meetings that were open to anybody (``is_open``), and those to which somebody of civil society came.
    Of another one, without a list of who came, nothing is known.
    """
    if not recorded(context, plan, MEETINGS):
        return None
    held = _events(context.tables, plan, MEETINGS, first, min(last, context.as_of))
    attendance = context.tables.frames["attendance"]
    came = attendance.loc[(attendance["people"] > 0).fillna(False)]
    civil = came.loc[(came["sector"] == "civil_society").fillna(False), "event_id"]
    open_ = (is_open(held).fillna(False) | held["event_id"].isin(civil)).astype("bool")
    unsaid = ~open_ & ~held["event_id"].isin(attendance["event_id"]).astype("bool")
    meetings = int(open_.sum())
    return Seen(meetings, TWICE, complete=meetings + int(unsaid.sum()) < TWICE)


def is_open(events: pd.DataFrame) -> "pd.Series[bool]":
    """Whether anybody could take part: as was recorded; else a public meeting is open, and of others it is not known.

    Source: schemas/metrics/open_events.json and requirements_met.json.
    """
    public = (events["kind"] == PUBLIC).fillna(False).astype("bool")
    by_kind = pd.Series(True, index=events.index, dtype="boolean").where(public)
    return by_kind.where(events["open_to"].isna().astype("bool"), (events["open_to"] == OPEN).astype("boolean"))


def repository(context: EvaluationContext, plan: str, first: date, last: date) -> Seen | None:
    """At least two days in a year on which rows of the plan became known.

    Only rows that still stand in the tables are counted, and one that was sent again counts on its newer day. So it is
    a lower bound: enough days show that the repository was updated, too few show nothing.
    """
    days = [day for day in _days(context).get(plan, {}) if first <= day <= min(last, context.as_of)]
    return Seen(len(days), TWICE, complete=False)


def reasoned_response(context: EvaluationContext, plan: str, _: date, __: date) -> Seen | None:
    """Every proposal answered with a reason, itself or one that says the same; None if nobody proposed anything."""
    proposals, group = _proposals(context.tables, plan), groups(context.tables)
    answered = {group.get(proposal, proposal) for proposal in _reasons(context.tables)["proposal_id"]}
    if not proposals:
        return None
    return Seen(sum(group.get(proposal, proposal) in answered for proposal in proposals), len(proposals))


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "forum_meets": Rule(HALF_YEAR, forum_meets),
        "repository": Rule(YEAR, repository),
        "reasoned_response": Rule(None, reasoned_response),
        "implementation_meetings": Rule(YEAR, implementation_meetings),
    }
)


def asked_once(requirement: str) -> bool:
    """Whether it is asked of the plan as a whole."""
    return requirement not in RULES or RULES[requirement].months is None


def speaks_of(requirement: str, checked_on: date, first: date, last: date) -> bool:
    """Whether a check made on a day can tell of a window."""
    return asked_once(requirement) or first <= checked_on <= last


def spans(requirement: str, starts: date, ends: date) -> list[tuple[date, date]]:
    """The windows (first day, last day) of a requirement in a plan of this term."""
    months = RULES[requirement].months if requirement in RULES else None
    return [(starts, ends)] if months is None else list(windows(starts, ends, months))


def lineage_of_requirement(tables: Tables, key: str) -> Iterator[Row]:
    """The rows behind a window (``plan/requirement/first day``), whatever the day on which it is looked at."""
    plan, requirement, start = key.split("/")
    plans = tables.frames["action_plans"]
    terms = {
        plan_id: (starts, ends)
        for plan_id, starts, ends in zip(plans["plan_id"], plans["start_date"], plans["end_date"], strict=True)
    }
    for first, last in spans(requirement, *terms[plan]):
        if first.isoformat() == start:
            yield from rows_seen(tables, plan, requirement, first, last)
            for day in checks(tables, plan, requirement)["checked_on"]:
                if speaks_of(requirement, day, first, last):
                    yield "requirement_checks", (plan, requirement, day.isoformat())


def checks(tables: Tables, plan: str, requirement: str) -> pd.DataFrame:
    """What was asserted of a requirement of a plan."""
    every = tables.frames["requirement_checks"]
    return every.loc[((every["plan_id"] == plan) & (every["requirement"] == requirement)).fillna(False)]


def rows_seen(tables: Tables, plan: str, requirement: str, first: date, until: date) -> Iterator[Row]:
    """The rows that a rule counted in a window, or looked through; of each day of the repository, one."""
    if requirement in ("forum_meets", "implementation_meetings"):
        for event in _events(tables, plan, (SESSION,) if requirement == "forum_meets" else MEETINGS, first, until)[
            "event_id"
        ]:
            yield "events", (str(event),)
    elif requirement == "repository":
        yield from (row for day, row in sorted(known_days(tables).get(plan, {}).items()) if first <= day <= until)
    elif requirement == "reasoned_response":
        proposals = _proposals(tables, plan)
        yield from (("proposals", (proposal,)) for proposal in proposals)
        reasons = _reasons(tables)
        yield from (
            ("responses", (str(key),)) for key in reasons.loc[reasons["proposal_id"].isin(proposals), "response_id"]
        )


@once
def _days(context: EvaluationContext) -> Mapping[str, Mapping[date, Row]]:
    return known_days(context.tables)


def known_days(tables: Tables) -> Mapping[str, Mapping[date, Row]]:
    """Plan -> the days on which rows of it became known -> one row of that day."""
    plan_of: dict[str, Mapping[str, str]] = {}
    plans = {plan for table in _OF_PLANS for plan in tables.frames[table]["plan_id"].unique().tolist()}
    days: dict[str, dict[date, Row]] = {plan: {} for plan in plans}
    open_: dict[date, set[str]] = {}  # day -> the plans that have no row of it yet: most rows are passed over at once
    for (table, key), origin in tables.origins.items():
        lacking = open_.setdefault(origin.known_on, set(plans))
        if lacking and (table in _REFERS or table in _THROUGH) and origin.supplier != PROGRAMME_SUPPLIER:
            if table not in plan_of:
                plan_of[table] = _plans(tables, table)
            plan = plan_of[table].get(key[0])
            if plan in lacking:
                lacking.remove(plan)
                days[plan][origin.known_on] = (table, key)
    return days


def _plans(tables: Tables, table: str) -> Mapping[str, str]:
    """First part of a row's key -> its plan."""
    if table in _THROUGH:
        return _plans(tables, _THROUGH[table])
    column, target = _REFERS[table]
    frame = tables.frames[table]
    referred = dict(zip(frame[frame.columns[0]].tolist(), frame[column].tolist(), strict=True))
    if not target:
        return referred
    further = _plans(tables, target)
    return {key: further[other] for key, other in referred.items() if other in further}


def recorded(context: EvaluationContext, plan: str, kinds: tuple[str, ...]) -> bool:
    """Whether any such event of this plan or an earlier one has been held: an announcement is not a record."""
    plans = context.tables.frames["action_plans"].set_index("plan_id")["start_date"]
    earlier = [earlier_plan for earlier_plan, start in plans.items() if start <= plans[plan]]
    events = context.tables.frames["events"]
    held = (events["starts_on"] <= context.as_of).fillna(False)
    return bool((events["kind"].isin(kinds) & events["plan_id"].isin(earlier) & held).any())


def _events(tables: Tables, plan: str, kinds: tuple[str, ...], first: date, until: date) -> pd.DataFrame:
    events = tables.frames["events"]
    inside = (events["starts_on"] >= first) & (events["starts_on"] <= until)
    return events.loc[(inside & (events["plan_id"] == plan) & events["kind"].isin(kinds)).fillna(False)]


def _proposals(tables: Tables, plan: str) -> list[str]:
    proposals = tables.frames["proposals"]
    return [str(proposal) for proposal in proposals.loc[(proposals["plan_id"] == plan).fillna(False), "proposal_id"]]


def _reasons(tables: Tables) -> pd.DataFrame:
    responses = tables.frames["responses"]
    return responses.loc[responses.filter(like="reason_").notna().any(axis=1)]
