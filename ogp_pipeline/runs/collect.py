"""Collect one source: fetch, recognise, examine, settle. The ledger's append inside ``settle`` is the only commit.

Calling it again is always safe: bytes that the ledger holds are recognised before anything is written.
"""

import hashlib
import json
import logging
import math
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path

import rfc8785

from ogp_pipeline.errors import LedgerMoved, OgpError, SourceError, StoreError
from ogp_pipeline.intake import accepted, archive, duplicates, layout, ledger, quarantine, recognition
from ogp_pipeline.intake.acceptance import failure_receipt, receipt_for, record, record_duplicate, record_failure
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.problem import Severity
from ogp_pipeline.intake.receipt import Receipt
from ogp_pipeline.intake.recognition import AcceptedBefore, ExaminationContext, TurnedAwayBefore
from ogp_pipeline.programme.model import HttpSource, InboxSource, Programme, Source
from ogp_pipeline.runs import institution_check, stale_corrections
from ogp_pipeline.runs.inbox_collect import open_inbox, receive
from ogp_pipeline.runs.record import DeliverySummary, SourceResult, State
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import SourceMemory, deliveries
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.names import legible
from ogp_pipeline.store import probe
from ogp_pipeline.store.protocol import InDoubt
from ogp_pipeline.tables.fold import fold
from ogp_pipeline.tables.past import Past
from ogp_pipeline.tables.tables import Ruling, Tables, Unfit
from ogp_pipeline.validation import Examination, PriorState, examine

TRIES = 5  # how often a delivery is examined again because the ledger moved
_LONGEST_REASON = 500  # characters of an error that nobody foresaw
_STATES: dict[str, State] = {
    "accepted": "accepted",
    "accepted_with_notes": "accepted",
    "accepted_in_part": "in_part",
    "rejected": "rejected",
    "nothing_received": "nothing",
}
_WORST: tuple[State, ...] = ("failed", "rejected", "in_part", "accepted", "same", "nothing")


def collect_source(workspace: Workspace, source_id: str, now: datetime) -> SourceResult:
    """Everything that one source has to give now. A source that cannot be read is a result, not an exception."""
    source = next((item for item in workspace.programme.sources if item.id == source_id), None)
    if source is None:
        known = ", ".join(item.id for item in workspace.programme.sources)
        raise OgpError(f"the programme has no source `{source_id}`; it has {known}")
    with tempfile.TemporaryDirectory(prefix="ogp-spool-") as spool:
        memory = _recall(workspace, source)
        try:
            local = workspace.programme.local(now)
            if isinstance(source, InboxSource):
                summaries, remembered = _receive(workspace, source, Path(spool), local), None
            else:
                found, remembered = deliveries(source, workspace.base, Path(spool), local, memory)
                ordered = _in_order(workspace, source, found)
                summaries = tuple(_take(workspace, source, delivery) for delivery in ordered)
        except SourceError as error:
            return _unread(workspace, source, now, str(error))
        except (OgpError, OSError):  # our own store, disk or programme file: another try, or an engineer, may cure it
            raise
        except Exception as error:
            # Whatever else a source makes our libraries raise is a result of that source: the others go on. Time limits
            # and interrupts are no ``Exception``, and an unreadable ledger raises once more from ``_unread``.
            logging.getLogger(__name__).exception("source %s could not be collected", source.id)
            told = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
            told = f"source {source.id}: what it gave could not be taken ({told}); the log of the run says where"
            return _unread(workspace, source, now, told)
    if remembered is not None and remembered != memory and _all_well(summaries):
        _remember(workspace, source, remembered)
    state = next((one for one in _WORST if any(item.state == one for item in summaries)), None)
    if state is None:
        state = "same" if _is_idle(workspace, source, memory, remembered) else "nothing"
    reason = "; ".join(item.reason for item in summaries if item.reason) or None
    return SourceResult(
        source.id, source.supplier, state, summaries, reason, _stale(workspace, source, now), waiting(workspace, source)
    )


def _unread(workspace: Workspace, source: Source, now: datetime, reason: str) -> SourceResult:
    """The result of a source that could not be read, in letters that the run's record can hold."""
    stale, left = _stale(workspace, source, now), waiting(workspace, source)
    return SourceResult(source.id, source.supplier, "failed", (), legible(reason), stale, left)


