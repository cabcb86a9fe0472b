"""OGP's minimum requirements in the windows that touch the report's period."""

from collections.abc import Sequence

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.blocks import Block, Cell, Ratio, ReportColumn, ReportTable, Section, web
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import measures, yes_no

MEASURES = ("requirements_met",)


def requirements(context: ReportContext) -> Section:
    """The section. What is not known is neither met nor not met."""
    blocks = [*_windows(context), *measures(context, "requirements", MEASURES)]
    return Section("requirements", context.words["report_requirements"], blocks or context.nothing())


def _windows(context: ReportContext) -> list[Block]:
    words, first = context.words, context.period["start_date"]
    order = list(context.labels.codes("ogp_requirement"))
    windows = sorted(
        (
            row
            for row in context.rows("requirement_results")
            if row["window_start"] <= context.until and row["window_end"] >= first
        ),
        key=lambda row: (order.index(row["requirement"]), row["window_start"]),
    )
    if not windows:
        return []
    answered = [row for row in windows if row["met"] is not None]
    met = sum(1 for row in answered if row["met"])
    said = words["requirements_of"].format(
        count=met, unmet=len(answered) - met, unknown=len(windows) - len(answered), total=len(windows)
    )
    columns = [
        *(ReportColumn(title) for title in (words["requirement"], words["window"], words["met"])),
        ReportColumn(words["found_of_needed"], number=True),
        ReportColumn(words["basis"]),
    ]
    return [ReportTable("requirements", said, columns, [_line(context, row) for row in windows], wide=True)]


def _line(context: ReportContext, row: Row) -> Sequence[Cell]:
    counted = row["found"] is not None and row["needed"] is not None
    basis = context.labels.label("requirement_basis", row["basis"])
    return (
        context.labels.label("ogp_requirement", row["requirement"]),
        f"{context.day(row['window_start'])} – {context.day(row['window_end'])}",
        context.words["not_yet"] if row["met"] is None and row["asserted"] is False else yes_no(context, row["met"]),
        Ratio(row["found"], row["needed"]) if counted else None,
        web(Said(basis, context.own), row["evidence_url"]),
    )
