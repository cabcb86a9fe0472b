"""What becomes of commitments beyond their plan, what was achieved besides, and how officials take part."""

from collections.abc import Iterator
from datetime import date

from tests.recomputed.counting import Unit, by_codes, recount
from tests.recomputed.reported import of_commitment
from tests.recomputed.world import Row, World

COMMITMENTS = ("commitments",)


def later(world: World, plan: str) -> list[date]:
    """The first days of the later plans that have commitments."""
    filled = {row["plan_id"] for row in world.commitments.values()}
    starts = world.plans[plan]["start_date"]
    return sorted(row["start_date"] for one, row in world.plans.items() if one in filled and row["start_date"] > starts)


@recount("continuity", categories=by_codes("continuity_state"), needs=COMMITMENTS)
def continuity(world: World) -> Iterator[Unit]:
    for commitment, row in world.commitments.items():
        level = world.last_level(commitment)
        state = _state(world, commitment, row, level)
        yield of_commitment(
            world, commitment, category=state, missing=int(level is None and state in ("waiting", "dropped"))
        )


def _state(world: World, commitment: str, row: Row, level: str | None) -> str:
    plan = row["plan_id"]
    if not world.over(world.plans[plan]["end_date"]):
        return "running"
    if row["embedded_in"] is not None:
        return "embedded"
    starts = world.plans[plan]["start_date"]
    for other in world.commitments.values():
        if other["predecessor_id"] == commitment and world.plans[other["plan_id"]]["start_date"] > starts:
            return "carried_on"
    meaning = world.meaning(plan, level)
    if meaning in ("complete", "withdrawn"):
        return str(meaning)
    return "dropped" if later(world, plan) else "waiting"


@recount("embedded_commitments", needs=COMMITMENTS)
def embedded_commitments(world: World) -> Iterator[Unit]:
    asked = {row["plan_id"] for row in world.commitments.values() if row["embedded_in"] is not None}
    for commitment, row in world.commitments.items():
        yield of_commitment(
            world, commitment, numerator=int(row["embedded_in"] is not None), missing=int(row["plan_id"] not in asked)
        )


@recount("commitments_at_risk", needs=COMMITMENTS)
def commitments_at_risk(world: World) -> Iterator[Unit]:
    for commitment, row in world.commitments.items():
        change = _change(world, row["plan_id"])
        if change is not None:
            level = world.last_level(commitment, until=change)
            embedded = row["embedded_in"] is not None
            safe = embedded or world.meaning(row["plan_id"], level) in ("complete", "withdrawn")
            yield of_commitment(world, commitment, numerator=int(not safe), missing=int(level is None and not embedded))


def _change(world: World, plan: str) -> date | None:
    """The change of government that a plan is looked at by."""
    term, following = world.plans[plan], later(world, plan)
    coming = [day for day in sorted(world.changes) if day > world.as_of]
    if coming and not (world.over(term["end_date"]) and following):
        return coming[0]
    past = [day for day in sorted(world.changes) if term["start_date"] <= day <= world.as_of]
    past = [day for day in past if not following or day < following[0]]
    return past[-1] if past else None


@recount("ripple_achievements", categories=by_codes("ripple_kind"), needs=("ripple_achievements",))
def ripple_achievements(world: World) -> Iterator[Unit]:
    for row in world.rows["ripple_achievements"]:
        yield of_commitment(world, row["commitment_id"], category=row["kind"])


@recount("ripple_confirmed", needs=("ripple_achievements",))
def ripple_confirmed(world: World) -> Iterator[Unit]:
    return _confirmed(world, "ripple_achievements")


@recount("going_beyond", needs=("going_beyond",))
def going_beyond(world: World) -> Iterator[Unit]:
    outdone = {row["commitment_id"] for row in world.rows["going_beyond"]}
    return (of_commitment(world, one, numerator=int(one in outdone)) for one in world.commitments)


@recount("going_beyond_confirmed", needs=("going_beyond",))
def going_beyond_confirmed(world: World) -> Iterator[Unit]:
    return _confirmed(world, "going_beyond")


def _confirmed(world: World, table: str) -> Iterator[Unit]:
    sectors = {row["institution_id"]: row["sector"] for row in world.rows["institutions"]}
    for row in world.rows[table]:
        claimed, confirmed = sectors.get(row["claimed_by"]), sectors.get(row["confirmed_by"])
        known = claimed is not None and confirmed is not None
        yield of_commitment(
            world, row["commitment_id"], numerator=int(known and claimed != confirmed),
            missing=int(row["confirmed_by"] is not None and not known),
        )  # fmt: skip


@recount("officials_engagement", categories=by_codes("engagement_level"), needs=("engagement",))
def officials_engagement(world: World) -> Iterator[Unit]:
    seen = sorted(world.rows["engagement"], key=lambda row: (row["observed_on"], row["engagement_id"]))
    newest = {(row["commitment_id"], row["institution_id"]): row for row in seen}
    for row in newest.values():
        of = world.commitments[row["commitment_id"]]
        yield Unit(of["plan_id"], of["cluster_id"], (row["institution_id"],), category=row["level"])


@recount("lessons_taken_up", needs=("lessons",))
def lessons_taken_up(world: World) -> Iterator[Unit]:
    for row in world.rows["lessons"]:
        if later(world, row["plan_id"]):
            yield Unit(row["plan_id"], numerator=int(row["taken_up_in"] is not None))
