"""How the forum met: meetings of the period, who came, and who never did."""

from collections.abc import Sequence

from ogp_pipeline.evaluation.participation_gaps import HIGH
from ogp_pipeline.i18n.text import Said
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
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import measures

MEASURES = (
    "forum_regularity",
    "open_events",
    "minutes_published",
    "sectors_missing",
    "resources_enough",
    "networked_organisations",
)


def consultation(context: ReportContext) -> Section:
    """The section. Its meetings are those of the period; people and gaps are those of the plan so far."""
    held = [row for row in context.rows("events") if row["starts_on"] <= context.as_of]
    blocks = [*_meetings(context, held), *_people(context, held)] if held else []
    blocks += _missing(context)
    blocks += measures(context, "consultation", MEASURES)
    return Section("consultation", context.words["report_consultation"], blocks or context.nothing(), now=True)


def _meetings(context: ReportContext, held: Sequence[Row]) -> list[Block]:
    words, first = context.words, context.period["start_date"]
    mine = sorted(
        (row for row in held if first <= row["starts_on"] <= context.until),
        key=lambda row: (row["starts_on"], row["event_id"]),
    )
    said = words["meetings_between"].format(
        count=len(mine), total=len(held), first=context.day(first), last=context.day(context.until)
    )
    blocks: list[Block] = [Heading(words["meetings"]), Words(said)]
    if mine:
        names = (words["meeting"], words["day"], words["open_to"], words["influence"], words["minutes"])
        headings = [*(ReportColumn(title) for title in names), ReportColumn(words["people"], number=True)]
        lines = [_meeting(context, row) for row in mine]
        blocks.append(ReportTable("meetings", words["meetings"], headings, lines, wide=True))
    return blocks


def _meeting(context: ReportContext, row: Row) -> Sequence[Cell]:
    words = context.words
    kind = context.labels.label("event_kind", row["kind"])
    came = context.published.by("attendance", "event_id").get(row["event_id"], ())
    return (
        context.said(row, "title") or kind,
        Day(row["starts_on"]),
        context.labels.label("openness", row["open_to"]) if row["open_to"] else None,
        context.labels.label("influence", row["influence"]) if row["influence"] else None,
        web(Said(words["minutes"], context.own), row["minutes_url"]) if row["minutes_url"] else words["no_minutes"],
        sum(sector["people"] for sector in came) if came else None,
    )


def _people(context: ReportContext, held: Sequence[Row]) -> list[Block]:
    """People by sector, over all meetings of the plan for which attendance was recorded."""
    words = context.words
    attendance = context.published.by("attendance", "event_id")
    recorded = [row["event_id"] for row in held if row["event_id"] in attendance]
    blocks: list[Block] = [
        Heading(words["people_by_sector"]),
        Words(words["attendance_of"].format(count=len(recorded), total=len(held))),
    ]
    people: dict[str, int] = {}
    for event in recorded:
        for row in attendance[event]:
            people[row["sector"]] = people.get(row["sector"], 0) + row["people"]
    total = sum(people.values())
    if not total:
        return blocks
    labels = context.labels.codes("sector")
    shown = [(labels[sector], people[sector]) for sector in labels if sector in people]
    lines: list[Sequence[Cell]] = [(label, Ratio(count, total), notation.share(count, total)) for label, count in shown]
    headings = (
        ReportColumn(words["sector"]),
        ReportColumn(words["people"], number=True),
        ReportColumn(words["share"], number=True),
    )
    name = f"{words['bar_of']}, {words['people_by_sector']}"
    return [
        *blocks,
        Chart(drawing_of(shown, name, "chart-people")),
        ReportTable("people", words["people_by_sector"], headings, lines),
    ]


def _missing(context: ReportContext) -> list[Block]:
    words = context.words
    gaps = [row for row in context.rows("participation_gaps") if row["interest"] == HIGH]
    if not gaps:
        return []
    answered = [row for row in gaps if row["missing"] is not None]
    absent = [row for row in answered if row["missing"]]
    said = words["missing_of"].format(count=len(absent), total=len(answered), unknown=len(gaps) - len(answered))
    blocks: list[Block] = [Heading(words["who_is_missing"]), Words(said)]
    if absent:
        lines: list[Sequence[Cell]] = [
            (
                context.cluster(row["cluster_id"]),
                context.labels.label("sector", row["sector"]),
                context.labels.label("level3", row["interest"]) if row["interest"] else None,
                Ratio(row["attended"], row["events"]),
            )
            for row in absent
        ]
        headings = (
            ReportColumn(words["cluster"]),
            ReportColumn(words["sector"]),
            ReportColumn(words["interest"]),
            ReportColumn(words["meetings_attended"], number=True),
        )
        blocks.append(ReportTable("missing-sectors", words["who_is_missing"], headings, lines))
    return blocks
