"""What is known otherwise by now: numbers of the period that late reports changed, and corrections by the forum."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.schema.model import Field
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.site.report.blocks import Block, Cell, Day, Heading, ReportColumn, ReportTable, Section, Words
from ogp_pipeline.site.report.context import PageContext, ReportContext, Row
from ogp_pipeline.site.report.delays import timely
from ogp_pipeline.site.report.measures import figure_of, tally, term
from ogp_pipeline.site.results import ALL


def changes(context: ReportContext) -> Section:
    """The section. Corrections are all of the forum's, as of the day of the data."""
    blocks = [*_numbers(context), *_corrections(context)]
    return Section("changes", context.words["report_changes"], blocks or context.nothing(), now=True)


def _numbers(context: ReportContext) -> list[Block]:
    words = context.words
    spans: dict[tuple[str, str], list[Row]] = {}
    for row in context.rows("metric_history"):
        if row["period_id"] == context.period_id:
            spans.setdefault((row["metric_id"], row["category"]), []).append(row)
    if not spans:
        return []
    ordered = {key: sorted(rows, key=lambda row: row["known_on"]) for key, rows in spans.items()}
    moved = {
        key: rows
        for key, rows in ordered.items()
        if _came_late(context, rows[0]) or _figures(rows[0]) != _figures(rows[-1])
    }
    said = words["moved_of"].format(count=len(moved), total=len(spans), due=context.day(context.period["due_date"]))
    blocks: list[Block] = [Heading(words["late_numbers"]), Words(said)]
    if moved:
        categories = {**timely(words), **context.statuses, ALL: ""}
        lines = [_moved(context, key, rows, categories) for key, rows in moved.items()]
        columns = [
            ReportColumn(words["measure"]),
            *(ReportColumn(words["first_known"], number=True), ReportColumn(words["known_by_now"], number=True)),
            ReportColumn(words["since"]),
            *(ReportColumn(words["late_rows"], number=True), ReportColumn(words["corrected_rows"], number=True)),
        ]
        blocks.append(ReportTable("late-numbers", words["late_numbers"], columns, lines, wide=True))
    return blocks


def _came_late(context: ReportContext, first: Row) -> bool:
    """Whether nothing was known of a number on the day on which reports were due."""
    due: date = context.period["due_date"]
    return is_over(due, first["known_on"])


def _figures(row: Row) -> tuple[int, int, int]:
    return row["numerator"], row["denominator"], row["missing"]


def _moved(
    context: ReportContext, key: tuple[str, str], rows: Sequence[Row], categories: Mapping[str, str]
) -> Sequence[Cell]:
    metric, category = key
    first, last = rows[0], rows[-1]
    title, word = term(context, metric).title, categories.get(category, category)
    return (
        f"{title.text}{context.words['colon']} {word}" if word else title,
        context.words["not_known"] if _came_late(context, first) else figure_of(context, metric, first),
        figure_of(context, metric, last),
        Day(last["known_on"]),
        last["late_rows"],
        last["corrected_rows"],
    )


def _corrections(context: ReportContext) -> list[Block]:
    """Every correction with its state, the newest first."""
    words = context.words
    corrections = context.published.rows("corrections")
    if not corrections:
        return []
    results = {row["correction_id"]: row for row in context.published.rows("correction_results")}
    states = Counter(results[row["correction_id"]]["state"] for row in corrections if row["correction_id"] in results)
    labels = context.labels.codes("correction_state")
    blocks: list[Block] = [Heading(words["corrections"])]
    if states:
        blocks += tally(
            context, "correction-states", words["corrections"], words["state"], labels, states, sum(states.values())
        )
    return [*blocks, corrected_cells(context, corrections)]


def corrected_cells(context: PageContext, corrections: Sequence[Row]) -> ReportTable:
    """Each of the corrections with its state, the newest first."""
    words, labels = context.words, context.labels.codes("correction_state")
    lines: list[Sequence[Cell]] = []
    for row in sorted(corrections, key=lambda row: (row["made_on"], row["correction_id"]), reverse=True):
        result = context.published.one("correction_results", "correction_id", row["correction_id"])
        lines.append(
            (
                f"{_table_title(context, row['table'])}, {_row_name(context, row)}{words['colon']} "
                f"{_column_title(context, row)}",
                _value(context, row, row["expected"]),
                _value(context, row, row["value"]),
                context.said(row, "reason"),
                context.institution(row["made_by"]),
                Day(row["made_on"]),
                labels.get(result["state"], result["state"]) if result else None,
            )
        )
    names = (words["cell"], words["sent"], words["corrected_to"], words["reason"])
    columns = (*names, words["corrected_by"], words["day"], words["state"])
    return ReportTable(
        "corrections", words["corrected_cells"], [ReportColumn(title) for title in columns], lines, wide=True
    )


def _table_title(context: PageContext, name: str) -> str:
    table = context.published.schemas.tables.get(name)
    return table.title[context.own] if table else name


def _row_name(context: PageContext, correction: Row) -> str:
    """The parts of its key by their names, where they have one, a milestone and a commitment with their codes."""
    table = context.published.schemas.tables.get(correction["table"])
    named, parts = [], correction["key"].split("/")
    for column, part in zip(table.primary_key if table else (), parts, strict=False):
        row = _NAMED[column](context, part) if column in _NAMED else None
        named.append(row or part)
    return ", ".join(named) if len(named) == len(parts) else correction["key"]


def _with_code(table: str) -> Callable[[PageContext, str], str | None]:
    def named(context: PageContext, identity: str) -> str | None:
        item = context.subject(table, identity)
        return f"{identity} {item.title.text}" if item.title.text != identity else None

    return named


def _period_name(context: PageContext, identity: str) -> str | None:
    period = context.published.one("reporting_periods", "period_id", identity)
    return context.title_of(period).text if period else None


_NAMED: Mapping[str, Callable[[PageContext, str], str | None]] = {
    "commitment_id": _with_code("commitments"),
    "milestone_id": _with_code("milestones"),
    "period_id": _period_name,
}


def _column_title(context: PageContext, correction: Row) -> str:
    field = _column(context, correction)
    return field.title[context.own] if field else str(correction["field"])


def _column(context: PageContext, correction: Row) -> Field | None:
    table = context.published.schemas.tables.get(correction["table"])
    if table is None or correction["field"] not in table.field_names:
        return None
    return table.field(correction["field"])


def _value(context: PageContext, correction: Row, value: str | None) -> str:
    """A cell's content; a code by its label, a status by that of its plan's scale."""
    if not value:
        return context.words["empty"]
    field = _column(context, correction)
    if field is None or field.code_list is None:
        return value
    scale = _scale(context, correction) if field.code_list == PROGRESS_STATUS else None
    return context.labels.label(field.code_list, value, scale)


def _scale(context: PageContext, correction: Row) -> str | None:
    """The progress scale of the plan that a corrected update belongs to."""
    published = context.published
    milestone = published.one("milestones", "milestone_id", correction["key"].split("/")[0])
    commitment = published.one("commitments", "commitment_id", milestone["commitment_id"]) if milestone else None
    plan = published.one("action_plans", "plan_id", commitment["plan_id"]) if commitment else None
    return str(plan["scale"]) if plan else None
