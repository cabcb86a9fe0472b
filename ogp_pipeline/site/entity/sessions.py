"""The pages of the forum: a decision, and a meeting with what was decided on its days."""

from collections.abc import Sequence

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.view import EntityView
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Link, Web, Words, web
from ogp_pipeline.site.report.context import Row
from ogp_pipeline.site.report.decisions import agreed, decision_title, dissenting_words, holder_of


def decision(context: EntityContext, row: Row) -> EntityView:
    """What was agreed, how, why, and who dissented."""
    name, words = row["decision_id"], context.words
    title = decision_title(context, row)
    rationale, dissent = context.said(row, "rationale"), dissenting_words(context, row)
    level = agreed(context, row)
    votes = None
    if row["votes_for"] is not None and row["votes_against"] is not None:
        votes = words["votes"].format(favour=row["votes_for"], against=row["votes_against"])
    return EntityView(
        kind=words["decision"],
        path=addresses.decision(name),
        code=name,
        title=title,
        table="decisions",
        key=name,
        about=f"{title.text}{words['colon']} {level}." if level else title.text,
        facts=context.facts(
            ("agreed_level", level),
            ("subject", context.subject(row["subject_table"], row["subject_id"])),
            ("day", Day(row["decided_on"]) if row["decided_on"] else None),
            ("stage", context.labels.label("assessment_stage", row["stage"]) if row["stage"] else None),
            ("method", context.labels.label("decision_method", row["method"]) if row["method"] else None),
            ("votes_counted", votes),
            ("agenda_owner", context.linked_institution(row.get("owner_id"))),
            ("due", Day(row["due_on"]) if row.get("due_on") else None),
            ("agenda_done", Day(row["done_on"]) if row.get("done_on") else None),
        ),
        sections=[
            *context.section("rationale", "reason", [Words(rationale)] if rationale else []),
            *context.section("dissent", "dissent", [Words(dissent)] if dissent else []),
            *context.section("seats", "positions", _positions(context, row)),
        ],
    )


def event(context: EntityContext, row: Row) -> EntityView:
    """A meeting or another event: who came, and what was decided."""
    name, words = row["event_id"], context.words
    title, theme = context.said_or_id(row, "title", name), context.linked_theme(row["cluster_id"])
    description = context.said(row, "description")
    return EntityView(
        kind=words["meeting"],
        path=addresses.event(name),
        code=name,
        title=title,
        table="events",
        key=name,
        above=[context.linked_plan(row["plan_id"]), *([theme] if theme else [])],
        about=f"{title.text}, {context.day(row['starts_on'])}.",
        facts=context.facts(
            ("kind", context.labels.label("event_kind", row["kind"])),
            ("day", Day(row["starts_on"])),
            ("ends", Day(row["ends_on"]) if row["ends_on"] else None),
            ("open_to", context.labels.label("openness", row["open_to"]) if row["open_to"] else None),
            ("influence", context.labels.label("influence", row["influence"]) if row["influence"] else None),
            ("minutes", _address(words["minutes"], context, row["minutes_url"]) or words["no_minutes"]),
        ),
        sections=[
            *context.section("text", "description", [Words(description)] if description else []),
            *context.section("people", "people_by_sector", _people(context, name)),
            *context.section("decided", "decisions", _decided(context, row)),
        ],
    )


def _address(label: str, context: EntityContext, url: str | None) -> Cell:
    shown = web(Said(label, context.own), url) if url else None
    return shown if isinstance(shown, Web) else None


def _positions(context: EntityContext, row: Row) -> list[Block]:
    """What each seat said."""
    lines: list[Sequence[Cell]] = []
    for position in context.published.by("decision_positions", "decision_id").get(row["decision_id"], ()):
        holder = holder_of(context, position["seat_id"], row["decided_on"])
        lines.append(
            (
                position["seat_id"],
                context.linked_institution(holder),
                context.labels.label("position", position["position"]),
                context.said(position, "note"),
            )
        )
    return context.table("positions-table", "positions", ("seat", "institution", "position", "what"), lines)


def _people(context: EntityContext, name: str) -> list[Block]:
    lines: list[Sequence[Cell]] = [
        (context.labels.label("sector", row["sector"]), row["people"])
        for row in context.published.by("attendance", "event_id").get(name, ())
    ]
    return context.table("people-table", "people_by_sector", ("sector", "people"), lines)


def _decided(context: EntityContext, row: Row) -> list[Block]:
    """Decisions that bear a day of the meeting; only a session of the forum decides."""
    if row["kind"] != "forum_session":
        return []
    last = row["ends_on"] or row["starts_on"]
    lines: list[Sequence[Cell]] = [
        (
            Link(decision_title(context, taken), addresses.decision(taken["decision_id"])),
            agreed(context, taken),
        )
        for taken in context.published.rows("decisions")
        if taken["decided_on"] is not None and row["starts_on"] <= taken["decided_on"] <= last
    ]
    return context.table("decided-table", "decisions", ("decision", "agreed_level"), lines)
