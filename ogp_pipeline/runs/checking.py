"""Check a file as if a supplier had sent it: the receipt of a real delivery, and nothing is kept."""

import hashlib
import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.errors import UnknownName, WrongUse, check_name
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.intake.delivery_receipt import failure_receipt, receipt_for
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.receipt import Receipt, Verdict, html_parts, json_parts
from ogp_pipeline.programme.sources import FolderSource, Source
from ogp_pipeline.runs import institution_check, workers
from ogp_pipeline.runs.delivery_work import examined, marked_copies
from ogp_pipeline.runs.fault_log import log_fault
from ogp_pipeline.runs.known_state import known_entries, prior_state
from ogp_pipeline.runs.workers import WorkFailed
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources import deliveries
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.validation import PriorState


def check_file(workspace: Workspace, file: Path, supplier: str, source_id: str | None, now: datetime) -> Receipt:
    """The receipt that this file would get. OgpError if supplier or source are unknown or not clear."""
    source = _source(workspace, file, supplier, source_id)
    content = file.read_bytes()
    sent = DeliveredFile(legible(file.name), file, hashlib.sha256(content).hexdigest(), len(content))
    workers.pool().start()
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("check")) as spool:
        delivery = Delivery(
            envelope(source, workspace.programme.local(now), legible(str(file))),
            (*_others(workspace, source, sent, spool, now), sent),
        )
        entries = known_entries(workspace)
        state = prior_state(workspace, source, entries)
        if (mistake := institution_check.institution(workspace, source, state)) is not None:
            raise mistake
        return _receipt(workspace, source, delivery, entries, state)


def _receipt(
    workspace: Workspace, source: Source, delivery: Delivery, entries: Sequence[Entry], state: PriorState
) -> Receipt:
    """Of a worker's examination. A bug of ours is told as it would be told to the supplier."""
    programme, schemas = workspace.programme, workspace.schemas
    try:
        examination = examined(workspace, source, delivery, entries, state)
    except WorkFailed as error:
        log_fault(logging.getLogger(__name__), f"{delivery.envelope.origin} was not checked", error)
        return failure_receipt(delivery, programme, schemas)
    receipt = receipt_for(delivery, examination, programme, schemas)
    return replace(receipt, only_checked=receipt.verdict is Verdict.HELD)  # nothing is kept, and nothing waits


def _others(
    workspace: Workspace, source: Source, sent: DeliveredFile, spool: str, now: datetime
) -> Iterator[DeliveredFile]:
    """What would be delivered with it: the folder's other files, if the source takes them as one delivery."""
    if isinstance(source, FolderSource) and source.together:
        lying, _ = deliveries(source, workspace.base, Path(spool), workspace.programme.local(now), None)
        for delivery in lying:
            yield from (other for other in delivery.files if other.name != sent.name and other.refusal is None)


def write_receipt(receipt: Receipt, schemas: Schemas, language: str, path: Path, file: Path) -> bool:
    """The receipt as a page, as JSON or as the marked copy of ``file``, by the name's ending; whole or not at all.

    False if there is no cell to mark. OgpError if the ending is another one.
    """
    parts: Iterable[bytes]
    match path.suffix:
        case ".json":
            parts = json_parts(receipt, schemas)
        case ".html":
            parts = (part.encode() for part in html_parts(receipt, schemas, language))
        case ".xlsx":
            sent = tuple(file_told for file_told in receipt.files if file_told.path == file)
            copies = marked_copies(replace(receipt, files=sent, language=language), schemas, path.stem)
            parts = [content for _, content in copies if content is not None]
            if not parts:
                return False
        case _:
            raise WrongUse(f"{path}: a receipt is written as .html or .json, or as .xlsx (the workbook, marked)")
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
        temporary.writelines(parts)
    Path(temporary.name).replace(path)
    return True


def _source(workspace: Workspace, file: Path, supplier: str, source_id: str | None) -> Source:
    programme = workspace.programme
    check_name("supplier", supplier, [item.id for item in programme.suppliers])
    own = [source for source in programme.sources if source.supplier == supplier]
    if source_id is not None:
        chosen = [source for source in own if source.id == source_id]
        if not chosen:
            raise UnknownName("source", source_id, [source.id for source in own], of=f"supplier `{supplier}`")
        return chosen[0]
    fitting = [source for source in own if isinstance(source, FolderSource) and any(map(file.match, source.files))]
    candidates = fitting or own
    if len(candidates) != 1:
        ids = ", ".join(source.id for source in candidates) or "none"
        raise WrongUse(f"which source of `{supplier}` would get {file.name}? Say --source, one of: {ids}")
    return candidates[0]
