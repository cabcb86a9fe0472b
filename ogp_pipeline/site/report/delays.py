"""What is overdue, which due dates were moved, what was reported late, and who was not heard from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ogp_pipeline.i18n.languages import in_turn
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.programme.lateness import milestone_is_late
from ogp_pipeline.release import news
from ogp_pipeline.release.news import FormerDue
from ogp_pipeline.site import notation
from ogp_pipeline.site.bar import SHADES, STRIPED
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Day,
    Heading,
    Link,
    Ratio,
    ReportColumn,
    ReportTable,
    Section,
    Words,
)
from ogp_pipeline.site.report.context import PageContext, ReportContext, Row
from ogp_pipeline.site.report.measures import counts, defined, measures, select, tally
from ogp_pipeline.site.results import ALL, COMPLIANCE

TIMELINESS = "timeliness"
MEASURES = (COMPLIANCE,)
# As in the home page's drawing of due dates: strong where it is done, striped where it is late.
_SHADES = {"complete_on_time": SHADES[-1], "complete_late": SHADES[2], "overdue": STRIPED, "not_due": SHADES[0]}


def timely(words: Mapping[str, str]) -> dict[str, str]:
    """The categories of ``timeliness`` in words."""
    return {
        "complete_on_time": words["complete_on_time"],
        "complete_late": words["complete_late"],
        "overdue": words["overdue"],
        "not_due": words["not_due"],
        "unknown_due": words["unknown_due"],
        "not_reported": words["not_reported"],
    }


def overdue(context: ReportContext) -> Section:
    """Milestones past their due date as of the day of the data, and dates that moved; then reports that came late."""
    blocks = [*_milestones(context), *_moved_dates(context), *_late_reports(context)]
    return Section("overdue", context.words["report_overdue"], blocks or context.nothing(), now=True)


def _milestones(context: ReportContext) -> list[Block]:
    words = context.words
    by_category = counts(context, TIMELINESS, "all")
    if not by_category:
        return []
    total = next(iter(by_category.values()))["denominator"]
    numbers = {code: row["numerator"] for code, row in by_category.items()}
    blocks: list[Block] = [
        *tally(
            context,
            "timeliness",
            words["milestones_in_time"],
            words["state"],
            timely(words),
            numbers,
            total,
            shades=_SHADES,
        ),
        *defined(context, TIMELINESS),
    ]
    lines = context.published.once(("overdue", context.plan_id, context.language), lambda: _overdue_lines(context))
    if lines:
        columns = (
            ReportColumn(words["milestone"]),
            ReportColumn(words["responsible"]),
            ReportColumn(words["due"]),
            ReportColumn(words["days_late"], number=True),
            ReportColumn(words["last_status"]),
        )
        return [*blocks, ReportTable("overdue-milestones", words["past_due"], columns, lines, wide=True, of_plan=True)]
    dated = total - numbers.get("unknown_due", 0)
    said = words["none_overdue"] if dated else words["overdue_unknown"]
    return [*blocks, Words(said.format(dated=dated, total=total))]


def _overdue_lines(context: ReportContext) -> list[Sequence[Cell]]:
    """The same in every report of the plan."""
    lines: list[Sequence[Cell]] = []
    for row in sorted(context.published.open_milestones(context.plan), key=_by_due_date):
        if milestone_is_late(row["due_date"], False, context.as_of):
            status = context.published.last_status.get(row["milestone_id"])
            lines.append(
                (
                    context.milestone(row),
                    context.institutions(context.responsible(row)),
                    Day(row["due_date"]),
                    (context.as_of - row["due_date"]).days,
                    context.statuses.get(status, status) if status else context.words["not_reported"],
                )
            )
    return lines


def _moved_dates(context: ReportContext) -> list[Block]:
    """Each due date that was moved, and by which delivery. The same in every report of the plan."""
    words, dues = context.words, context.published.dues
    lines: list[Sequence[Cell]] = []
    for row in context.of_commitments("milestones"):
        moves = dues.get(row["milestone_id"], ())
        for move, later in zip(moves, [*(move.due for move in moves[1:]), row["due_date"]], strict=False):
            release = Link(Said(move.version, context.own), news.page(move.version))
            to = Day(later) if later else words["no_due_date"]
            lines.append((context.milestone(row), Day(move.due), to, who_moved(context, move), release))
    if not lines:
        return []
    titles = (words["milestone"], words["due_before"], words["due_after"], words["whose_delivery"], words["version"])
    columns = [ReportColumn(title) for title in titles]
    return [ReportTable("moved-dates", words["moved_dates"], columns, lines, wide=True, of_plan=True)]


def who_moved(context: PageContext, move: FormerDue) -> str | None:
    """Whose delivery it was that moved a due date, with its file."""
    by = next((move.by[tag] for tag in (*in_turn(context.language, context.own), *move.by) if tag in move.by), None)
    return f"{by} ({move.file})" if by and move.file else by or move.file


def _by_due_date(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["due_date"] or ""), row["milestone_id"]


def _late_reports(context: ReportContext) -> list[Block]:
    words = context.words
    mine = {row["milestone_id"]: row for row in context.of_commitments("milestones")}
    late = {key: answer for key, answer in context.published.late(context.period).items() if key in mine}
    if not late:
        return []
    received = Counter(context.responsible(mine[key]) for key in late)
    behind = Counter(context.responsible(mine[key]) for key, answer in late.items() if answer)
    due, total = context.day(context.period["due_date"]), sum(behind.values())
    blocks: list[Block] = [
        Heading(words["late_reports"]),
        Words(words["late_of"].format(count=total, total=len(late), due=due)),
    ]
    if behind:
        lines: list[Sequence[Cell]] = [
            (
                context.institutions(identities) or words["no_institution"],
                Ratio(count, received[identities]),
                notation.share(count, received[identities]),
            )
            for identities, count in sorted(behind.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        columns = (
            ReportColumn(words["institution"]),
            ReportColumn(words["count"], number=True),
            ReportColumn(words["share"], number=True),
        )
        blocks.append(ReportTable("late-reports", words["late_by_institution"], columns, lines, wide=True))
    return blocks


def silent(context: ReportContext) -> Section:
    """Institutions from which no report of the period came, and the milestones that nobody reported on."""
    words = context.words
    blocks = [*_quiet(context), *_unreported(context), *measures(context, "silent", MEASURES)]
    return Section("silent", words["not_heard_from"], blocks or context.nothing())


def quiet_institutions(context: ReportContext) -> list[Row] | None:
    """The metric's rows of institutions without a report; None where it knows no institution of which one is due."""
    expected = _expected(context)
    if not expected:
        return None
    return sorted((row for row in expected if not row["numerator"]), key=lambda row: row["member_id"])


