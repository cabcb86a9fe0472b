"""The reports of a supplier that were delivered by their due date, in whatever words.

Of what stands, the entry says when it became known. A report of which something late stands may have been known in time
before; that stands in earlier entries alone, which are read only where it decides something.
"""

from collections.abc import Iterable, Iterator, Sequence

from ogp_pipeline.intake import accepted
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.lateness import delivered, report_is_late
from ogp_pipeline.programme.model import Period
from ogp_pipeline.runs.memory import Punctuality
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables.tables import Row, Tables
from ogp_pipeline.tables.views import arrivals, vouched
from ogp_pipeline.validation.prior_state import key_of

REPORTS = ("updates", "evidence")  # of which the key's second part is the reporting period


def of_supplier(workspace: Workspace, supplier: str, tables: Tables) -> Punctuality:
    """By what stands; looked through once for all suppliers."""
    memory = workspace.memory
    with memory.lock:
        if memory.punctual is None or memory.punctual[0] is not tables:
            memory.punctual = (tables, _by_supplier(workspace, tables))
        return memory.punctual[1].get(supplier, Punctuality())


def _by_supplier(workspace: Workspace, tables: Tables) -> dict[str, Punctuality]:
    periods, by_supplier, days = _periods(workspace), dict[str, Punctuality](), vouched(tables)
    for table in REPORTS:
        for key, supplier, known_on in arrivals(tables, table):
            period = periods.get(key[1])
            if period is None:
                continue
            own = by_supplier.setdefault(supplier, Punctuality())
            late = report_is_late(period.due, delivered(known_on, days.get((key[0], key[1]))))
            reports = own.late.setdefault(period.id, set()) if late else own.in_time
            reports.add((table, key))
    return by_supplier


def sent_in_time(
    workspace: Workspace, supplier: str, entries: Sequence[Entry], punctuality: Punctuality, asked: Iterable[str]
) -> set[Row]:
    """Those of the late reports of some periods that an earlier entry of the supplier holds, known in time."""
    periods = _periods(workspace)
    return {
        report
        for name in sorted(set(asked) & punctuality.late.keys())
        for report in _of_period(workspace, supplier, entries, periods[name], punctuality.late[name])
    }


def _of_period(
    workspace: Workspace, supplier: str, entries: Sequence[Entry], period: Period, late: set[Row]
) -> Iterator[Row]:
    for entry in entries:
        in_time = period.starts <= entry.known_on and not report_is_late(period.due, entry.known_on)
        if in_time and entry.supplier == supplier and not entry.retires and set(entry.counts) & set(REPORTS):
            yield from late & {
                (row.table, key_of(row.values, workspace.schemas.table(row.table).primary_key))
                for row in accepted.rows_of(workspace.intake, entry)
            }


def _periods(workspace: Workspace) -> dict[str, Period]:
    return {period.id: period for plan in workspace.programme.plans for period in plan.periods}
