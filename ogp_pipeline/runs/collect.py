"""Collect one source: fetch what it has, and take in each delivery.

What it has is gathered (``gathering``), mostly before its turn (``lookahead``; by other machines: ``scouting``). What
lies in an inbox goes back there with its receipt (``inbox_collect``). What becomes of a single delivery is the matter
of ``delivery_intake``.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ogp_pipeline import scratch
from ogp_pipeline.errors import OgpError, SourceError, UnknownName
from ogp_pipeline.i18n.legible import presentable
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import (
    delivery_intake,
    disk,
    download_memory,
    gathering,
    inbox_collect,
    lookahead,
    scouting,
    standing_troubles,
    told,
)
from ogp_pipeline.runs.fault_log import log_fault
from ogp_pipeline.runs.known_state import known_entries, waiting_rows
from ogp_pipeline.runs.record import DeliverySummary, SourceResult, State
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import SourceMemory
from ogp_pipeline.telemetry.steps import step

_LONGEST_REASON = 500  # characters of an error that nobody foresaw
_WORST: tuple[State, ...] = ("failed", "rejected", "held", "in_part", "accepted", "same", "nothing")


def collect_source(workspace: Workspace, source_id: str, now: datetime) -> SourceResult:
    """Everything that one source has to give now. A source that cannot be read is a result, not an exception."""
    source, begun = _source(workspace, source_id), time.monotonic()
    with step("source", programme=workspace.programme.id, source=source.id):
        try:
            result = _collected(workspace, source, now)
        except (OgpError, OSError) as error:
            told.of_failure(source.id, error)
            raise
        result = replace(result, seconds=round(time.monotonic() - begun, 3))
        told.of_source(workspace, result)
    return result


def _collected(workspace: Workspace, source: Source, now: datetime) -> SourceResult:
    try:
        summaries, memory, remembered = _collect(workspace, source, now)
    except SourceError as error:
        return _unread(workspace, source, now, str(error))
    except (OgpError, OSError):  # our own store, disk or programme file: another try, or an engineer, may cure it
        raise
    except Exception as error:  # noqa: BLE001 - logged with its trace
        # Whatever else a source makes our libraries raise is a result of that source: the others go on. Time limits
        # and interrupts are no ``Exception``, and an unreadable ledger raises once more from ``_unread``.
        log_fault(logging.getLogger(__name__), f"source {source.id} could not be collected", error)
        what = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
        what = f"source {source.id}: what it gave could not be taken ({what}); the log of the run says where"
        return _unread(workspace, source, now, what)
    if remembered is not None and remembered != memory and _all_well(summaries):
        download_memory.remember(workspace, source, remembered)
    return _result(workspace, source, now, summaries, idle=memory is not None and remembered == memory)


def failed(source: Source, error: Exception) -> SourceResult:
    """The result of a source that our own side could not collect."""
    return SourceResult(source.id, source.supplier, "failed", (), presentable(str(error)))


def stale_days(source: Source, newest: date | None, today: date) -> int | None:
    """Days beyond its rhythm since the source last gave something new; None if it is in time or has no rhythm.

    ``newest``: that day, or the day since which it is asked (``silent_since``); None if it was never asked before.
    """
    if source.rhythm_days is None or newest is None:
        return None
    over = (today - newest).days - source.rhythm_days
    return over if over > 0 else None


def _source(workspace: Workspace, source_id: str) -> Source:
    source = next((item for item in workspace.programme.sources if item.id == source_id), None)
    if source is None:
        raise UnknownName("source", source_id, [item.id for item in workspace.programme.sources])
    return source


def _collect(
    workspace: Workspace, source: Source, now: datetime
) -> tuple[tuple[DeliverySummary, ...], SourceMemory | None, SourceMemory | None]:
    """What became of each delivery, what was remembered of the last download, and what to remember of this one."""
    with (
        TemporaryDirectory(prefix=scratch.prefix("spool")) as folder,
        lookahead.gathered(workspace, source, now) as ahead,
        disk.naming(Path(folder)),
    ):
        spool = Path(folder)
        gathered = ahead or scouting.with_findings(
            workspace, gathering.gather(workspace, source, now, spool, known_entries(workspace))
        )
        if isinstance(source, InboxSource) and gathered.inbox is not None:
            local = workspace.programme.local(now)
            return tuple(inbox_collect.receive(workspace, source, gathered, gathered.inbox, spool, local)), None, None
        summaries = tuple(
            delivery_intake.take_in(
                workspace, source, arrival.delivery, arrival.refusal, arrival.ahead, arrival.recognised
            )
            for arrival in gathered.arrivals
        )
        return summaries, gathered.memory, gathered.remembered


def _all_well(summaries: Sequence[DeliverySummary]) -> bool:
    """Whether everything stands in the ledger: a file that was refused must be fetched again, and refused again."""
    return all(item.state in ("accepted", "in_part", "same") for item in summaries)


def _unread(workspace: Workspace, source: Source, now: datetime, reason: str) -> SourceResult:
    """The result of a source that could not be read, in letters that the run's record can hold."""
    own = _entries_of(workspace, source)
    stale, waiting = _stale(workspace, source, own, now), _waiting(workspace, source)
    return SourceResult(source.id, source.supplier, "failed", (), presentable(reason), stale, waiting)


def _result(
    workspace: Workspace, source: Source, now: datetime, summaries: tuple[DeliverySummary, ...], *, idle: bool
) -> SourceResult:
    """The result of a source that was read. ``idle``: an address has nothing new since it was last asked."""
    own = _entries_of(workspace, source)
    state = next((state for state in _WORST if any(item.state == state for item in summaries)), None)
    if state is None:  # "nothing" would alarm: an inbox that was emptied before is as it should be
        state = "same" if idle or (isinstance(source, InboxSource) and own) else "nothing"
    reason = "; ".join(item.reason for item in summaries if item.reason) or None
    return SourceResult(
        source=source.id,
        supplier=source.supplier,
        state=state,
        deliveries=summaries,
        reason=reason,
        stale_days=_stale(workspace, source, own, now),
        waiting=_waiting(workspace, source),
    )


def _entries_of(workspace: Workspace, source: Source) -> list[Entry]:
    entries = known_entries(workspace)
    return [entry for entry in entries if entry.source == source.id and not entry.retires]


def _waiting(workspace: Workspace, source: Source) -> int:
    """How many rows of a source are quarantined until somebody mends them."""
    return len(waiting_rows(workspace, known_entries(workspace), source.id))


def silent_since(workspace: Workspace, source: Source, own: Sequence[Entry]) -> date | None:
    """The day of the newest of its entries; of a source that has never delivered, the day since which it is asked."""
    if own or source.rhythm_days is None:
        return max((entry.known_on for entry in own), default=None)
    return standing_troubles.read(workspace).asked_since.get(source.id)


def _stale(workspace: Workspace, source: Source, own: Sequence[Entry], now: datetime) -> int | None:
    return stale_days(source, silent_since(workspace, source, own), now.date())
