"""Where the sides differ and nothing is agreed: since when, in whose words, and what the forum can choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.assessments import AGREED, state_of
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Heading, ReportColumn, ReportTable, Words
from ogp_pipeline.site.report.context import STAGES, Row
from ogp_pipeline.site.session.context import SessionContext

MOST = 6
APART = " \N{EM SPACE}"


@dataclass(frozen=True)
class Dispute:
    """``row``: of the joint evaluation. ``voices``: the newest judgement of each who judged, the oldest first.

    ``since``: the day from which two of them stood against each other; None where no day shows it.
    """

    row: Row
    voices: Sequence[Row]
    since: date | None


def disputes(context: SessionContext) -> list[Dispute]:
    """Those of each subject's last stage that were judged, that ended, the longest standing first."""
    newest: dict[tuple[str, str, str], Row] = {}
    rows = context.published.by("joint_evaluation", "plan_id").get(context.plan_id, ())
    for row in sorted(rows, key=lambda row: STAGES.index(row["stage"]), reverse=True):
        newest[row["subject_table"], row["subject_id"], row["variable"]] = row
    open_ = [row for row in newest.values() if row["state"] not in AGREED and (row["differs"] or row["fault"])]
    each = [_dispute(context, row) for row in open_]
    return sorted(each, key=lambda dispute: (dispute.since or date.max, natural(dispute.row["subject_id"])))


def _dispute(context: SessionContext, row: Row) -> Dispute:
    judged = [
        said
        for said in context.published.by("assessments", "subject_id").get(row["subject_id"], ())
        if (said["subject_table"], said["variable"], said["stage"])
        == (row["subject_table"], row["variable"], row["stage"])
    ]
    latest: dict[str, Row] = {}
    for said in sorted(judged, key=lambda said: (said["assessed_on"] or date.min, said["assessment_id"])):
        latest.pop(said["assessor_id"], None)
        latest[said["assessor_id"]] = said
    voices = list(latest.values())
    since = next(
        (said["assessed_on"] for number, said in enumerate(voices) if _differ(voices[: number + 1])),
        None,
    )
    return Dispute(row, voices, since)


def _differ(voices: Sequence[Row]) -> bool:
    """In one scale; two scales cannot be compared."""
    said: dict[str, set[str]] = {}
    for voice in voices:
        said.setdefault(voice["scale"], set()).add(voice["code"])
    return any(len(codes) > 1 for codes in said.values())


def shown(context: SessionContext, open_: Sequence[Dispute]) -> list[Block]:
    """Each dispute with its voices and its choices, under the number that it has in the sheet, too."""
    blocks: list[Block] = []
    for number, dispute in enumerate(open_[:MOST], start=1):
        blocks += _one_by_one(context, dispute, number)
    left = [f"{number}. {dispute.row['subject_id']}" for number, dispute in enumerate(open_, start=1)][MOST:]
    if left:
        blocks.append(Words(context.words["agenda_differ_more"].format(names=", ".join(left))))
    return blocks


def _one_by_one(context: SessionContext, dispute: Dispute, number: int) -> list[Block]:
    words, row = context.words, dispute.row
    title = title_of(context, row)
    since = words["agenda_since"].format(day=context.day(dispute.since)) if dispute.since else None
    told = [state_of(context, row), *([since] if since else [])]
    lines: list[Sequence[Cell]] = [
        (
            speaker(context, voice["assessor_id"]),
            context.judgement(voice["variable"], voice["scale"], voice["code"]),
            Day(voice["assessed_on"]) if voice["assessed_on"] else None,
            context.shortened(context.said(voice, "rationale")) or words["agenda_no_reason"],
        )
        for voice in dispute.voices
    ]
    written = [ReportColumn(words[name]) for name in ("reason", "dissent")]
    titles = ("who", "agenda_says", "day", "reason")
    columns = [ReportColumn(words[name]) for name in titles]
    return [
        Heading(f"{number}. {title}"),
        Words(f"{'. '.join(told)}."),
        *([ReportTable(f"voices-{number}", title, columns, lines, quiet=True)] if lines else []),
        Words(_choices(context, row)),
        ReportTable(f"result-{number}", words["agenda_agree"], written, [("", "")], quiet=True),
    ]


def title_of(context: SessionContext, row: Row) -> str:
    """What was judged, in which respect, and at which stage."""
    subject = context.subject(row["subject_table"], row["subject_id"])
    name = f"{subject.code} {subject.title.text}" if subject.title.text != subject.code else subject.code
    variable = context.labels.label("assessment_variable", row["variable"])
    stage = context.labels.label("assessment_stage", row["stage"])
    return f"{name}{context.words['colon']} {variable}, {stage}"


def speaker(context: SessionContext, identity: str) -> Said | None:
    """An assessor with the part of society that it is of."""
    name = context.institution(identity)
    row = context.published.one("institutions", "institution_id", identity)
    if name is None or row is None or not row["sector"]:
        return name
    return Said(f"{name.text} ({context.labels.label('sector', row['sector'])})", name.language)


def _choices(context: SessionContext, row: Row) -> str:
    """A box for each level of the scale, for what else there may be, and for the next session."""
    levels = context.levels(row["variable"], row["scale"])
    codes = list(levels) or sorted({row[side] for side in ("self_code", "civil_code", "independent_code")} - {None})
    boxes = [box(levels.get(code, code)) for code in codes]
    boxes.append(box(context.words["agenda_postponed"]))
    return f"{context.words['agenda_agree']}{context.words['colon']} {APART.join(boxes)}"


def box(label: str) -> str:
    """A box to tick with what it means, on one line."""
    return f"☐ {label}".replace(" ", "\N{NO-BREAK SPACE}")
