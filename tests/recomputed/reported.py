"""What was promised and reported: size, completion, progress, timeliness, evidence, compliance, barriers."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tests.recomputed.counting import NOT_ASKED, Unit, by_codes, fixed, recount
from tests.recomputed.world import Milestone, Row, World

NOT_REPORTED = "not_reported"
COMPLETE, WITHDRAWN = "complete", "withdrawn"


def of_commitment(world: World, commitment: str, **more: Any) -> Unit:
    """A unit of a commitment, which counts for those that lead it."""
    row = world.commitments[commitment]
    return Unit(row["plan_id"], row["cluster_id"], world.leads[commitment], **more)


def of_milestone(milestone: Milestone, **more: Any) -> Unit:
    """A unit of a milestone, which counts for the institution that is responsible for it."""
    return Unit(milestone.plan, milestone.cluster, milestone.institutions, **more)


def reports(world: World) -> Iterator[tuple[Milestone, Row, str | None, str | None]]:
    """Every milestone in every period with results: both, the status and its meaning."""
    for period in world.with_results:
        for milestone in world.milestones:
            if milestone.plan == period["plan_id"]:
                status = world.status(milestone.id, period)
                yield milestone, period, status, world.meaning(milestone.plan, status)


def progress_levels(world: World, plan: str) -> Sequence[str]:
    """The plan's own scale, what was not reported, and what was not asked."""
    return (*world.levels(plan), NOT_REPORTED, NOT_ASKED)


def without(world: World, period: Row) -> str:
    """What a milestone or commitment without a level counts as in the round."""
    return NOT_REPORTED if world.asks(period) else NOT_ASKED


@recount("commitments", of_plan=True)
def commitments(world: World) -> Iterator[Unit]:
    return (of_commitment(world, one) for one in world.commitments)


@recount("milestones", of_plan=True)
def milestones(world: World) -> Iterator[Unit]:
    return (of_milestone(one) for one in world.milestones)


@recount("commitment_division", categories=fixed("undivided", "divided", "without_milestones"))
def commitment_division(world: World) -> Iterator[Unit]:
    for commitment in world.commitments:
        parts = sum(one.commitment == commitment for one in world.milestones)
        category = ("without_milestones", "undivided")[parts] if parts < 2 else "divided"
        yield of_commitment(world, commitment, category=category)


@recount("milestone_completion", categories=progress_levels)
def milestone_completion(world: World) -> Iterator[Unit]:
    for milestone, period, status, _ in reports(world):
        yield of_milestone(
            milestone, period=period["period_id"], category=status or without(world, period),
            missing=int(status is None),
        )  # fmt: skip


@recount("commitment_completion", categories=progress_levels)
def commitment_completion(world: World) -> Iterator[Unit]:
    for period in world.with_results:
        for commitment, row in world.commitments.items():
            if row["plan_id"] == period["plan_id"]:
                level = world.level(commitment, period)
                yield of_commitment(
                    world, commitment, period=period["period_id"], category=level or without(world, period),
                    missing=int(level is None),
                )  # fmt: skip


def graded(world: World, plan: str) -> bool:
    """Whether the plan's scale has a level for substantial progress."""
    return any(world.meaning(plan, level) == "substantial" for level in world.levels(plan))


@recount("milestone_high_completion")
def milestone_high_completion(world: World) -> Iterator[Unit]:
    for milestone, period, status, meaning in reports(world):
        if graded(world, milestone.plan):
            yield of_milestone(
                milestone, period=period["period_id"], numerator=int(meaning in ("substantial", COMPLETE)),
                missing=int(status is None),
            )  # fmt: skip


@recount("commitment_high_completion")
def commitment_high_completion(world: World) -> Iterator[Unit]:
    for period in world.with_results:
        for commitment, row in world.commitments.items():
            if row["plan_id"] == period["plan_id"] and graded(world, row["plan_id"]):
                level = world.level(commitment, period)
                high = world.meaning(row["plan_id"], level) in ("substantial", COMPLETE)
                yield of_commitment(
                    world, commitment, period=period["period_id"], numerator=int(high), missing=int(level is None)
                )


