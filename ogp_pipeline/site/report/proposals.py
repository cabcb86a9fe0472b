"""What was proposed and what became of it: unanswered, answered without a trace, taken up, fulfilled."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from ogp_pipeline.site import addresses
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Day,
    Heading,
    Link,
    Ratio,
    ReportColumn,
    ReportTable,
    Section,
    Words,
)
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import measures, person, tally
from ogp_pipeline.site.results import NOT_REPORTED

VANISHED = ("unanswered", "untraced")
MEASURES = ("proposals_answered", "proposals_incorporated")


def proposals(context: ReportContext) -> Section:
    """The section. Proposals belong to the plan, so it speaks of the day of the data."""
    words = context.words
    trail = context.rows("proposal_trail")
    if not trail:
        return Section("proposals", words["report_proposals"], context.nothing(), now=True)
    fates = Counter(row["fate"] for row in trail)
    caption = words["what_became"]
    labels = context.labels.codes("proposal_fate")
    blocks: list[Block] = [
        *tally(context, "fates", caption, words["fate"], labels, fates, len(trail), (NOT_REPORTED,)),
        _days(context, trail),
        *measures(context, "proposals", MEASURES),
        *_vanished(context, trail),
    ]
    return Section("proposals", words["report_proposals"], blocks, now=True)


def _days(context: ReportContext, trail: Sequence[Row]) -> Words:
    """The median over answers of which both days are known; a half is said as a half."""
    days = [Fraction(row["days"]) for row in trail if row["days"] is not None]
    answered = sum(1 for row in trail if row["fate"] != "unanswered")
    if not days:
        return Words(context.words["days_unknown"].format(total=answered))
    middle = Fraction(median(days))
    text = str(middle.numerator) if middle.denominator == 1 else f"{float(middle):.1f}"
    return Words(context.words["median_days"].format(days=text, count=len(days), total=answered))


def _vanished(context: ReportContext, trail: Sequence[Row]) -> list[Block]:
    words = context.words
    lost = [row for row in trail if row["fate"] in VANISHED]
    if not lost:
        return [Words(words["none_vanished"])]
    made = Counter(row["proposer_id"] for row in trail)
    by = Counter((row["proposer_id"], row["fate"]) for row in lost)
    organisations = sorted(
        {row["proposer_id"] for row in lost}, key=lambda organisation: (organisation is None, organisation)
    )
    columns = [
        ReportColumn(words["organisation"]),
        *(ReportColumn(context.labels.label("proposal_fate", fate), number=True) for fate in VANISHED),
    ]
    lines: list[Sequence[Cell]] = [
        (
            person(context.institution(organisation), words["the_public"]),
            *(Ratio(by[organisation, fate], made[organisation]) for fate in VANISHED),
        )
        for organisation in organisations
    ]
    return [
        Heading(words["vanished"]),
        ReportTable("vanished-by-organisation", words["by_organisation"], columns, lines, wide=True),
        _list(context, lost),
    ]


def _list(context: ReportContext, lost: Sequence[Row]) -> ReportTable:
    words = context.words
    lines: list[Sequence[Cell]] = []
    for row in lost:
        proposal = context.published.one("proposals", "proposal_id", row["proposal_id"])
        received = proposal["received_on"] if proposal else None
        title = Link(context.proposal_title(proposal, row["proposal_id"]), addresses.proposal(row["proposal_id"]))
        who = person(context.institution(row["proposer_id"]), words["the_public"])
        fate = context.labels.label("proposal_fate", row["fate"])
        lines.append((title, who, Day(received) if received else None, fate))
    columns = (words["proposal"], words["organisation"], words["received_on"], words["fate"])
    return ReportTable(
        "vanished-proposals", words["vanished"], [ReportColumn(title) for title in columns], lines, wide=True
    )
