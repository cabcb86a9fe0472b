"""All pages about one thing, in one language."""

from collections.abc import Callable, Iterator

from ogp_pipeline.site.entity.commitments import commitment
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.institutions import institution
from ogp_pipeline.site.entity.metrics import metric
from ogp_pipeline.site.entity.plans import plan, theme
from ogp_pipeline.site.entity.proposals import proposal
from ogp_pipeline.site.entity.sessions import decision, event
from ogp_pipeline.site.entity.view import EntityView
from ogp_pipeline.site.report.context import Row

MAKERS: tuple[tuple[str, Callable[[EntityContext, Row], EntityView]], ...] = (
    ("commitments", commitment),
    ("institutions", institution),
    ("action_plans", plan),
    ("clusters", theme),
    ("proposals", proposal),
    ("decisions", decision),
    ("events", event),
    ("metric_definitions", metric),
)


def views(context: EntityContext) -> Iterator[EntityView]:
    """One for each row of the tables that have pages; of metrics, those that have a number."""
    counted = context.published.by("metrics", "metric_id")
    for table, make in MAKERS:
        for row in context.published.rows(table):
            if table != "metric_definitions" or row["metric_id"] in counted:
                yield make(context, row)
