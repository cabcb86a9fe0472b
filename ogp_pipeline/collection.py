"""Collect one source: fetch, recognise, examine, settle. The ledger's append inside ``settle`` is the only commit.

Calling it again is always safe: bytes that the ledger holds are recognised before anything is written.
"""

import json
import logging
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import rfc8785

from ogp_pipeline.errors import OgpError, SourceError, StoreError
from ogp_pipeline.intake import accepted, layout, ledger, recognition
from ogp_pipeline.intake.delivery import Delivery
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.problem import Level
from ogp_pipeline.intake.recognition import AcceptedBefore, TurnedAwayBefore
from ogp_pipeline.intake.settle import excuse, settle
from ogp_pipeline.programme import Programme, Source
from ogp_pipeline.run_record import DeliverySummary, SourceResult, State
from ogp_pipeline.sources import SourceMemory, deliveries
from ogp_pipeline.store.protocol import InDoubt
from ogp_pipeline.tables.fold import fold
from ogp_pipeline.tables.tables import Tables
from ogp_pipeline.validation import Known, examine
from ogp_pipeline.workspace import Workspace

_STATES: dict[str, State] = {
    "accepted": "accepted",
    "accepted_with_notes": "accepted",
    "rejected": "rejected",
    "nothing_received": "nothing",
}
_WORST: tuple[State, ...] = ("failed", "rejected", "accepted", "same", "nothing")


def collect_source(workspace: Workspace, source_id: str, now: datetime) -> SourceResult:
    """Everything that one source has to give now. A source that cannot be read is a result, not an exception."""
    source = next((item for item in workspace.programme.sources if item.id == source_id), None)
    if source is None:
        known = ", ".join(item.id for item in workspace.programme.sources)
        raise OgpError(f"the programme has no source `{source_id}`; it has {known}")
    with tempfile.TemporaryDirectory(prefix="ogp-spool-") as spool:
        memory = _recall(workspace, source)
        try:
            found, remembered = deliveries(source, workspace.base, Path(spool), now, memory)
            summaries = tuple(_take(workspace, source, delivery) for delivery in found)
        except SourceError as error:
            return SourceResult(source.id, source.supplier, "failed", (), str(error), _stale(workspace, source, now))
    if remembered is not None and remembered != memory and _all_well(summaries):
        _remember(workspace, source, remembered)
    state = next((one for one in _WORST if any(item.state == one for item in summaries)), None)
    if state is None:
        state = "same" if memory is not None and remembered == memory else "nothing"
    reason = "; ".join(item.reason for item in summaries if item.reason) or None
    return SourceResult(source.id, source.supplier, state, summaries, reason, _stale(workspace, source, now))


def failed(source: Source, error: OgpError) -> SourceResult:
    """The result of a source that our own side could not collect."""
    return SourceResult(source.id, source.supplier, "failed", (), str(error))


def _all_well(summaries: Sequence[DeliverySummary]) -> bool:
    """Whether everything stands in the ledger: a file that was refused must be fetched again, and refused again."""
    return all(item.state in ("accepted", "same") for item in summaries)


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
        lambda rows: accepted.read(workspace.intake, rows),
        programme or workspace.programme,
        sha256 or workspace.sha256,
        workspace.schemas,
        as_of,
    )


def what_is_known(workspace: Workspace, source: Source, entries: Sequence[Entry]) -> Known:
    """What rules may look up: keys and ties of what the ledger holds, but for what the source is about to restate."""
    return Known.from_tables(known_tables(workspace, entries), workspace.schemas, source.id if source.whole else None)


def _take(workspace: Workspace, source: Source, delivery: Delivery) -> DeliverySummary:
    entries = ledger.read(workspace.intake)
    context = recognition.context(workspace.sha256, workspace.mapping_of(source), workspace.schemas.version, entries)
    seen = recognition.recognise(delivery, workspace.intake, context, entries)
    files = len(delivery.files)
    if isinstance(seen, AcceptedBefore):
        return DeliverySummary(seen.entry.delivery, "same", files, 0, 0, 0, seen.entry.receipt)
    if isinstance(seen, TurnedAwayBefore):
        return DeliverySummary(seen.delivery, _STATES[seen.verdict], files, 0, seen.blocking, 0, seen.receipt)
    known = what_is_known(workspace, source, entries)
    programme, schemas, store = workspace.programme, workspace.schemas, workspace.intake
    try:
        report = examine(delivery, source, programme, schemas, known, workspace.base)
        settled = settle(delivery, report, source, context, store, programme, schemas, entries)
    except Exception as error:
        logging.getLogger(__name__).exception("delivery %s of %s was not processed", delivery.id, source.id)
        reason = f"{type(error).__name__}: {error}"
        settled = excuse(delivery, reason, context, store, programme, schemas)
        receipt = settled.receipts["json"]
        return DeliverySummary(delivery.id, "failed", files, 0, 0, 0, receipt, reason)
    notes = sum(problem.level is not Level.BLOCKS for problem in report.problems)
    rows = len(report.rows) if settled.entry else 0
    return DeliverySummary(
        settled.delivery,
        _STATES[settled.verdict],
        files,
        rows,
        settled.blocking,
        notes,
        settled.receipts["json"],
    )


def stale_days(source: Source, newest: date | None, today: date) -> int | None:
    """Days beyond its rhythm since the source last gave something new; None if it is in time or has no rhythm."""
    if source.rhythm_days is None or newest is None:
        return None
    over = (today - newest).days - source.rhythm_days
    return over if over > 0 else None


def _stale(workspace: Workspace, source: Source, now: datetime) -> int | None:
    days = [entry.known_on for entry in ledger.read(workspace.intake) if entry.source == source.id]
    return stale_days(source, max(days, default=None), now.date())


def _recall(workspace: Workspace, source: Source) -> SourceMemory | None:
    stored = workspace.intake.get(layout.source(source.id))
    return SourceMemory(**json.loads(stored.data)) if stored else None


def _remember(workspace: Workspace, source: Source, memory: SourceMemory) -> None:
    data = rfc8785.dumps({"etag": memory.etag, "last_modified": memory.last_modified, "sha256": memory.sha256})
    answer = workspace.intake.put_view(layout.source(source.id), data, "application/json")
    if isinstance(answer, InDoubt):
        raise StoreError(f"{layout.source(source.id)} could not be written: {answer.reason}")
