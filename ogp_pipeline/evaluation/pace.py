"""How many more will be complete by a later day, at the pace so far: a distribution, and its 90 % interval.

The model is a constant hazard, as of machines that fail without ageing: on each day of the term every milestone that is
still open has the same chance of being completed. After ``t`` days a milestone is still open with probability ``u``; it
stays open for ``c * t`` days more with probability ``u ** c``.

    what was seen     k complete and r open of n with a known status, so u ~ Beta(r + 1/2, k + 1/2): the posterior under
                      Jeffreys' prior, which is proper also when nothing (or everything) is complete yet
    each open one     completes within c * t days with probability 1 - u ** c; one of which nothing was ever said has
                      been completed by then with probability 1 - u ** (1 + c), never taken for not started
    how many of them  mean and variance from the moments of u, E[u ** e] = B(a + e, b) / B(a, b); the distribution is
                      the beta-binomial of that mean and variance, so the interval holds the doubt about the pace, too

Milestones of one commitment are done or left by the same people. How alike they are (``alike``, the correlation within
commitments, seen in the same period) widens both steps by the design effect 1 + (m - 1) * alike of survey sampling
(Kish 1965), m being the mean size of a commitment, larger ones weighing more. What the interval does not hold is a
change of pace: work that speeds up before a deadline, or stops at an election, falls outside it more often than once
in ten.

Sources: Jeffreys' prior for a proportion as in Brown, Cai and DasGupta, "Interval Estimation for a Binomial
Proportion", Statistical Science 16 (2001); beta-binomial prediction as in Gelman et al., "Bayesian Data Analysis",
chapter 2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ogp_pipeline.evaluation.milestone_periods import Integers

Numbers = NDArray[np.float64]

COVERAGE = 0.9
_REACH = 12.0  # standard deviations from the mean beyond which there is no probability to speak of
_LEAST = 1e-9  # of a correlation: at 0 and 1 the beta-binomial has no parameters


@dataclass(frozen=True)
class Pace:
    """What is known of ``u`` after ``days``: Beta(``still``, ``done``)."""

    still: float
    done: float
    days: int


@dataclass(frozen=True)
class Ahead:
    """For each subject how many more milestones will be complete: mean, interval, and the probability of all."""

    expected: Numbers
    low: Integers
    high: Integers
    every: Numbers


def pace(complete: int, still: int, days: int, effect: float = 1.0) -> Pace:
    """The pace of a plan ``days`` (at least 1) after its start. ``effect``: the design effect, from 1."""
    return Pace(still / effect + 0.5, complete / effect + 0.5, days)


def likeness(complete: Integers, reported: Integers) -> float:
    """How alike the milestones of one commitment are, from 0 to 1: the correlation within commitments.

    By moments, from the complete ones of those known in each commitment; 0 where nothing can be seen of it (no
    commitment with two, all complete or none).
    """
    total, groups = int(reported.sum()), int((reported > 0).sum())
    share = complete.sum() / total if total else 0.0
    pairs = float((reported * (reported - 1)).sum())
    if not pairs or groups < 2 or share in (0.0, 1.0):
        return 0.0
    spread = float(((complete - reported * share) ** 2).sum()) * groups / (groups - 1)
    correlation = (spread / (share * (1 - share)) - total) / pairs
    return min(max(correlation, 0.0), 1.0)


def effect(sizes: Integers, alike: float) -> float:
    """The design effect of milestones that come in commitments of these sizes."""
    total = int(sizes.sum())
    return 1.0 + (float((sizes * sizes).sum()) / total - 1.0) * alike if total else 1.0


def ahead(now: Pace, days: int, still: Integers, unknown: Integers, effects: Numbers) -> Ahead:
    """For subjects with so many milestones ``still`` open and ``unknown``: how many more in ``days`` (at least 1).

    ``effects``: the design effect within each subject. Equal subjects are worked out once.
    """
    asked = np.stack([still.astype("float64"), unknown.astype("float64"), effects], axis=1)
    each, place = np.unique(asked, axis=0, return_inverse=True)
    worked_out = [_of_subject(now, days / now.days, *row) for row in each.tolist()]
    forecasts = np.array(worked_out).reshape(len(each), 4)[place.ravel()]
    return Ahead(forecasts[:, 0], forecasts[:, 1].astype("int64"), forecasts[:, 2].astype("int64"), forecasts[:, 3])


def _of_subject(
    now: Pace, span: float, still: float, unknown: float, widened: float
) -> tuple[float, float, float, float]:
    """Mean, low, high and the probability of all, of ``still + unknown`` milestones."""
    from scipy.special import betaln  # slow to load, and most commands need none of it; scipy.stats is slower still

    count = int(still + unknown)
    if not count:
        return 0.0, 0.0, 0.0, 1.0

    def moment(power: float) -> float:
        return float(np.exp(betaln(now.still + power, now.done) - betaln(now.still, now.done)))

    opened, other = moment(span), moment(1 + span)  # still open then: of an open one, of an unknown one
    both, other_two, mixed = moment(2 * span), moment(2 + 2 * span), moment(1 + 2 * span)
    mean = still * (1 - opened) + unknown * (1 - other)
    chance = widened * (still * (opened - both) + unknown * (other - other_two))
    doubt = still**2 * (both - opened**2) + unknown**2 * (other_two - other**2)
    doubt += 2 * still * unknown * (mixed - opened * other)
    doubt = max(doubt, 0.0)  # differences of numbers near 1: rounding shows where tens of thousands are open
    share = min(max(mean / count, _LEAST), 1 - _LEAST)
    beyond = (chance + doubt) / (count * share * (1 - share)) - 1
    alike = min(max(beyond / (count - 1) if count > 1 else 0.0, _LEAST), 1 - _LEAST)
    weight = 1 / alike - 1
    first, second = share * weight, (1 - share) * weight
    reach = _REACH * float(np.sqrt(chance + doubt)) + 1
    values = np.arange(max(0, int(mean - reach)), min(count, int(mean + reach) + 1) + 1)
    ways = -np.log(count + 1) - betaln(count - values + 1, values + 1)  # log of count over value
    up_to = np.cumsum(np.exp(ways + betaln(values + first, count - values + second) - betaln(first, second)))
    low, high = (
        values[min(int(np.searchsorted(up_to, tail)), len(values) - 1)]
        for tail in ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2)
    )
    return mean, float(low), float(high), float(np.exp(betaln(count + first, second) - betaln(first, second)))
