"""What the categories of metrics are called, and how they stand together."""

from collections.abc import Callable, Mapping

from ogp_pipeline.evaluation.barriers import NONE_NAMED
from ogp_pipeline.evaluation.joint_assessment import WITHOUT_LEVEL
from ogp_pipeline.evaluation.percent import CATEGORIES as PERCENT
from ogp_pipeline.evaluation.scales import NOT_REPORTED
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.site.report.context import ReportContext, Row

COMPLETION = "completion"
# Metrics whose categories divide one whole, so that a bar can be drawn; the codes: those that are none of the levels.
DIVIDED: Mapping[str, tuple[str, ...]] = {
    "agreed_completion": WITHOUT_LEVEL,
    "milestones_by_percent": (NOT_REPORTED,),
    "officials_engagement": (),
}
# Metrics whose categories are questions of their own: also what nobody meets is an answer.
APART = frozenset({"requirements_met"})


def _agreed(context: ReportContext) -> Mapping[str, str]:
    """The levels of the scales in which the plan's completion was judged."""
    judged = (row for row in context.rows("joint_evaluation") if row["variable"] == COMPLETION)
    scales = sorted({scale for row in judged for scale in (row["scale"], row["agreed_scale"]) if scale})
    levels = [context.levels(COMPLETION, scale) for scale in scales]
    labels = {code: label for of_scale in reversed(levels) for code, label in of_scale.items()}
    return {**labels, **{state: context.labels.label("joint_state", state) for state in WITHOUT_LEVEL}}


CATEGORIES: Mapping[str, Callable[[ReportContext], Mapping[str, str]]] = {
    "agreed_completion": _agreed,
    "delayed_by_barrier": lambda context: {
        **context.labels.codes("barrier_group"),
        NONE_NAMED: context.words["no_barrier_named"],
    },
    "milestones_by_percent": lambda context: {
        **{code: say(f"figure.percent.{code}", context.language) for code in PERCENT if code != NOT_REPORTED},
        NOT_REPORTED: context.words["not_reported"],
    },
    "officials_engagement": lambda context: context.labels.codes("engagement_level"),
    "requirements_met": lambda context: context.labels.codes("ogp_requirement"),
}


def categories(context: ReportContext, metric: str, rows: Mapping[str, Row]) -> Mapping[str, str]:
    """Category -> label in the order of their list; one that has no label is its own, and comes last."""
    labels = CATEGORIES[metric](context) if metric in CATEGORIES else {}
    return {**labels, **{code: code for code in rows if code not in labels}}
