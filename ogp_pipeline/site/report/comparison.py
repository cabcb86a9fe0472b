"""All plans side by side: whether they become fewer and more strategic, and are kept."""

from collections.abc import Sequence

from ogp_pipeline.evaluation.scales import COMPLETE
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.home import ALL, newest_round
from ogp_pipeline.site.report.blocks import Block, Cell, Ratio, ReportColumn, ReportTable, Section
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import counts, defined, newest, ratio
from ogp_pipeline.site.report.published import PeriodReport

STRATEGIC = "strategic_and_kept"


def comparison(scene: ReportContext) -> Section | None:
    """The section, or None where there is only one plan."""
    plans = sorted(scene.published.plans, key=lambda plan: (plan["start_date"], plan["plan_id"]))
    if len(plans) < 2:
        return None
    words = scene.words
    columns = [
        ReportColumn(words["plan"]),
        ReportColumn(words["commitments"], number=True),
        ReportColumn(words["strategic"], number=True),
        ReportColumn(words["complete_commitments"], number=True),
        ReportColumn(words["round"]),
    ]
    lines = [_line(scene, plan) for plan in plans]
    blocks: list[Block] = [ReportTable("plans", words["fewer"], columns, lines, wide=True), *defined(scene, STRATEGIC)]
    return Section("comparison", words["report_comparison"], blocks, now=True)


def _line(scene: ReportContext, plan: Row) -> Sequence[Cell]:
    """A plan as it stands in its own newest round."""
    name = scene.said_or_id(plan, "title", plan["plan_id"])
    round_ = newest_round(scene.published.tables, plan["plan_id"])
    period = scene.published.one("reporting_periods", "period_id", round_) if round_ else None
    own = ReportContext(scene.published, PeriodReport(plan, period or scene.period), scene.language, scene.words)
    total = counts(own, "commitments", ALL).get(ALL)
    strategic, _ = newest(own, STRATEGIC)
    done: Ratio | None = None
    if period is not None:
        meanings = scene.published.meanings(plan["scale"])
        found = counts(own, "commitment_completion", period["period_id"])
        done = next((ratio(found[code]) for code in found if meanings.get(code) == COMPLETE), None)
    title: Said | None = scene.title_of(period) if period else None
    return name, total["numerator"] if total else None, ratio(strategic.get(ALL)), done, title
