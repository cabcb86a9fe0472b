"""The distribution of what will be complete: by hand, and against milestones whose future is known."""

import numpy as np
import pytest

from ogp_pipeline.evaluation.pace import ahead, effect, likeness, pace


def look(complete: int, still: int, past: int, left: int, unknown: int = 0):
    found = ahead(pace(complete, still, past), left, np.array([still]), np.array([unknown]), np.array([1.0]))
    return float(found.expected[0]), int(found.low[0]), int(found.high[0]), float(found.every[0])


def test_over_as_many_days_again_it_is_the_beta_binomial_of_the_textbook():
    expected, low, high, every = look(3, 7, 365, 365)
    assert expected == pytest.approx(7 * 3.5 / 11)  # the mean of Beta(3.5, 7.5), for each of seven
    chance = np.prod([(3.5 + i) / (11 + i) for i in range(7)])
    assert every == pytest.approx(chance)
    assert (low, high) == (0, 5)


def test_with_nothing_complete_yet_something_is_still_possible_and_with_all_complete_nothing_is_left():
    expected, low, high, _ = look(0, 10, 100, 300)
    assert 0 < expected < 3 and low == 0 and high >= 3
    assert look(10, 0, 100, 300) == (0, 0, 0, 1)


def test_tens_of_thousands_of_which_none_is_complete_are_no_harder_than_ten():
    expected, low, high, every = look(0, 49_979, 291, 146, unknown=21)
    assert 0 < expected < 1 and (low, high) == (0, 1) and every < 1e-9


def test_a_milestone_of_which_nothing_is_known_is_neither_open_nor_complete():
    unknown = look(30, 30, 365, 365, unknown=20)[0] - look(30, 30, 365, 365)[0]
    assert look(30, 50, 365, 365)[0] / 50 * 20 < unknown < 20


def _covered(of_each: int, widened: bool, seeds: int = 150) -> float:
    """The share of intervals that hold what happened to 20 commitments of three milestones, at a constant rate.

    ``of_each``: how many milestones share one fate: 1, or all 3 of a commitment.
    """
    held = 0
    for seed in range(seeds):
        day = np.repeat(np.random.default_rng(seed).exponential(500, 60 // of_each), of_each).reshape(20, 3)
        now, then = (day <= 400).sum(axis=1), int((day <= 700).sum())
        alike = likeness(now, np.full(20, 3)) if widened else 0.0
        left = 3 - now
        seen = pace(int(now.sum()), int(left.sum()), 400, effect(np.full(20, 3), alike))
        effects = np.array([effect(left, alike)])
        found = ahead(seen, 300, np.array([left.sum()]), np.array([0]), effects)
        held += int(found.low[0]) <= then - int(now.sum()) <= int(found.high[0])
    return held / seeds


def test_the_interval_holds_what_happens_at_a_constant_pace_and_with_milestones_done_together_once_it_is_widened():
    assert _covered(1, widened=True) >= 0.85
    assert _covered(3, widened=True) >= 0.85
    assert _covered(3, widened=False) < 0.75, "without the design effect it would hold far less than it says"
