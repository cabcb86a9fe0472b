"""The list of commitments in several orders, each a page of its own, so that nobody needs a script to sort it.

commitments.html               by plan and theme; what once stood there whole has its anchors here
commitments/status.html        by plan and level
commitments/institution.html   by plan and leading institution
commitments/due.html           by plan, what is due next first
commitments/late.html          those that are late alone
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ogp_pipeline.evaluation.scales import NOT_REPORTED
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.facets import Facets, of_commitment
from ogp_pipeline.site.report.blocks import Cell, Item, Link
from ogp_pipeline.site.report.context import Row

LONG = 200  # commitments of a list that is long
ORDERS = ("theme", "status", "institution", "due", "late")


@dataclass(frozen=True)
class Line:
    """A commitment. ``anchors``: of its milestones, where they once stood; ``late``: how many of these are."""

    item: Item
    level: Cell
    leads: Cell
    due: date | None
    late: str | None
    anchors: Sequence[str]
    facets: Facets


@dataclass(frozen=True)
class Group:
    """The commitments below one heading. ``title`` is None where a plan has only one group."""

    id: str
    plan: Link
    title: Said | Link | str | None
    lines: Sequence[Line]


@dataclass(frozen=True)
class Ordered:
    """One page. ``path``: below the folder of the language."""

    order: str
    path: str
    groups: Sequence[Group]


Grouping = Iterator[tuple[str, Said | Link | str | None, Sequence[Row]]]


def lists(context: EntityContext) -> list[Ordered]:
    """Every order."""
    lines = {row["commitment_id"]: _line(context, row) for row in context.published.rows("commitments")}
    return [
        Ordered(
            order,
            addresses.LIST if order == ORDERS[0] else addresses.ordered(order),
            [group for plan in context.published.plans for group in _groups(context, plan, order, lines)],
        )
        for order in ORDERS
    ]


def _line(context: EntityContext, row: Row) -> Line:
    name, standing = row["commitment_id"], context.standing
    late = len(standing.late.get(name, ()))
    return Line(
        item=context.commitment(name),
        level=context.level(standing.plan_of[name], standing.level(name)),
        leads=context.linked_institutions(standing.leads(name)),
        due=standing.due(name),
        late=catalogue.count("entity.late", late, context.own) if late else None,
        anchors=_anchors(context, name),
        facets=of_commitment(context, name),
    )


def _anchors(context: EntityContext, name: str) -> list[str]:
    """Of its milestones. In a long list, where they would weigh a third of the page, the script finds those that begin
    with the commitment's code.
    """
    parts = [part["milestone_id"] for part in context.standing.milestones(name) if part["milestone_id"] != name]
    if len(context.published.rows("commitments")) <= LONG:
        return parts
    return [part for part in parts if not part.startswith(name)]


def _groups(context: EntityContext, plan: Row, order: str, lines: Mapping[str, Line]) -> Iterator[Group]:
    own = context.published.by("commitments", "plan_id").get(plan["plan_id"], ())
    rows = sorted(own, key=lambda row: natural(row["commitment_id"]))
    for identity, title, members in _GROUPINGS[order](context, plan, rows):
        if members:
            shown = [lines[row["commitment_id"]] for row in members]
            yield Group(f"{plan['plan_id']}-{identity}", context.linked_plan(plan["plan_id"]), title, shown)


def _by_theme(context: EntityContext, plan: Row, rows: Sequence[Row]) -> Grouping:
    themes = context.published.by("clusters", "plan_id").get(plan["plan_id"], ())
    names = [row["cluster_id"] for row in themes]
    for name in names:
        yield name, context.linked_theme(name), [row for row in rows if row["cluster_id"] == name]
    others = [row for row in rows if row["cluster_id"] not in names]
    yield "none", context.words["without_cluster"], others


def _by_status(context: EntityContext, plan: Row, rows: Sequence[Row]) -> Grouping:
    level = {row["commitment_id"]: context.standing.level(row["commitment_id"]) or NOT_REPORTED for row in rows}
    codes = [*context.statuses_of(plan), *sorted(set(level.values()) - set(context.statuses_of(plan)))]
    for code in codes:
        yield code, context.level(plan, code).label, [row for row in rows if level[row["commitment_id"]] == code]


def _by_institution(context: EntityContext, plan: Row, rows: Sequence[Row]) -> Grouping:
    """A commitment that several lead stands below each of them."""
    del plan
    leads = {row["commitment_id"]: context.standing.leads(row["commitment_id"]) for row in rows}
    names = sorted({name for of_row in leads.values() for name in of_row}, key=lambda name: _name(context, name))
    for name in names:
        yield name, context.linked_institution(name), [row for row in rows if name in leads[row["commitment_id"]]]
    yield "none", context.words["no_institution"], [row for row in rows if not leads[row["commitment_id"]]]


def _name(context: EntityContext, identity: str) -> str:
    name = context.institution(identity)
    return name.text.casefold() if name else identity


def _by_due(context: EntityContext, plan: Row, rows: Sequence[Row]) -> Grouping:
    del plan
    yield "due", None, sorted(rows, key=lambda row: context.standing.due(row["commitment_id"]) or date.max)


def _late(context: EntityContext, plan: Row, rows: Sequence[Row]) -> Grouping:
    del plan
    late = [row for row in rows if row["commitment_id"] in context.standing.late]
    yield "late", None, sorted(late, key=lambda row: context.standing.due(row["commitment_id"]) or date.max)


_GROUPINGS: Mapping[str, Callable[[EntityContext, Row, Sequence[Row]], Grouping]] = {
    "theme": _by_theme,
    "status": _by_status,
    "institution": _by_institution,
    "due": _by_due,
    "late": _late,
}
