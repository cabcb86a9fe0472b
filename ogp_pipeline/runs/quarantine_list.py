"""The rows that wait to be mended, as people read them: whose they are, where they stand, what is wrong, since when.

Rows that were set aside on arrival, then those that were accepted once and that no table can hold (``unfit_rows``).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ogp_pipeline.errors import check_name
from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import wording
from ogp_pipeline.intake.advice import Advice, advise
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.quarantine import Quarantined, QuarantinedRow
from ogp_pipeline.runs import unfit_rows
from ogp_pipeline.runs.known_state import known_entries, known_tables, waiting_rows
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables.tables import Unfit, written


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One of them. ``place`` in words; ``key`` as published tables write it, '' where it could not be read."""

    source: str
    supplier: str
    since: str
    table: str
    key: str
    place: str
    where: Where
    problems: tuple[Advice, ...]
    delivery: str
    receipt: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def read(
    workspace: Workspace,
    language: str,
    source: str | None = None,
    supplier: str | None = None,
    table: str | None = None,
) -> list[ListedRow]:
    """Every row that waits, or those of one source, supplier, table. OgpError if there is no such one."""
    programme, schemas = workspace.programme, workspace.schemas
    check_name("source", source, [item.id for item in programme.sources])
    check_name("supplier", supplier, [item.id for item in programme.suppliers])
    check_name("table", table, list(schemas.tables))
    entries = known_entries(workspace, anew=True)
    waiting = waiting_rows(workspace, entries)
    waiting += [_unfit(row, entries, schemas) for row in known_tables(workspace, entries).unfit]
    return [
        _told(row, schemas, language)
        for row in waiting
        if source in (None, row.source) and supplier in (None, row.supplier) and table in (None, row.row.table)
    ]


def _unfit(unfit: Unfit, entries: Sequence[Entry], schemas: Schemas) -> Quarantined:
    origin = unfit.origin
    receipt = next(
        entry.receipt for entry in entries if (entry.source, entry.delivery) == (origin.source, origin.delivery)
    )
    row = QuarantinedRow(unfit.table, unfit.key, origin.place, (unfit_rows.problem_of(unfit, schemas),))
    return Quarantined(origin.source, origin.supplier, origin.delivery, receipt, origin.known_on, row)


def _told(quarantined: Quarantined, schemas: Schemas, language: str) -> ListedRow:
    cells = [problem.where for problem in quarantined.row.problems if problem.where.cell is not None]
    where = cells[0] if cells and quarantined.row.where.line is None else quarantined.row.where
    return ListedRow(
        source=quarantined.source,
        supplier=quarantined.supplier,
        since=quarantined.since.isoformat(),
        table=quarantined.row.table,
        key=written(quarantined.row.key) if any(quarantined.row.key) else "",
        place=wording.place(where, language),
        where=where,
        problems=tuple(advise(problem, schemas, language) for problem in quarantined.row.problems),
        delivery=quarantined.delivery,
        receipt=quarantined.receipt,
    )
