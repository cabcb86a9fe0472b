"""By what pages can be filtered: their kind, status, theme, institutions and lateness, as codes.

A page says these of itself in attributes of its ``main`` element, a row of the list in its own; a filter is a field of
a form whose values are the same codes, so the address of a filtered list can be passed on: ``?status=complete&late=1``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.evaluation.scales import NOT_REPORTED
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.view import EntityView
from ogp_pipeline.site.report.context import Row

# Table -> the site's word for one of its rows.
KINDS: Mapping[str, str] = {
    "commitments": "commitment",
    "institutions": "institution",
    "proposals": "proposal",
    "metric_definitions": "measure",
    "decisions": "decision",
    "events": "meeting",
    "clusters": "cluster",
    "action_plans": "plan",
}


@dataclass(frozen=True)
class Facets:
    """What one page can be filtered by. ``kind``: its table."""

    kind: str
    status: str = ""
    themes: Sequence[str] = ()
    institutions: Sequence[str] = ()
    late: bool = False


@dataclass(frozen=True)
class Choices:
    """What the fields of a filter offer: pairs of a code and its name."""

    kinds: Sequence[tuple[str, str]]
    statuses: Sequence[tuple[str, str]]
    themes: Sequence[tuple[str, Said]]
    institutions: Sequence[tuple[str, Said]]


def facets(context: EntityContext, entity: EntityView) -> Facets:
    """Those of the page of one thing."""
    if entity.table not in _MAKERS:
        return Facets(entity.table)
    key, make = _MAKERS[entity.table]
    row = context.published.one(entity.table, key, entity.key)
    return make(context, row) if row else Facets(entity.table)


def of_commitment(context: EntityContext, name: str) -> Facets:
    """Those of a commitment."""
    row = context.published.one("commitments", "commitment_id", name)
    return _commitment(context, row) if row else Facets("commitments")


def choices(context: EntityContext) -> Choices:
    """What the filters offer: statuses, themes and leading institutions that a commitment has."""
    rows = [_commitment(context, row) for row in context.published.rows("commitments")]
    used = {code for row in rows for code in (row.status, *row.themes, *row.institutions)}
    statuses: dict[str, str] = {}
    for plan in context.published.plans:
        statuses |= {code: context.level(plan, code).label for code in (*context.statuses_of(plan), NOT_REPORTED)}
    kinds = [(table, context.words[word]) for table, word in KINDS.items() if context.published.rows(table)]
    return Choices(
        kinds=kinds,
        statuses=[(code, label) for code, label in statuses.items() if code in used],
        themes=list(_named(context, "clusters", "cluster_id", used)),
        institutions=sorted(
            _named(context, "institutions", "institution_id", used), key=lambda pair: pair[1].text.casefold()
        ),
    )


def _named(context: EntityContext, table: str, key: str, used: set[str]) -> Iterator[tuple[str, Said]]:
    for row in context.published.rows(table):
        if row[key] in used:
            yield row[key], context.said_or_id(row, "name", row[key])


def _commitment(context: EntityContext, row: Row) -> Facets:
    name, standing = row["commitment_id"], context.standing
    return Facets(
        "commitments",
        standing.level(name) or NOT_REPORTED,
        [row["cluster_id"]] if row["cluster_id"] else [],
        standing.leads(name),
        name in standing.late,
    )


def _institution(context: EntityContext, row: Row) -> Facets:
    del context
    return Facets("institutions", institutions=[row["institution_id"]])


def _theme(context: EntityContext, row: Row) -> Facets:
    del context
    return Facets("clusters", themes=[row["cluster_id"]])


def _proposal(context: EntityContext, row: Row) -> Facets:
    del context
    theme, proposer = row["cluster_id"], row["proposer_id"]
    return Facets("proposals", themes=[theme] if theme else [], institutions=[proposer] if proposer else [])


def _event(context: EntityContext, row: Row) -> Facets:
    del context
    return Facets("events", themes=[row["cluster_id"]] if row["cluster_id"] else [])


def _decision(context: EntityContext, row: Row) -> Facets:
    """Those of what was decided on, which is a commitment or one of its milestones."""
    name = row["subject_id"]
    if row["subject_table"] == "milestones":
        milestone = context.published.one("milestones", "milestone_id", name)
        name = milestone["commitment_id"] if milestone else name
    subject = of_commitment(context, name)
    return Facets("decisions", themes=subject.themes, institutions=subject.institutions)


# Table -> its key, and what makes the facets of one of its rows; pages of others have their kind alone.
_MAKERS: Mapping[str, tuple[str, Callable[[EntityContext, Row], Facets]]] = {
    "commitments": ("commitment_id", _commitment),
    "institutions": ("institution_id", _institution),
    "clusters": ("cluster_id", _theme),
    "proposals": ("proposal_id", _proposal),
    "events": ("event_id", _event),
    "decisions": ("decision_id", _decision),
}
