"""Who is late and what they said about it, who was not heard from, and which proposals wait for an answer."""

from collections.abc import Mapping, Sequence

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.programme.lateness import milestone_is_late
from ogp_pipeline.site import addresses
from ogp_pipeline.site.labels import rows
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Link, Words
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.delays import quiet_institutions
from ogp_pipeline.site.report.measures import person
from ogp_pipeline.site.session.context import SessionContext

MOST_LATE, MOST_PROPOSALS = 10, 10
UNANSWERED = "unanswered"
_TOLD = ("challenges", "next_steps", "progress")  # what is said of a delay, before what is said of the work


def late(context: SessionContext) -> list[Block]:
    """Open milestones past their due date, the longest overdue first."""
    overdue = sorted(
        (
            row
            for row in context.published.open_milestones(context.plan)
            if milestone_is_late(row["due_date"], False, context.as_of)
        ),
        key=lambda row: (row["due_date"], row["milestone_id"]),
    )
    told = _last_words(context, [row["milestone_id"] for row in overdue[:MOST_LATE]])
    statuses, words = context.statuses_of(context.plan), context.words
    lines: list[Sequence[Cell]] = []
    for row in overdue:
        status = context.published.last_status.get(row["milestone_id"])
        lines.append(
            (
                context.milestone(row),
                context.institutions(context.responsible(row)) or words["no_institution"],
                Day(row["due_date"]),
                (context.as_of - row["due_date"]).days,
                statuses.get(status, status) if status else words["not_reported"],
                context.shortened(told.get(row["milestone_id"])) or words["agenda_said_nothing"],
            )
        )
    titles = ("milestone", "responsible", "due", "days_late", "last_status", "agenda_said")
    return context.table("agenda_late", titles, lines, MOST_LATE, "days_late")


def _last_words(context: SessionContext, milestones: Sequence[str]) -> Mapping[str, Said]:
    """Milestone -> what its last report that says anything says: what stands in the way, else what comes next."""
    updates = context.published.tables["updates"]
    mine = list(rows(updates.loc[updates["milestone_id"].isin(milestones)]))
    order = {row["period_id"]: place for place, row in enumerate(context.published.periods(context.plan_id))}
    said: dict[str, Said] = {}
    for row in sorted(mine, key=lambda row: order.get(row["period_id"], -1)):
        words = next((text for column in _TOLD if (text := context.said(row, column)) is not None), None)
        if words is not None:
            said[row["milestone_id"]] = words
    return said


def silent(context: SessionContext) -> list[Block]:
    """Institutions of which the newest round's reports did not come, by their names."""
    if context.newest is None:
        return []
    report = ReportContext(context.published, context.newest, context.language, context.words)
    quiet = quiet_institutions(report)
    if quiet is None:
        return [Words(context.words["silence_unknown"])]
    names = [name for row in quiet if (name := context.institution(row["member_id"])) is not None]
    title = report.title_of(report.period).text
    if not names:
        return [Words(context.words["agenda_all_heard"].format(period=title))]
    told = ", ".join(sorted(name.text for name in names))
    return [Words(context.words["agenda_silent"].format(period=title, count=len(names), names=told))]


def waiting(context: SessionContext) -> list[Row]:
    """The plan's proposals that nobody has answered, the oldest first."""
    trail = context.published.by("proposal_trail", "plan_id").get(context.plan_id, ())
    open_ = [
        proposal
        for row in trail
        if row["fate"] == UNANSWERED
        and (proposal := context.published.one("proposals", "proposal_id", row["proposal_id"])) is not None
    ]
    return sorted(open_, key=lambda row: (str(row["received_on"] or "9"), row["proposal_id"]))


def shown_proposals(context: SessionContext) -> list[Block]:
    """What, from whom, and since when."""
    lines: list[Sequence[Cell]] = [
        (
            Link(context.proposal_title(row, row["proposal_id"]), addresses.proposal(row["proposal_id"])),
            person(context.institution(row["proposer_id"]), context.words["the_public"]),
            Day(row["received_on"]) if row["received_on"] else None,
            (context.as_of - row["received_on"]).days if row["received_on"] else None,
        )
        for row in waiting(context)
    ]
    titles = ("proposal", "organisation", "received_on", "agenda_days_waiting")
    return context.table("agenda_proposals", titles, lines, MOST_PROPOSALS, "agenda_days_waiting")
