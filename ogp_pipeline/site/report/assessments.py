"""Who says what: what was reported, the judgements of each side, where they differ, and what the forum agreed."""

from collections import Counter
from collections.abc import Sequence

from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.site.notation import share
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Heading,
    Ratio,
    ReportColumn,
    ReportTable,
    Section,
    Unfold,
    Words,
)
from ogp_pipeline.site.report.categories import COMPLETION
from ogp_pipeline.site.report.context import STAGES, PageContext, ReportContext, Row
from ogp_pipeline.site.report.decisions import decisions, dissent
from ogp_pipeline.site.report.measures import measures, tally

AGREED = ("agreed", "agreed_with_dissent")
SIDES = ("self_code", "civil_code", "independent_code")
KINDS = {"commitments": "commitment", "milestones": "milestone", "action_plans": "plan"}
MEASURES = (
    "assessed_high_completion",
    "agreed_completion",
    "judgements_in_agreement",
    "decisions_agreed",
    "decisions_with_dissent",
)


def assessments(context: ReportContext) -> Section:
    """The section. Judgements belong to a stage of the plan, so it speaks of the day of the data."""
    joint = context.published.once(("joint", context.plan_id), lambda: _newest(context))
    blocks: list[Block] = []
    if joint:
        blocks += _states(context, joint)
        blocks += _side_by_side(context, [row for row in joint if row["variable"] == COMPLETION])
        blocks += _others(context, [row for row in joint if row["variable"] != COMPLETION])
        blocks += _dissent(context, joint)
    blocks += decisions(context)
    blocks += measures(context, "voices", MEASURES)
    blocks += _agreement_of_sides(context)
    blocks += _agreement_of_assessors(context)
    return Section("voices", context.words["report_voices"], blocks or context.nothing(), now=True)


def _newest(context: ReportContext) -> list[Row]:
    """Each subject's judgements of its last stage, the disputed first."""
    rows: dict[tuple[str, str, str], Row] = {}
    for row in sorted(context.rows("joint_evaluation"), key=lambda row: STAGES.index(row["stage"]), reverse=True):
        rows[row["subject_table"], row["subject_id"], row["variable"]] = row

    def place(row: Row) -> tuple[bool, bool, tuple[tuple[int, str], ...]]:
        return (not row["differs"], row["state"] in AGREED, natural(row["subject_id"]))

    return sorted(rows.values(), key=place)


def _states(context: ReportContext, joint: Sequence[Row]) -> list[Block]:
    words = context.words
    states = Counter(row["state"] for row in joint)
    several = [row for row in joint if row["differs"] is not None]
    differing = sum(1 for row in several if row["differs"])
    return [
        Words(words["differ_of"].format(count=differing, total=len(several), alone=len(joint) - len(several))),
        *tally(
            context,
            "joint-states",
            words["agreed_or_not"],
            words["state"],
            context.labels.codes("joint_state"),
            states,
            len(joint),
        ),
    ]


def _side_by_side(context: ReportContext, joint: Sequence[Row]) -> list[Block]:
    """Completion: what was reported (of a commitment the level rolled up from its milestones), then each side."""
    if not joint:
        return []
    words = context.words
    columns = (
        words["subject"],
        words["kind"],
        words["differ"],
        words["reported"],
        *side_columns(context),
        words["state"],
    )
    return [
        Heading(words["side_by_side"]),
        ReportTable(
            "side-by-side",
            words["side_by_side_note"],
            [ReportColumn(title) for title in columns],
            context.published.once(
                ("joint_lines", context.plan_id, context.language), lambda: _completions(context, joint)
            ),
            wide=True,
            of_plan=True,
        ),
    ]


def _completions(context: ReportContext, joint: Sequence[Row]) -> list[Sequence[Cell]]:
    """The same in every report of the plan."""
    words = context.words
    reported: dict[tuple[str, str], str] = {
        **{("commitments", row["commitment_id"]): row["level"] for row in context.rows("continuity")},
        **{("milestones", milestone): status for milestone, status in context.published.last_status.items()},
    }
    lines: list[Sequence[Cell]] = []
    for row in joint:
        level = reported.get((row["subject_table"], row["subject_id"]))
        lines.append(
            (
                context.subject(row["subject_table"], row["subject_id"]),
                words[KINDS[row["subject_table"]]],
                words["yes"] if row["differs"] else words["no"] if row["differs"] is not None else None,
                context.statuses.get(level, level) if level else None,
                *sides(context, row),
                context.judgement(COMPLETION, row["agreed_scale"], row["agreed_code"]),
                state_of(context, row),
            )
        )
    return lines


