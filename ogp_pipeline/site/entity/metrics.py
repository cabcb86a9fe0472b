"""The page of a metric: its definition, what is counted of what, its numbers, how they moved, and how to cite one."""

from collections.abc import Mapping, Sequence
from typing import Any

from ogp_pipeline.evaluation.evidence import LOOKED_AT, SEE_PREVIOUS
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.view import EntityView, Stands
from ogp_pipeline.site.figures import Figure, figure
from ogp_pipeline.site.home import ALL
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Section, Words
from ogp_pipeline.site.report.context import STAGES, Row
from ogp_pipeline.site.report.measures import unknown

EVIDENCE = "evidence_coverage"
_MOST = 100  # milestones without evidence that are named
_KEY = ("metric_id", "plan_id", "period_id", "dimension", "member_id", "category")


def metric(context: EntityContext, row: Row) -> EntityView:
    """Its definition and all its numbers of whole plans; those of parts are in the data."""
    name, words = row["metric_id"], context.words
    title = context.said_or_id(row, "title", name)
    definition = context.definition(row)
    on_card, stands = _newest(context, row)
    return EntityView(
        kind=words["measure"],
        path=addresses.metric(name),
        code=name,
        title=title,
        table="metric_definitions",
        key=name,
        lead=definition,
        about=f"{title.text}. {definition.text}" if definition else title.text,
        facts=context.facts(
            ("numerator", context.plainly(row, "numerator")),
            ("denominator", context.plainly(row, "denominator")),
            ("source", context.plainly(row, "source")),
        ),
        sections=[
            *context.section("numbers", "numbers", _numbers(context, row)),
            *context.section("unproven", "without_evidence", _without_evidence(context) if name == EVIDENCE else []),
            *context.section("moves", "numbers_moved", _history(context, row)),
        ],
        tail=_cited(context, name),
        card=addresses.metric_card(name) if on_card else None,
        on_card=on_card,
        stands=stands,
    )


def _own(context: EntityContext, name: str) -> list[Row]:
    rows = [row for row in context.published.by("metrics", "metric_id").get(name, ()) if row["dimension"] == "plan"]
    turn = {period: place for place, period in enumerate(context.period_titles)}
    return sorted(rows, key=lambda row: (row["plan_id"], turn.get(row["period_id"], -1)), reverse=True)


def _numbers(context: EntityContext, defined: Row) -> list[Block]:
    name = defined["metric_id"]
    lines: list[Sequence[Cell]] = [
        (
            _period(context, row["period_id"]) or context.linked_plan(row["plan_id"]),
            context.linked_plan(row["plan_id"]),
            _category(context, row),
            *_number(context, defined, row),
        )
        for row in _own(context, name)
    ]
    return context.table("numbers-table", "numbers", ("round", "plan", "category", "count", "share"), lines)


def _newest(context: EntityContext, defined: Row) -> tuple[Sequence[tuple[str, Cell]], Stands | None]:
    """The newest number of the newest plan, where there is one that is not of a part: for the card and the picture."""
    whole = [row for row in _own(context, defined["metric_id"]) if row["category"] == ALL]
    counted, share = _number(context, defined, whole[0]) if whole else (None, None)
    if not isinstance(counted, Figure):
        return (), None
    when = _period(context, whole[0]["period_id"]) or context.linked_plan(whole[0]["plan_id"]).title
    facts = context.facts(("count", counted), ("share", share), ("round", when))
    word = f"{counted.text} ({share})" if isinstance(share, str) else counted.text
    note = when if isinstance(when, str) else when.text
    if counted.missing:
        note += f". {context.words['unknown_value']}{context.words['colon']} {counted.missing}"
    return facts, Stands(word, note)