def _expected(context: ReportContext) -> list[Row]:
    """The metric knows an institution only where milestones name theirs."""
    return [row for row in select(context, COMPLIANCE, context.period_id, "institution") if row["denominator"]]


def _quiet(context: ReportContext) -> list[Block]:
    """Institutions without a report."""
    words = context.words
    of_plan = counts(context, COMPLIANCE, context.period_id).get(ALL)
    if of_plan is None:
        return []
    quiet, expected = quiet_institutions(context), _expected(context)
    if quiet is None:
        return [Words(words["silence_unknown"])]
    total = of_plan["denominator"]
    unnamed = total - sum(row["denominator"] for row in expected)
    note: list[Block] = [Words(words["unnamed_of"].format(count=unnamed, total=total), soft=True)] if unnamed else []
    if not quiet:
        return [Words(words["nobody_silent"]), *note]
    columns = (ReportColumn(words["institution"]), ReportColumn(words["received"], number=True))
    lines: list[Sequence[Cell]] = [
        (context.institution(row["member_id"]), Ratio(row["numerator"], row["denominator"])) for row in quiet
    ]
    return [
        Words(words["silent_of"].format(count=len(quiet), total=len(expected))),
        *note,
        ReportTable("silent-institutions", words["not_heard_from"], columns, lines),
    ]


def _unreported(context: ReportContext) -> list[Block]:
    words = context.words
    if not select(context, COMPLIANCE, context.period_id):
        return []
    received = context.published.late(context.period)
    lines: list[Sequence[Cell]] = [
        (context.milestone(row), context.institutions(context.responsible(row)))
        for row in context.of_commitments("milestones")
        if row["milestone_id"] not in received and row["milestone_id"] not in context.published.divided
    ]
    if not lines:
        return []
    columns = (ReportColumn(words["milestone"]), ReportColumn(words["responsible"]))
    return [ReportTable("silent-milestones", words["milestones_unreported"], columns, lines, wide=True)]
