"""The pages of a plan and of a theme: their commitments, and how far they have come."""

from collections import Counter
from collections.abc import Sequence

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.bar import BarPiece, bar
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.institutions import commitments_table, late_lines
from ogp_pipeline.site.entity.promises import members, side_by_side
from ogp_pipeline.site.entity.view import EntityView
from ogp_pipeline.site.notation import share
from ogp_pipeline.site.report.blocks import Block, Cell, Chart, Day, Link, Ratio, Words
from ogp_pipeline.site.report.context import Row


def plan(context: EntityContext, row: Row) -> EntityView:
    """A plan with its themes, its commitments and its reports."""
    name, words = row["plan_id"], context.words
    title = context.said_or_id(row, "title", name)
    own = _names(context.published.by("commitments", "plan_id").get(name, ()))
    reports = context.published.reports(name)
    listed: list[Sequence[Cell]] = [
        (Link(context.title_of(report.period), report.path), Day(report.period["due_date"]))
        for report in reversed(reports)
    ]
    return EntityView(
        kind=words["plan"],
        path=addresses.plan(name),
        code=name,
        title=title,
        table="action_plans",
        key=name,
        about=f"{title.text}. {words['commitments']}{words['colon']} {len(own)}.",
        facts=context.facts(("starts", Day(row["start_date"])), ("ends", Day(row["end_date"]))),
        sections=[
            *context.section("levels", "where_it_stands", _levels(context, row, own)),
            *context.section("late", "what_is_late", _late(context, own)),
            *context.section("themes", "themes", _themes(context, row)),
            *context.section("institutions", "by_institution", side_by_side(context, row)),
            *context.section("led", "commitments", commitments_table(context, "own-table", "commitments", own)),
            *context.section("proposals", "proposals", _proposals(context, name)),
            *context.section("meetings", "meetings", meetings(context, "plan_id", name)),
            *context.section("measures", "all_measures", _measures(context, name)),
            *context.section(
                "reports",
                "all_reports",
                context.table("reports-table", "all_reports", ("report", "reports_due"), listed),
            ),
        ],
    )


def contents(context: EntityContext, row: Row) -> list[tuple[Link, int]]:
    """What the home page leads to of a plan's page, each with how many there are of it."""
    name, words = row["plan_id"], context.words
    counted = (
        ("institutions", "institutions", len(members(context, row))),
        ("proposals", "proposals", len(context.published.by("proposals", "plan_id").get(name, ()))),
        ("meetings", "meetings", len(context.published.by("events", "plan_id").get(name, ()))),
    )
    return [
        (Link(Said(words[word], context.own), f"{addresses.plan(name)}#{place}"), count)
        for place, word, count in counted
        if count
    ]


def theme(context: EntityContext, row: Row) -> EntityView:
    """A theme with its commitments and who takes part in it."""
    name, words = row["cluster_id"], context.words
    own = _names(context.published.by("commitments", "cluster_id").get(name, ()))
    title = context.said_or_id(row, "name", name)
    of_plan = context.published.one("action_plans", "plan_id", row["plan_id"])
    return EntityView(
        kind=words["cluster"],
        path=addresses.theme(name),
        code=name,
        title=title,
        table="clusters",
        key=name,
        above=[context.linked_plan(row["plan_id"])],
        lead=context.said(row, "description"),
        about=f"{title.text}. {words['commitments']}{words['colon']} {len(own)}.",
        sections=[
            *context.section("levels", "where_it_stands", _levels(context, of_plan, own) if of_plan else []),
            *context.section("late", "what_is_late", _late(context, own)),
            *context.section("led", "commitments", commitments_table(context, "own-table", "commitments", own)),
            *context.section("missing", "who_is_missing", _missing(context, name)),
            *context.section("meetings", "meetings", meetings(context, "cluster_id", name)),
        ],
    )


