"""OGP's minimum requirements in the windows that touch the report's period."""

from collections.abc import Sequence

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.blocks import Block, Cell, Ratio, ReportColumn, ReportTable, Section, web
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import measures, yes_no

MEASURES = ("requirements_met",)


def requirements(scene: ReportContext) -> Section:
    """The section. What is not known is neither met nor not met."""
    blocks = [*_windows(scene), *measures(scene, "requirements", MEASURES)]
    return Section("requirements", scene.words["report_requirements"], blocks or scene.nothing())


def _windows(scene: ReportContext) -> list[Block]:
    words, first = scene.words, scene.period["start_date"]
    order = list(scene.labels.codes("ogp_requirement"))
    found = sorted(
        (
            row
            for row in scene.rows("requirement_results")
            if row["window_start"] <= scene.until and row["window_end"] >= first
        ),
        key=lambda row: (order.index(row["requirement"]), row["window_start"]),
    )
    if not found:
        return []
    known = [row for row in found if row["met"] is not None]
    said = words["requirements_of"].format(
        count=sum(1 for row in known if row["met"]), total=len(known), unknown=len(found) - len(known)
    )
    columns = [
        *(ReportColumn(title) for title in (words["requirement"], words["window"], words["met"])),
        ReportColumn(words["found_of_needed"], number=True),
        ReportColumn(words["basis"]),
    ]
    return [ReportTable("requirements", said, columns, [_line(scene, row) for row in found], wide=True)]


def _line(scene: ReportContext, row: Row) -> Sequence[Cell]:
    counted = row["found"] is not None and row["needed"] is not None
    basis = scene.labels.label("requirement_basis", row["basis"])
    return (
        scene.labels.label("ogp_requirement", row["requirement"]),
        f"{scene.day(row['window_start'])} – {scene.day(row['window_end'])}",
        scene.words["not_yet"] if row["met"] is None and row["asserted"] is False else yes_no(scene, row["met"]),
        Ratio(row["found"], row["needed"]) if counted else None,
        web(Said(basis, scene.language), row["evidence_url"]),
    )
