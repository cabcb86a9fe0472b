"""Coefficients of agreement from tables of counts, rounded to 6 places.

Cohen's kappa compares two assessors (Cohen 1960); with weights, disagreements count by how many levels lie between
them, linearly (Cicchetti and Allison 1971) or squared (Cohen 1968, Fleiss and Cohen 1973): ``cohens_kappa`` of
statsmodels. Krippendorff's alpha compares any number, with judgements missing. It is computed here as his paper
does it (*Computing Krippendorff's Alpha-Reliability*, 2011), because no released library with a licence that goes with
ours has the ordinal form. A coefficient that is nought by nought, because everybody gave one and the same level, is
None: it would say nothing of how well people agree where they could have differed.

Checked in the tests against the kappa 0.4842 and linear kappa 0.4701 of the SAS printout with which statsmodels itself
is tested, the worked examples A to D of Krippendorff's paper, sixty tables of counts with the alphas of another
implementation, and the definitions worked in fractions.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ogp_pipeline.evaluation.milestone_periods import Integers

Floats = NDArray[np.float64]

_PLACES = Decimal("0.000001")


def kappa(table: Integers, weights: Literal["linear", "quadratic"] | None = None) -> Decimal | None:
    """Cohen's kappa of a square table of counts: the first assessor's level by the second's, levels in order."""
    from statsmodels.stats.inter_rater import cohens_kappa  # takes a second to import

    if _one_level(table.sum(axis=0) + table.sum(axis=1)):
        return None
    return _rounded(float(cohens_kappa(table, wt=weights, return_results=False)))


def alpha(counts: Integers, level: Literal["nominal", "ordinal"]) -> Decimal | None:
    """Krippendorff's alpha: for each subject (row) and level in order (column), how many gave it that level."""
    pairable = counts[counts.sum(axis=1) > 1]
    totals = pairable.sum(axis=0)
    if _one_level(totals):
        return None
    differences = _nominal(totals) if level == "nominal" else _ordinal(totals)
    within = ((pairable @ differences) * pairable).sum(axis=1)
    observed = float((within / (pairable.sum(axis=1) - 1)).sum())
    expected = float(totals @ differences @ totals) / (int(totals.sum()) - 1)
    return _rounded(1 - observed / expected)


def _nominal(totals: Integers) -> Floats:
    """How much two levels differ: entirely, or not at all."""
    return 1 - np.eye(len(totals))


def _ordinal(totals: Integers) -> Floats:
    """How much two levels differ: by the judgements that lie between them, half of their own included, squared."""
    middles = totals.cumsum() - totals / 2
    return np.subtract.outer(middles, middles) ** 2


def _one_level(totals: Integers) -> bool:
    return int(np.count_nonzero(totals)) < 2


def _rounded(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_PLACES, ROUND_HALF_EVEN) + Decimal(0)  # no minus before a nought
