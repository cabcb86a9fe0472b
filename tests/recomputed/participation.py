"""How a plan was talked about: events, people, proposals, resources, networks, minimum requirements."""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from tests.recomputed.counting import Unit, by_codes, recount
from tests.recomputed.world import Row, World

SESSION, PUBLIC = "forum_session", "public_meeting"
MEETINGS = (SESSION, PUBLIC, "round_table")
EVENTS, PROPOSALS = ("events",), ("proposals",)
REQUIREMENTS = ("commitments", "events", "proposals", "requirement_checks")


def begun(world: World) -> list[Row]:
    """The events that have begun."""
    return [row for row in world.rows["events"] if row["starts_on"] <= world.as_of]


def of_event(row: Row, **more: Any) -> Unit:
    """A unit of an event."""
    return Unit(row["plan_id"], row["cluster_id"], **more)


@recount("events", categories=by_codes("event_kind"), needs=EVENTS)
def events(world: World) -> Iterator[Unit]:
    return (of_event(row, category=row["kind"]) for row in begun(world))


def is_open(row: Row) -> bool | None:
    """Whether anybody could take part; None if it is not known."""
    if row["open_to"] is not None:
        return bool(row["open_to"] == "open")
    return True if row["kind"] == PUBLIC else None


@recount("open_events", needs=EVENTS)
def open_events(world: World) -> Iterator[Unit]:
    for row in begun(world):
        yield of_event(row, numerator=int(is_open(row) is True), missing=int(is_open(row) is None))


@recount("minutes_published", needs=EVENTS)
def minutes_published(world: World) -> Iterator[Unit]:
    for row in begun(world):
        if world.over(row["ends_on"] or row["starts_on"]):
            yield of_event(row, numerator=int(row["minutes_url"] is not None))


@recount("event_influence", categories=by_codes("influence", "not_said"), needs=EVENTS)
def event_influence(world: World) -> Iterator[Unit]:
    for row in begun(world):
        yield of_event(row, category=row["influence"] or "not_said", missing=int(row["influence"] is None))


@recount("people_by_sector", categories=by_codes("sector"), needs=("attendance",))
def people_by_sector(world: World) -> Iterator[Unit]:
    came = {row["event_id"]: row for row in begun(world)}
    for row in world.rows["attendance"]:
        if row["event_id"] in came:
            people = row["people"]
            yield of_event(came[row["event_id"]], category=row["sector"], numerator=people, denominator=people)


def windows(starts: date, ends: date, months: int) -> list[tuple[date, date]]:
    """Windows of so many months from the first day of a plan, the last cut at its end."""
    found = []
    for number in range(200):
        first, after = _later(starts, number * months), _later(starts, (number + 1) * months)
        if first > ends:
            break
        found.append((first, after - timedelta(days=1)))
    return found


def _later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def recorded(world: World, plan: str, kinds: Sequence[str]) -> bool:
    """Whether any such event is recorded of the plan or an earlier one."""
    starts = world.plans[plan]["start_date"]
    return any(row["kind"] in kinds and world.plans[row["plan_id"]]["start_date"] <= starts for row in begun(world))


@recount("forum_regularity", needs=EVENTS)
def forum_regularity(world: World) -> Iterator[Unit]:
    for plan, row in world.plans.items():
        sessions = [one["starts_on"] for one in begun(world) if one["kind"] == SESSION and one["plan_id"] == plan]
        for first, last in windows(row["start_date"], row["end_date"], 6):
            if last <= row["end_date"] and world.over(last):
                met = any(first <= day <= last for day in sessions)
                yield Unit(plan, numerator=int(met), missing=int(not recorded(world, plan, (SESSION,))))


@recount("resources_enough", needs=("resources",))
def resources_enough(world: World) -> Iterator[Unit]:
    pairs = dict.fromkeys((row["plan_id"], row["institution_id"]) for row in world.rows["resources"])
    for plan, institution in pairs:
        said = [
            row["enough"]
            for row in world.rows["resources"]
            if (row["plan_id"], row["institution_id"]) == (plan, institution)
        ]
        if any(answer is not None for answer in said):
            short = any(answer is not None and not answer for answer in said)
            unsaid = not short and any(answer is None for answer in said)
            yield Unit(plan, institutions=(institution,), numerator=int(not short and not unsaid), missing=int(unsaid))


@recount("networked_organisations", needs=("memberships",))
def networked_organisations(world: World) -> Iterator[Unit]:
    civil = {row["institution_id"] for row in world.rows["institutions"] if row["sector"] == "civil_society"}
    for plan, term in world.plans.items():
        proposed = {row["proposer_id"] for row in world.rows["proposals"] if row["plan_id"] == plan}
        seated = {row["institution_id"] for row in world.rows["forum_seats"] if _during(row, term)}
        members = {row["institution_id"] for row in world.rows["memberships"] if _during(row, term)}
        for institution in (proposed | seated) & civil:
            yield Unit(plan, institutions=(institution,), numerator=int(institution in members))


