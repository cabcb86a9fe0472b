"""What the last session decided and whether it was done, and what earlier ones left to be done."""

from collections.abc import Sequence
from datetime import date

from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Words
from ogp_pipeline.site.report.context import Row
from ogp_pipeline.site.report.decisions import agreed, decision_item, dissent
from ogp_pipeline.site.session.context import FORUM_SESSION, SessionContext

MOST = 10


def last_session(context: SessionContext) -> tuple[date, date] | None:
    """The days of the newest session before this one: of the forum's events, else the newest day of a decision."""
    held = [
        (row["starts_on"], row["ends_on"] or row["starts_on"])
        for row in context.published.by("events", "plan_id").get(context.plan_id, ())
        if row["kind"] == FORUM_SESSION and row["starts_on"] < context.held_on
    ]
    days = [(row["decided_on"],) * 2 for row in context.decisions if row["decided_on"] < context.held_on]
    return max([*held, *days], default=None)


def of_last_session(context: SessionContext) -> list[Block]:
    """Every decision of it, with the dissent and what came of it."""
    days = last_session(context)
    if days is None:
        return []
    taken = [row for row in reversed(context.decisions) if days[0] <= row["decided_on"] <= days[1]]
    if not taken:
        return [Words(context.words["agenda_none_taken"].format(day=context.day(days[0])))]
    lines: list[Sequence[Cell]] = [
        (
            decision_item(context, row),
            agreed(context, row),
            dissent(context, row) or context.words["agenda_no_dissent"],
            _state(context, row),
        )
        for row in taken
    ]
    told = Words(context.words["agenda_last_on"].format(day=context.day(days[0])))
    return [told, *context.table("agenda_last", ("decision", "agreed_level", "dissent", "agenda_done"), lines, MOST)]


def _state(context: SessionContext, row: Row) -> str:
    words, done, late = context.words, row.get("done_on"), _days_late(context, row)
    if done is not None:
        return words["agenda_done_on"].format(day=context.day(done))
    if not is_action(row):
        return words["agenda_nothing_to_do"]
    return words["agenda_overdue"].format(count=late) if late else words["still_open"]


def _days_late(context: SessionContext, row: Row) -> int | None:
    """How many days what is not done is over its day; None where it is not."""
    due = row.get("due_on")
    return (context.as_of - due).days if due is not None and is_over(due, context.as_of) else None


def is_action(row: Row) -> bool:
    """Whether somebody has something to do."""
    return row.get("owner_id") is not None or row.get("due_on") is not None


def actions(context: SessionContext) -> list[Row]:
    """What was decided and is not done, the most overdue first; what has no day stands last."""
    open_ = [row for row in context.decisions if is_action(row) and not row.get("done_on")]
    return sorted(open_, key=lambda row: (row.get("due_on") or date.max, row["decision_id"]))


def shown_actions(context: SessionContext, open_: Sequence[Row]) -> list[Block]:
    """What, who, until when, and how late."""
    lines: list[Sequence[Cell]] = []
    for row in open_:
        due, late = row.get("due_on"), _days_late(context, row)
        lines.append(
            (
                decision_item(context, row),
                context.institution(row.get("owner_id")) or context.words["agenda_nobody"],
                Day(due) if due is not None else context.words["agenda_no_day"],
                late if late is not None else "",
            )
        )
    return context.table("agenda_actions", ("decision", "agenda_owner", "due", "days_late"), lines, MOST, "days_late")
