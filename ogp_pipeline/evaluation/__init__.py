"""From tables to metrics: every published number, its definition, and the units that it counts.

scales.py        a plan's progress scale: levels in order and what each means
units.py         what is counted: milestones, commitments, rounds, reports
assessed.py      the newest word of every assessor on every subject
decisions.py     which decisions of the forum count, and why others do not
matters.py       what each side says of a matter, side by side, and what was agreed
grid.py          every milestone in every round, by arithmetic instead of joins
unit_frame.py    the frame that every metric returns: the things it counts
registry.py      ``EvaluationContext`` and the ``@metric`` decorator
aggregate.py     unit frame -> numerators, denominators, missing and value, by plan, cluster, institution, assessor
median.py        a median as the sum of its middle units
findings.py      what is found of single things: derived tables, and ``@finding``
coefficients.py  Cohen's kappa and Krippendorff's alpha
size.py completion.py progress.py timeliness.py evidence.py compliance.py
proposals.py (with proposal_groups.py) consultation.py participation_gaps.py
joint.py agreement.py transitions.py
proposals.py (with proposal_groups.py)
barriers.py achievements.py engagement.py continuity.py
                 one module per family of metrics; definitions and sources stand in schemas/metrics/
corrections.py   what became of each correction
history.py       what each number of a round was known to be, from its due date on
forecasts.py (with pace.py)
                 what will be complete by the end of the term
metrics.py       all metrics of all families as one table, and all findings
behind.py (with behind_participation.py)
                 a counted thing -> the rows of the tables that its count rests on
explain.py       a published number -> its units, and the rows behind each
"""

from ogp_pipeline.evaluation.findings import FINDINGS
from ogp_pipeline.evaluation.metrics import Evaluation, evaluate
from ogp_pipeline.evaluation.registry import METRICS, EvaluationContext
from ogp_pipeline.evaluation.units_of_metric import MetricKey, MetricUnits, rows_behind, units_of_metric

__all__ = [
    "FINDINGS",
    "METRICS",
    "Evaluation",
    "EvaluationContext",
    "MetricKey",
    "MetricUnits",
    "evaluate",
    "rows_behind",
    "units_of_metric",
]
