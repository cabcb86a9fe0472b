"""Rows that wait. They are in no published table, so nobody outside the secretariat can count them again.

Here the rows that wait are given, and counted from the definitions alone.
"""

from collections.abc import Iterator, Sequence

from tests.recomputed.counting import ALL, Unit, recount
from tests.recomputed.reported import of_milestone, reports
from tests.recomputed.world import World


@recount("rows_waiting", apart=True)
def rows_waiting(world: World) -> Iterator[Unit]:
    rounds = {period["period_id"] for period in world.periods}
    for row in world.waiting:
        asked = [name for name in row.key if name in rounds]
        for plan in _plans(world, (*row.key, row.owner)):
            yield Unit(plan, period=asked[0] if asked else ALL, category=row.table)


def _plans(world: World, names: Sequence[str]) -> Sequence[str]:
    """The plan that the names lead to, also through rows that wait themselves; every plan if they lead to none."""
    owners = {row.key[0]: row.owner for row in world.waiting if row.table in ("commitments", "milestones")}
    commitment_of = {row["milestone_id"]: row["commitment_id"] for row in world.rows["milestones"]}
    plan_of = {row["period_id"]: row["plan_id"] for row in world.periods}
    plan_of |= {commitment: row["plan_id"] for commitment, row in world.commitments.items()}
    for name in names:
        while name and name not in world.plans:
            name = plan_of.get(name) or commitment_of.get(name) or owners.get(name) or ""
        if name:
            return (name,)
    return tuple(world.plans)


@recount("reports_waiting", needs=("updates", "milestones"))
def reports_waiting(world: World) -> Iterator[Unit]:
    waiting = {row.key for row in world.waiting if row.table == "updates"}
    rounds = {period for _, period in waiting}
    for milestone, period, status, _ in reports(world):
        if period["period_id"] in rounds:
            held_up = status is None and (milestone.id, period["period_id"]) in waiting
            yield of_milestone(milestone, period=period["period_id"], numerator=int(held_up))
