"""What stands in the way, and what came of it besides: barriers, ripple achievements, more than was promised."""

from collections import Counter
from collections.abc import Sequence

from ogp_pipeline.evaluation.confirmation import CONFIRMED, SAME_SECTOR, SECTOR_UNKNOWN
from ogp_pipeline.site import notation
from ogp_pipeline.site.charts import columns as drawing_of
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Chart,
    Day,
    Heading,
    Ratio,
    ReportColumn,
    ReportTable,
    Section,
    Words,
    web,
)
from ogp_pipeline.site.report.context import PageContext, ReportContext, Row
from ogp_pipeline.site.report.measures import measures

MEASURES = ("delayed_by_barrier", "officials_engagement", "lessons_taken_up")


def obstacles(context: ReportContext) -> Section:
    """The section, as of the day of the data."""
    blocks = [*_barriers(context), *_ripples(context), *_beyond(context)]
    blocks += measures(context, "obstacles", MEASURES)
    return Section("obstacles", context.words["report_obstacles"], blocks or context.nothing(), now=True)


def _barriers(context: ReportContext) -> list[Block]:
    raised = [row for row in context.of_commitments("barriers") if row["raised_on"] <= context.as_of]
    if not raised:
        return []
    words = context.words
    still = [row for row in raised if row["resolved_on"] is None or row["resolved_on"] > context.as_of]
    groups = Counter(row["group"] for row in raised)
    waiting = Counter(row["group"] for row in still)
    labels = context.labels.codes("barrier_group")
    lines: list[Sequence[Cell]] = [
        (label, Ratio(waiting[group], groups[group]), notation.share(waiting[group], groups[group]))
        for group, label in labels.items()
        if groups[group]
    ]
    columns = (
        ReportColumn(words["barrier_group"]),
        ReportColumn(words["open"], number=True),
        ReportColumn(words["share"], number=True),
    )
    shown = [(label, waiting[group]) for group, label in labels.items() if groups[group]]
    blocks: list[Block] = [
        Heading(words["barriers"]),
        Words(words["barriers_of"].format(count=len(still), total=len(raised))),
        Chart(drawing_of(shown, f"{words['bar_of']}, {words['open_barriers']}", "chart-barriers")),
        ReportTable("barriers", words["barriers_by_group"], columns, lines, wide=True),
    ]
    if still:
        headings = (words["commitment"], words["barrier_group"], words["severity"], words["since"], words["what"])
        blocks.append(
            ReportTable(
                "open-barriers",
                words["open_barriers"],
                [ReportColumn(title) for title in headings],
                [_barrier(context, row) for row in sorted(still, key=lambda row: row["raised_on"])],
                wide=True,
            )
        )
    return blocks


def _barrier(context: ReportContext, row: Row) -> Sequence[Cell]:
    return (
        context.commitment(row["commitment_id"]),
        context.labels.label("barrier_group", row["group"]),
        context.labels.label("severity", row["severity"]) if row["severity"] else None,
        Day(row["raised_on"]),
        context.said(row, "description"),
    )


def _ripples(context: ReportContext) -> list[Block]:
    claimed = context.of_commitments("ripple_achievements")
    if not claimed:
        return []
    words = context.words
    worth = context.published.confirmations("ripple_achievements", "ripple_id")
    kinds = Counter(row["kind"] for row in claimed)
    confirmed = Counter((row["kind"], worth[row["ripple_id"]]) for row in claimed)
    lines: list[Sequence[Cell]] = [
        _kind(label, Ratio(confirmed[kind, CONFIRMED], kinds[kind], confirmed[kind, SECTOR_UNKNOWN]))
        for kind, label in context.labels.codes("ripple_kind").items()
        if kinds[kind]
    ]
    columns = (
        ReportColumn(words["kind"]),
        ReportColumn(words["confirmed"], number=True),
        ReportColumn(words["share"], number=True),
    )
    listed: list[Sequence[Cell]] = [
        (
            context.commitment(row["commitment_id"]),
            web(
                context.said(row, "description") or context.said_or_id(None, "", row["ripple_id"]),
                row["evidence_url"],
            ),
            context.institution(row["claimed_by"]),
            confirmer(context, row, worth[row["ripple_id"]]),
        )
        for row in claimed
    ]
    names = (words["commitment"], words["what"], words["claimed_by"], words["confirmed_by"])
    return [
        Heading(words["ripples"]),
        _sum(context, [worth[row["ripple_id"]] for row in claimed]),
        ReportTable("ripples", words["ripples_by_kind"], columns, lines, wide=True),
        ReportTable("ripple-list", words["ripples"], [ReportColumn(title) for title in names], listed, wide=True),
    ]


def _kind(label: str, ratio: Ratio) -> Sequence[Cell]:
    """As the metric's value, a share is left out where anything is missing."""
    return label, ratio, None if ratio.missing else notation.share(ratio.numerator, ratio.denominator)


def _beyond(context: ReportContext) -> list[Block]:
    claimed = context.of_commitments("going_beyond")
    if not claimed:
        return []
    words = context.words
    worth = context.published.confirmations("going_beyond", "beyond_id")
    lines: list[Sequence[Cell]] = [
        (
            context.commitment(row["commitment_id"]),
            context.said(row, "promised"),
            context.said(row, "delivered"),
            context.institution(row["claimed_by"]),
            confirmer(context, row, worth[row["beyond_id"]]),
        )
        for row in claimed
    ]
    names = (words["commitment"], words["promised"], words["delivered"], words["claimed_by"], words["confirmed_by"])
    return [
        Heading(words["beyond"]),
        _sum(context, [worth[row["beyond_id"]] for row in claimed]),
        ReportTable("beyond", words["beyond"], [ReportColumn(title) for title in names], lines, wide=True),
    ]


def _sum(context: ReportContext, worth: Sequence[str | None]) -> Words:
    """The numbers of the metrics ``ripple_confirmed`` and ``going_beyond_confirmed``."""
    counted = Counter(worth)
    said = context.words["confirmed_of"]
    return Words(said.format(count=counted[CONFIRMED], total=len(worth), unknown=counted[SECTOR_UNKNOWN]))


def confirmer(context: PageContext, row: Row, worth: str | None) -> Cell:
    """Who confirmed it, and why that does not count where it does not."""
    words, name = context.words, context.institution(row["confirmed_by"])
    if worth is None or name is None:
        return words["not_confirmed"]
    if worth == CONFIRMED:
        return name
    return f"{name.text}: {words['same_sector'] if worth == SAME_SECTOR else words['sector_unknown']}"