def _during(row: Row, term: Row) -> bool:
    first, last = row["starts_on"] or date.min, row["ends_on"] or date.max
    return bool(first <= term["end_date"] and last >= term["start_date"])


@recount("sectors_missing", needs=("stakeholders", "attendance"))
def sectors_missing(world: World) -> Iterator[Unit]:
    order = world.codes("level3")
    for cluster in world.rows["clusters"]:
        name, here = cluster["cluster_id"], {}
        held = {row["event_id"] for row in begun(world) if row["cluster_id"] == name}
        came = [row for row in world.rows["attendance"] if row["event_id"] in held]
        for row in world.rows["stakeholders"]:
            if row["cluster_id"] == name and row["interest"] is not None:
                here[row["sector"]] = max(here.get(row["sector"], "low"), row["interest"], key=order.index)
        for sector in (sector for sector, interest in here.items() if interest == "high"):
            absent = not any(row["sector"] == sector and row["people"] > 0 for row in came)
            yield Unit(cluster["plan_id"], name, numerator=int(bool(came) and absent), missing=int(not came))


class Trail:
    """What became of each proposal."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows = {row["proposal_id"]: row for row in world.rows["proposals"]}
        links = [(row["proposal_id"], row["same_as"]) for row in world.rows["proposal_links"]]
        links += [(row["proposal_id"], row["duplicate_of"]) for row in self.rows.values() if row["duplicate_of"]]
        self.links = [pair for pair in links if all(one in self.rows for one in pair)]

    def same(self, proposal: str) -> set[str]:
        """The proposals of the plan that hang together with it by links."""
        group, size = {proposal}, 0
        plan = self.rows[proposal]["plan_id"]
        while size < len(group):
            size = len(group)
            for one, other in self.links:
                if {one, other} & group and self.rows[one]["plan_id"] == self.rows[other]["plan_id"] == plan:
                    group |= {one, other}
        return group

    def responses(self, proposal: str) -> list[Row]:
        """The responses to it or to one that says the same, the newest last."""
        mine = [row for row in self.world.rows["responses"] if row["proposal_id"] in self.same(proposal)]
        return sorted(mine, key=lambda row: (row["responded_on"] or date.min, row["response_id"]))

    def waited(self, proposal: str) -> int | None:
        """The days from its receipt to the first response with a date."""
        received, days = self.rows[proposal]["received_on"], []
        for row in self.responses(proposal):
            if received is not None and row["responded_on"] is not None:
                wait = (row["responded_on"] - received).days
                if wait >= 0 or row["proposal_id"] != proposal:
                    days.append(max(wait, 0))
        return min(days, default=None)

    def fate(self, proposal: str) -> str:
        """Its category in proposal_fates."""
        responses = self.responses(proposal)
        if not responses:
            return "unanswered"
        last = responses[-1]
        if last["outcome"] is None:
            return "outcome_not_said"
        if last["outcome"] not in ("included", "partly"):
            return str(last["outcome"])
        commitment = last["commitment_id"]
        if commitment is None:
            return "untraced"
        level = self.world.last_level(commitment)
        meaning = self.world.meaning(self.world.commitments[commitment]["plan_id"], level)
        between = {"started": "under_way", "substantial": "under_way", "none": "not_reported", None: "not_reported"}
        return between.get(meaning, str(meaning))

    def unit(self, proposal: str, **more: Any) -> Unit:
        """A unit, which counts for the institution that proposed it."""
        row = self.rows[proposal]
        return Unit(row["plan_id"], row["cluster_id"], (row["proposer_id"],) if row["proposer_id"] else (), **more)


@recount("proposals", of_plan=True, needs=PROPOSALS)
def proposals(world: World) -> Iterator[Unit]:
    trail = Trail(world)
    return (trail.unit(one) for one in trail.rows)


@recount("proposals_answered", needs=PROPOSALS)
def proposals_answered(world: World) -> Iterator[Unit]:
    trail = Trail(world)
    return (trail.unit(one, numerator=int(bool(trail.responses(one)))) for one in trail.rows)


@recount("proposals_incorporated", needs=PROPOSALS)
def proposals_incorporated(world: World) -> Iterator[Unit]:
    trail = Trail(world)
    for one in trail.rows:
        outcome = responses[-1]["outcome"] if (responses := trail.responses(one)) else ""
        yield trail.unit(one, numerator=int(outcome in ("included", "partly")), missing=int(outcome is None))


@recount("proposal_fates", categories=by_codes("proposal_fate"), needs=PROPOSALS)
def proposal_fates(world: World) -> Iterator[Unit]:
    trail = Trail(world)
    for one in trail.rows:
        fate = trail.fate(one)
        yield trail.unit(one, category=fate, missing=int(fate in ("outcome_not_said", "not_reported")))


@recount("days_to_answer", median=True, needs=PROPOSALS)
def days_to_answer(world: World) -> Iterator[Unit]:
    trail = Trail(world)
    for one in trail.rows:
        if trail.responses(one):
            days = trail.waited(one)
            known = days is not None
            yield trail.unit(one, numerator=days or 0, denominator=int(known), missing=int(not known))
