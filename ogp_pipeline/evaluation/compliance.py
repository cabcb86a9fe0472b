"""Who reported what was expected. Silence is a row with 0, never an absent row."""

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.unit_frame import unit_frame


@metric("reporting_compliance")
def reporting_compliance(context: EvaluationContext) -> pd.DataFrame:
    """Updates received of those expected; an explicit "nothing to report" is received."""
    things = context.expected_reports
    return unit_frame(things, "updates", key="report", numerator=things["heard"])
