"""What is known on a day: the state of all tables, folded from the ledger.

Every command and every step of a run that needs the tables asks here, and nobody else folds. A ledger, a programme
file, the schemas and a day always give the same state.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ogp_pipeline.intake import accepted, recognition
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.lateness import report_is_late
from ogp_pipeline.programme.model import InboxSource, Programme, Source
from ogp_pipeline.runs import left_over, stale_corrections
from ogp_pipeline.runs.left_over import LeftOver
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables.fold import fold
from ogp_pipeline.tables.past import Past
from ogp_pipeline.tables.tables import Key, Ruling, Tables, Unfit
from ogp_pipeline.validation import PriorState
from ogp_pipeline.validation.prior_state import key_of

REPORTS = ("updates", "evidence")  # of which the key's second part is the reporting period


def known_tables(
    workspace: Workspace,
    entries: Sequence[Entry],
    as_of: date = date.max,
    programme: Programme | None = None,
    sha256: str | None = None,
) -> Tables:
    """The tables as known on a day, from the ledger, under today's programme file or the given earlier one."""
    return fold(
        entries,
        lambda entry: accepted.rows_of(workspace.intake, entry),
        programme or workspace.programme,
        sha256 or workspace.sha256,
        workspace.schemas,
        as_of,
    )


def tables_of_reference_date(
    workspace: Workspace, entries: Sequence[Entry], as_of: date, today: date, of_today: Tables
) -> Tables:
    """The tables as known on ``as_of``, the reference date of ``today``, on which ``of_today`` are known.

    Nothing happens between a reference date and its day, so these are ``of_today`` themselves, and nothing is folded.
    There are two exceptions: a programme that was closed before ``today``, where more may have happened since; and a
    plan that has not begun, because it counts as known from the very day that is asked for.
    """
    programme = workspace.programme
    closed = programme.closed_on is not None and programme.closed_on < today
    if as_of == today or not (closed or any(plan.starts > as_of for plan in programme.plans)):
        return of_today
    return known_tables(workspace, entries, as_of)


def past_tables(
    workspace: Workspace, entries: Sequence[Entry], programme: Programme | None = None, sha256: str | None = None
) -> Past:
    """``known_tables`` of any earlier day."""
    return Past(entries, lambda day: known_tables(workspace, entries, day, programme, sha256))


def prior_state(workspace: Workspace, source: Source, entries: Sequence[Entry]) -> PriorState:
    """What rules may look up: keys and ties of what the ledger holds, but for what the source is about to restate.

    A historic import may lean only on what was known on its day, because it will stand in a release as of that day.
    """
    as_of = source.historic.known_on if source.historic else date.max
    tables = known_tables(workspace, entries, as_of)
    state = PriorState.from_tables(tables, workspace.schemas, source.id if source.whole else None)
    return replace(
        state,
        in_time=frozenset(_in_time(workspace, source, entries, tables)),
        replaced=recognition.replaced(entries, source.id, always=source.whole or isinstance(source, InboxSource)),
    )


def _in_time(
    workspace: Workspace, source: Source, entries: Sequence[Entry], tables: Tables
) -> Iterator[tuple[str, Key]]:
    """The reports that were known by their due date: those that stand since, and those that were sent again later.

    Only of the latter are earlier entries read: of the source's supplier, and from their period.
    """
    periods = {period.id: period for plan in workspace.programme.plans for period in plan.periods}
    again: dict[str, set[tuple[str, Key]]] = {}
    for (table, key), origin in tables.origins.items():
        period = periods.get(key[1]) if table in REPORTS else None
        if period is None:
            continue
        if not report_is_late(period.due, origin.known_on):
            yield table, key
        elif origin.supplier == source.supplier:
            again.setdefault(period.id, set()).add((table, key))
    for name, reports in again.items():
        for entry in entries:
            in_time = periods[name].starts <= entry.known_on and not report_is_late(periods[name].due, entry.known_on)
            if in_time and entry.supplier == source.supplier and not entry.retires and set(entry.counts) & set(REPORTS):
                yield from reports & {
                    (row.table, key_of(row.values, workspace.schemas.table(row.table).primary_key))
                    for row in accepted.rows_of(workspace.intake, entry)
                }


def left_out(
    workspace: Workspace, entries: Sequence[Entry], today: date
) -> tuple[tuple[Ruling, ...], tuple[Unfit, ...], tuple[LeftOver, ...]]:
    """By what is known today: the corrections that fail, the rows that no table can hold, and those that no source
    gives any more.
    """
    tables = known_tables(workspace, entries, today)
    ghosts = left_over.find(workspace, entries, tables)
    return stale_corrections.among(tables.rulings), tuple(tables.unfit), tuple(ghosts)
