"""The table forecasts, from the formulas that its columns state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import comb, exp, lgamma, log
from typing import Any

from tests.recomputed.world import Milestone, Row, World

UNKNOWN, OPEN, DONE, GONE = "unknown", "open", "done", "gone"
States = dict[str, str]


@dataclass(frozen=True)
class Look:
    """A round, the day for which it speaks, each milestone's last known state, and who got a status in it."""

    period: str
    day: date
    states: States
    told: frozenset[str]


def forecasts(world: World) -> dict[tuple[str, ...], dict[str, Any]]:
    """plan, round, target, table, subject -> the other columns."""
    return {key: values for plan in world.plans for key, values in _of_plan(world, plan)}


def _looks(world: World, plan: str, milestones: Sequence[Milestone]) -> list[Look]:
    looks: list[Look] = []
    states = dict.fromkeys((one.id for one in milestones), UNKNOWN)
    for period in world.with_results:
        told = {one.id: status for one in milestones if (status := world.status(one.id, period)) is not None}
        if period["plan_id"] == plan and world.asks(period) and told:
            words = {"complete": DONE, "withdrawn": GONE}
            states = states | {one: words.get(world.meaning(plan, status) or "", OPEN) for one, status in told.items()}
            looks.append(Look(period["period_id"], min(period["end_date"], world.as_of), states, frozenset(told)))
    return looks


def _of_plan(world: World, plan: str) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    term = world.plans[plan]
    milestones = [one for one in world.milestones if one.plan == plan]
    looks = _looks(world, plan, milestones)
    before_end = [look for look in looks if term["start_date"] < look.day < term["end_date"]]
    at_end = next((look for look in looks if look.day == term["end_date"]), None)
    for place, origin in enumerate(looks):
        if origin.day <= term["start_date"]:
            continue
        targets = [(look.period, look.day, look) for look in looks[place + 1 :] if look.day > origin.day]
        ends = [("end", term["end_date"], at_end)] if origin in before_end else []
        subjects: list[tuple[str, str]] = [("action_plans", plan)]
        if ends and origin is before_end[-1]:
            subjects += [("commitments", one) for one in dict.fromkeys(one.commitment for one in milestones)]
        for table, subject in subjects:
            own = [one for one in milestones if subject in (plan, one.commitment)]
            for target, day, seen in [*targets, *ends] if table == "action_plans" else ends:
                values = _values(milestones, own, origin, term, day, seen)
                if values is not None:
                    yield (plan, origin.period, target, table, subject), values


def _values(
    milestones: Sequence[Milestone],
    own: Sequence[Milestone],
    origin: Look,
    term: Row,
    day: date,
    seen: Look | None,
) -> dict[str, Any] | None:
    complete, s, q = (sum(origin.states[one.id] == state for one in own) for state in (DONE, OPEN, UNKNOWN))
    if not complete + s + q:
        return None
    past, left = (origin.day - term["start_date"]).days, (day - origin.day).days
    c = left / past
    alike, design, known = _alike(milestones, origin.states)
    a, b = known[OPEN] / design + 0.5, known[DONE] / design + 0.5

    def moment(power: float) -> float:
        return exp(_beta(a + power, b) - _beta(a, b))

    mean = s * (1 - moment(c)) + q * (1 - moment(1 + c))
    left_in = [sum(origin.states[one.id] in (OPEN, UNKNOWN) for one in group) for group in _groups(own)]
    wider = 1 + (sum(w * w for w in left_in) / sum(left_in) - 1) * alike if sum(left_in) else 1.0
    chance = wider * (s * (moment(c) - moment(2 * c)) + q * (moment(1 + c) - moment(2 + 2 * c)))
    doubt = s**2 * (moment(2 * c) - moment(c) ** 2) + q**2 * (moment(2 + 2 * c) - moment(1 + c) ** 2)
    doubt += 2 * s * q * (moment(1 + 2 * c) - moment(c) * moment(1 + c))
    low, high, all_of_them = _interval(s + q, mean, chance + doubt)
    actual = None
    if seen is not None and all(seen.states[one.id] in (DONE, GONE) or one.id in seen.told for one in own):
        actual = sum(seen.states[one.id] == DONE for one in own)
    return {
        "complete": complete, "of": complete + s + q, "days_past": past, "days_left": left, "expected": complete + mean,
        "low": complete + low, "high": complete + high, "probability": all_of_them, "actual": actual,
        "within": None if actual is None else complete + low <= actual <= complete + high,
    }  # fmt: skip


def _groups(milestones: Sequence[Milestone]) -> list[list[Milestone]]:
    names = dict.fromkeys(one.commitment for one in milestones)
    return [[one for one in milestones if one.commitment == name] for name in names]


def _alike(milestones: Sequence[Milestone], states: States) -> tuple[float, float, dict[str, int]]:
    """alike, D, and how many milestones are open and done."""
    counts = [
        (sum(states[one.id] == DONE for one in group), sum(states[one.id] in (DONE, OPEN) for one in group))
        for group in _groups(milestones)
    ]
    counts = [(k, n) for k, n in counts if n]
    total, done, g = sum(n for _, n in counts), sum(k for k, _ in counts), len(counts)
    pairs, alike = sum(n * (n - 1) for _, n in counts), 0.0
    if pairs and g > 1 and 0 < done < total:
        p = done / total
        spread = sum((k - n * p) ** 2 for k, n in counts) * g / (g - 1)
        alike = min(max((spread / (p * (1 - p)) - total) / pairs, 0.0), 1.0)
    design = 1 + (sum(n * n for _, n in counts) / total - 1) * alike if total else 1.0
    return alike, design, {DONE: done, OPEN: total - done}


def _interval(count: int, mean: float, variance: float) -> tuple[int, int, float]:
    """The least numbers up to which the probability is 0.05 and 0.95, and the probability of all."""
    if not count:
        return 0, 0, 1.0
    share = min(max(mean / count, 1e-9), 1 - 1e-9)
    beyond = variance / (count * share * (1 - share)) - 1
    alike = min(max(beyond / (count - 1) if count > 1 else 0.0, 1e-9), 1 - 1e-9)
    first, second = share * (1 / alike - 1), (1 - share) * (1 / alike - 1)
    up_to, ends = 0.0, []
    for number in range(count + 1):
        ways = log(comb(count, number)) - _beta(first, second)
        probability = exp(ways + _beta(number + first, count - number + second))
        up_to += probability
        ends.append(up_to)
    low, high = (next((number for number, sum_ in enumerate(ends) if sum_ >= tail), count) for tail in (0.05, 0.95))
    return low, high, probability


def _beta(first: float, second: float) -> float:
    """The logarithm of the beta function."""
    return lgamma(first) + lgamma(second) - lgamma(first + second)
