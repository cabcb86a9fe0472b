"""Let a delivery in that is on hold: its bytes from the archive, examined anew, and a ledger entry with the reason.

The entry is the only commit, as of every delivery. Killed before it, nothing has happened; asked again after it, the
entry that stands there is the answer. It is examined under what stands now: what was right when it came may be wrong
since, and then nothing enters. Where its file came through an inbox, the new receipt is put beside the first one.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.errors import LedgerMoved, NotFound, OgpError, StoreError, WrongUse
from ogp_pipeline.intake import held, recognition
from ogp_pipeline.intake.acceptance import record, record_refusal
from ogp_pipeline.intake.crowds import number_of
from ogp_pipeline.intake.held import Held, Refusal
from ogp_pipeline.intake.ledger import ByHand, Entry
from ogp_pipeline.intake.recognition import ExaminationContext
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs import held_again, inbox_receipts
from ogp_pipeline.runs.delivery_intake import TRIES
from ogp_pipeline.runs.delivery_work import examined, numbered_forms
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.workers import WorkFailed
from ogp_pipeline.runs.workspace import Workspace


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
        raise WrongUse("who decides, and why, stands in the ledger: neither may be empty")
    note = find(workspace, beginning)
    for _ in range(TRIES):
        entries = known_entries(workspace, anew=True)
        decided = note.decided_by(entries)
        if decided is not None and note.was_let_in_by(decided):
            return _told(workspace, Admitted(note, decided, before=True))
        if decided is not None:
            raise OgpError(
                f"delivery {note.delivery[:12]} of {note.source} was replaced by entry {decided.n} of the ledger: "
                "its sender has sent a newer one, which counts"
            )
        try:
            entry = _let_in(workspace, note, entries, ByHand(by, reason, note.delivery))
        except LedgerMoved:
            continue
        return _told(workspace, Admitted(note, entry, before=False))
    raise StoreError(f"the ledger in {workspace.intake.describe()} moved {TRIES} times meanwhile")


def refuse(workspace: Workspace, beginning: str, by: str, reason: str) -> Held:
    """Refuse it for good: it is no longer on hold, and nothing else changes. OgpError if it was decided before."""
    if not by.strip() or not reason.strip():
        raise WrongUse("who decides, and why, stands in the private store: neither may be empty")
    note = find(workspace, beginning)
    decided = note.decided_by(known_entries(workspace, anew=True))
    if decided is not None:
        raise OgpError(f"delivery {note.delivery[:12]} of {note.source} was decided by entry {decided.n} of the ledger")
    source = _source(workspace, note)
    context = _context(workspace, source, known_entries(workspace))
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("refuse")) as folder:
        delivery = held_again.delivery_of(workspace, note, source, Path(folder))
        refused = record_refusal(
            delivery,
            replace(note, refused=Refusal(by, reason)),
            context,
            workspace.intake,
            workspace.programme,
            workspace.schemas,
            partial(numbered_forms, workspace, source),
        )
    inbox_receipts.hand_back(workspace, source, refused, refused.receipts["json"])
    return refused


def _told(workspace: Workspace, admitted: Admitted) -> Admitted:
    """The same, once the supplier's inbox has the receipt of the entry."""
    inbox_receipts.hand_back(workspace, _source(workspace, admitted.note), admitted.note, admitted.entry.receipt)
    return admitted


def _source(workspace: Workspace, note: Held) -> Source:
    source = next((source for source in workspace.programme.sources if source.id == note.source), None)
    if source is None:
        raise OgpError(f"the programme has no source `{note.source}` any more, which says how to read the file")
    return source


def _context(workspace: Workspace, source: Source, entries: Sequence[Entry]) -> ExaminationContext:
    return recognition.context(workspace.sha256, workspace.mapping_of(source), workspace.schemas.version, entries)


def _let_in(workspace: Workspace, note: Held, entries: Sequence[Entry], by_hand: ByHand) -> Entry:
    source = _source(workspace, note)
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("accept")) as folder:
        delivery = held_again.delivery_of(workspace, note, source, Path(folder))
        try:
            examination = examined(workspace, source, delivery, entries)
        except WorkFailed as error:
            raise OgpError(f"delivery {note.delivery[:12]} of {note.source} could not be examined: {error}") from error
        if examination.effect is not None:
            examination = replace(examination, effect=replace(examination.effect, holds=()))
        if not examination.verdict.enters:
            raise OgpError(
                f"delivery {note.delivery[:12]} of {note.source} cannot enter any more: by what stands now, "
                f"{number_of(examination.problems)} things are wrong in it; its sender has to send it again"
            )
        recorded = record(
            delivery,
            examination,
            source,
            _context(workspace, source, entries),
            workspace.intake,
            workspace.programme,
            workspace.schemas,
            entries,
            again=True,
            by_hand=by_hand,
            render=partial(numbered_forms, workspace, source),
        )
    if recorded.entry is None:  # a verdict that enters has an entry
        raise StoreError(f"delivery {note.delivery[:12]} was not written into the ledger")
    return recorded.entry
