"""The paper from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.blocks import Block, Cell, ReportColumn, ReportTable, Section, Words
from ogp_pipeline.site.session.awaited import late, shown_proposals, silent
from ogp_pipeline.site.session.context import SessionContext
from ogp_pipeline.site.session.decided import actions, of_last_session, shown_actions
from ogp_pipeline.site.session.disputes import APART, Dispute, box, disputes, shown
from ogp_pipeline.site.session.results import ResultLine, result_lines

EMPTY_LINES = 3  # for what comes up in the session


@dataclass(frozen=True)
class AgendaView:
    """``results``: the lines of the sheet. ``open_actions``: decisions that stand in it whole, to be marked as done."""

    plan: Said
    held_on: date
    sections: Sequence[Section]
    results: Sequence[ResultLine]
    open_actions: Sequence[str]


def agenda(context: SessionContext) -> AgendaView:
    """What the forum has before it."""
    open_, undone, words = disputes(context), actions(context), context.words

    def section(name: str, blocks: Sequence[Block]) -> Section:
        return Section(name.replace("_", "-"), words[name], blocks or [Words(words["agenda_nothing"], soft=True)])

    return AgendaView(
        plan=context.said_or_id(context.plan, "title", context.plan_id),
        held_on=context.held_on,
        sections=[
            section("agenda_last", of_last_session(context)),
            section("agenda_actions", shown_actions(context, undone)),
            section("agenda_differ", _differing(context, open_)),
            section("agenda_late", late(context)),
            section("agenda_heard", silent(context)),
            section("agenda_proposals", shown_proposals(context)),
            section("agenda_other", _empty(context)),
            section("agenda_sign", _signatures(context)),
        ],
        results=result_lines(context, open_),
        open_actions=[row["decision_id"] for row in undone],
    )


def _differing(context: SessionContext, open_: Sequence[Dispute]) -> list[Block]:
    return shown(context, open_) or [Words(context.words["agenda_no_differences"])]


def _empty(context: SessionContext) -> list[Block]:
    """Lines to write on."""
    titles = ("what", "agenda_owner", "agenda_due", "dissent")
    columns = [ReportColumn(context.words[title]) for title in titles]
    lines: list[Sequence[Cell]] = [("",) * len(titles)] * EMPTY_LINES
    return [ReportTable("agenda-other-lines", context.words["agenda_other"], columns, lines, quiet=True)]


def _signatures(context: SessionContext) -> list[Block]:
    """Who holds each seat on the day of the session, with a place to sign."""
    words = context.words
    held = [
        row
        for row in context.published.rows("forum_seats")
        if row["starts_on"] <= context.held_on and (row["ends_on"] is None or context.held_on <= row["ends_on"])
    ]
    lines: list[Sequence[Cell]] = [
        (
            context.institution(row["institution_id"]),
            context.labels.label("sector", row["party"]),
            APART.join((box(words["yes"]), box(words["no"]))),
            "",
        )
        for row in sorted(held, key=lambda row: (row["party"], row["seat_id"]))
    ]
    if not lines:
        lines = [("", "", "", "")] * EMPTY_LINES
    titles = ("institution", "sector", "agenda_dissents", "agenda_signature")
    columns = [ReportColumn(words[title]) for title in titles]
    return [ReportTable("agenda-signatures", words["agenda_sign"], columns, lines, quiet=True)]
