"""How far the plan has come: completion by level, against the period before; progress against time; what remains."""

from collections.abc import Sequence

from ogp_pipeline.evaluation.lineage import START
from ogp_pipeline.site.bar import BarPiece, bar, swatch
from ogp_pipeline.site.charts import Point, burn_down
from ogp_pipeline.site.home import ALL, LEVELS, NOT_ASKED, UNKNOWN
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Chart,
    Day,
    Heading,
    Ratio,
    ReportColumn,
    ReportLevel,
    ReportTable,
    Section,
    Words,
)
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import (
    Counts,
    counts,
    defined,
    did_not_ask,
    measures,
    portion,
    ratio,
    term,
    unknown,
)

MEASURES = (
    "expected_progress",
    "actual_progress",
    "mean_percent",
    "milestones_by_percent",
    "commitment_high_completion",
    "milestone_high_completion",
    "evidence_coverage",
)
# What a round can be told of that asked for no status.
UNASKED = ("expected_progress", "mean_percent", "milestones_by_percent", "evidence_coverage")


def status(context: ReportContext) -> Section:
    """The section. Of the report's period alone."""
    unasked = did_not_ask(counts(context, "milestone_completion", context.period_id))
    blocks: list[Block] = [Words(context.words["not_asked_round"])] if unasked else []
    blocks += [block for metric in LEVELS for block in _completion(context, metric)]
    blocks += measures(context, "status", UNASKED if unasked else MEASURES)
    blocks += _remaining(context)
    return Section("status", context.words["report_status"], blocks or context.nothing())


def _completion(context: ReportContext, metric: str) -> list[Block]:
    levels = counts(context, metric, context.period_id)
    if not levels or (did_not_ask(levels) and levels[NOT_ASKED]["missing"] == levels[NOT_ASKED]["denominator"]):
        return []
    words, unit = context.words, LEVELS[metric]
    before = counts(context, metric, context.before["period_id"]) if context.before else {}
    if did_not_ask(before):
        before = {}
    codes = [
        code
        for code in context.statuses
        if code in levels and (code not in UNKNOWN or (levels[code]["missing"] and levels[code]["numerator"]))
    ]
    parts = [
        BarPiece(context.statuses[code], levels[code]["numerator"], context.shade(context.plan, code)) for code in codes
    ]
    identity = f"completion-{unit}"
    columns = [
        ReportColumn(words["level"]),
        ReportColumn(words["count"], number=True),
        ReportColumn(words["share"], number=True),
    ]
    if before:
        columns += [ReportColumn(words["round_before"], number=True), ReportColumn(words["change"], number=True)]
    lines = [_line(context, code, levels, before) for code in codes]
    return [
        Heading(words[unit]),
        Chart(bar(parts, f"{words['bar_of']}, {words[unit]}", f"bar-{identity}")),
        ReportTable(
            identity, f"{words['round']}{words['colon']} {context.title_of(context.period).text}", columns, lines
        ),
        *defined(context, metric),
    ]


def _line(context: ReportContext, code: str, levels: Counts, before: Counts) -> Sequence[Cell]:
    row, earlier = levels[code], before.get(code)
    colour = swatch(context.shade(context.plan, code))
    line: list[Cell] = [ReportLevel(context.statuses[code], colour), _bare(row), portion(row)]
    if before:
        line += [_bare(earlier) if earlier else None, _change(row, earlier)]
    return line


def _bare(row: Row) -> Ratio | None:
    """The numbers alone: what is missing has a line of its own."""
    return None if unknown(row) else Ratio(row["numerator"], row["denominator"])


def _change(row: Row, earlier: Row | None) -> str | None:
    if earlier is None or unknown(row) or unknown(earlier):
        return None
    difference = row["numerator"] - earlier["numerator"]
    return f"+{difference}" if difference > 0 else f"−{-difference}" if difference else "0"


def _remaining(context: ReportContext) -> list[Block]:
    """The burn-down up to the report's period."""
    words = context.words
    start = counts(context, "burn_down", START).get(ALL)
    if start is None or not start["denominator"]:
        return []
    first, last = context.plan["start_date"], context.plan["end_date"]
    length = max((last - first).days, 1)
    total = start["denominator"]
    points = [Point(words["start_of_plan"], 0.0, total, total)]
    lines: list[Sequence[Cell]] = [(words["start_of_plan"], Day(first), Ratio(total, total), None)]
    for period in context.published.periods(context.plan_id):
        row = counts(context, "burn_down", period["period_id"]).get(ALL)
        asked = not did_not_ask(counts(context, "milestone_completion", period["period_id"]))
        if row is not None and row["denominator"] and asked:
            seen = min(period["end_date"], context.as_of)
            name = context.title_of(period)
            low, high = row["numerator"], row["numerator"] + row["missing"]
            points.append(Point(name.text, (seen - first).days / length, low, high))
            over = counts(context, "expected_progress", period["period_id"]).get(ALL)
            lines.append((name, Day(seen), ratio(row), ratio(over)))
        if period["period_id"] == context.period_id:
            break
    columns = (
        ReportColumn(words["round"]),
        ReportColumn(words["day"]),
        ReportColumn(words["remain"], number=True),
        ReportColumn(words["days_over"], number=True),
    )
    title = term(context, "burn_down").title.text
    drawing = burn_down(points, total, (f"{first:%Y-%m}", f"{last:%Y-%m}"), title, "chart-burn-down")
    return [
        Heading(title),
        Chart(drawing),
        Words(words["burn_down_key"], soft=True),
        ReportTable("burn-down", title, columns, lines),
        *defined(context, "burn_down"),
    ]
