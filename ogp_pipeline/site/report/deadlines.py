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


def deadlines(scene: ReportContext) -> Section:
    """The section. Everything is counted from the day of the data."""
    words = scene.words
    found = sorted([*_rounds(scene), *_milestones(scene), *_terms(scene)], key=lambda line: line[0])
    if not found:
        return Section("deadlines", words["report_deadlines"], [Words(words["no_deadlines"])], now=True)
    lines: list[Sequence[Cell]] = [(Day(day), what, who) for day, what, who in found]
    columns = [ReportColumn(title) for title in (words["day"], words["what"], words["who"])]
    note = words["deadlines_note"].format(days=AHEAD.days, more=TERMS_AHEAD.days)
    return Section(
        "deadlines", words["report_deadlines"], [ReportTable("deadlines", note, columns, lines, wide=True)], now=True
    )


def _rounds(scene: ReportContext) -> Iterator[Line]:
    words = scene.words
    for period in scene.published.periods(scene.plan_id):
        if not is_over(period["due_date"], scene.as_of):
            yield (
                period["due_date"],
                f"{words['reports_due']}: {scene.title_of(period).text}",
                words["all_institutions"],
            )
    if scene.plan["end_date"] >= scene.as_of:
        yield scene.plan["end_date"], words["end_of_plan"], None
    changes = {row["change_on"] for row in scene.rows("continuity") if row["change_on"] is not None}
    for day in sorted(changes):
        if day >= scene.as_of:
            yield day, words["change_of_government"], None


def _milestones(scene: ReportContext) -> Iterator[Line]:
    for row in scene.published.open_milestones(scene.plan):
        due = row["due_date"]
        if due is not None and not is_over(due, scene.as_of) and due <= scene.as_of + AHEAD:
            yield due, scene.milestone(row), scene.institution(row["institution_id"])


def _terms(scene: ReportContext) -> Iterator[Line]:
    for row in scene.published.rows("forum_seats"):
        ends = row["ends_on"]
        if ends is not None and scene.as_of <= ends <= scene.as_of + TERMS_AHEAD:
            seat = f"{scene.words['seat_ends']}: {scene.labels.label('sector', row['party'])} ({row['seat_id']})"
            yield ends, seat, scene.institution(row["institution_id"])