def _receive(workspace: Workspace, source: InboxSource, spool: Path, now: datetime) -> tuple[DeliverySummary, ...]:
    """What lies in an inbox. Files leave it, so each is taken as of its arrival."""
    return tuple(
        receive(
            workspace,
            source,
            open_inbox(workspace, source),
            spool,
            now,
            take=lambda delivery, report: _take(workspace, source, delivery, report),
            check=lambda delivery, report: look_at(workspace, source, delivery, report),
        )
    )


def look_at(workspace: Workspace, source: Source, delivery: Delivery, report: Examination | None = None) -> Receipt:
    """The receipt that a delivery would get; nothing is kept. ``report``: why there is nothing to examine."""
    programme, schemas = workspace.programme, workspace.schemas
    try:
        if report is None:
            known = what_is_known(workspace, source, ledger.read(workspace.intake))
            report = examine(delivery, source, programme, schemas, known, workspace.base)
        return replace(receipt_for(delivery, report, programme, schemas), only_checked=True)
    except (StoreError, OSError):
        raise
    except Exception:  # a bug of ours, as in ``_settle``
        logging.getLogger(__name__).exception("%s was not checked", delivery.envelope.origin)
        return failure_receipt(delivery, programme, schemas)


def _is_idle(
    workspace: Workspace, source: Source, memory: SourceMemory | None, remembered: SourceMemory | None
) -> bool:
    """Whether "nothing" means that all is as it was: an address without news, an inbox that was emptied before."""
    if isinstance(source, InboxSource):
        return any(entry.source == source.id for entry in ledger.read(workspace.intake))
    return memory is not None and remembered == memory


def waiting(workspace: Workspace, source: Source) -> int:
    """How many rows of a source are set aside until somebody mends them."""
    entries = [entry for entry in ledger.read(workspace.intake) if entry.source == source.id]
    return len(quarantine.quarantined(entries, workspace.intake, workspace.schemas))


def failed(source: Source, error: Exception) -> SourceResult:
    """The result of a source that our own side could not collect."""
    return SourceResult(source.id, source.supplier, "failed", (), legible(str(error)))


def _all_well(summaries: Sequence[DeliverySummary]) -> bool:
    """Whether everything stands in the ledger: a file that was refused must be fetched again, and refused again."""
    return all(item.state in ("accepted", "in_part", "same") for item in summaries)


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


def past_tables(
    workspace: Workspace, entries: Sequence[Entry], programme: Programme | None = None, sha256: str | None = None
) -> Past:
    """``known_tables`` of any earlier day."""
    return Past(entries, lambda day: known_tables(workspace, entries, day, programme, sha256))


def left_out(
    workspace: Workspace, entries: Sequence[Entry], today: date
) -> tuple[tuple[Ruling, ...], tuple[Unfit, ...]]:
    """By what is known today: the corrections that fail, and the rows that no table can hold."""
    tables = known_tables(workspace, entries, today)
    return stale_corrections.among(tables.rulings), tuple(tables.unfit)


def what_is_known(workspace: Workspace, source: Source, entries: Sequence[Entry]) -> PriorState:
    """What rules may look up: keys and ties of what the ledger holds, but for what the source is about to restate.

    A historic import may lean only on what was known on its day, because it will stand in a release as of that day.
    """
    as_of = source.historic.known_on if source.historic else date.max
    return PriorState.from_tables(
        known_tables(workspace, entries, as_of), workspace.schemas, source.id if source.whole else None
    )


def _in_order(workspace: Workspace, source: Source, found: Sequence[Delivery]) -> list[Delivery]:
    """Deliveries that are the ledger's last word already (perhaps under an older mapping) in its order, then new ones.

    Read again, they keep the day on which they became known: what is news is how we read them.
    """
    entries = ledger.read(workspace.intake)
    words = [
        ledger.last_word(entries, source.id, recognition.file_pairs(delivery), whole=source.whole) for delivery in found
    ]
    pairs = sorted(zip(words, found, strict=True), key=lambda pair: pair[0].n if pair[0] else math.inf)
    return [
        replace(delivery, envelope=replace(delivery.envelope, known_on=word.known_on))
        if word is not None and source.historic is None
        else delivery
        for word, delivery in pairs
    ]


def _take(
    workspace: Workspace, source: Source, delivery: Delivery, report: Examination | None = None
) -> DeliverySummary:
    """Settle one delivery; when something else was accepted meanwhile, look at it again under the new ledger."""
    for _ in range(TRIES):
        try:
            return _settle(workspace, source, delivery, report)
        except LedgerMoved:
            continue
    raise StoreError(f"the ledger in {workspace.intake.describe()} moved {TRIES} times while {source.id} was examined")


