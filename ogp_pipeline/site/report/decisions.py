"""What the forum decided: on which day, how, why, who dissented and in which words, and whether it was carried out."""

from collections.abc import Sequence
from datetime import date

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Heading, Item, Links, ReportColumn, ReportTable
from ogp_pipeline.site.report.context import PageContext, ReportContext, Row

DISSENTING = ("stands_aside", "objects")


def decisions(context: ReportContext) -> list[Block]:
    """Every decision on the plan, its commitments and their milestones, the newest first."""
    words, mine = context.words, _subjects(context)
    taken = [row for row in context.published.rows("decisions") if (row["subject_table"], row["subject_id"]) in mine]
    if not taken:
        return []
    lines: list[Sequence[Cell]] = [
        (
            decision_item(context, row),
            agreed(context, row),
            Day(row["decided_on"]) if row["decided_on"] else None,
            how(context, row),
            context.said(row, "rationale"),
            dissent(context, row),
        )
        for row in sorted(taken, key=lambda row: (str(row["decided_on"]), row["decision_id"]), reverse=True)
    ]
    titles = ("decision", "agreed_level", "day", "method", "reason", "dissent")
    columns = [ReportColumn(words[title]) for title in titles]
    return [
        Heading(words["decisions"]),
        ReportTable("decisions", words["decisions_note"], columns, lines, wide=True),
    ]


def _subjects(context: ReportContext) -> set[tuple[str, str]]:
    """What a decision on the plan can be about."""
    return {
        ("action_plans", context.plan_id),
        *(("commitments", row["commitment_id"]) for row in context.rows("commitments")),
        *(("milestones", row["milestone_id"]) for row in context.of_commitments("milestones")),
    }


def decision_title(context: PageContext, row: Row) -> Said:
    """What was decided, in the forum's words; else what was decided upon."""
    said = context.said(row, "text")
    if said is not None:
        return said
    subject = context.subject(row["subject_table"], row["subject_id"]).title
    if row["variable"] is None:
        return subject
    return Said(f"{subject.text}, {context.labels.label('assessment_variable', row['variable'])}", subject.language)


def decision_item(context: PageContext, row: Row) -> Item:
    """A decision with its page."""
    return Item(row["decision_id"], decision_title(context, row), addresses.decision(row["decision_id"]))


def agreed(context: PageContext, row: Row) -> str | None:
    """The level that was agreed; with why it does not count, where it does not."""
    level = context.judgement(row["variable"], row["scale"], row["code"])
    held = context.published.one("joint_evaluation", "decision_id", row["decision_id"])
    if level is None or held is None or not held["fault"]:
        return level
    fault = context.labels.label("decision_fault", held["fault"])
    return context.words["does_not_count"].format(level=level, fault=fault[:1].lower() + fault[1:])


def how(context: PageContext, row: Row) -> str | None:
    """By which method, and with how many votes where they were counted."""
    method = context.labels.label("decision_method", row["method"]) if row["method"] else None
    if row["votes_for"] is None or row["votes_against"] is None:
        return method
    votes = context.words["votes"].format(favour=row["votes_for"], against=row["votes_against"])
    return f"{method}, {votes}" if method else votes


def dissent(context: PageContext, row: Row) -> Cell:
    """Who stood aside or objected, each with the own words; and what the decision itself records of it."""
    names = [_dissenter(context, row, position) for position in _dissenting(context, row)]
    own = context.said(row, "dissent")
    told = [*names, *([own] if own else [])]
    if not told:
        return None
    return told[0] if len(told) == 1 else Links(told)


def _dissenting(context: PageContext, row: Row) -> list[Row]:
    positions = context.published.by("decision_positions", "decision_id").get(row["decision_id"], ())
    return [position for position in positions if position["position"] in DISSENTING]


def _dissenter(context: PageContext, decision: Row, position: Row) -> Said:
    holder = holder_of(context, position["seat_id"], decision["decided_on"])
    name = context.institution(holder) or Said(position["seat_id"], context.own)
    said, stance = context.said(position, "note"), context.labels.label("position", position["position"])
    colon = context.words["colon"]
    if said is None:
        return Said(f"{name.text}{colon} {stance}", name.language)
    return Said(f"{name.text}{colon} {stance}. {said.text}", said.language)


def holder_of(context: PageContext, seat: str, day: date | None) -> str | None:
    """The institution that held a seat on a day."""
    for term in context.published.by("forum_seats", "seat_id").get(seat, ()):
        if day is None or (term["starts_on"] <= day and (term["ends_on"] is None or day <= term["ends_on"])):
            return str(term["institution_id"])
    return None


def dissenting_words(context: PageContext, decision: Row) -> Said | None:
    """What the decision says about its dissent, else what the seats that did not agree said."""
    own = context.said(decision, "dissent")
    if own:
        return own
    notes = [context.said(row, "note") for row in _dissenting(context, decision)]
    said = [note for note in notes if note]
    if len(said) < 2:
        return said[0] if said else None
    return Said(" · ".join(note.text for note in said), said[0].language)
