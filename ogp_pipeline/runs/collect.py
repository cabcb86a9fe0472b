"""Collect one source: fetch what it has, and take in each delivery.

A folder or an address gives deliveries (``sources``), an inbox gives what lies in it (``inbox_collect``). What becomes
of a single delivery is the matter of ``delivery_intake``.
"""

import logging
import math
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from ogp_pipeline.errors import OgpError, SourceError
from ogp_pipeline.i18n.legible import presentable
from ogp_pipeline.intake import ledger, recognition
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import InboxSource, Source
from ogp_pipeline.runs import (
    delivery_intake,
    download_memory,
    fetching,
    inbox_collect,
    inbox_receipts,
    mounts,
    refused,
)
from ogp_pipeline.runs.fault_log import log_fault
from ogp_pipeline.runs.known_state import known_entries, waiting_rows
from ogp_pipeline.runs.record import DeliverySummary, SourceResult, State
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import SourceMemory, deliveries
from ogp_pipeline.sources.delivery import Delivery

_LONGEST_REASON = 500  # characters of an error that nobody foresaw
_WORST: tuple[State, ...] = ("failed", "rejected", "held", "in_part", "accepted", "same", "nothing")


def collect_source(workspace: Workspace, source_id: str, now: datetime) -> SourceResult:
    """Everything that one source has to give now. A source that cannot be read is a result, not an exception."""
    source = _source(workspace, source_id)
    memory = download_memory.recall(workspace, source)
    try:
        summaries, remembered = _collect(workspace, source, now, memory)
    except SourceError as error:
        return _unread(workspace, source, now, str(error))
    except (OgpError, OSError):  # our own store, disk or programme file: another try, or an engineer, may cure it
        raise
    except Exception as error:  # noqa: BLE001 - logged with its trace
        # Whatever else a source makes our libraries raise is a result of that source: the others go on. Time limits
        # and interrupts are no ``Exception``, and an unreadable ledger raises once more from ``_unread``.
        log_fault(logging.getLogger(__name__), f"source {source.id} could not be collected", error)
        told = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
        told = f"source {source.id}: what it gave could not be taken ({told}); the log of the run says where"
        return _unread(workspace, source, now, told)
    if remembered is not None and remembered != memory and _all_well(summaries):
        download_memory.remember(workspace, source, remembered)
    return _result(workspace, source, now, summaries, idle=memory is not None and remembered == memory)


def failed(source: Source, error: Exception) -> SourceResult:
    """The result of a source that our own side could not collect."""
    return SourceResult(source.id, source.supplier, "failed", (), presentable(str(error)))


def stale_days(source: Source, newest: date | None, today: date) -> int | None:
    """Days beyond its rhythm since the source last gave something new; None if it is in time or has no rhythm."""
    if source.rhythm_days is None or newest is None:
        return None
    over = (today - newest).days - source.rhythm_days
    return over if over > 0 else None


def _source(workspace: Workspace, source_id: str) -> Source:
    source = next((item for item in workspace.programme.sources if item.id == source_id), None)
    if source is None:
        listed = ", ".join(item.id for item in workspace.programme.sources)
        raise OgpError(f"the programme has no source `{source_id}`; it has {listed}")
    return source


def _collect(
    workspace: Workspace, source: Source, now: datetime, memory: SourceMemory | None
) -> tuple[tuple[DeliverySummary, ...], SourceMemory | None]:
    """What became of each delivery, and what to remember of the download."""
    local = workspace.programme.local(now)
    entries = known_entries(workspace)
    mounts.check(workspace, source, entries)
    with tempfile.TemporaryDirectory(prefix="ogp-spool-") as folder:
        spool = Path(folder)
        if isinstance(source, InboxSource):  # files leave it, so each is taken as of its arrival
            inbox = inbox_receipts.open_inbox(workspace, source)
            return tuple(inbox_collect.receive(workspace, source, inbox, spool, local)), None
        limits = workspace.programme.limits_of(source)
        ahead = fetching.collected(workspace, source, now)
        fetched, remembered = ahead or deliveries(source, workspace.base, spool, local, memory, limits)
        ordered = _in_order(source, fetched, entries, local.date())
        return tuple(_take_in(workspace, source, delivery) for delivery in ordered), remembered


def _take_in(workspace: Workspace, source: Source, delivery: Delivery) -> DeliverySummary:
    return delivery_intake.take_in(workspace, source, delivery, refused.examination(delivery.files, workspace.schemas))


def _in_order(source: Source, fetched: Sequence[Delivery], entries: Sequence[Entry], today: date) -> list[Delivery]:
    """Deliveries that are the ledger's last word already (perhaps under an older mapping) in its order, then new ones.

    Read again, they keep the day on which they became known: what is news is how we read them.
    """
    words = [
        ledger.last_word(entries, source.id, recognition.file_pairs(delivery), whole=source.whole, until=today)
        for delivery in fetched
    ]
    pairs = sorted(zip(words, fetched, strict=True), key=lambda pair: pair[0].n if pair[0] else math.inf)
    return [
        replace(delivery, envelope=replace(delivery.envelope, known_on=word.known_on))
        if word is not None and source.historic is None
        else delivery
        for word, delivery in pairs
    ]


def _all_well(summaries: Sequence[DeliverySummary]) -> bool:
    """Whether everything stands in the ledger: a file that was refused must be fetched again, and refused again."""
    return all(item.state in ("accepted", "in_part", "same") for item in summaries)


def _unread(workspace: Workspace, source: Source, now: datetime, reason: str) -> SourceResult:
    """The result of a source that could not be read, in letters that the run's record can hold."""
    own = _entries_of(workspace, source)
    stale, waiting = _stale(source, own, now), _waiting(workspace, source)
    return SourceResult(source.id, source.supplier, "failed", (), presentable(reason), stale, waiting)


def _result(
    workspace: Workspace, source: Source, now: datetime, summaries: tuple[DeliverySummary, ...], *, idle: bool
) -> SourceResult:
    """The result of a source that was read. ``idle``: an address has nothing new since it was last asked."""
    own = _entries_of(workspace, source)
    state = next((one for one in _WORST if any(item.state == one for item in summaries)), None)
    if state is None:  # "nothing" would alarm: an inbox that was emptied before is as it should be
        state = "same" if idle or (isinstance(source, InboxSource) and own) else "nothing"
    reason = "; ".join(item.reason for item in summaries if item.reason) or None
    return SourceResult(
        source=source.id,
        supplier=source.supplier,
        state=state,
        deliveries=summaries,
        reason=reason,
        stale_days=_stale(source, own, now),
        waiting=_waiting(workspace, source),
    )


def _entries_of(workspace: Workspace, source: Source) -> list[Entry]:
    entries = known_entries(workspace)
    return [entry for entry in entries if entry.source == source.id and not entry.retires]


def _waiting(workspace: Workspace, source: Source) -> int:
    """How many rows of a source are quarantined until somebody mends them."""
    return len(waiting_rows(workspace, known_entries(workspace), source.id))


def _stale(source: Source, own: Sequence[Entry], now: datetime) -> int | None:
    return stale_days(source, max((entry.known_on for entry in own), default=None), now.date())
