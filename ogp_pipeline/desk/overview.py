"""What a visitor sees first: what is due, which templates there are, what lies in the inbox, earlier receipts."""

from dataclasses import dataclass
from datetime import date

from ogp_pipeline import templates
from ogp_pipeline.desk import counter
from ogp_pipeline.errors import OgpError
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.programme.model import Period
from ogp_pipeline.programme.publisher import Contact
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs import inbox_receipts
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.punctuality import REPORTS
from ogp_pipeline.runs.receipt_list import Listed
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables.tables import Tables

_RECEIPTS = 50
_PERIODS = 4


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """A period that is open, or still incomplete. ``reported`` of ``expected``: milestones; None where none are asked.

    ``tables``: those that have a template.
    """

    period: Period
    days: int
    tables: tuple[str, ...]
    reported: int | None = None
    expected: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every milestone was reported on."""
        return self.expected is not None and self.reported == self.expected


@dataclass(frozen=True, slots=True)
class Overview:
    """``tables``: those with a template that belongs to no period. ``waiting``: names of files that were sent."""

    supplier: str
    contact: Contact
    periods: tuple[DuePeriod, ...]
    tables: tuple[str, ...]
    waiting: tuple[str, ...]
    receipts: tuple[Listed, ...]
    more_receipts: int


def read(workspace: Workspace, source: InboxSource, today: date) -> Overview:
    """As it stands now; nothing is written."""
    entries = known_entries(workspace, anew=True)
    supplier = workspace.programme.supplier(source.supplier)
    fillable = tuple(table for table in source.tables if _has_template(workspace, source, table))
    receipts = counter.receipts(workspace, source)
    items = inbox_receipts.open_inbox(workspace, source).items()
    return Overview(
        supplier=supplier.id,
        contact=workspace.programme.contact_of(supplier),
        periods=tuple(_periods(workspace, source, fillable, known_tables(workspace, entries, today), today)),
        tables=tuple(table for table in fillable if table not in REPORTS),
        waiting=tuple(sorted(item.told for item in items if not item.check)),
        receipts=tuple(receipts[:_RECEIPTS]),
        more_receipts=max(0, len(receipts) - _RECEIPTS),
    )


def _has_template(workspace: Workspace, source: InboxSource, table: str) -> bool:
    """Whether the source reads our own workbook of the table back."""
    mappings = source.tables[table]
    may = table in workspace.programme.supplier(source.supplier).may_supply
    return may and source.read.kind == "xlsx" and all(not mapping.columns for mapping in mappings)


def _periods(
    workspace: Workspace, source: InboxSource, fillable: tuple[str, ...], tables: Tables, today: date
) -> list[DuePeriod]:
    """Those that have begun and are not over, or of which a report is missing; what is due first stands first."""
    if not set(source.tables) & set(REPORTS):
        return []
    every = [period for plan in workspace.programme.plans for period in plan.periods if period.starts <= today]
    told = [_due(workspace, source, period, fillable, tables, today) for period in every]
    open_ones = [one for one in told if not is_over(one.period.due, today) or (one.expected and not one.is_complete)]
    return sorted(open_ones, key=lambda one: one.period.due)[-_PERIODS:]


def _due(
    workspace: Workspace,
    source: InboxSource,
    period: Period,
    fillable: tuple[str, ...],
    tables: Tables,
    today: date,
) -> DuePeriod:
    own = tuple(table for table in fillable if table in REPORTS)
    reported, expected = _reported(workspace, source, period, tables, today)
    return DuePeriod(period, (period.due - today).days, own, reported, expected)


def _reported(
    workspace: Workspace, source: InboxSource, period: Period, tables: Tables, today: date
) -> tuple[int | None, int | None]:
    """Of how many of the supplier's own milestones an update of the period stands, and how many there are."""
    programme, schemas = workspace.programme, workspace.schemas
    supplier = programme.supplier(source.supplier)
    try:
        request = templates.check(programme, schemas, "updates", supplier.id, period.id, supplier.language, today)
    except OgpError:  # it may not report on milestones
        return None, None
    prefill = templates.Prefill.of(tables, request)
    own = {row["milestone_id"] for row in prefill.own_milestones}
    heard = {row["milestone_id"] for row in prefill.rows["updates"] if row["period_id"] == period.id}
    return len(own & heard), len(own)
