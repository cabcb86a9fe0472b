"""What others say about a commitment, and what became of it beside its milestones: the lower half of its page."""

from collections.abc import Sequence

from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.site import addresses
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.report.assessments import sides, state_of
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Heading, Item, Link, Section, Words, web
from ogp_pipeline.site.report.changes import corrected_cells
from ogp_pipeline.site.report.context import Row
from ogp_pipeline.site.report.decisions import agreed, decision_title, dissent
from ogp_pipeline.site.report.obstacles import confirmer


def sections(context: EntityContext, row: Row) -> list[Section]:
    """Those that have anything to say."""
    name = row["commitment_id"]
    subjects = {name, *(part["milestone_id"] for part in context.standing.milestones(name))}
    return [
        *context.section("voices", "report_voices", _voices(context, subjects)),
        *context.section("proposals", "from_proposals", _proposals(context, name)),
        *context.section("barriers", "barriers", _barriers(context, name)),
        *context.section("ripples", "ripples", [*_ripples(context, name), *_beyond(context, name)]),
        *context.section("lasting", "what_lasts", _lasting(context, row)),
        *context.section("corrections", "corrections", _corrections(context, subjects)),
    ]


def _of(context: EntityContext, table: str, subjects: set[str]) -> list[Row]:
    by = context.published.by(table, "subject_id")
    rows = [row for subject in sorted(subjects, key=natural) for row in by.get(subject, ())]
    return [row for row in rows if row["subject_table"] in ("commitments", "milestones")]


def _subject(context: EntityContext, row: Row) -> Cell:
    """Which milestone a judgement is of; of the commitment itself there is no need to say it."""
    if row["subject_table"] != "milestones":
        return context.words["commitment"]
    return Item(row["subject_id"], context.subject("milestones", row["subject_id"]).title, None)


def _voices(context: EntityContext, subjects: set[str]) -> list[Block]:
    labels = context.labels
    joint: list[Sequence[Cell]] = [
        (
            labels.label("assessment_variable", row["variable"]),
            _subject(context, row),
            labels.label("assessment_stage", row["stage"]),
            *sides(context, row),
            context.judgement(row["variable"], row["agreed_scale"], row["agreed_code"]),
            state_of(context, row),
        )
        for row in _of(context, "joint_evaluation", subjects)
    ]
    voices = ("self_says", "civil_says", "independent_says", "agreed_level")
    titles: Sequence[str] = ("variable", "subject", "stage", *voices, "state")
    blocks = context.table("side-by-side", "sides_note", titles, joint, quiet=False)
    judged: list[Sequence[Cell]] = [
        (
            context.linked_institution(row["assessor_id"]),
            _subject(context, row),
            labels.label("assessment_variable", row["variable"]),
            context.judgement(row["variable"], row["scale"], row["code"]),
            labels.label("assessment_stage", row["stage"]),
            Day(row["assessed_on"]) if row["assessed_on"] else None,
            context.said(row, "rationale"),
        )
        for row in _of(context, "assessments", subjects)
    ]
    titles = ("assessor", "subject", "variable", "judgement", "stage", "day", "reason")
    blocks += context.table("assessments", "judgements", titles, judged, quiet=False)
    decided: list[Sequence[Cell]] = [
        (
            Link(decision_title(context, row), addresses.decision(row["decision_id"])),
            _subject(context, row),
            agreed(context, row),
            Day(row["decided_on"]) if row["decided_on"] else None,
            context.said(row, "rationale"),
            dissent(context, row),
        )
        for row in _of(context, "decisions", subjects)
    ]
    titles = ("decision", "subject", "agreed_level", "day", "reason", "dissent")
    return [*blocks, *context.table("decisions", "decisions", titles, decided, quiet=False)]