def _settle(workspace: Workspace, source: Source, delivery: Delivery, given: Examination | None) -> DeliverySummary:
    entries = ledger.read(workspace.intake)
    programme, schemas, store = workspace.programme, workspace.schemas, workspace.intake
    # What could not be fetched is turned away whatever the ledger says.
    rests_on = entries if given is None else []
    context = recognition.context(workspace.sha256, workspace.mapping_of(source), schemas.version, rests_on)
    inbox = isinstance(source, InboxSource)
    seen = (
        duplicates.recognise(delivery, store, context, entries, source, schemas)
        if inbox
        else recognition.recognise(delivery, store, context, entries, whole=source.whole)
    )
    files = len(delivery.files)
    if isinstance(seen, AcceptedBefore):
        if inbox:
            return _come_before(workspace, delivery, seen.entry, context)
        return DeliverySummary(seen.entry.delivery, "same", files, 0, 0, 0, seen.entry.receipt)
    if isinstance(seen, TurnedAwayBefore):
        return DeliverySummary(seen.delivery, _STATES[seen.verdict], files, 0, seen.blocking, 0, seen.receipt)
    probe.check_once(store)
    archive.keep_programme(workspace.content, store)
    try:
        known = what_is_known(workspace, source, entries)
        if (mistake := institution_check.institution(workspace, source, known)) is not None:
            excused = record_failure(delivery, context, store, programme, schemas)
            return DeliverySummary(delivery.id, "failed", files, 0, 0, 0, excused.receipts["json"], str(mistake))
        report = given or examine(delivery, source, programme, schemas, known, workspace.base)
        settled = record(delivery, report, source, context, store, programme, schemas, entries, again=inbox)
    except (LedgerMoved, StoreError, OSError):  # the store or the disk: another try may cure it
        raise
    except Exception as error:  # a bug of ours: the supplier hears that it was not their file
        logging.getLogger(__name__).exception("delivery %s of %s was not processed", delivery.id, source.id)
        settled = record_failure(delivery, context, store, programme, schemas)
        reason = legible(f"{type(error).__name__}: {error}")
        return DeliverySummary(delivery.id, "failed", files, 0, 0, 0, settled.receipts["json"], reason)
    notes = sum(problem.level is not Severity.BLOCKS for problem in report.problems)
    rows = len(report.rows) if settled.entry else 0
    receipt = settled.receipts["json"]
    return DeliverySummary(settled.delivery, _STATES[settled.verdict], files, rows, settled.blocking, notes, receipt)


def _come_before(
    workspace: Workspace, delivery: Delivery, entry: Entry, context: ExaminationContext
) -> DeliverySummary:
    """Bytes of an inbox that the ledger holds: this very arrival, from a run that died, or the same file once more."""
    files = len(delivery.files)
    if entry.quarantined is not None and not duplicates.is_the_same_arrival(delivery, entry):
        return DeliverySummary(entry.delivery, "same", files, 0, 0, 0, entry.receipt)  # which says what to mend
    if duplicates.is_the_same_arrival(delivery, entry):
        state: State = "accepted" if entry.quarantined is None else "in_part"
        return DeliverySummary(entry.delivery, state, files, sum(entry.counts.values()), 0, 0, entry.receipt)
    settled = record_duplicate(delivery, entry, context, workspace.intake, workspace.programme, workspace.schemas)
    return DeliverySummary(entry.delivery, "same", files, 0, 0, 0, settled.receipts["json"])


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
    """What was remembered of the last download, if it was of this address and read with this mapping."""
    stored = workspace.intake.get(layout.source(source.id))
    if stored is None:
        return None
    values = json.loads(stored.data)
    return SourceMemory(**values) if values.pop("of", None) == _origin(workspace, source) else None


def _remember(workspace: Workspace, source: Source, memory: SourceMemory) -> None:
    data = rfc8785.dumps({"of": _origin(workspace, source), **asdict(memory)})
    answer = workspace.intake.put_view(layout.source(source.id), data, "application/json")
    if isinstance(answer, InDoubt):
        raise StoreError(f"{layout.source(source.id)} could not be written: {answer.reason}")


def _origin(workspace: Workspace, source: Source) -> str:
    """Address and mapping: when either is another, an unchanged file is news."""
    address = source.url if isinstance(source, HttpSource) else ""
    return hashlib.sha256(f"{address}\n{workspace.mapping_of(source)}".encode()).hexdigest()
