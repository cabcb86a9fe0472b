"""Deliveries on hold, looked at again: a file that left its inbox comes from the archive.

A file in a folder is examined anew in every run after something changed. One from an inbox is not there any more: so
it is looked at again when the programme's guards for its source are others than those that held it.
"""

from pathlib import Path

from ogp_pipeline.errors import NotFound
from ogp_pipeline.intake import held, layout
from ogp_pipeline.intake.held import Held
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import delivery_intake, inbox_receipts
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.record import DeliverySummary
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery, Envelope
from ogp_pipeline.sources.inbox import Inbox


def delivery_of(workspace: Workspace, note: Held, source: Source, folder: Path) -> Delivery:
    """The delivery as it came. It is known since it came; what counts is the ledger's number. NotFound: bytes gone."""
    files = []
    for number, file in enumerate(note.files):
        path = folder / f"held-{note.delivery}-{number}"
        if not workspace.intake.download(layout.raw(file.sha256), path):
            raise NotFound(f"{layout.raw(file.sha256)} is not in {workspace.intake.describe()} any more")
        files.append(DeliveredFile(file.name, path, file.sha256, file.size, file.media_type))
    envelope = Envelope(
        source=source.id,
        supplier=source.supplier,
        received_at=note.received_at,
        known_on=note.known_on,
        origin=f"archive of {workspace.intake.describe()}",
    )
    return Delivery(envelope, tuple(files))


def take_in(workspace: Workspace, source: InboxSource, inbox: Inbox, spool: Path) -> list[DeliverySummary]:
    """What became of the inbox's deliveries on hold, where the guards have changed; each gets its new receipt."""
    guards = held.guards_sha256(workspace.programme.guards_of(source))
    language = inbox_receipts.language_of(workspace, source)
    summaries = []
    for note in _waiting(workspace, source):
        if note.guards in ("", guards):
            continue
        summary = delivery_intake.take_in(workspace, source, delivery_of(workspace, note, source, spool))
        if summary.receipt is not None:
            stem, forms = inbox_receipts.archived(workspace.intake, summary.receipt, language)
            day = workspace.programme.local(note.received_at).date()
            inbox_receipts.write(inbox, day, note.files[0].name, stem, forms)
        summaries.append(summary)
    return summaries


def _waiting(workspace: Workspace, source: InboxSource) -> list[Held]:
    """The notes of a source, of one listing for all inboxes of this process."""
    memory = workspace.memory
    with memory.lock:
        if memory.on_hold is None:
            memory.on_hold = tuple(held.not_laid_aside(workspace.intake))
        notes = memory.on_hold
    entries = known_entries(workspace)
    return [
        note for note in notes if note.source == source.id and note.refused is None and note.decided_by(entries) is None
    ]
