"""How officials go about commitments, and what was learnt from a plan."""

import pandas as pd

from ogp_pipeline.evaluation.continuity import newest_start
from ogp_pipeline.evaluation.registry import EvaluationContext, codes_of, metric
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame


@metric("officials_engagement", categories=codes_of("engagement_level"), needs=("engagement",))
def officials_engagement(context: EvaluationContext) -> pd.DataFrame:
    """The newest observation of every commitment and institution, by level; of one day, the last by its name."""
    newest = (
        context.tables.frames["engagement"]
        .sort_values(["observed_on", "engagement_id"])
        .drop_duplicates(["commitment_id", "institution_id"], keep="last")
    )
    things = newest.merge(context.commitments[["commitment_id", "plan_id", "cluster_id"]], on="commitment_id")
    return unit_frame(things, "engagement", key="engagement_id", period=ALL, category=things["level"])


@metric("lessons_taken_up", needs=("lessons",))
def lessons_taken_up(context: EvaluationContext) -> pd.DataFrame:
    """Lessons that a later plan took up, of the lessons of plans that have a later one with commitments."""
    plans = context.tables.frames["action_plans"][["plan_id", "start_date"]]
    things = context.tables.frames["lessons"].merge(plans, on="plan_id")
    things = things.loc[(things["start_date"] < newest_start(context)).fillna(False)]
    return unit_frame(things, "lessons", key="lesson_id", period=ALL, numerator=things["taken_up_in"].notna())