def _others(context: ReportContext, joint: Sequence[Row]) -> list[Block]:
    """What else is disputed: the sides differ, or it was judged and not agreed although several judged."""
    words = context.words
    disputed = [row for row in joint if row["differs"]]
    if not joint:
        return []
    note = Words(words["differ_of"].format(
        count=len(disputed),
        total=sum(1 for row in joint if row["differs"] is not None),
        alone=sum(1 for row in joint if row["differs"] is None),
    ))  # fmt: skip
    blocks: list[Block] = [Heading(words["other_judgements"]), note]
    if disputed:
        lines: list[Sequence[Cell]] = [
            (
                context.subject(row["subject_table"], row["subject_id"]),
                context.labels.label("assessment_variable", row["variable"]),
                *sides(context, row),
                context.judgement(row["variable"], row["agreed_scale"], row["agreed_code"]),
                state_of(context, row),
            )
            for row in disputed
        ]
        columns = (words["subject"], words["variable"], *side_columns(context), words["state"])
        blocks.append(
            ReportTable(
                "other-judgements", words["disputed"], [ReportColumn(title) for title in columns], lines, wide=True
            )
        )
    return blocks


def sides(context: PageContext, row: Row) -> list[Cell]:
    """What each side says, in the order of their columns."""
    return [context.judgement(row["variable"], row["scale"], row[side]) for side in SIDES]


def side_columns(context: PageContext) -> tuple[str, ...]:
    """The headings of the sides, and of what was agreed."""
    words = context.words
    return words["self_says"], words["civil_says"], words["independent_says"], words["agreed_level"]


def state_of(context: PageContext, row: Row) -> str:
    """Whether it was agreed, and what is wrong with the decision where something is."""
    state = context.labels.label("joint_state", row["state"])
    fault = row["fault"]
    return f"{state} ({context.labels.label('decision_fault', fault)})" if fault else state


def _dissent(context: ReportContext, joint: Sequence[Row]) -> list[Block]:
    """Who dissented in the decisions that count, on what, and why."""
    words = context.words
    lines: list[Sequence[Cell]] = []
    for row in joint:
        decision = context.published.one("decisions", "decision_id", row["decision_id"]) if row["decision_id"] else None
        said = dissent(context, decision) if decision else None
        if row["dissent"] or said:
            subject = context.subject(row["subject_table"], row["subject_id"])
            lines.append((subject, context.labels.label("assessment_variable", row["variable"]), row["dissent"], said))
    if not lines:
        return []
    columns = (
        ReportColumn(words["subject"]),
        ReportColumn(words["variable"]),
        ReportColumn(words["seats_dissenting"], number=True),
        ReportColumn(words["dissent_said"]),
    )
    return [Heading(words["dissent"]), ReportTable("dissent", words["dissent_note"], columns, lines, wide=True)]


def _agreement_of_sides(context: ReportContext) -> list[Block]:
    """How far government, civil society, oversight bodies and reviewers agree over all that two of them judged."""
    words, side = context.words, context.labels.codes("judging_side")
    pairs = [
        (f"{side[row['first_side']]} – {side[row['second_side']]}", row)
        for row in context.rows("side_agreement")
        if row["both"]
    ]
    titles = words["side_agreement"], words["side_agreement_note"], words["sides"]
    return _agreement(context, "side-agreement", titles, pairs)


def _agreement_of_assessors(context: ReportContext) -> list[Block]:
    """How far two assessors agree, and all of them together."""
    words = context.words
    pairs = [(_assessors(context, row), row) for row in context.rows("agreement") if row["both"]]
    titles = words["agreement"], words["agreement_note"], words["assessors"]
    return _agreement(context, "agreement", titles, pairs)


def _agreement(
    context: ReportContext, identity: str, titles: tuple[str, str, str], pairs: Sequence[tuple[str, Row]]
) -> list[Block]:
    """Beyond what chance would give; of few subjects only how many. ``titles``: of all, of the table, of the pairs."""
    if not pairs:
        return []
    words = context.words
    title, caption, who = titles
    lines: list[Sequence[Cell]] = [
        (
            names,
            f"{context.labels.label('assessment_variable', row['variable'])}, "
            f"{context.labels.label('assessment_stage', row['stage'])}",
            Ratio(row["agreed"], row["both"]),
            share(row["agreed"], row["both"]),
            _coefficient(row["kappa"]),
            _coefficient(row["alpha_nominal"]),
            _coefficient(row["alpha_ordinal"]),
        )
        for names, row in pairs
    ]
    numbers = (words["judged_same"], words["share"], words["kappa"], words["alpha"], words["alpha_ordinal"])
    columns = [
        ReportColumn(who),
        ReportColumn(words["variable"]),
        *(ReportColumn(number, number=True) for number in numbers),
    ]
    return [
        Heading(title),
        ReportTable(identity, caption, columns, lines, wide=True),
        Unfold(title, words["agreement_defined"]),
    ]


def _assessors(context: ReportContext, row: Row) -> str:
    names = [context.institution(row[end]) for end in ("first_id", "second_id") if row[end] != "all"]
    return " – ".join(name.text for name in names if name) or context.words["all_assessors"]


def _coefficient(value: object) -> str | None:
    return None if value is None else f"{round(float(str(value)), 2):.2f}"