def _proposals(context: EntityContext, name: str) -> list[Block]:
    lines: list[Sequence[Cell]] = []
    for row in context.published.by("proposal_trail", "commitment_id").get(name, ()):
        answer = context.published.one("responses", "response_id", row["response_id"]) if row["response_id"] else None
        lines.append(
            (
                context.linked_proposal(row),
                context.linked_institution(row["proposer_id"]) or context.words["the_public"],
                context.labels.label("proposal_fate", row["fate"]),
                context.said(answer, "reason") if answer else None,
            )
        )
    return context.table("proposals-of", "from_proposals", ("proposal", "organisation", "fate", "answer"), lines)


def _barriers(context: EntityContext, name: str) -> list[Block]:
    lines: list[Sequence[Cell]] = [
        (
            context.labels.label("barrier_group", row["group"]),
            context.said(row, "description"),
            context.labels.label("severity", row["severity"]) if row["severity"] else None,
            Day(row["raised_on"]) if row["raised_on"] else None,
            context.linked_institution(row["raised_by"]),
            Day(row["resolved_on"]) if row["resolved_on"] else context.words["still_open"],
        )
        for row in context.published.by("barriers", "commitment_id").get(name, ())
    ]
    titles = ("barrier_group", "what", "severity", "since", "raised_by", "resolved")
    return context.table("barriers-of", "barriers", titles, lines)


def _ripples(context: EntityContext, name: str) -> list[Block]:
    claimed = context.published.by("ripple_achievements", "commitment_id").get(name, ())
    worth = context.confirmed("ripple_achievements", "ripple_id") if claimed else {}
    lines: list[Sequence[Cell]] = [
        (
            web(context.said_or_id(row, "description", row["ripple_id"]), row["evidence_url"]),
            context.labels.label("ripple_kind", row["kind"]),
            context.linked_institution(row["claimed_by"]),
            confirmer(context, row, worth[row["ripple_id"]]),
        )
        for row in claimed
    ]
    return context.table("ripples-of", "ripples", ("what", "kind", "claimed_by", "confirmed_by"), lines)


def _beyond(context: EntityContext, name: str) -> list[Block]:
    claimed = context.published.by("going_beyond", "commitment_id").get(name, ())
    worth = context.confirmed("going_beyond", "beyond_id") if claimed else {}
    lines: list[Sequence[Cell]] = [
        (
            context.said_or_id(row, "promised", row["beyond_id"]),
            context.said(row, "delivered"),
            context.linked_institution(row["claimed_by"]),
            confirmer(context, row, worth[row["beyond_id"]]),
        )
        for row in claimed
    ]
    titles = ("promised", "delivered", "claimed_by", "confirmed_by")
    shown = context.table("beyond-of", "beyond", titles, lines)
    return [Heading(context.words["beyond"]), *shown] if shown else []


def _lasting(context: EntityContext, row: Row) -> list[Block]:
    name, words = row["commitment_id"], context.words
    continuity = context.published.one("continuity", "commitment_id", name)
    lines: list[Sequence[Cell]] = []
    if continuity and continuity["state"] != "running":
        lines.append((words["state"], context.labels.label("continuity_state", continuity["state"])))
    if row["embedded_in"]:
        lines.append((words["permanent"], row["embedded_in"]))
    if row["predecessor_id"]:
        lines.append((words["continues"], context.commitment(row["predecessor_id"])))
    if continuity and continuity["successor_id"]:
        lines.append((words["continued_by"], context.commitment(continuity["successor_id"])))
    blocks = context.table("lasting-of", "what_lasts", ("what", "state"), lines)
    for lesson in context.published.by("lessons", "commitment_id").get(name, ()):
        text = context.said(lesson, "text")
        blocks += [Heading(words["lesson"]), Words(text)] if text else []
    return blocks


def _corrections(context: EntityContext, subjects: set[str]) -> list[Block]:
    tables = ("commitments", "milestones", "updates", "evidence")
    own = [
        row
        for row in context.published.rows("corrections")
        if row["table"] in tables and row["key"].split("/")[0] in subjects
    ]
    return [corrected_cells(context, own)] if own else []
