"""Which reports there are, and each of them as its sections: a pure function of a release's tables and its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.errors import WrongUse
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.assessments import assessments
from ogp_pipeline.site.report.blocks import ReportTable, Section, Term, Unfold
from ogp_pipeline.site.report.changes import changes
from ogp_pipeline.site.report.comparison import comparison
from ogp_pipeline.site.report.consultation import consultation
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.deadlines import deadlines
from ogp_pipeline.site.report.delays import overdue, silent
from ogp_pipeline.site.report.lasting import lasting
from ogp_pipeline.site.report.obstacles import obstacles
from ogp_pipeline.site.report.proposals import proposals
from ogp_pipeline.site.report.published import PeriodReport, Published
from ogp_pipeline.site.report.requirements import requirements
from ogp_pipeline.site.report.status import status

SECTIONS = (
    status,
    assessments,
    overdue,
    silent,
    proposals,
    consultation,
    obstacles,
    requirements,
    lasting,
    changes,
    deadlines,
    comparison,
)


@dataclass(frozen=True)
class ReportLink:
    """A report in a list. ``path``: below the folder of the language."""

    path: str
    title: Said
    period: Row
    newest: bool


@dataclass(frozen=True)
class ReportView:
    """One report. ``sections`` in their order; those that do not apply are left out."""

    plan: Said
    period: Said
    row: Row
    sections: Sequence[Section]
    others: Sequence[ReportLink]

    @property
    def definitions(self) -> Sequence[tuple[Said | str, Said | str]]:
        """What each measure means, once: on paper nothing can be unfolded."""
        told: dict[str, tuple[Said | str, Said | str]] = {}
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Unfold):
                    told.setdefault(block.of, (block.of, block.text))
                for cell in (cell for line in block.lines for cell in line) if isinstance(block, ReportTable) else ():
                    if isinstance(cell, Term) and cell.definition is not None:
                        told.setdefault(cell.title.text, (cell.title, cell.definition))
        return [told[name] for name in sorted(told)]


def view(published: Published, report: PeriodReport, language: str, words: Mapping[str, str]) -> ReportView:
    """A report in one language."""
    context = ReportContext(published, report, language, words)
    made = (section(context) for section in SECTIONS)
    return ReportView(
        plan=context.said_or_id(report.plan, "title", context.plan_id),
        period=context.title_of(report.period),
        row=report.period,
        sections=[shown for shown in made if shown is not None],
        others=links(published, context.plan_id, language, words),
    )


def links(published: Published, plan_id: str, language: str, words: Mapping[str, str]) -> list[ReportLink]:
    """A plan's reports, the newest first."""
    reports = list(reversed(published.reports(plan_id)))
    return [
        ReportLink(
            report.path,
            ReportContext(published, report, language, words).title_of(report.period),
            report.period,
            report is reports[0],
        )
        for report in reports
    ]


def chosen(published: Published, plan_id: str | None, period_id: str | None) -> PeriodReport:
    """The report that a person asks for: of the newest plan and the newest period, unless they say another.

    WrongUse: there is no such report; the message names those that there are.
    """
    every = [report for plan in published.plans for report in reversed(published.reports(plan["plan_id"]))]
    for report in every:
        if plan_id in (None, report.plan["plan_id"]) and period_id in (None, report.period["period_id"]):
            return report
    names = ", ".join(f"--plan {other.plan['plan_id']} --period {other.period['period_id']}" for other in every)
    raise WrongUse(f"there is no such report. There are: {names or 'none, because no period has ended'}")
