"""What the categories of metrics are called, and how they stand together."""

from collections.abc import Callable, Mapping

from ogp_pipeline.evaluation.barriers import NONE_NAMED
from ogp_pipeline.evaluation.joint_assessment import NOT_AGREED
from ogp_pipeline.site.report.context import ReportContext, Row

COMPLETION = "completion"
# Metrics whose categories divide one whole, so that a bar can be drawn; the code: none of the levels.
DIVIDED: Mapping[str, str | None] = {"agreed_completion": NOT_AGREED, "officials_engagement": None}
# Metrics whose categories are questions of their own: also what nobody meets is an answer.
APART = frozenset({"requirements_met"})


def _agreed(scene: ReportContext) -> Mapping[str, str]:
    """The levels of the scales in which the plan's completion was judged."""
    judged = (row for row in scene.rows("joint_evaluation") if row["variable"] == COMPLETION)
    scales = sorted({row["scale"] for row in judged if row["scale"]})
    levels = [scene.levels(COMPLETION, scale) for scale in scales]
    known = {code: label for one in reversed(levels) for code, label in one.items()}
    return {**known, NOT_AGREED: scene.labels.label("joint_state", NOT_AGREED)}


CATEGORIES: Mapping[str, Callable[[ReportContext], Mapping[str, str]]] = {
    "agreed_completion": _agreed,
    "delayed_by_barrier": lambda scene: {
        **scene.labels.codes("barrier_group"),
        NONE_NAMED: scene.words["no_barrier_named"],
    },
    "officials_engagement": lambda scene: scene.labels.codes("engagement_level"),
    "requirements_met": lambda scene: scene.labels.codes("ogp_requirement"),
}


def categories(scene: ReportContext, metric: str, found: Mapping[str, Row]) -> Mapping[str, str]:
    """Category -> label in the order of their list; one that has no label is its own, and comes last."""
    known = CATEGORIES[metric](scene) if metric in CATEGORIES else {}
    return {**known, **{code: code for code in found if code not in known}}
