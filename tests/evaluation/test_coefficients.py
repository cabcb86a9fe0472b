"""The coefficients against published figures, and against their definitions worked in fractions."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from ogp_pipeline.evaluation.coefficients import alpha, kappa

# Two raters, three levels: the SAS printout in statsmodels' own tests (simple 0.4842, linear weights 0.4701).
SAS = np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), its worked examples: what each observer said of
# the units in turn, the level of measurement, and alpha as printed there; * is a missing value.
FOUR_OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)
KRIPPENDORFF = {
    "A, two observers, binary": (("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"), "nominal", "0.095"),
    "B, two observers, five names": (("a a b b d c c c e d d a", "b a b b b c c c e d d d"), "nominal", "0.692"),
    "C, four observers, some missing": (FOUR_OBSERVERS, "nominal", "0.743"),
    "D, the same, ordinal": (FOUR_OBSERVERS, "ordinal", "0.815"),
}
# Random counts with the alphas that another implementation (the PyPI package krippendorff 0.9.0) gave for them.
ELSEWHERE = json.loads(Path(__file__).with_name("krippendorff_0_9_0.json").read_text())


def by_hand(table, power):
    """1 minus the weighted disagreement observed over that expected by chance (Cohen 1968); power 0 is Cohen 1960."""
    total = int(table.sum())
    rows, columns = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()
    cells = [(i, j) for i in range(len(table)) for j in range(len(table)) if i != j]
    observed = sum(Fraction(int(table[i, j]) * abs(i - j) ** power, total) for i, j in cells)
    expected = sum(Fraction(rows[i] * columns[j] * abs(i - j) ** power, total**2) for i, j in cells)
    return 1 - observed / expected


def test_cohens_kappa_and_its_linear_form_are_those_of_the_published_printout():
    assert f"{kappa(SAS):.4f}" == "0.4842"
    assert f"{kappa(SAS, 'linear'):.4f}" == "0.4701"


def test_half_agreement_by_chance_and_seven_tenths_observed_make_kappa_four_tenths():
    assert str(kappa(np.array([[20, 5], [10, 15]]))) == "0.400000"


@pytest.mark.parametrize(("weights", "power"), [(None, 0), ("linear", 1), ("quadratic", 2)])
@pytest.mark.parametrize("table", [SAS, np.array([[11, 3, 0, 1], [2, 0, 5, 0], [0, 4, 9, 2], [1, 0, 0, 7]])])
def test_kappa_is_what_its_definition_says_with_weights_in_the_order_of_levels(table, weights, power):
    assert float(kappa(table, weights)) == pytest.approx(float(by_hand(table, power)), abs=5e-7)


def disagreement(counts, level):
    """Alpha by its definition: one minus the mean difference of pairs within units over that of all pairs."""
    units = [[place for place, count in enumerate(row) for _ in range(count)] for row in counts]
    units = [unit for unit in units if len(unit) > 1]
    said = sorted(place for unit in units for place in unit)

    def difference(one, other):
        low, high = min(one, other), max(one, other)
        if level == "nominal" or low == high:
            return Fraction(int(low != high))
        inside = sum(low <= place <= high for place in said)
        return (inside - Fraction(said.count(low) + said.count(high), 2)) ** 2

    within = sum(Fraction(difference(a, b), len(unit) - 1) for unit in units for a in unit for b in unit)
    among = sum(difference(a, b) for a in said for b in said)
    return 1 - within * (len(said) - 1) / among


@pytest.mark.parametrize("example", KRIPPENDORFF)
def test_krippendorffs_alpha_is_that_of_his_own_worked_examples(example):
    observers, level, printed = KRIPPENDORFF[example]
    units = list(zip(*(said.split() for said in observers), strict=True))
    levels = sorted({value for unit in units for value in unit} - {"*"})
    assert f"{alpha(np.array([[unit.count(value) for value in levels] for unit in units]), level):.3f}" == printed


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_alpha_is_what_another_implementation_gave_and_what_its_definition_says(level):
    for case in ELSEWHERE:
        ours = float(alpha(np.array(case["counts"]), level))
        assert ours == pytest.approx(case[level], abs=5e-7)
        assert ours == pytest.approx(float(disagreement(case["counts"], level)), abs=5e-7)
    assert len(ELSEWHERE) == 60


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[7, 0], [0, 0]]], ids=["nothing in common", "one level only"])
def test_where_nobody_could_differ_there_is_no_coefficient(table):
    assert kappa(np.array(table)) is None
    assert kappa(np.array(table), "quadratic") is None
    assert alpha(np.array(table), "ordinal") is None
    assert alpha(np.zeros((0, 2), dtype=np.int64), "nominal") is None
