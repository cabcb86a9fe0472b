"""Published metrics as blocks: a table of measures, or one measure's categories with their bar."""

from collections.abc import Container, Mapping, Sequence

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses, levels, notation
from ogp_pipeline.site.bar import BarPiece, bar, swatch
from ogp_pipeline.site.figures import OF_STAGES, Figure, figure
from ogp_pipeline.site.home import ALL, NOT_ASKED, UNKNOWN
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Chart,
    Heading,
    Ratio,
    ReportColumn,
    ReportLevel,
    ReportTable,
    Term,
    Unfold,
)
from ogp_pipeline.site.report.categories import APART, DIVIDED, categories
from ogp_pipeline.site.report.context import STAGES, ReportContext, Row

Counts = Mapping[str, Row]


def select(context: ReportContext, metric: str, period: str, dimension: str = "plan") -> list[Row]:
    """The metric's rows of the plan in a period."""
    return [
        row
        for row in context.published.by("metrics", "metric_id").get(metric, ())
        if row["plan_id"] == context.plan_id and row["period_id"] == period and row["dimension"] == dimension
    ]


def counts(context: ReportContext, metric: str, period: str) -> Counts:
    """Category -> row, of the whole plan."""
    return {row["category"]: row for row in select(context, metric, period)}


def newest(context: ReportContext, metric: str) -> tuple[Counts, str | None]:
    """The metric's rows of the report's period, else of all time, else of the last stage; and that stage's word."""
    for period in (context.period_id, ALL, *STAGES):
        rows = counts(context, metric, period)
        if rows:
            return rows, context.labels.label("assessment_stage", period) if period in STAGES else None
    return {}, None


def by_stage(context: ReportContext, metric: str) -> list[tuple[Counts, str | None]]:
    """The metric's rows of each stage that has any, the last first, and of what belongs to none; and the stage's word.

    Where no stage has rows, all of them belong to none and nothing needs to be told apart.
    """
    every: list[tuple[Counts, str | None]] = [
        (rows, context.labels.label("assessment_stage", stage))
        for stage in STAGES
        if (rows := counts(context, metric, stage))
    ]
    others = counts(context, metric, ALL)
    return [*every, (others, context.words["no_stage"] if every else None)] if others else every


def ratio(row: Row | None) -> Ratio | None:
    """A row's numbers; None where nothing at all is known of what it counts."""
    if row is None or unknown(row):
        return None
    return Ratio(row["numerator"], row["denominator"], row["missing"])


def unknown(row: Row) -> bool:
    """Whether a zero stands there only because nothing was reported."""
    blank = row["value"] is None and not row["numerator"] and row["missing"] == row["denominator"]
    return bool(blank and row["category"] not in UNKNOWN)


def did_not_ask(levels: Counts) -> bool:
    """Whether these counts of completion by level are of a round whose form asked for no status."""
    return NOT_ASKED in levels and levels[NOT_ASKED]["numerator"] > 0


def number_of(context: ReportContext, metric: str, row: Row | None) -> Figure | None:
    """A row's number by the metric's unit; None where nothing at all is known of what it counts."""
    if row is None or unknown(row) or not row["denominator"]:
        return None
    return figure_of(context, metric, row)


def figure_of(context: ReportContext, metric: str, row: Row) -> Figure:
    """A row's number by the metric's unit, also where all of it is missing."""
    defined_as = context.published.one("metric_definitions", "metric_id", metric)
    unit, has_value = defined_as["unit"] if defined_as else "", row.get("value") is not None
    numbers = row["numerator"], row["denominator"]
    return figure(metric, unit, *numbers, context.language, missing=row["missing"], has_value=has_value)


def portion(row: Row | None) -> str | None:
    """The share of a rate, where it is known."""
    if row is None or row["value"] is None:
        return None
    return notation.share(row["numerator"], row["denominator"])


def term(context: ReportContext, metric: str, note: str | None = None) -> Term:
    """The metric's title and definition."""
    row = context.published.one("metric_definitions", "metric_id", metric)
    definition = context.definition(row) if row else None
    return Term(context.said_or_id(row, "title", metric), definition, note, addresses.metric(metric) if row else None)


