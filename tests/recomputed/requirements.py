"""OGP's minimum requirements of participation, window by window."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tests.recomputed.counting import Unit, recount
from tests.recomputed.participation import (
    MEETINGS,
    REQUIREMENTS,
    SESSION,
    Trail,
    begun,
    is_open,
    recorded,
    windows,
)
from tests.recomputed.world import World

MONTHS = {"forum_meets": 6, "repository": 12, "implementation_meetings": 12}
SENT = (
    *("commitments", "commitment_institutions", "milestones", "updates", "evidence"),
    *("events", "attendance", "proposals", "responses"),
)


class Window(NamedTuple):
    """A window of a requirement in a plan; ``once``: it is asked once in the plan."""

    plan: str
    requirement: str
    first: date
    last: date
    once: bool


@recount("requirements_met", apart=True, needs=REQUIREMENTS)
def requirements_met(world: World) -> Iterator[Unit]:
    asked = {row["plan_id"] for table in REQUIREMENTS for row in world.rows[table]}
    for plan in (plan for plan in world.plans if plan in asked):
        for requirement in world.codes("ogp_requirement"):
            for window in _windows(world, plan, requirement):
                met = answer(world, window)
                runs = not world.over(window.last)
                nothing = met is None
                if runs and not met and not (window.once and nothing):
                    continue
                yield Unit(plan, category=requirement, numerator=int(met is True), missing=int(nothing))


def _windows(world: World, plan: str, requirement: str) -> Iterator[Window]:
    starts, ends = world.plans[plan]["start_date"], world.plans[plan]["end_date"]
    if requirement not in MONTHS:
        found = [(starts, ends)]
    else:
        every = windows(starts, ends, MONTHS[requirement])
        # A rest that is shorter than half a window asks for nothing.
        found = [
            (first, min(last, ends))
            for first, last in every
            if ((min(last, ends) - first).days + 1) * 2 >= (last - first).days + 1
        ]
    for first, last in found:
        if first <= world.as_of:
            yield Window(plan, requirement, first, last, requirement not in MONTHS)


def answer(world: World, window: Window) -> bool | None:
    """Whether it is met, by the data or else as checked."""
    shown = {
        "forum_meets": forum_meets,
        "repository": repository,
        "reasoned_response": reasoned_response,
        "implementation_meetings": implementation_meetings,
    }.get(window.requirement, lambda *_: None)(world, window)
    return checked(world, window) if shown is None else shown


def forum_meets(world: World, window: Window) -> bool | None:
    if not recorded(world, window.plan, (SESSION,)):
        return None
    return any(
        row["kind"] == SESSION and row["plan_id"] == window.plan and window.first <= row["starts_on"] <= window.last
        for row in begun(world)
    )


def implementation_meetings(world: World, window: Window) -> bool | None:
    if not recorded(world, window.plan, MEETINGS):
        return None
    sure = unsaid = 0
    for row in begun(world):
        if row["plan_id"] != window.plan or row["kind"] not in MEETINGS:
            continue
        if not window.first <= row["starts_on"] <= window.last:
            continue
        listed = [one for one in world.rows["attendance"] if one["event_id"] == row["event_id"]]
        civil = any(one["sector"] == "civil_society" and one["people"] > 0 for one in listed)
        if is_open(row) or civil:
            sure += 1
        elif not listed:
            unsaid += 1
    return True if sure >= 2 else None if sure + unsaid >= 2 else False


def repository(world: World, window: Window) -> bool | None:
    days = {
        day
        for (table, key), day in world.known.items()
        if table in SENT and _plan_of(world, table, key) == window.plan and window.first <= day <= window.last
    }
    return True if len(days) >= 2 else None


def _plan_of(world: World, table: str, key: Sequence[str]) -> str | None:
    milestones = {row["milestone_id"]: row["commitment_id"] for row in world.rows["milestones"]}
    first: str | None = key[0]
    if table in ("updates", "evidence", "milestones"):
        first, table = milestones.get(first or ""), "commitments"
    if table == "attendance":
        table = "events"
    if table == "responses":
        answers = {row["response_id"]: row["proposal_id"] for row in world.rows["responses"]}
        first, table = answers.get(first or ""), "proposals"
    if table == "commitment_institutions":
        table = "commitments"
    name = {"commitments": "commitment_id", "events": "event_id", "proposals": "proposal_id"}[table]
    return next((row["plan_id"] for row in world.rows[table] if row[name] == first), None)


def reasoned_response(world: World, window: Window) -> bool | None:
    trail = Trail(world)
    own = [one for one, row in trail.rows.items() if row["plan_id"] == window.plan]
    if not own:
        return None
    reasons = [any(row["reason_en"] or row["reason_es"] for row in trail.responses(one)) for one in own]
    return all(reasons)


def checked(world: World, window: Window) -> bool | None:
    """What the newest check says; that it is met counts with evidence only."""
    said = [
        row
        for row in world.rows["requirement_checks"]
        if row["plan_id"] == window.plan and row["requirement"] == window.requirement
        if row["checked_on"] <= world.as_of
        if window.once or window.first <= row["checked_on"] <= window.last
    ]
    if not said:
        return None
    newest = max(said, key=lambda row: row["checked_on"])
    if newest["met"]:
        return True if newest["evidence_url"] is not None else None
    return False
