"""The rows that wait, beside the tables: numbers are published of them too (``evaluation.waiting``)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ogp_pipeline.intake import quarantine
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.runs.known_state import waiting_rows
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables.tables import Tables, WaitingRow


def with_waiting(workspace: Workspace, entries: Sequence[Entry], tables: Tables, as_of: date) -> Tables:
    """The tables of a day with the rows that waited on that day. ``entries``: the ledger that the tables are of."""
    visible = [entry for entry in entries if entry.known_on <= as_of]
    if len(visible) == len(entries):
        waiting = waiting_rows(workspace, entries)
    else:
        waiting = quarantine.quarantined(visible, workspace.intake, workspace.schemas)
    if not waiting:
        return tables
    return replace(
        tables,
        waiting=tuple(
            WaitingRow(quarantined.row.table, quarantined.row.key, quarantined.row.owner) for quarantined in waiting
        ),
    )
