"""Receive what lies in an inbox. Each item: fetch, take in, write the receipt back, and only then take it out.

Killed after any step, the item is still there, or its receipt is. If it is there, the next run goes on: what the ledger
holds by then is known by its bytes and its time of arrival, so nothing enters twice and the same receipt is written.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ogp_pipeline.errors import SourceError
from ogp_pipeline.intake.receipt import Verdict
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs import delivery_intake, held_again, inbox_receipts
from ogp_pipeline.runs.gathering import Arrival, Gathered, arrivals
from ogp_pipeline.runs.inbox_receipts import Forms
from ogp_pipeline.runs.record import DeliverySummary
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.inbox import DONE, Inbox, safe_name


def receive(
    workspace: Workspace, source: InboxSource, gathered: Gathered, inbox: Inbox, spool: Path, now: datetime
) -> list[DeliverySummary]:
    """Everything that lies there and is finished: first what is only to be checked, then what is to be taken in.

    ``now``: aware, in the programme's time zone. StoreError, OSError: the store or the disk; what is not done stays in
    the inbox. SourceError: it cannot be read at all.
    """
    for arrival in arrivals(workspace, source, inbox, gathered.to_check, spool, now):
        _check(workspace, source, inbox, arrival)
    summaries = held_again.take_in(workspace, source, inbox, spool)
    summaries += [_take_in(workspace, source, inbox, arrival) for arrival in gathered.arrivals]
    if summaries and gathered.more:
        told = f"{gathered.more} more wait for the next run (`files` and `files_mb` in `limits`)"
        summaries[-1] = replace(summaries[-1], reason="; ".join(filter(None, (summaries[-1].reason, told))))
    return summaries


def _check(workspace: Workspace, source: InboxSource, inbox: Inbox, arrival: Arrival) -> None:
    receipt = delivery_intake.check(workspace, source, arrival.delivery, arrival.refusal)
    _write(inbox, arrival, *inbox_receipts.of_check(receipt, workspace, source))
    if not arrival.stays and receipt.verdict is not Verdict.NOT_PROCESSED:
        _finish(inbox, arrival)


def _take_in(workspace: Workspace, source: InboxSource, inbox: Inbox, arrival: Arrival) -> DeliverySummary:
    summary = delivery_intake.take_in(workspace, source, arrival.delivery, arrival.refusal, arrival.ahead)
    if summary.receipt is not None:
        language = inbox_receipts.language_of(workspace, source)
        _write(inbox, arrival, *inbox_receipts.archived(workspace.intake, summary.receipt, language))
    if not arrival.stays and summary.state != "failed":  # our own fault: the next run tries again
        try:
            _finish(inbox, arrival)
        except (OSError, SourceError) as error:
            told = error.strerror if isinstance(error, OSError) else error
            reason = f"{arrival.delivery.envelope.origin} could not be moved to {DONE}: {told}"
            return replace(summary, state="failed", reason=reason)
    return summary


def _write(inbox: Inbox, arrival: Arrival, stem: str, forms: Forms) -> None:
    inbox_receipts.write(inbox, arrival.day, arrival.delivery.files[0].name, stem, forms, arrival.prefix)


def _finish(inbox: Inbox, arrival: Arrival) -> None:
    for item, file in zip(arrival.items, arrival.delivery.files, strict=True):
        name, ending = safe_name(item.name, file.sha256)
        inbox.finish(item, arrival.day, f"{arrival.prefix}{name}{ending}")