def meetings(context: EntityContext, column: str, value: str) -> list[Block]:
    """The forum's meetings of a plan or theme, the newest first."""
    rows = sorted(context.published.by("events", column).get(value, ()), key=lambda row: row["starts_on"], reverse=True)
    lines: list[Sequence[Cell]] = [
        (
            Link(context.said_or_id(row, "title", row["event_id"]), addresses.event(row["event_id"])),
            context.labels.label("event_kind", row["kind"]),
            Day(row["starts_on"]),
        )
        for row in rows
    ]
    return context.table("meetings-table", "meetings", ("meeting", "kind", "day"), lines)


def _names(rows: Sequence[Row]) -> list[str]:
    return sorted((row["commitment_id"] for row in rows), key=natural)


def _levels(context: EntityContext, of_plan: Row, own: Sequence[str]) -> list[Block]:
    """How many of the commitments stand at each level, with a bar."""
    counted = Counter(context.standing.level(name) or "not_reported" for name in own)
    shown = [code for code in context.statuses_of(of_plan) if counted[code]]
    if not shown:
        return []
    words, total = context.words, len(own)
    pieces = [
        BarPiece(context.level(of_plan, code).label, counted[code], context.shade(of_plan, code)) for code in shown
    ]
    lines: list[Sequence[Cell]] = [
        (context.level(of_plan, code), Ratio(counted[code], total), share(counted[code], total)) for code in shown
    ]
    drawing = Chart(bar(pieces, f"{words['bar_of']}, {words['commitments']}", "bar-levels"))
    return [drawing, *context.table("levels-table", "commitments", ("level", "count", "share"), lines)]


def _late(context: EntityContext, own: Sequence[str]) -> list[Block]:
    late = [row for name in own for row in context.standing.late.get(name, ())]
    return [Words(catalogue.count("entity.late", len(late), context.own)), *late_lines(context, late)] if late else []


def _themes(context: EntityContext, of_plan: Row) -> list[Block]:
    by_theme = context.published.by("commitments", "cluster_id")
    lines: list[Sequence[Cell]] = [
        (context.linked_theme(row["cluster_id"]), len(by_theme.get(row["cluster_id"], ())))
        for row in context.published.by("clusters", "plan_id").get(of_plan["plan_id"], ())
    ]
    return context.table("themes-table", "themes", ("cluster", "commitments"), lines)


def _proposals(context: EntityContext, name: str) -> list[Block]:
    """Every proposal, and what became of it."""
    trails = {row["proposal_id"]: row for row in context.published.by("proposal_trail", "plan_id").get(name, ())}
    rows = sorted(
        context.published.by("proposals", "plan_id").get(name, ()), key=lambda row: natural(row["proposal_id"])
    )
    lines: list[Sequence[Cell]] = []
    for row in rows:
        trail = trails.get(row["proposal_id"])
        lines.append(
            (
                context.linked_proposal(row),
                context.linked_institution(row["proposer_id"]) or context.words["the_public"],
                context.labels.label("proposal_fate", trail["fate"]) if trail else None,
                context.commitment(trail["commitment_id"]) if trail and trail["commitment_id"] else None,
            )
        )
    return context.table("proposals-table", "proposals", ("proposal", "organisation", "fate", "commitment"), lines)


def _measures(context: EntityContext, name: str) -> list[Block]:
    """Every measure of which the plan has a number, with its page."""
    used = {row["metric_id"] for row in context.published.by("metrics", "plan_id").get(name, ())}
    lines: list[Sequence[Cell]] = [
        (
            Link(context.said_or_id(row, "title", row["metric_id"]), addresses.metric(row["metric_id"])),
            context.plainly(row, "numerator"),
        )
        for row in context.published.rows("metric_definitions")
        if row["metric_id"] in used
    ]
    return context.table("measures-table", "all_measures", ("measure", "numerator"), lines)


def _missing(context: EntityContext, name: str) -> list[Block]:
    """Sectors that care and never came."""
    lines: list[Sequence[Cell]] = [
        (
            context.labels.label("sector", row["sector"]),
            context.labels.label("level3", row["interest"]) if row["interest"] else None,
            Ratio(row["attended"], row["events"]),
        )
        for row in context.published.by("participation_gaps", "cluster_id").get(name, ())
        if row["missing"]
    ]
    return context.table("missing-table", "who_is_missing", ("sector", "interest", "meetings_attended"), lines)