@recount("actual_progress")
def actual_progress(world: World) -> Iterator[Unit]:
    for milestone, period, status, meaning in reports(world):
        yield of_milestone(
            milestone, period=period["period_id"], numerator=int(meaning == COMPLETE), missing=int(status is None)
        )


@recount("burn_down")
def burn_down(world: World) -> Iterator[Unit]:
    yield from (of_milestone(one, period="start") for one in world.milestones)
    for milestone, period, status, meaning in reports(world):
        remains = status is not None and meaning not in (COMPLETE, WITHDRAWN)
        yield of_milestone(milestone, period=period["period_id"], numerator=int(remains), missing=int(status is None))


PERCENTS = ("0", "below_25", "below_50", "below_75", "below_100", "100")


def percents(world: World) -> Iterator[tuple[Milestone, str, Fraction | None]]:
    """Milestones not withdrawn in the periods that asked for a percentage or got one: both, and the percentage."""
    counted = {one.id for one in world.milestones}
    got = {
        row["period_id"]
        for row in world.rows["updates"]
        if row["percent"] is not None and row["milestone_id"] in counted
    }
    for milestone, period, _, meaning in reports(world):
        if meaning != WITHDRAWN and (period["asks_percent"] or period["period_id"] in got):
            yield milestone, period["period_id"], world.percent(milestone.id, period)


@recount("mean_percent", mean=True, needs=("updates",))
def mean_percent(world: World) -> Iterator[Unit]:
    for milestone, period, percent in percents(world):
        known = percent is not None
        hundredths = int(percent * 100) if percent is not None else 0
        yield of_milestone(
            milestone, period=period, numerator=hundredths, denominator=10_000 * known, missing=int(not known)
        )