def _number(context: EntityContext, defined: Row, row: Mapping[str, Any]) -> tuple[Cell, Cell]:
    if not row["denominator"] or ("value" in row and "category" in row and unknown(row)):
        return None, None
    shown = figure(
        defined["metric_id"],
        defined["unit"],
        row["numerator"],
        row["denominator"],
        context.language,
        missing=row["missing"],
        has_value=row["value"] is not None,
    )
    return shown, context.words["median"] if shown.median else shown.share


def _period(context: EntityContext, period: str) -> Said | str | None:
    if period in context.period_titles:
        return context.period_titles[period]
    return context.labels.label("assessment_stage", period) if period in STAGES else None


def _category(context: EntityContext, row: Row) -> str | None:
    """What the number is of, in words where there are any."""
    if row["category"] == ALL:
        return None
    plan = context.published.one("action_plans", "plan_id", row["plan_id"])
    statuses = context.statuses_of(plan) if plan else {}
    return statuses.get(row["category"]) or context.words.get(row["category"]) or str(row["category"])


def _without_evidence(context: EntityContext) -> list[Block]:
    """The milestones that the newest number of the newest plan does not count, by the metric's own rule."""
    newest = next((row for row in _own(context, EVIDENCE) if row["category"] == ALL), None)
    round_of = context.published.one("reporting_periods", "period_id", newest["period_id"]) if newest else None
    if newest is None or round_of is None or newest["missing"]:
        return []
    lines: list[Sequence[Cell]] = [
        (context.milestone(row), context.linked_institution(row["institution_id"]))
        for row in context.published.of_commitments("milestones", newest["plan_id"])
        if row["milestone_id"] not in context.published.divided and _is_unproven(context, row["milestone_id"], round_of)
    ]
    title = context.title_of(round_of).text
    told = Words(f"{context.words['round']}{context.words['colon']} {title}", soft=True)
    more = [Words(context.words["and_more"].format(count=len(lines) - _MOST))] if len(lines) > _MOST else []
    table = context.table("unproven-table", "without_evidence", ("milestone", "responsible"), lines[:_MOST])
    return [told, *table, *more] if lines else []


def _is_unproven(context: EntityContext, milestone: str, round_of: Row) -> bool:
    """Whether it was reported on in the round without a link or file, and without a reference to an earlier one."""
    period = round_of["period_id"]
    heard = any(
        row["period_id"] == period for row in context.published.by("updates", "milestone_id").get(milestone, ())
    )
    given = context.published.by("evidence", "milestone_id").get(milestone, ())
    own = {row["kind"] for row in given if row["period_id"] == period}
    if not heard or own & set(LOOKED_AT):
        return False
    ended = {
        row["period_id"]
        for row in context.published.rows("reporting_periods")
        if row["end_date"] < round_of["end_date"]
    }
    earlier = any(row["period_id"] in ended and row["kind"] in LOOKED_AT for row in given)
    return not (SEE_PREVIOUS in own and earlier)


def _history(context: EntityContext, defined: Row) -> list[Block]:
    """What was known of its numbers on which day, where that changed."""
    spans: dict[tuple[str, str, str], list[Row]] = {}
    for row in context.published.by("metric_history", "metric_id").get(defined["metric_id"], ()):
        spans.setdefault((row["plan_id"], row["period_id"], row["category"]), []).append(row)
    lines: list[Sequence[Cell]] = [
        (
            _period(context, row["period_id"]) or context.linked_plan(row["plan_id"]),
            _category(context, row),
            Day(row["known_on"]),
            *_number(context, defined, row),
        )
        for rows in spans.values()
        if len(rows) > 1
        for row in sorted(rows, key=lambda row: row["known_on"])
    ]
    return context.table("moves-table", "numbers_moved", ("round", "category", "since", "count", "share"), lines)


def _cited(context: EntityContext, name: str) -> list[Section]:
    """How to name one number so that anybody finds where it comes from."""
    rows = _own(context, name)
    if not rows:
        return []
    key = "/".join(str(rows[0][column]) for column in _KEY)
    return context.section("cite-number", "cite_number", [Words(context.words["cite_number_note"].format(key=key))])
