"""The page of an institution: what it promised, what it is late with, what it reported and when."""

from collections.abc import Sequence

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.view import EntityView
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Links, Ratio
from ogp_pipeline.site.report.context import LEAD, Row
from ogp_pipeline.site.results import ALL, COMPLIANCE


def institution(context: EntityContext, row: Row) -> EntityView:
    """Everything that is published about it."""
    name, words = row["institution_id"], context.words
    title = context.said_or_id(row, "name", name)
    roles = context.published.by("commitment_institutions", "institution_id").get(name, ())
    led = sorted((role["commitment_id"] for role in roles if role["role"] == "lead"), key=natural)
    supported = sorted((role["commitment_id"] for role in roles if role["role"] == "support"), key=natural)
    late = context.late_of.get(name, ())
    about = f"{title.text}. {words['leads_these']}{words['colon']} {len(led)}"
    about += f". {catalogue.count('entity.late', len(late), context.own)}." if late else "."
    return EntityView(
        kind=words["institution"],
        path=addresses.institution(name),
        code=row["acronym"] or name,
        title=title,
        table="institutions",
        key=name,
        about=about,
        facts=context.facts(
            ("sector", context.labels.label("sector", row["sector"]) if row["sector"] else None),
            ("part_of", context.linked_institution(row["parent_id"])),
            ("late_milestones", catalogue.count("entity.late", len(late), context.own) if late else None),
        ),
        sections=[
            *context.section("late", "what_is_late", late_lines(context, late)),
            *context.section("led", "leads_these", commitments_table(context, "led-table", "leads_these", led)),
            *context.section(
                "supported", "supports_these", commitments_table(context, "support-table", "supports_these", supported)
            ),
            *context.section("parts", "its_parts", _parts(context, name)),
            *context.section("reports", "reports_received", _reports(context, name)),
            *context.section("proposed", "proposed_these", _proposed(context, name)),
        ],
    )


def commitments_table(context: EntityContext, identity: str, caption: str, names: Sequence[str]) -> list[Block]:
    """A list of commitments, with where each stands."""
    lines: list[Sequence[Cell]] = []
    for name in names:
        if name not in context.standing.plan_of:
            continue
        due, late = context.standing.due(name), context.standing.late.get(name, ())
        lines.append(
            (
                context.commitment(name),
                context.level(context.standing.plan_of[name], context.standing.level(name)),
                Day(due) if due else None,
                catalogue.count("entity.late", len(late), context.own) if late else None,
            )
        )
    return context.table(identity, caption, ("commitment", "status", "next_due", "late"), lines)


def late_lines(context: EntityContext, rows: Sequence[Row]) -> list[Block]:
    """Milestones that are late, the oldest due date first."""
    lines: list[Sequence[Cell]] = [
        (
            context.milestone(row),
            context.linked_institutions(context.responsible(row)),
            Day(row["due_date"]),
            context.level(context.standing.plan_of[row["commitment_id"]], context.standing.status(row["milestone_id"])),
        )
        for row in sorted(rows, key=lambda row: (row["due_date"], natural(row["milestone_id"])))
    ]
    return context.table("late-table", "past_due", ("milestone", "responsible", "due", "last_status"), lines)


def _reports(context: EntityContext, name: str) -> list[Block]:
    """Of each round: how many reports were expected from it, and how many came."""
    expected = {
        row["period_id"]: row
        for row in context.published.by("metrics", "member_id").get(name, ())
        if row["metric_id"] == COMPLIANCE and row["dimension"] == "institution" and row["category"] == ALL
    }
    lines: list[Sequence[Cell]] = [
        (
            context.period_titles[period],
            Ratio(expected[period]["numerator"], expected[period]["denominator"]),
            Day(row["due_date"]) if (row := context.published.one("reporting_periods", "period_id", period)) else None,
        )
        for period in reversed(context.period_titles)
        if period in expected and expected[period]["denominator"]
    ]
    return context.table("reports-table", "reports_received", ("round", "received", "reports_due"), lines)


def _parts(context: EntityContext, name: str) -> list[Block]:
    """The institutions that belong to it, and what each leads: what a ministry promised stands with its offices."""
    lines: list[Sequence[Cell]] = []
    for row in context.published.by("institutions", "parent_id").get(name, ()):
        roles = context.published.by("commitment_institutions", "institution_id").get(row["institution_id"], ())
        led = [context.commitment(role["commitment_id"]) for role in roles if role["role"] == LEAD]
        lines.append((context.linked_institution(row["institution_id"]), Links(led) if led else None))
    return context.table("parts-table", "its_parts", ("institution", "leads_these"), lines)


def _proposed(context: EntityContext, name: str) -> list[Block]:
    lines: list[Sequence[Cell]] = [
        (
            context.linked_proposal(row),
            context.labels.label("proposal_fate", row["fate"]),
            context.commitment(row["commitment_id"]) if row["commitment_id"] else None,
        )
        for row in context.published.by("proposal_trail", "proposer_id").get(name, ())
    ]
    return context.table("proposed-table", "proposed_these", ("proposal", "fate", "commitment"), lines)