@recount("milestones_by_percent", categories=fixed(*PERCENTS, NOT_REPORTED), needs=("updates",))
def milestones_by_percent(world: World) -> Iterator[Unit]:
    for milestone, period, percent in percents(world):
        category = NOT_REPORTED if percent is None else PERCENTS[(percent > 0) + int(percent // 25)]
        yield of_milestone(milestone, period=period, category=category, missing=int(percent is None))


@recount("expected_progress")
def expected_progress(world: World) -> Iterator[Unit]:
    for period in world.with_results:
        plan = world.plans[period["plan_id"]]
        day = min(period["end_date"], world.as_of)
        term = (plan["end_date"] - plan["start_date"]).days
        passed = min(max((day - plan["start_date"]).days, 0), term)
        yield Unit(plan["plan_id"], period=period["period_id"], numerator=passed, denominator=term)


@recount("reporting_compliance")
def reporting_compliance(world: World) -> Iterator[Unit]:
    for period in world.periods:
        if world.over(period["due_date"]) or world.heard_of(period):
            for milestone in world.milestones:
                if milestone.plan == period["plan_id"]:
                    received = (milestone.id, period["period_id"]) in world.updates
                    yield of_milestone(milestone, period=period["period_id"], numerator=int(received))


@recount("evidence_coverage")
def evidence_coverage(world: World) -> Iterator[Unit]:
    ends = {period["period_id"]: period["end_date"] for period in world.periods}
    shown = {
        (row["milestone_id"], row["period_id"]) for row in world.rows["evidence"] if row["kind"] in ("link", "file")
    }
    refers = {
        (row["milestone_id"], row["period_id"]) for row in world.rows["evidence"] if row["kind"] == "see_previous"
    }
    for milestone, period, _, _ in reports(world):
        key = (milestone.id, period["period_id"])
        if key in world.updates:
            before = any(one == milestone.id and ends[other] < period["end_date"] for one, other in shown)
            evidenced = key in shown or (key in refers and before)
            yield of_milestone(
                milestone, period=period["period_id"], numerator=int(evidenced),
                missing=int(not evidenced and not period["asks_evidence"]),
            )  # fmt: skip


@recount(
    "timeliness",
    categories=fixed("complete_on_time", "complete_late", "overdue", "not_due", "unknown_due", NOT_REPORTED),
)
def timeliness(world: World) -> Iterator[Unit]:
    for milestone in world.milestones:
        category = timely(world, milestone)
        if category is not None:
            missing = category in ("unknown_due", NOT_REPORTED)
            yield of_milestone(milestone, category=category, missing=int(missing))


def timely(world: World, milestone: Milestone) -> str | None:
    """How a milestone stands to its due date; None if it was withdrawn."""
    told = [
        (period, meaning)
        for period in world.with_results
        if period["plan_id"] == milestone.plan
        if (meaning := world.meaning(milestone.plan, world.status(milestone.id, period))) is not None
    ]
    last = told[-1][1] if told else None
    if last == WITHDRAWN:
        return None
    if milestone.due is None:
        return "unknown_due"
    if last != COMPLETE:
        if not world.over(milestone.due):
            return "not_due"
        return "overdue" if told else NOT_REPORTED
    places = [place for place, (_, meaning) in enumerate(told) if meaning != COMPLETE]
    since = told[places[-1] + 1 :] if places else told
    reported = [
        day
        for period, _ in since
        if (day := world.updates[milestone.id, period["period_id"]]["completed_on"]) is not None
    ]
    if reported:
        return "complete_on_time" if reported[-1] <= milestone.due else "complete_late"
    if _speaks_for(world, milestone, since[0][0]) <= milestone.due:
        return "complete_on_time"
    if places and _speaks_for(world, milestone, told[places[-1]][0]) >= milestone.due:
        return "complete_late"
    return NOT_REPORTED


def _speaks_for(world: World, milestone: Milestone, period: Row) -> date:
    known = world.known["updates", (milestone.id, period["period_id"])]
    end: date = period["end_date"]
    return min(end, known)


@recount(
    "status_transitions",
    categories=fixed("improved", "same", "regressed", "not_comparable", NOT_REPORTED),
    needs=("updates",),
)
def status_transitions(world: World) -> Iterator[Unit]:
    for plan in world.plans:
        periods = [period for period in world.with_results if period["plan_id"] == plan]
        for milestone in (one for one in world.milestones if one.plan == plan):
            before: str | None = None
            for place, period in enumerate(periods):
                now = world.status(milestone.id, period)
                if place and (now is not None or world.asks(period)):
                    category = change(world, plan, before, now)
                    yield of_milestone(
                        milestone, period=period["period_id"], category=category, missing=int(category == NOT_REPORTED)
                    )
                before = now or before


def change(world: World, plan: str, before: str | None, now: str | None) -> str:
    """How a status compares with the one before it."""
    if before is None or now is None:
        return NOT_REPORTED
    if before == now:
        return "same"
    if {world.meaning(plan, before), world.meaning(plan, now)} & {"none", WITHDRAWN}:
        return "not_comparable"
    levels = world.levels(plan)
    return "improved" if levels.index(now) > levels.index(before) else "regressed"


def standing(world: World) -> list[Row]:
    """The barriers that were raised and not resolved up to the day."""
    return [
        row
        for row in world.rows["barriers"]
        if row["raised_on"] <= world.as_of and not (row["resolved_on"] and row["resolved_on"] <= world.as_of)
    ]


@recount("open_barriers", categories=by_codes("barrier_group"), needs=("barriers",))
def open_barriers(world: World) -> Iterator[Unit]:
    for row in standing(world):
        yield of_commitment(world, row["commitment_id"], category=row["group"])


@recount("delayed_by_barrier", categories=by_codes("barrier_group", "none_named"), needs=("barriers",))
def delayed_by_barrier(world: World) -> Iterator[Unit]:
    delayed = {one.commitment for one in world.milestones if timely(world, one) == "overdue"}
    for commitment in sorted(delayed):
        groups = sorted({row["group"] for row in standing(world) if row["commitment_id"] == commitment})
        for place, group in enumerate(groups or ["none_named"]):
            yield of_commitment(world, commitment, category=group, denominator=int(place == 0))
