"""Published metrics as blocks: a table of measures, or one measure's categories with their bar."""

from collections.abc import Container, Mapping, Sequence

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import notation
from ogp_pipeline.site.bar import Part, bar, shade, swatch
from ogp_pipeline.site.home import ALL, NOT_REPORTED
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


def select(scene: ReportContext, metric: str, period: str, dimension: str = "plan") -> list[Row]:
    """The metric's rows of the plan in a period."""
    return [
        row
        for row in scene.published.by("metrics", "metric_id").get(metric, ())
        if row["plan_id"] == scene.plan_id and row["period_id"] == period and row["dimension"] == dimension
    ]


def counts(scene: ReportContext, metric: str, period: str) -> Counts:
    """Category -> row, of the whole plan."""
    return {row["category"]: row for row in select(scene, metric, period)}


def newest(scene: ReportContext, metric: str) -> tuple[Counts, str | None]:
    """The metric's rows of the report's period, else of all time, else of the last stage; and that stage's word."""
    for period in (scene.period_id, ALL, *STAGES):
        found = counts(scene, metric, period)
        if found:
            return found, scene.labels.label("assessment_stage", period) if period in STAGES else None
    return {}, None


def ratio(row: Row | None) -> Ratio | None:
    """A row's numbers; None where nothing at all is known of what it counts."""
    if row is None or unknown(row):
        return None
    return Ratio(row["numerator"], row["denominator"], row["missing"])


def unknown(row: Row) -> bool:
    """Whether a zero stands there only because nothing was reported."""
    blank = row["value"] is None and not row["numerator"] and row["missing"] == row["denominator"]
    return bool(blank and row["category"] != NOT_REPORTED)


def portion(row: Row | None) -> str | None:
    """The share, where it is known."""
    if row is None or row["value"] is None:
        return None
    return notation.share(row["numerator"], row["denominator"])


def term(scene: ReportContext, metric: str, note: str | None = None) -> Term:
    """The metric's title and definition."""
    row = scene.published.one("metric_definitions", "metric_id", metric)
    return Term(scene.said_or_id(row, "title", metric), scene.said(row, "definition") if row else None, note)


def defined(scene: ReportContext, metric: str) -> list[Block]:
    """The metric's definition, to unfold."""
    found = term(scene, metric)
    return [Unfold(found.title.text, found.definition)] if found.definition else []


def measures(scene: ReportContext, identity: str, metrics: Sequence[str]) -> list[Block]:
    """A table of those of the metrics that tell nothing apart, then each of the others by its categories.

    A metric of which the release has no number for the plan is left out.
    """
    lines: list[Sequence[Cell]] = []
    split: list[Block] = []
    for metric in metrics:
        found, stage = newest(scene, metric)
        row = found.get(ALL)
        if row is not None:
            numbers = Ratio(row["numerator"], row["denominator"], row["missing"]) if row["denominator"] else None
            lines.append((term(scene, metric, stage), numbers if not unknown(row) else None, portion(row)))
        elif found:
            split += _by_category(scene, metric, found, stage)
    if not lines:
        return split
    words = scene.words
    columns = (
        ReportColumn(words["measure"]),
        ReportColumn(words["count"], number=True),
        ReportColumn(words["share"], number=True),
    )
    return [ReportTable(f"{identity}-measures", words["measures"], columns, lines), *split]


def _by_category(scene: ReportContext, metric: str, found: Counts, stage: str | None) -> list[Block]:
    """A bar only where the categories are parts of one whole. Categories that nobody has are left out."""
    labels, none = categories(scene, metric, found), DIVIDED.get(metric)
    ranked = [code for code in labels if code != none]
    shades = {code: shade(rank, len(ranked)) for rank, code in enumerate(ranked)}
    shown = [code for code in labels if code in found and (metric in APART or found[code]["numerator"])]
    words, title = scene.words, term(scene, metric).title.text
    caption = f"{title} ({stage})" if stage else title
    divided = metric in DIVIDED
    lines: list[Sequence[Cell]] = [
        (
            ReportLevel(labels[code], swatch(shades.get(code))) if divided else labels[code],
            ratio(found[code]),
            portion(found[code]),
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
    parts = [Part(labels[code], found[code]["numerator"], shades.get(code)) for code in shown]
    drawing = [Chart(bar(parts, f"{words['bar_of']}, {caption}", f"bar-{metric}"))] if divided else []
    return [
        Heading(title),
        *drawing,
        ReportTable(f"measure-{metric}", caption, columns, lines),
        *defined(scene, metric),
    ]


def tally(
    scene: ReportContext,
    identity: str,
    caption: str,
    first: str,
    labels: Mapping[str, str],
    found: Mapping[str, int],
    total: int,
    hatched: Container[str] = (),
) -> list[Block]:
    """How many of ``total`` stand at each code, with a bar. Codes that nobody has are left out.

    ``hatched``: codes that say that something is not known.
    """
    shades = {code: None if code in hatched else shade(rank, len(labels)) for rank, code in enumerate(labels)}
    parts = [Part(label, found[code], shades[code]) for code, label in labels.items() if found.get(code)]
    lines: list[Sequence[Cell]] = [
        (ReportLevel(part.label, swatch(part.shade)), Ratio(part.count, total), notation.share(part.count, total))
        for part in parts
    ]
    words = scene.words
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


def yes_no(scene: ReportContext, value: object) -> str | None:
    """An answer in words."""
    if value is None:
        return None
    return scene.words["yes"] if value else scene.words["no"]
