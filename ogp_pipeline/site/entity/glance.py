"""What the home page answers first, of each plan that runs: how far, what is late, what changed, who was not heard
from, and where the sides disagree. The numbers are those of the table ``metrics``, and of the lists that they lead to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ogp_pipeline.evaluation.scales import COMPLETE
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.home import ALL, COMPLIANCE, LEVELS
from ogp_pipeline.site.report.blocks import Item, Link
from ogp_pipeline.site.report.context import Row

_SIDES = "where_sides_differ"
_MOST = 5  # names in an answer; the page behind the link has all


@dataclass(frozen=True)
class Answer:
    """``question``: the site's word for it. ``more``: the page that has all of it."""

    question: str
    said: str
    names: Sequence[Item | Link | Said | str] = ()
    more: Link | None = None


@dataclass(frozen=True)
class Glance:
    """The answers of one plan."""

    plan: Link
    answers: Sequence[Answer]


def glances(context: EntityContext) -> list[Glance]:
    """Of the plans of which something is known, the newest first."""
    made = []
    for plan in context.published.plans:
        answers = [answer for ask in _QUESTIONS if (answer := ask(context, plan)) is not None]
        if answers:
            if answers[-1].question != _SIDES:
                answers.append(Answer(_SIDES, context.words["sides_unknown"]))
            made.append(Glance(context.linked_plan(plan["plan_id"]), answers))
    return made


def _select(context: EntityContext, plan: Row, metric: str, period: str, dimension: str = "plan") -> list[Row]:
    return [
        row
        for row in context.published.by("metrics", "metric_id").get(metric, ())
        if (row["plan_id"], row["period_id"], row["dimension"]) == (plan["plan_id"], period, dimension)
    ]


def _how_far(context: EntityContext, plan: Row) -> Answer | None:
    period = context.published.newest_period(plan["plan_id"])
    if period is None:
        return None
    meanings, told = context.published.meanings(plan["scale"]), []
    for metric, unit in LEVELS.items():
        rows = _select(context, plan, metric, period)
        if rows:
            done = sum(row["numerator"] for row in rows if meanings.get(row["category"]) == COMPLETE)
            word = context.words["complete_of"]
            silent = context.words["silent_on"].format(count=rows[0]["missing"]) if rows[0]["missing"] else ""
            told.append(
                word.format(count=done, total=rows[0]["denominator"], unit=context.words[unit].lower()) + silent
            )
    if not told:
        return None
    sentence = "; ".join(told) + "."  # in some languages it begins with the name of the unit
    return Answer("how_far", sentence[:1].upper() + sentence[1:], more=context.linked_plan(plan["plan_id"]))


def _what_is_late(context: EntityContext, plan: Row) -> Answer | None:
    """The milestones that the lists of late ones name, also those of which nothing was reported."""
    rows = {row["category"]: row for row in _select(context, plan, "timeliness", ALL)}
    if "overdue" not in rows:
        return None
    total = rows["overdue"]["denominator"]
    own = context.published.by("commitments", "plan_id").get(plan["plan_id"], ())
    late = [row["commitment_id"] for row in own if row["commitment_id"] in context.standing.late]
    if not late and rows["overdue"]["missing"] == total:
        return Answer("what_is_late", context.words["late_unknown"].format(total=total))
    every = [row for name in late for row in context.standing.late[name]]
    said = [context.words["late_of_all"].format(count=len(every), total=total)]
    if silent := sum(context.standing.status(row["milestone_id"]) is None for row in every):
        said.append(context.words["late_silent"].format(count=silent))
    if undated := rows["unknown_due"]["numerator"] if "unknown_due" in rows else 0:
        said.append(context.words["late_partly_unknown"].format(count=undated, total=total))
    late.sort(key=lambda name: (min(row["due_date"] for row in context.standing.late[name]), natural(name)))
    if late:
        said.append(_longest(context, context.standing.late[late[0]]))
    page = Link(Said(context.words["all_late"], context.own), addresses.ordered("late")) if late else None
    return Answer("what_is_late", " ".join(said), [context.commitment(name) for name in late[:_MOST]], page)


def _longest(context: EntityContext, rows: Sequence[Row]) -> str:
    first = min(row["due_date"] for row in rows)
    days = catalogue.count("figure.unit.days", (context.as_of - first).days, context.own)
    return context.words["late_longest"].format(due=context.day(first), days=days)


def _what_changed(context: EntityContext, plan: Row) -> Answer | None:
    """Milestones whose level is another than in the round before."""
    rounds = [period for period, asked in context.published.rounds(plan["plan_id"]) if asked]
    if len(rounds) < 2:
        return None
    now, before = rounds[-1], rounds[-2]
    moved = []
    for row in context.published.of_commitments("milestones", plan["plan_id"]):
        told = {
            update["period_id"]: update["status"]
            for update in context.published.by("updates", "milestone_id").get(row["milestone_id"], ())
        }
        old, new = told.get(before), told.get(now)
        if old and new and old != new:
            sentence = context.words["moved_from"].format(
                what=row["milestone_id"],
                old=context.level(plan, old).label.lower(),
                new=context.level(plan, new).label.lower(),
            )
            path = addresses.milestone(row["commitment_id"], row["milestone_id"])
            moved.append((natural(row["milestone_id"]), Link(Said(sentence, context.own), path)))
    moved.sort(key=lambda pair: pair[0])
    said = context.words["moved_of_round"].format(count=len(moved), round=context.period_titles[now].text)
    more = Link(Said(context.words["all_reports"], context.own), f"report/{plan['plan_id']}/index.html")
    return Answer("what_changed", said, [link for _, link in moved[:_MOST]], more)


def _who_was_silent(context: EntityContext, plan: Row) -> Answer | None:
    rounds = context.published.rounds(plan["plan_id"])
    if not rounds:
        return None
    rows = [row for row in _select(context, plan, COMPLIANCE, rounds[-1][0], "institution") if row["denominator"]]
    if not rows:
        return None
    quiet = sorted(row["member_id"] for row in rows if not row["numerator"])
    word = context.words["silent_of"] if quiet else context.words["silent_none"]
    said = word.format(count=len(quiet), total=len(rows))
    names = [name for member in quiet[:_MOST] if (name := context.linked_institution(member)) is not None]
    more = Link(context.period_titles[rounds[-1][0]], f"report/{plan['plan_id']}/index.html")
    return Answer("not_heard_from", said, names, more)


def _where_sides_differ(context: EntityContext, plan: Row) -> Answer | None:
    joint = context.published.by("joint_evaluation", "plan_id").get(plan["plan_id"], ())
    several = [row for row in joint if row["differs"] is not None]
    if not several:
        return None
    differing = [row for row in several if row["differs"]]
    said = context.words["sides_differ_of"].format(count=len(differing), total=len(several))
    subjects = sorted(
        {(row["subject_table"], row["subject_id"]) for row in differing}, key=lambda pair: natural(pair[1])
    )
    return Answer(_SIDES, said, [context.subject(*pair) for pair in subjects[:_MOST]])


_QUESTIONS = (_how_far, _what_is_late, _what_changed, _who_was_silent, _where_sides_differ)
