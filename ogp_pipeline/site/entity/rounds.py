"""A commitment's milestones, and what was said of each, round by round, in the words of who reports."""

from collections.abc import Mapping, Sequence

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.catalogue import number
from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.release import news
from ogp_pipeline.site.bar import swatch
from ogp_pipeline.site.charts import Square, squares
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.view import EvidencePiece, MilestoneView, RoundView
from ogp_pipeline.site.report.blocks import Block, Cell, Chart, Day, Legend, Link, Links, ReportLevel, Web, Words, web
from ogp_pipeline.site.report.context import Row
from ogp_pipeline.site.report.delays import who_moved
from ogp_pipeline.site.results import NOT_ASKED

_WORDS = (("progress", "progress_said"), ("challenges", "challenges"), ("next_steps", "next_steps"))
_MOST_SQUARES = 40  # milestones of a chart: more cannot be told apart


def milestones(context: EntityContext, commitment: str, plan: Row) -> list[MilestoneView]:
    """The tree, in the order of its codes."""
    own = context.standing.milestones(commitment)
    names = {row["milestone_id"] for row in own}
    children: dict[str | None, list[Row]] = {}
    for row in sorted(own, key=lambda row: natural(row["milestone_id"])):
        children.setdefault(row["parent_id"] if row["parent_id"] in names else None, []).append(row)
    return [_milestone(context, row, plan, children) for row in children.get(None, ())]


def chart(context: EntityContext, commitment: str, plan: Row) -> list[Block]:
    """A square for each milestone and round, in the colour of its level. What it shows stands below, in words."""
    rows = [row for row in context.standing.milestones(commitment)
            if row["milestone_id"] not in context.published.divided]  # fmt: skip
    if not rows or len(rows) > _MOST_SQUARES:
        return []
    rows.sort(key=lambda row: natural(row["milestone_id"]))
    updates = {row["milestone_id"]: _by_period(context, row["milestone_id"]) for row in rows}
    rounds = [period for period in context.period_titles if any(period in told for told in updates.values())]
    if not rounds:
        return []
    lines = [
        (
            row["milestone_id"],
            [_square(context, plan, period, updates[row["milestone_id"]].get(period)) for period in rounds],
        )
        for row in rows
    ]
    titles = [context.period_titles[period].text for period in rounds]
    shown = {square.label: square.shade for _, squares_of in lines for square in squares_of}
    labels = [label for label in context.statuses_of(plan).values() if label in shown]
    legend = Legend([ReportLevel(label, swatch(shown[label])) for label in labels])
    drawing = Chart(squares(lines, titles, context.words["squares_of"], f"squares-{commitment}"))
    if len(titles) == 1:
        return [Words(titles[0], soft=True), drawing, legend]
    order = context.words["squares_from_left"].format(rounds=" → ".join(titles))
    return [Words(order, soft=True), drawing, legend]


def _square(context: EntityContext, plan: Row, period: str, update: Row | None) -> Square:
    """A status; without one, whether the round asked for any."""
    row = context.published.one("reporting_periods", "period_id", period)
    unsaid = NOT_ASKED if row and row["asks_status"] is False else None
    code = (update["status"] if update else None) or unsaid
    return Square(context.level(plan, code).label, context.shade(plan, code))


def _by_period(context: EntityContext, milestone: str) -> Mapping[str, Row]:
    return {row["period_id"]: row for row in context.published.by("updates", "milestone_id").get(milestone, ())}


def _milestone(
    context: EntityContext, row: Row, plan: Row, children: Mapping[str | None, Sequence[Row]]
) -> MilestoneView:
    name, divided = row["milestone_id"], row["milestone_id"] in context.published.divided
    late = context.standing.is_late(row)
    due: Cell = row["due_text"] or (Day(row["due_date"]) if row["due_date"] else None)
    status = context.level(plan, context.standing.status(name)) if not divided else None
    return MilestoneView(
        id=name,
        title=context.said_or_id(row, "title", name),
        facts=context.facts(
            ("status", status),
            ("due", due),
            ("earlier_due", _earlier(context, name)),
            ("responsible", context.linked_institution(row["institution_id"])),
            ("details", _address(context, row["url"])),
        ),
        late=late,
        rounds=_rounds(context, name, plan),
        children=[_milestone(context, part, plan, children) for part in children.get(name, ())],
    )


def _earlier(context: EntityContext, milestone: str) -> Links | None:
    """The due dates that it once had, the oldest first, each with the page of the release that changed it."""
    names = [
        Link(
            Said(
                catalogue.say(
                    "entity.earlier_due_by" if (sender := who_moved(context, former)) else "entity.earlier_due",
                    context.own,
                    due=catalogue.day(former.due, context.own),
                    version=former.version,
                    day=catalogue.day(former.as_of, context.own),
                    by=sender or "",
                ),
                context.own,
            ),
            news.page(former.version),
        )
        for former in context.published.dues.get(milestone, ())
    ]
    return Links(names) if names else None


def _address(context: EntityContext, url: str | None) -> Cell:
    shown = web(Said(url, context.language), url) if url else None
    return shown if isinstance(shown, Web) else None


def _rounds(context: EntityContext, milestone: str, plan: Row) -> list[RoundView]:
    updates = _by_period(context, milestone)
    proofs: dict[str, list[Row]] = {}
    for row in context.published.by("evidence", "milestone_id").get(milestone, ()):
        proofs.setdefault(row["period_id"], []).append(row)
    told = [period for period in reversed(context.period_titles) if period in updates or period in proofs]
    return [_round(context, milestone, plan, period, updates.get(period), proofs.get(period, ())) for period in told]


def _round(
    context: EntityContext, milestone: str, plan: Row, period: str, update: Row | None, proofs: Sequence[Row]
) -> RoundView:
    row = context.published.one("reporting_periods", "period_id", period)
    late = bool(row and context.published.late(row).get(milestone))
    status: ReportLevel | None = context.level(plan, update["status"]) if update and update["status"] else None
    words = [
        (context.words[word], text) for column, word in _WORDS if update and (text := context.said(update, column))
    ]
    percent = update["percent"] if update else None
    return RoundView(
        period=context.period_titles[period],
        status=status,
        percent=f"{number(float(percent), context.own)} %" if percent is not None else None,
        nil=bool(update and update["nil"]),
        late=late,
        words=words,
        evidence=[_piece(context, proof) for proof in proofs],
    )


def _piece(context: EntityContext, row: Row) -> EvidencePiece:
    kind = context.labels.label("evidence_kind", row["kind"])
    label = context.said(row, "title") or context.said(row, "description") or Said(row["url"] or kind, context.language)
    shown = web(label, row["url"])
    return EvidencePiece(label, kind, shown.url if isinstance(shown, Web) else None)
