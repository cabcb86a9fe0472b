"""The fold in its plainest form, as the measure of the one that is moved on: newest entry first, the first row of a key
wins, and nothing is ever taken back.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from ogp_pipeline.intake.accepted import AcceptedRow
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.order import steps_of
from tests.tables.country import SCHEMAS

Current = dict[tuple[str, tuple[str, ...]], tuple[str, int | None]]  # (table, key) -> delivery, line
Unfit = dict[tuple[str, str, tuple[str, ...]], tuple[str, int | None]]  # (source, table, key) -> delivery, line


def fold(
    entries: Sequence[Entry], read: Callable[[Entry], Iterator[AcceptedRow]], as_of: date
) -> tuple[Current, Unfit]:
    current: Current = {}
    unfit: Unfit = {}
    withdrawn: set[tuple[str, str]] = set()
    resent: set[tuple[str, str]] = set()
    retired = _retired(entries, read, as_of)
    for step in sorted(steps_of(entries), key=lambda step: step.place, reverse=True):
        entry = step.entry
        if entry.known_on > as_of:
            continue
        last = {}
        for row in () if entry.retires else read(entry):
            if (entry.source, row.table) in withdrawn:
                continue
            received, key = _received(row), _key(row)
            if None in key:
                if (entry.source, row.where.file) not in resent:
                    unfit.setdefault((entry.source, row.table, received), (entry.delivery, row.where.line))
            elif (row.table, key) not in current and entry.n > retired.get((entry.source, row.table, key), 0):
                last[row.table, key] = row
        for place, row in last.items():
            table = SCHEMAS.table(row.table)
            if None not in [_rendered(table, name, text) for name, text in row.values.items()]:
                current[place] = (entry.delivery, row.where.line)
            elif (entry.source, row.where.file) not in resent:
                unfit.setdefault((entry.source, row.table, _received(row)), (entry.delivery, row.where.line))
        if entry.whole:
            withdrawn |= {(entry.source, table) for table in entry.tables}
        resent |= {(entry.source, name) for name, _ in entry.files}
    return current, unfit


def _retired(
    entries: Sequence[Entry], read: Callable[[Entry], Iterator[AcceptedRow]], as_of: date
) -> dict[tuple[str, str, tuple[str | None, ...]], int]:
    """(source, table, key) -> number of the last entry that took it away."""
    by_hand = [entry for entry in entries if entry.retires and entry.known_on <= as_of]
    return {(entry.source, row.table, _key(row)): entry.n for entry in by_hand for row in read(entry)}


def _key(row: AcceptedRow) -> tuple[str | None, ...]:
    table = SCHEMAS.table(row.table)
    return tuple(_rendered(table, name, row.values.get(name, "")) for name in table.primary_key)


def _received(row: AcceptedRow) -> tuple[str, ...]:
    return tuple(row.values.get(name, "") for name in SCHEMAS.table(row.table).primary_key)


def _rendered(table: Table, column: str, text: str) -> str | None:
    """None for what the column cannot hold."""
    try:
        return columns.rendered(columns.parser(table.field(column).type)(text))
    except ValueError:
        return None
