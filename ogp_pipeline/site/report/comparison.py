"""All plans side by side: whether they become fewer and more strategic, and are kept."""

from collections.abc import Sequence

from ogp_pipeline.evaluation.scales import COMPLETE
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.home import ALL
from ogp_pipeline.site.report.blocks import Block, Cell, Ratio, ReportColumn, ReportTable, Section
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import counts, defined, newest, ratio
from ogp_pipeline.site.report.published import PeriodReport

STRATEGIC = "strategic_and_kept"


def comparison(context: ReportContext) -> Section | None:
    """The section, or None where there is only one plan."""
    plans = sorted(context.published.plans, key=lambda plan: (plan["start_date"], plan["plan_id"]))
    if len(plans) < 2:
        return None
    words = context.words
    columns = [
        ReportColumn(words["plan"]),
        ReportColumn(words["commitments"], number=True),
        ReportColumn(words["strategic"], number=True),
        ReportColumn(words["complete_commitments"], number=True),
        ReportColumn(words["round"]),
    ]
    lines = [_line(context, plan) for plan in plans]
    blocks: list[Block] = [
        ReportTable("plans", words["fewer"], columns, lines, wide=True),
        *defined(context, STRATEGIC),
    ]
    return Section("comparison", words["report_comparison"], blocks, now=True)


def _line(context: ReportContext, plan: Row) -> Sequence[Cell]:
    """A plan as it stands in its own newest period."""
    name = context.said_or_id(plan, "title", plan["plan_id"])
    period_id = context.published.newest_period(plan["plan_id"])
    period = context.published.one("reporting_periods", "period_id", period_id) if period_id else None
    own = ReportContext(
        context.published, PeriodReport(plan, period or context.period), context.language, context.words
    )
    total = counts(own, "commitments", ALL).get(ALL)
    strategic, _ = newest(own, STRATEGIC)
    done: Ratio | None = None
    if period is not None:
        meanings = context.published.meanings(plan["scale"])
        levels = counts(own, "commitment_completion", period["period_id"])
        done = next((ratio(levels[code]) for code in levels if meanings.get(code) == COMPLETE), None)
    title: Said | None = context.title_of(period) if period else None
    return name, total["numerator"] if total else None, ratio(strategic.get(ALL)), done, title
