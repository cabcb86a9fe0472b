"""From tables to metrics: every published number, its definition, and the units that it counts.

    registry                ``EvaluationContext`` and the ``@metric`` decorator
    metrics                 all metrics of all families as one table, and all findings
    unit_frame              the frame that every metric returns: the things it counts
    units                   what is counted: milestones, commitments, periods, reports
    milestone_periods       every milestone in every period, by arithmetic instead of joins
    aggregate, median       unit frame -> numerators, denominators, missing and value; medians as sums
    scales                  a plan's progress scale: levels in order and what each means
    findings                what is found of single things: derived tables, and ``@finding``
    lineage                 a counted thing -> the rows that its count rests on, and ``@lineage_of``
    lineage_participation   the same of events, sectors, organisations and windows
    units_of_metric         a published number -> its units, and the rows behind each

One module per family of metrics and findings; definitions and sources stand in schemas/metrics/:

    size, completion, progress, timeliness, evidence, compliance  how much, how far, how punctual, how well shown
    quality, requirements, requirement_rules, smart               how commitments are made; OGP's requirements
    joint, joint_assessment, agreement, coefficients, assessed    what the assessors say, and how far they agree
    judgements, decisions, transitions                            judgements at each stage, and what the forum decided
    proposals, proposal_groups, consultation                      what was proposed, and what became of it
    participation_gaps, engagement, barriers                      who is missing, who took part, what stood in the way
    achievements, confirmation, corrections, continuity, history  claims, what became of corrections, what came before
    forecasts, pace                                               what will be complete by the end of the term

A new module is enough for a new metric, finding or lineage: all modules are imported here.
"""

from ogp_pipeline.evaluation.findings import FINDINGS
from ogp_pipeline.evaluation.metrics import Evaluation, evaluate
from ogp_pipeline.evaluation.registry import METRICS, EvaluationContext
from ogp_pipeline.evaluation.units_of_metric import MetricKey, MetricUnits, rows_behind, units_of_metric
from ogp_pipeline.registration import modules

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

modules(__name__, __path__)
