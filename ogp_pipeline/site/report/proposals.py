"""What was proposed and what became of it: unanswered, answered without a trace, taken up, fulfilled."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from ogp_pipeline.site.home import NOT_REPORTED
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Heading, Ratio, ReportColumn, ReportTable, Section, Words
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import measures, person, tally

VANISHED = ("unanswered", "untraced")
MEASURES = ("proposals_answered", "proposals_incorporated")


def proposals(scene: ReportContext) -> Section:
    """The section. Proposals belong to the plan, so it speaks of the day of the data."""
    words = scene.words
    trail = scene.rows("proposal_trail")
    if not trail:
        return Section("proposals", words["report_proposals"], scene.nothing(), now=True)
    fates = Counter(row["fate"] for row in trail)
    caption = words["what_became"]
    labels = scene.labels.codes("proposal_fate")
    blocks: list[Block] = [
        *tally(scene, "fates", caption, words["fate"], labels, fates, len(trail), (NOT_REPORTED,)),
        _days(scene, trail),
        *measures(scene, "proposals", MEASURES),
        *_vanished(scene, trail),
    ]
    return Section("proposals", words["report_proposals"], blocks, now=True)


def _days(scene: ReportContext, trail: Sequence[Row]) -> Words:
    """The median over answers of which both days are known; a half is said as a half."""
    days = [Fraction(row["days"]) for row in trail if row["days"] is not None]
    answered = sum(1 for row in trail if row["fate"] != "unanswered")
    if not days:
        return Words(scene.words["days_unknown"].format(total=answered))
    middle = Fraction(median(days))
    text = str(middle.numerator) if middle.denominator == 1 else f"{float(middle):.1f}"
    return Words(scene.words["median_days"].format(days=text, count=len(days), total=answered))


def _vanished(scene: ReportContext, trail: Sequence[Row]) -> list[Block]:
    words = scene.words
    lost = [row for row in trail if row["fate"] in VANISHED]
    if not lost:
        return [Words(words["none_vanished"])]
    made = Counter(row["proposer_id"] for row in trail)
    by = Counter((row["proposer_id"], row["fate"]) for row in lost)
    organisations = sorted({row["proposer_id"] for row in lost}, key=lambda one: (one is None, one))
    columns = [
        ReportColumn(words["organisation"]),
        *(ReportColumn(scene.labels.label("proposal_fate", fate), number=True) for fate in VANISHED),
    ]
    lines: list[Sequence[Cell]] = [
        (
            person(scene.institution(one), words["the_public"]),
            *(Ratio(by[one, fate], made[one]) for fate in VANISHED),
        )
        for one in organisations
    ]
    return [
        Heading(words["vanished"]),
        ReportTable("vanished-by-organisation", words["by_organisation"], columns, lines, wide=True),
        _list(scene, lost),
    ]


def _list(scene: ReportContext, lost: Sequence[Row]) -> ReportTable:
    words = scene.words
    lines: list[Sequence[Cell]] = []
    for row in lost:
        proposal = scene.published.one("proposals", "proposal_id", row["proposal_id"])
        received = proposal["received_on"] if proposal else None
        title = scene.said_or_id(proposal, "title", row["proposal_id"])
        who = person(scene.institution(row["proposer_id"]), words["the_public"])
        fate = scene.labels.label("proposal_fate", row["fate"])
        lines.append((title, who, Day(received) if received else None, fate))
    columns = (words["proposal"], words["organisation"], words["received_on"], words["fate"])
    return ReportTable(
        "vanished-proposals", words["vanished"], [ReportColumn(title) for title in columns], lines, wide=True
    )