def defined(context: ReportContext, metric: str) -> list[Block]:
    """The metric's definition, to unfold."""
    metric_term = term(context, metric)
    return [Unfold(metric_term.title.text, metric_term.definition)] if metric_term.definition else []


def measures(context: ReportContext, identity: str, metrics: Sequence[str]) -> list[Block]:
    """A table of those of the metrics that tell nothing apart, then each of the others by its categories.

    A metric of which the release has no number for the plan is left out.
    """
    lines: list[Sequence[Cell]] = []
    split: list[Block] = []
    for metric in metrics:
        for rows, stage in by_stage(context, metric) if metric in OF_STAGES else [newest(context, metric)]:
            row = rows.get(ALL)
            if row is not None:
                number = number_of(context, metric, row)
                lines.append((term(context, metric, stage), number, _portion(context, number, row)))
            elif rows:
                split += _by_category(context, metric, rows, stage)
    if not lines:
        return split
    words = context.words
    columns = (
        ReportColumn(words["measure"]),
        ReportColumn(words["count"], number=True),
        ReportColumn(words["share"], number=True),
    )
    return [ReportTable(f"{identity}-measures", words["measures"], columns, lines, wide=True), *split]


def _portion(context: ReportContext, number: Figure | None, row: Row) -> str | None:
    if number is None:
        return portion(row)
    return context.words["median"] if number.median else number.share


def _by_category(context: ReportContext, metric: str, rows: Counts, stage: str | None) -> list[Block]:
    """A bar only where the categories are parts of one whole. Categories that nobody has are left out."""
    labels, unranked = categories(context, metric, rows), DIVIDED.get(metric, ())
    ranked = [code for code in labels if code not in unranked]
    shades = levels.of_codes(ranked)
    shown = [code for code in labels if code in rows and (metric in APART or rows[code]["numerator"])]
    words, title = context.words, term(context, metric).title.text
    caption = f"{title} ({stage})" if stage else title
    divided = metric in DIVIDED
    lines: list[Sequence[Cell]] = [
        (
            ReportLevel(labels[code], swatch(shades.get(code))) if divided else labels[code],
            number_of(context, metric, rows[code]),
            portion(rows[code]),
        )
        for code in shown
    ]
    if not lines:
        return []
    columns = (
        ReportColumn(words["category"]),
        ReportColumn(words["count"], number=True),
        ReportColumn(words["share"], number=True),
    )
    parts = [BarPiece(labels[code], rows[code]["numerator"], shades.get(code)) for code in shown]
    drawing = [Chart(bar(parts, f"{words['bar_of']}, {caption}", f"bar-{metric}"))] if divided else []
    return [
        Heading(title),
        *drawing,
        ReportTable(f"measure-{metric}", caption, columns, lines),
        *defined(context, metric),
    ]


def tally(
    context: ReportContext,
    identity: str,
    caption: str,
    first: str,
    labels: Mapping[str, str],
    numbers: Mapping[str, int],
    total: int,
    hatched: Container[str] = (),
    shades: Mapping[str, str] | None = None,
) -> list[Block]:
    """How many of ``total`` stand at each code, with a bar. Codes that nobody has are left out.

    ``hatched``: codes that say that something is not known. ``shades``: the colours, where the codes have no order.
    """
    shades = shades or levels.of_codes([code for code in labels if code not in hatched])
    parts = [BarPiece(label, numbers[code], shades.get(code)) for code, label in labels.items() if numbers.get(code)]
    lines: list[Sequence[Cell]] = [
        (ReportLevel(part.label, swatch(part.shade)), Ratio(part.count, total), notation.share(part.count, total))
        for part in parts
    ]
    words = context.words
    columns = (
        ReportColumn(first),
        ReportColumn(words["count"], number=True),
        ReportColumn(words["share"], number=True),
    )
    drawing = bar(parts, f"{words['bar_of']}, {caption}", f"bar-{identity}")
    return [Chart(drawing), ReportTable(identity, caption, columns, lines)]


def person(text: Said | None, fallback: str) -> Cell:
    """A name, or what stands for nobody in particular."""
    return text or fallback


def yes_no(context: ReportContext, value: object) -> str | None:
    """An answer in words."""
    if value is None:
        return None
    return context.words["yes"] if value else context.words["no"]
