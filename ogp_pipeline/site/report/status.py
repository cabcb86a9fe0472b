"""How far the plan has come: completion by level, against the round before; progress against time; what remains."""

from collections.abc import Sequence

from ogp_pipeline.evaluation.lineage import START
from ogp_pipeline.site.bar import Part, bar, shade, swatch
from ogp_pipeline.site.charts import Point, burn_down
from ogp_pipeline.site.home import ALL, LEVELS, NOT_REPORTED
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
from ogp_pipeline.site.report.measures import Counts, counts, defined, measures, portion, ratio, term, unknown

MEASURES = (
    "expected_progress",
    "actual_progress",
    "commitment_high_completion",
    "milestone_high_completion",
    "evidence_coverage",
)


def status(scene: ReportContext) -> Section:
    """The section. Of the report's period alone."""
    blocks = [block for metric in LEVELS for block in _completion(scene, metric)]
    blocks += measures(scene, "status", MEASURES)
    blocks += _remaining(scene)
    return Section("status", scene.words["report_status"], blocks or scene.nothing())


def _completion(scene: ReportContext, metric: str) -> list[Block]:
    found = counts(scene, metric, scene.period_id)
    if not found:
        return []
    words, unit = scene.words, LEVELS[metric]
    before = counts(scene, metric, scene.before["period_id"]) if scene.before else {}
    codes = [code for code in scene.statuses if code in found and (code != NOT_REPORTED or found[code]["missing"])]
    parts = [Part(scene.statuses[code], found[code]["numerator"], _shade(scene, code)) for code in codes]
    identity = f"completion-{unit}"
    columns = [
        ReportColumn(words["level"]),
        ReportColumn(words["count"], number=True),
        ReportColumn(words["share"], number=True),
    ]
    if before:
        columns += [ReportColumn(words["round_before"], number=True), ReportColumn(words["change"], number=True)]
    lines = [_line(scene, code, found, before) for code in codes]
    return [
        Heading(words[unit]),
        Chart(bar(parts, f"{words['bar_of']}, {words[unit]}", f"bar-{identity}")),
        ReportTable(identity, f"{words['round']}: {scene.title_of(scene.period).text}", columns, lines),
        *defined(scene, metric),
    ]


def _line(scene: ReportContext, code: str, found: Counts, before: Counts) -> Sequence[Cell]:
    row, earlier = found[code], before.get(code)
    line: list[Cell] = [ReportLevel(scene.statuses[code], swatch(_shade(scene, code))), _bare(row), portion(row)]
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


def _shade(scene: ReportContext, code: str) -> str | None:
    """By the code's place in the whole scale, as on the home page."""
    return None if code == NOT_REPORTED else shade(list(scene.statuses).index(code), len(scene.statuses) - 1)


def _remaining(scene: ReportContext) -> list[Block]:
    """The burn-down up to the report's period."""
    words = scene.words
    start = counts(scene, "burn_down", START).get(ALL)
    if start is None or not start["denominator"]:
        return []
    first, last = scene.plan["start_date"], scene.plan["end_date"]
    length = max((last - first).days, 1)
    total = start["denominator"]
    points = [Point(words["start_of_plan"], 0.0, total, total)]
    lines: list[Sequence[Cell]] = [(words["start_of_plan"], Day(first), Ratio(total, total), None)]
    for period in scene.published.periods(scene.plan_id):
        row = counts(scene, "burn_down", period["period_id"]).get(ALL)
        if row is not None and row["denominator"]:
            seen = min(period["end_date"], scene.as_of)
            name = scene.title_of(period)
            low, high = row["numerator"], row["numerator"] + row["missing"]
            points.append(Point(name.text, (seen - first).days / length, low, high))
            over = counts(scene, "expected_progress", period["period_id"]).get(ALL)
            lines.append((name, Day(seen), ratio(row), ratio(over)))
        if period["period_id"] == scene.period_id:
            break
    columns = (
        ReportColumn(words["round"]),
        ReportColumn(words["day"]),
        ReportColumn(words["remain"], number=True),
        ReportColumn(words["days_over"], number=True),
    )
    title = term(scene, "burn_down").title.text
    drawing = burn_down(points, total, (f"{first:%Y-%m}", f"{last:%Y-%m}"), title, "chart-burn-down")
    return [
        Heading(title),
        Chart(drawing),
        Words(words["burn_down_key"], soft=True),
        ReportTable("burn-down", title, columns, lines),
        *defined(scene, "burn_down"),
    ]
