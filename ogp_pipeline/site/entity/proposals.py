"""The page of a proposal: who made it, what was answered, and what became of it."""

from collections.abc import Sequence

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.view import EntityView
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Words
from ogp_pipeline.site.report.context import Row


def proposal(context: EntityContext, row: Row) -> EntityView:
    """Everything that is published about it."""
    name, words = row["proposal_id"], context.words
    trail = context.published.one("proposal_trail", "proposal_id", name)
    title = context.proposal_title(row, name)
    fate = context.labels.label("proposal_fate", trail["fate"]) if trail else None
    theme, text = context.linked_theme(row["cluster_id"]), context.said(row, "text")
    joined = _joined(context, name, trail)
    return EntityView(
        kind=words["proposal"],
        path=addresses.proposal(name),
        code=name,
        title=title,
        table="proposals",
        key=name,
        above=[context.linked_plan(row["plan_id"]), *([theme] if theme else [])],
        about=f"{title.text}. {words['fate']}{words['colon']} {fate}." if fate else title.text,
        facts=context.facts(
            ("fate", fate),
            ("commitment", context.commitment(trail["commitment_id"]) if trail and trail["commitment_id"] else None),
            ("organisation", context.linked_institution(row["proposer_id"]) or words["the_public"]),
            ("received_on", Day(row["received_on"]) if row["received_on"] else None),
        ),
        sections=[
            *context.section("text", "description", [Words(text)] if text else []),
            *context.section("answers", "answers", _answers(context, trail["group_id"] if trail else name, name)),
            *context.section("joined", "says_the_same", joined),
        ],
    )


def _answers(context: EntityContext, group: str, name: str) -> list[Block]:
    """What was answered to it, or to the one with which it is joined."""
    answers = context.published.by("responses", "proposal_id")
    rows = [row for proposal_id in dict.fromkeys((name, group)) for row in answers.get(proposal_id, ())]
    lines: list[Sequence[Cell]] = [
        (
            Day(row["responded_on"]) if row["responded_on"] else None,
            context.labels.label("response_outcome", row["outcome"]) if row["outcome"] else None,
            context.said(row, "reason"),
            context.commitment(row["commitment_id"]) if row["commitment_id"] else None,
        )
        for row in rows
    ]
    return context.table("answers-table", "answers", ("day", "answer", "reason", "commitment"), lines)


def _joined(context: EntityContext, name: str, trail: Row | None) -> list[Block]:
    """The other proposals that say the same."""
    if trail is None:
        return []
    lines: list[Sequence[Cell]] = [
        (
            context.linked_proposal(row),
            context.linked_institution(row["proposer_id"]) or Said(context.words["the_public"], context.own),
        )
        for row in context.published.by("proposal_trail", "group_id").get(trail["group_id"], ())
        if row["proposal_id"] != name
    ]
    return context.table("joined-table", "says_the_same", ("proposal", "organisation"), lines)
