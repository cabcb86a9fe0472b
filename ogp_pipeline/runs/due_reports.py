"""The reports that a supplier owes: which periods are open, and of how many of its milestones it has reported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ogp_pipeline import templates
from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.programme.model import Period, Supplier
from ogp_pipeline.runs.punctuality import REPORTS
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables.tables import Tables


@dataclass(frozen=True, slots=True)
class Unreported:
    """A milestone that waits for a report. ``title``: in the supplier's language, if it is written in that."""

    milestone: str
    title: str


@dataclass(frozen=True, slots=True)
class DueReport:
    """A period that is open, or still incomplete. ``days``: until it is due; below zero, since then.

    ``reported`` of ``expected``: own milestones; None where none are asked. ``unreported``: the others of these.
    """

    period: Period
    days: int
    reported: int | None = None
    expected: int | None = None
    unreported: tuple[Unreported, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every milestone was reported on."""
        return self.expected is not None and self.reported == self.expected

    @property
    def is_missing(self) -> bool:
        """Whether a milestone waits for a report."""
        return bool(self.expected) and not self.is_complete

    def in_words(self, language: str) -> str:
        """How far it is: ``3 of 6 milestones reported``; nothing where no milestones are asked."""
        if self.reported is None or not self.expected:
            return ""
        key = "desk.due.complete" if self.is_complete else "desk.due.reported"
        return catalogue.part(key, self.reported, self.expected, language)


def of_supplier(
    workspace: Workspace, supplier: Supplier, supplied: Collection[str], tables: Tables, today: date
) -> list[DueReport]:
    """Periods that have begun and are not over, or of which a report is missing; what is due first stands first."""
    if not set(supplied) & set(REPORTS):
        return []
    begun = [period for plan in workspace.programme.plans for period in plan.periods if period.starts <= today]
    every: list[DueReport] = []
    prefill = None
    for period in begun:
        request = _request(workspace, supplier, period, today)
        if request is None:
            every.append(DueReport(period, (period.due - today).days))
            continue
        prefill = prefill.of_request(request) if prefill else templates.Prefill.of(tables, request)
        every.append(_due(period, prefill, today))
    open_ones = [report for report in every if not is_over(report.period.due, today) or report.is_missing]
    return sorted(open_ones, key=lambda report: report.period.due)


def _request(workspace: Workspace, supplier: Supplier, period: Period, today: date) -> templates.TemplateRequest | None:
    """None: it may not report on milestones."""
    programme, schemas = workspace.programme, workspace.schemas
    try:
        return templates.check(programme, schemas, "updates", supplier.id, period.id, supplier.language, today)
    except OgpError:
        return None


def _due(period: Period, prefill: templates.Prefill, today: date) -> DueReport:
    own = prefill.own_milestones
    heard = {row["milestone_id"] for row in prefill.rows["updates"] if row["period_id"] == period.id}
    unreported = tuple(
        Unreported(row["milestone_id"], prefill.request.pick(row, "title"))
        for row in own
        if row["milestone_id"] not in heard
    )
    return DueReport(period, (period.due - today).days, len(own) - len(unreported), len(own), unreported)
