"""What comes next, in the order of the days."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.site.report.blocks import Cell, Day, ReportColumn, ReportTable, Section, Words
from ogp_pipeline.site.report.context import ReportContext

AHEAD = timedelta(days=90)
"""How far ahead milestones are looked at: a quarter, about the time between two sessions of a forum."""
TERMS_AHEAD = timedelta(days=365)
"""How far ahead ends of seats are looked at: a holder must be chosen before."""

Line = tuple[date, Cell, Cell]


def deadlines(context: ReportContext) -> Section:
    """The section. Everything is counted from the day of the data."""
    words = context.words
    days = sorted([*_periods(context), *_milestones(context), *_terms(context)], key=lambda line: line[0])
    if not days:
        return Section("deadlines", words["report_deadlines"], [Words(words["no_deadlines"])], now=True)
    lines: list[Sequence[Cell]] = [(Day(day), what, who) for day, what, who in days]
    columns = [ReportColumn(title) for title in (words["day"], words["what"], words["who"])]
    note = words["deadlines_note"].format(days=AHEAD.days, more=TERMS_AHEAD.days)
    return Section(
        "deadlines", words["report_deadlines"], [ReportTable("deadlines", note, columns, lines, wide=True)], now=True
    )


def _periods(context: ReportContext) -> Iterator[Line]:
    words = context.words
    for period in context.published.periods(context.plan_id):
        if not is_over(period["due_date"], context.as_of):
            yield (
                period["due_date"],
                f"{words['reports_due']}{words['colon']} {context.title_of(period).text}",
                words["all_institutions"],
            )
    if context.plan["end_date"] >= context.as_of:
        yield context.plan["end_date"], words["end_of_plan"], None
    changes = {row["change_on"] for row in context.rows("continuity") if row["change_on"] is not None}
    for day in sorted(changes):
        if day >= context.as_of:
            yield day, words["change_of_government"], None


def _milestones(context: ReportContext) -> Iterator[Line]:
    for row in context.published.open_milestones(context.plan):
        due = row["due_date"]
        if due is not None and not is_over(due, context.as_of) and due <= context.as_of + AHEAD:
            yield due, context.milestone(row), context.institution(row["institution_id"])


def _terms(context: ReportContext) -> Iterator[Line]:
    for row in context.published.rows("forum_seats"):
        ends = row["ends_on"]
        if ends is not None and context.as_of <= ends <= context.as_of + TERMS_AHEAD:
            party = context.labels.label("sector", row["party"])
            seat = f"{context.words['seat_ends']}{context.words['colon']} {party} ({row['seat_id']})"
            yield ends, seat, context.institution(row["institution_id"])
