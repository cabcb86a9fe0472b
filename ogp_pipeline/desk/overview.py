"""What a visitor sees first: what is due, which templates there are, what lies in the inbox, earlier receipts."""

from dataclasses import dataclass
from datetime import date

from ogp_pipeline.desk import counter
from ogp_pipeline.programme.publisher import Contact
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs import due_reports, inbox_receipts
from ogp_pipeline.runs.due_reports import DueReport
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.punctuality import REPORTS
from ogp_pipeline.runs.receipt_list import Listed
from ogp_pipeline.runs.workspace import Workspace

_RECEIPTS = 50
_PERIODS = 4


@dataclass(frozen=True, slots=True)
class Overview:
    """``reports``: the tables with a template for a period; ``tables``: those with one that belongs to none.

    ``waiting``: names of files that were sent and not taken in yet.
    """

    supplier: str
    contact: Contact
    periods: tuple[DueReport, ...]
    reports: tuple[str, ...]
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
    tables = known_tables(workspace, entries, today)
    return Overview(
        supplier=supplier.id,
        contact=workspace.programme.contact_of(supplier),
        periods=tuple(due_reports.of_supplier(workspace, supplier, source.tables, tables, today)[-_PERIODS:]),
        reports=tuple(table for table in fillable if table in REPORTS),
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
