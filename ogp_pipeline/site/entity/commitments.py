"""The page of a commitment."""

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity import rounds, voices
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.view import EntityView, Stands
from ogp_pipeline.site.report.blocks import Cell, Day, Link, Web, Words, web
from ogp_pipeline.site.report.context import Row


def commitment(context: EntityContext, row: Row) -> EntityView:
    """Everything that is published about it."""
    name, standing = row["commitment_id"], context.standing
    plan = standing.plan_of[name]
    theme, level = context.linked_theme(row["cluster_id"]), context.level(plan, standing.level(name))
    title = context.said_or_id(row, "title", name)
    due, late = standing.due(name), standing.late.get(name, ())
    above: list[Link] = [context.linked_plan(plan["plan_id"]), *([theme] if theme else [])]
    description = context.said(row, "description")
    late_words = catalogue.count("entity.late", len(late), context.own) if late else None
    facts = context.facts(
        ("status", level),
        ("late_milestones", late_words),
        ("next_due", Day(due) if due else None),
        ("lead", _role(context, name, "lead")),
        ("supported_by", _role(context, name, "support")),
        ("starts", Day(row["start_date"]) if row["start_date"] else None),
        ("ends", Day(row["end_date"]) if row["end_date"] else None),
        ("values", _codes(context, "ogp_value", row["values"])),
        ("policy_areas", _codes(context, "policy_area", row["policy_areas"])),
        ("details", _page(context, row["url"])),
    )
    return EntityView(
        kind=context.words["commitment"],
        path=addresses.commitment(name),
        code=name,
        title=title,
        table="commitments",
        key=name,
        above=above,
        about=about(context, row),
        facts=facts,
        on_card=facts[:4],
        stands=Stands(level.label, late_words or "", level=True, shade=context.shade(plan, standing.level(name))),
        sections=[
            *context.section("promise", "description", [Words(description)] if description else []),
            *context.section("rounds", "squares_of", rounds.chart(context, name, plan)),
        ],
        milestones=rounds.milestones(context, name, plan),
        tail=voices.sections(context, row),
        known_on=standing.known_on.get(name),
        card=addresses.card(name),
    )


def about(context: EntityContext, row: Row) -> str:
    """A sentence that says where it stands."""
    name = row["commitment_id"]
    plan = context.standing.plan_of[name]
    late = len(context.standing.late.get(name, ()))
    parts = [f"{name} {context.said_or_id(row, 'title', name).text}"]
    parts.append(f"{context.words['status']}{context.words['colon']} "
                 f"{context.level(plan, context.standing.level(name)).label}")  # fmt: skip
    if late:
        parts.append(catalogue.count("entity.late", late, context.own))
    return ". ".join(parts) + "."


def _role(context: EntityContext, commitment_id: str, role: str) -> Cell:
    roles = context.published.by("commitment_institutions", "commitment_id").get(commitment_id, ())
    return context.linked_institutions([row["institution_id"] for row in roles if row["role"] == role])


def _codes(context: EntityContext, code_list: str, codes: object) -> str | None:
    """The words of a cell that holds several codes."""
    if not codes:
        return None
    return ", ".join(context.labels.label(code_list, code) for code in str(codes).split(";"))


def _page(context: EntityContext, url: str | None) -> Cell:
    shown = web(Said(url, context.language), url) if url else None
    return shown if isinstance(shown, Web) else None
