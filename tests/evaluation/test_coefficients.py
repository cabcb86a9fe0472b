"""The coefficients against published figures, and against their definitions worked in fractions."""

from fractions import Fraction

import numpy as np
import pytest

from ogp_pipeline.evaluation.coefficients import alpha, kappa

# Two raters, three levels: the SAS printout in statsmodels' own tests (simple 0.4842, linear weights 0.4701).
SAS = np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, values 1 to 5;
# 0 stands for a missing value. Nominal alpha 0.743, ordinal 0.815.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]


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


def test_krippendorffs_alpha_is_that_of_his_own_example_with_missing_values():
    counts = np.array([[column.count(value) for value in range(1, 6)] for column in zip(*KRIPPENDORFF, strict=True)])
    assert f"{alpha(counts, 'nominal'):.3f}" == "0.743"
    assert f"{alpha(counts, 'ordinal'):.3f}" == "0.815"


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[7, 0], [0, 0]]], ids=["nothing in common", "one level only"])
def test_where_nobody_could_differ_there_is_no_coefficient(table):
    assert kappa(np.array(table)) is None
    assert kappa(np.array(table), "quadratic") is None
    assert alpha(np.array(table), "ordinal") is None
    assert alpha(np.zeros((0, 2), dtype=np.int64), "nominal") is None
