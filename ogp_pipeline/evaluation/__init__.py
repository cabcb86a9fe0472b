"""From tables to metrics: every published number, its definition, and the units that it counts.

What is counted:

    scales                           a plan's progress scale: levels in order and what each means
    counted                          the status that an update counts with: its own, or what its percentage stands for
    units                            milestones, commitments, periods, and reports of a milestone in a period
    milestone_periods                every milestone in every period, by arithmetic instead of joins
    assessed                         the newest judgement of every assessor on every subject
    decisions                        which decisions of the forum count, and why others do not
    joint_assessment                 what each side says of a subject, side by side, and what was agreed
    proposal_groups                  which proposals say the same
    requirement_rules                what each requirement of the standards asks for
    confirmation                     what the confirmation of a claim is worth
    pace                             how many milestones will be complete at the pace so far

How it is counted:

    registry                         ``EvaluationContext`` and the ``@metric`` decorator
    unit_frame                       the frame that every metric returns: the things that it counts
    aggregate                        unit frame -> numerator, denominator, missing and value, for each member
    median                           a median as the sum of its middle units
    coefficients                     Cohen's kappa and Krippendorff's alpha
    findings                         derived tables of single things, and ``@finding``
    metrics                          all metrics of all families as one table, and all findings

One module for each family of metrics; definitions and sources stand in schemas/metrics/:

    size, completion, progress       how much there is, and how far it has come
    percent                          how far in percent: the mean, and how milestones spread
    timeliness, evidence             whether milestones are on time, and whether there is proof
    compliance                       who reported what was expected
    proposals                        what became of every proposal
    consultation, engagement         meetings, and the officials who take part
    participation_gaps               who has an interest and is missing
    joint                            levels judged and agreed, decisions and dissent
    agreement, side_agreement        how far those who judge agree: assessors, and sides
    judgements, quality              which judgement counts, and how good commitments are by it
    transitions                      what changed between periods, and between stages
    barriers, achievements           what stands in the way, and what was achieved beyond the plan
    continuity, forecasts            what becomes of commitments after the plan, and by its end
    smart, requirements              whether commitments are SMART, and minimum requirements are met
    corrections                      what became of each correction
    waiting                          rows that were received and wait, and what that does to the numbers

From a number to what it rests on:

    history                          what each number of a period was known to be, from its due date on
    units_of_metric                  a published number -> its units, and the lineage of each
    lineage, lineage_participation   a unit -> the rows of the tables that its count rests on

A new module is enough for a new metric, finding or lineage: all modules are imported here.
"""

from ogp_pipeline.evaluation.findings import FINDINGS
from ogp_pipeline.evaluation.metrics import Evaluation, evaluate
from ogp_pipeline.evaluation.registry import METRICS, EvaluationContext
from ogp_pipeline.evaluation.units_of_metric import MetricKey, MetricUnits, lineage_of_unit, units_of_metric
from ogp_pipeline.registration import modules

__all__ = [
    "FINDINGS",
    "METRICS",
    "Evaluation",
    "EvaluationContext",
    "MetricKey",
    "MetricUnits",
    "evaluate",
    "lineage_of_unit",
    "units_of_metric",
]

modules(__name__, __path__)
