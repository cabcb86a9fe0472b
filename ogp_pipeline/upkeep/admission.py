"""Let a delivery in that is on hold: its bytes from the archive, examined anew, and a ledger entry with the reason.

The entry is the only commit, as of every delivery. Killed before it, nothing has happened; asked again after it, the
entry that stands there is the answer. It is examined under what stands now: what was right when it came may be wrong
since, and then nothing enters.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ogp_pipeline.errors import LedgerMoved, NotFound, OgpError, StoreError
from ogp_pipeline.intake import held, layout, recognition
from ogp_pipeline.intake.acceptance import record
from ogp_pipeline.intake.held import Held
from ogp_pipeline.intake.ledger import ByHand, Entry
from ogp_pipeline.programme.model import Source
from ogp_pipeline.runs.delivery_intake import TRIES
from ogp_pipeline.runs.known_state import known_entries, prior_state
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery, Envelope
from ogp_pipeline.tables.tables import Tables
from ogp_pipeline.validation import examine


@dataclass(frozen=True, slots=True)
class Admitted:
    """The entry that let it in. ``before``: it stood there already."""

    note: Held
    entry: Entry
    before: bool


def find(workspace: Workspace, beginning: str) -> Held:
    """The delivery, on hold or decided, whose id begins so. NotFound: none does, or several do."""
    fitting = [note for note in held.every(workspace.intake) if note.delivery.startswith(beginning)]
    if len(fitting) != 1:
        told = "no delivery" if not fitting else f"{len(fitting)} deliveries"
        raise NotFound(f"{told} on hold with an id that begins with {beginning!r}; `ogp held` lists them")
    return fitting[0]


def admit(workspace: Workspace, beginning: str, by: str, reason: str) -> Admitted:
    """Let it in. OgpError if it was replaced since, if its source is gone, or if something blocks it now."""
    if not by.strip() or not reason.strip():
        raise OgpError("who decides, and why, stands in the ledger: neither may be empty")
    note = find(workspace, beginning)
    for _ in range(TRIES):
        entries = known_entries(workspace, anew=True)
        decided = note.decided_by(entries)
        if decided is not None and note.was_let_in_by(decided):
            return Admitted(note, decided, before=True)
        if decided is not None:
            raise OgpError(
                f"delivery {note.delivery[:12]} of {note.source} was replaced by entry {decided.n} of the ledger: "
                "its sender has sent a newer one, which counts"
            )
        try:
            return Admitted(note, _let_in(workspace, note, entries, ByHand(by, reason, note.delivery)), before=False)
        except LedgerMoved:
            continue
    raise StoreError(f"the ledger in {workspace.intake.describe()} moved {TRIES} times meanwhile")


def _let_in(workspace: Workspace, note: Held, entries: Sequence[Entry], by_hand: ByHand) -> Entry:
    source = next((one for one in workspace.programme.sources if one.id == note.source), None)
    if source is None:
        raise OgpError(f"the programme has no source `{note.source}` any more, which says how to read the file")
    with tempfile.TemporaryDirectory(prefix="ogp-accept-") as folder:
        state = prior_state(workspace, source, entries)
        delivery = _delivery(workspace, note, source, entries, state.tables, Path(folder))
        found = examine(delivery, source, workspace.programme, workspace.schemas, state, workspace.base)
        if found.effect is not None:
            found = replace(found, effect=replace(found.effect, holds=()))
        if not found.verdict.enters:
            raise OgpError(
                f"delivery {note.delivery[:12]} of {note.source} cannot enter any more: by what stands now, "
                f"{len(found.problems)} things are wrong in it; its sender has to send it again"
            )
        context = recognition.context(
            workspace.sha256, workspace.mapping_of(source), workspace.schemas.version, entries
        )
        recorded = record(
            delivery,
            found,
            source,
            context,
            workspace.intake,
            workspace.programme,
            workspace.schemas,
            entries,
            again=True,
            by_hand=by_hand,
        )
    if recorded.entry is None:  # a verdict that enters has an entry
        raise StoreError(f"delivery {note.delivery[:12]} was not written into the ledger")
    return recorded.entry


def _delivery(
    workspace: Workspace, note: Held, source: Source, entries: Sequence[Entry], tables: Tables | None, folder: Path
) -> Delivery:
    """The delivery as it came, from the archive: known since it came, but not before what it replaces."""
    files = []
    for number, file in enumerate(note.files):
        path = folder / str(number)
        if not workspace.intake.download(layout.raw(file.sha256), path):
            raise NotFound(f"{layout.raw(file.sha256)} is not in {workspace.intake.describe()} any more")
        files.append(DeliveredFile(file.name, path, file.sha256, file.size, file.media_type))
    envelope = Envelope(
        source=source.id,
        supplier=source.supplier,
        received_at=note.received_at,
        known_on=max(note.known_on, _newest(source, entries, tables)),
        origin=f"archive of {workspace.intake.describe()}",
    )
    return Delivery(envelope, tuple(files))


def _newest(source: Source, entries: Sequence[Entry], tables: Tables | None) -> date:
    """The newest day of what the delivery may replace: else its rows would stand behind those."""
    days = [entry.known_on for entry in entries if entry.source == source.id]
    if tables is not None:
        days += [origin.known_on for (table, _), origin in tables.origins.items() if table in source.tables]
    return max(days, default=date.min)
