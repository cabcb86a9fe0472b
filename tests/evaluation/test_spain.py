"""Spain's second plan (2014–16), as the IRM published its totals.

Published (ten commitments): completion at midterm 3 complete, 5 substantial, 2 limited, 0 not started; at the end of
term 4, 5, 1, 0; 2 commitments of transformative potential impact; highly complete 8, then 9; relevant, transformative
and highly complete 0, then 1.

Ours is only the arrangement which gives these totals: the ids, which commitment got which judgement, the days of the
judgements, that all are specific and relevant, and the minor potential of the other eight. At the midterm both
transformative ones must be below substantial (the two limited ones), and at the end one of them is no longer.
"""

import pytest

from tests.evaluation.numbers import computed, found, plan_rows, under
from tests.tables.country import plan, programme

COMMITMENTS = [f"ES{n:04}" for n in range(1, 11)]
MIDTERM = dict(zip(COMMITMENTS, [*["complete"] * 3, *["substantial"] * 5, *["limited"] * 2], strict=True))
END = MIDTERM | {"ES0004": "complete", "ES0009": "substantial"}
TRANSFORMATIVE = ("ES0009", "ES0010")
COUNTRY = programme(plan("es2", "ogp-completion-2015", starts="2014-07-01", ends="2016-06-30", number=2))


def rows():
    judged = [
        *((c, "completion", "ogp-completion-2015", code, "midterm") for c, code in MIDTERM.items()),
        *((c, "completion", "ogp-completion-2015", code, "end_of_term") for c, code in END.items()),
        *((c, "specificity", "specificity", "high", "midterm") for c in COMMITMENTS),
        *((c, "relevance", "relevance", "yes", "midterm") for c in COMMITMENTS),
        *(
            (c, "potential_impact", "potential_impact", "transformative" if c in TRANSFORMATIVE else "minor", "midterm")
            for c in COMMITMENTS
        ),
    ]
    names = ("subject_id", "variable", "scale", "code", "stage")
    return plan_rows({c: [] for c in COMMITMENTS}, plan="es2") | {
        "institutions": [{"institution_id": "irm", "sector": "multilateral"}],
        "assessments": [
            dict(zip(names, line, strict=True))
            | {"assessment_id": f"a{n}", "subject_table": "commitments", "assessor_id": "irm"}
            | {"assessed_on": "2015-09-30" if line[-1] == "midterm" else "2016-10-31"}
            for n, line in enumerate(judged)
        ],
    }


@pytest.fixture(scope="module")
def metrics():
    return computed(COUNTRY, rows(), "2017-01-01")


@pytest.mark.parametrize(
    ("metric", "stage", "numerator"),
    [
        ("assessed_high_completion", "midterm", 8),
        ("assessed_high_completion", "end_of_term", 9),
        ("strategic_and_kept", "midterm", 0),
        ("strategic_and_kept", "end_of_term", 1),
        ("strategic_commitments", "midterm", 2),
        ("strategic_commitments", "end_of_term", 2),
    ],
)
def test_the_published_totals(metrics, metric, stage, numerator):
    value = f"{numerator / 10:.6f}"
    assert under(metrics, f"{metric}/es2/{stage}/plan/es2") == {"all": (numerator, 10, 0, value)}


@pytest.mark.parametrize("stage", ["midterm", "end_of_term"])
def test_two_commitments_are_transformative_also_when_only_the_midterm_judged_it(metrics, stage):
    found_ = under(metrics, f"potential_impact/es2/{stage}/plan/es2")
    assert found_["transformative"] == (2, 10, 0, "0.200000")
    assert found_["not_judged"] == (0, 10, 0, "0.000000")


@pytest.mark.parametrize(
    ("stage", "levels"),
    [("midterm", (3, 5, 2, 0)), ("end_of_term", (4, 5, 1, 0))],
)
def test_the_finding_holds_the_published_levels(stage, levels):
    codes = [row["completion"] for row in found("commitment_quality", COUNTRY, rows(), "2017-01-01")
             if row["stage"] == stage]  # fmt: skip
    assert tuple(codes.count(level) for level in ("complete", "substantial", "limited", "not_started")) == levels
