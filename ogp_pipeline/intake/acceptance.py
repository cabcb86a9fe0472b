"""Act on an examination: write down in the private store what became of a delivery.

The invariant: a delivery is accepted when its ledger entry exists, and not before. Everything that an entry names is
stored before the entry is.

The steps, each finished before the next begins:

1. the raw bytes, named by their hash (``archive``);
2. the rows that enter, and the rows that are quarantined, each named by their hash;
3. the receipt in all its forms (``receipt_forms``);
4. the record of the delivery; of one that is put on hold the note from which it can be let in (``held``); and of one
   that does not enter a note, so that it is not examined every night;
5. the ledger entry, if the rows enter: one write, that either happens or does not.

A process may die after any step. Then there is no ledger entry, so the next run examines the same bytes anew and takes
all the steps again: what is named by its hash is there already, the rest is written once more. Until then the record
of step 4 may say ``accepted`` of a delivery that is not. Nobody is misled: what counts is read from the ledger alone.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import (
    accepted,
    archive,
    crowds,
    effect_wording,
    held,
    layout,
    ledger,
    quarantine,
    receipt_forms,
    refusals,
)
from ogp_pipeline.intake.crowds import number_of
from ogp_pipeline.intake.delivery_receipt import duplicate_receipt, failure_receipt, receipt_for, refusal_receipt
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.held import Held, HeldFile
from ogp_pipeline.intake.ledger import ByHand, Entry, EntryDraft
from ogp_pipeline.intake.problem import Severity
from ogp_pipeline.intake.receipt import Receipt, Verdict
from ogp_pipeline.intake.receipt_forms import ReceiptForms
from ogp_pipeline.intake.recognition import ExaminationContext, content, file_pairs
from ogp_pipeline.intake.refusals import RefusedFiles
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.store.protocol import InDoubt, Store

FORMAT = "ogp-delivery-1"

Render = Callable[[Receipt, Schemas, str, Collection[str]], ReceiptForms]


@dataclass(frozen=True, slots=True)
class Recorded:
    """How it ended. ``receipts``: ``json``, ``es``, ``en`` -> key. ``entry``: its place, if accepted."""

    delivery: str
    verdict: Verdict
    receipts: Mapping[str, str]
    blocking: int
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class _StoredRows:
    """sha256 of the rows that entered or are on hold, and of those that were quarantined; None where there are none."""

    accepted: str | None
    quarantined: str | None


def record(
    delivery: Delivery,
    examination: Examination,
    source: Source,
    context: ExaminationContext,
    store: Store,
    programme: Programme,
    schemas: Schemas,
    entries: Sequence[Entry] = (),
    *,
    again: bool = False,
    by_hand: ByHand | None = None,
    render: Render = receipt_forms.render,
) -> Recorded:
    """Take all five steps for an examined delivery. Doing it twice changes nothing.

    ``context``: under which it was examined. ``entries``: the ledger as far as it was read; ``again`` as in
    ``ledger.append``. ``by_hand``: who lets it in although it was on hold. ``render``: makes the receipt's forms.

    LedgerMoved if another delivery was accepted since; StoreError if the store does not do what it must.
    """
    receipt = replace(receipt_for(delivery, examination, programme, schemas), by_hand=by_hand)
    archive.keep(delivery, store)
    rows = _write_rows(examination, store)
    note = (
        _note(receipt, source, context, len(entries), programme, schemas) if receipt.verdict is Verdict.HELD else None
    )
    before = held.of(store, delivery) if note is not None else None
    if note is not None and before is not None:
        note = note.continuing(before, entries)
        receipt = _as_decided(receipt, note)
    if note is not None and before is not None and before.says_the_same(note):
        keys: Mapping[str, str] = before.receipts
        receipt, note = replace(receipt, delivery=before.delivery), replace(note, delivery=before.delivery)
    else:
        keys = _write_receipt(receipt, context, store, schemas, render)
        _write_record(delivery, receipt, context, keys, rows.accepted, store, examination.headings)
    if note is not None:
        held.keep(store, replace(note, receipts=dict(keys)))
    if receipt.verdict is Verdict.REJECTED:
        names = tuple(sorted(file.name for file in delivery.files))
        refused = RefusedFiles(names, len(entries), source.whole, _tables_held(receipt, examination))
        refusals.note(store, source.id, refused, entries)
    _write_turned_away(delivery, receipt, context, keys, store)
    entry = None
    if rows.accepted is not None and receipt.verdict.enters:
        draft = _draft(delivery, examination, source, context, rows.accepted, rows.quarantined, keys["json"], by_hand)
        entry = ledger.append(store, draft, entries, again=again)
    if programme.retention is not None:  # a removal by rule may have met the same bytes before they were recorded
        archive.keep(delivery, store)
    return _recorded(receipt, keys, entry)


def record_refusal(
    delivery: Delivery,
    note: Held,
    context: ExaminationContext,
    store: Store,
    programme: Programme,
    schemas: Schemas,
    render: Render = receipt_forms.render,
) -> Held:
    """Write down that a person refused what was on hold: the receipt, the record, and the note, which is given back.

    The note comes last: until it stands, the delivery is on hold. ``render`` as in ``record``, also of those below.
    """
    assert note.refused is not None  # it is what is written down
    by_hand = ByHand(note.refused.by, note.refused.reason, note.delivery)
    receipt = replace(refusal_receipt(delivery, by_hand, programme, schemas), delivery=note.delivery)
    keys = _write_receipt(receipt, context, store, schemas, render)
    _write_record(delivery, receipt, context, keys, None, store)
    _write_turned_away(delivery, receipt, context, keys, store)
    refused = replace(note, receipts=keys)
    held.keep(store, refused)
    return refused


def record_failure(
    delivery: Delivery,
    context: ExaminationContext,
    store: Store,
    programme: Programme,
    schemas: Schemas,
    render: Render = receipt_forms.render,
) -> Recorded:
    """Write down that our own system failed on a delivery. Nothing is remembered, so the next run tries again."""
    receipt = failure_receipt(delivery, programme, schemas)
    keys = _write_receipt(receipt, context, store, schemas, render)
    archive.keep(delivery, store)
    _write_record(delivery, receipt, context, keys, None, store)
    return _recorded(receipt, keys, None)


def record_duplicate(
    delivery: Delivery,
    entry: Entry,
    context: ExaminationContext,
    store: Store,
    programme: Programme,
    schemas: Schemas,
    render: Render = receipt_forms.render,
) -> Recorded:
    """Write down that the ledger holds these bytes already: the receipt, which names the earlier delivery, and the
    record. The bytes are in the archive since then.
    """
    receipt = duplicate_receipt(delivery, entry, programme, schemas)
    keys = _write_receipt(receipt, context, store, schemas, render)
    _write_record(delivery, receipt, context, keys, None, store)
    return _recorded(receipt, keys, None)


def _recorded(receipt: Receipt, keys: Mapping[str, str], entry: Entry | None) -> Recorded:
    return Recorded(receipt.delivery, receipt.verdict, keys, receipt.number(Severity.BLOCKS), entry)


def _examination_name(receipt: Receipt, context: ExaminationContext) -> str:
    """A name for one examination: the same bytes under another mapping or ledger get a receipt of their own, and so
    does what was let in by hand.
    """
    name = f"{receipt.delivery}-{context.sha256[:12]}"
    return f"{name}-by-hand" if receipt.by_hand is not None else name


def _write_rows(examination: Examination, store: Store) -> _StoredRows:
    """Step 2."""
    kept = examination.verdict.enters or examination.verdict is Verdict.HELD
    return _StoredRows(
        accepted=accepted.write(store, examination.rows) if kept else None,
        quarantined=quarantine.write(store, examination.quarantined) if examination.quarantined else None,
    )


def _write_receipt(
    receipt: Receipt,
    context: ExaminationContext,
    store: Store,
    schemas: Schemas,
    render: Render = receipt_forms.render,
) -> dict[str, str]:
    """Step 3: the receipt in every form, and before it the marked copies that it links to. Form -> key."""
    name = _examination_name(receipt, context)
    forms = render(receipt, schemas, name, schemas.languages)
    keys: dict[str, str] = {}
    for ending, workbook in forms.copies.items():
        keys[ending] = layout.receipt_copy(receipt.supplier, f"{name}.{ending}")
        _put(store, keys[ending], workbook, receipt_forms.XLSX)
    keys["json"] = layout.receipt(receipt.supplier, name)
    _put(store, keys["json"], forms.json, receipt_forms.JSON)
    for language, page in forms.pages.items():
        keys[language] = layout.receipt_page(receipt.supplier, name, language)
        _put(store, keys[language], page, receipt_forms.HTML)
    return keys


def _write_record(
    delivery: Delivery,
    receipt: Receipt,
    context: ExaminationContext,
    receipts: Mapping[str, str],
    rows: str | None,
    store: Store,
    headings: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Step 4. ``headings``: of the files, so that those which disappear later can be named."""
    written = _delivery_record(delivery, receipt, context, receipts, rows)
    written |= {"headings": {file: list(names) for file, names in headings.items()}} if headings else {}
    _put(store, layout.delivery(_examination_name(receipt, context)), rfc8785.dumps(written), "application/json")


def _write_turned_away(
    delivery: Delivery, receipt: Receipt, context: ExaminationContext, receipts: Mapping[str, str], store: Store
) -> None:
    """Step 4, of what does not enter: so that it is not examined every night."""
    if receipt.verdict in (Verdict.REJECTED, Verdict.HELD, Verdict.REFUSED, Verdict.NOTHING_RECEIVED):
        note: dict[str, Any] = {
            "delivery": receipt.delivery,
            "context": context.sha256,
            "reading": context.reading,
            "verdict": receipt.verdict.value,
            "receipt": receipts["json"],
            "blocking": receipt.number(Severity.BLOCKS),
        }
        _put(store, layout.examined(content(delivery)), rfc8785.dumps(note), "application/json")


def _as_decided(receipt: Receipt, note: Held) -> Receipt:
    """The receipt of what would be put on hold, where a person has refused it already."""
    if note.refused is None:
        return receipt
    by_hand = ByHand(note.refused.by, note.refused.reason, note.delivery)
    return replace(receipt, verdict=Verdict.REFUSED, by_hand=by_hand)


def _note(
    receipt: Receipt, source: Source, context: ExaminationContext, n: int, programme: Programme, schemas: Schemas
) -> Held:
    """The note on a delivery that is put on hold."""
    assert receipt.effect is not None  # it is what holds it
    effect = rfc8785.dumps(effect_wording.to_json(receipt.effect, schemas))
    files = [HeldFile(file.name, file.sha256, file.size, file.media_type) for file in receipt.files]
    return Held(
        delivery=receipt.delivery,
        source=receipt.source,
        supplier=receipt.supplier,
        received_at=receipt.received_at,
        known_on=receipt.known_on,
        files=tuple(files),
        whole=source.whole,
        n=n,
        reading=context.reading,
        effect=hashlib.sha256(effect).hexdigest(),
        why={
            language: effect_wording.bare_reasons(receipt.effect, schemas, language) for language in schemas.languages
        },
        receipts={},
        guards=held.guards_sha256(programme.guards_of(source)),
    )


def _delivery_record(
    delivery: Delivery,
    receipt: Receipt,
    context: ExaminationContext,
    receipts: Mapping[str, str],
    rows: str | None,
) -> dict[str, Any]:
    envelope = delivery.envelope
    blocking = receipt.number(Severity.BLOCKS)
    return {
        "format": FORMAT,
        "delivery": delivery.id,
        "source": envelope.source,
        "supplier": envelope.supplier,
        "origin": envelope.origin,
        "received_at": envelope.received_at.isoformat(),
        "known_on": envelope.known_on.isoformat(),
        "known_why": envelope.known_why,
        "files": [
            {"name": f.name, "sha256": f.sha256, "size": f.size, "media_type": f.media_type} for f in delivery.files
        ],
        "verdict": receipt.verdict.value,
        "blocking": blocking,
        "notes": number_of(receipt.problems) - blocking,
        "rows": rows,
        "receipts": dict(receipts),
        "context": {
            "programme": context.programme,
            "mapping": context.mapping,
            "schemas": context.schemas,
            "ledger": context.ledger,
            "sha256": context.sha256,
        },
    }


def _put(store: Store, key: str, data: bytes, media_type: str) -> None:
    answer = store.put_view(key, data, media_type)
    if isinstance(answer, InDoubt):
        stored = store.get(key)
        if stored is None or stored.data != data:
            raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}")


def _draft(
    delivery: Delivery,
    examination: Examination,
    source: Source,
    context: ExaminationContext,
    rows: str,
    quarantined: str | None,
    receipt: str,
    by_hand: ByHand | None,
) -> EntryDraft:
    envelope = delivery.envelope
    return EntryDraft(
        delivery=delivery.id,
        source=envelope.source,
        supplier=envelope.supplier,
        received_at=envelope.received_at.isoformat(),
        known_on=envelope.known_on,
        known_why=envelope.known_why,
        programme=context.programme,
        mapping=context.mapping,
        schemas=context.schemas,
        whole=source.whole,
        tables=tuple(sorted(source.tables)),
        rows=rows,
        counts=dict(examination.counts),
        files=file_pairs(delivery),
        receipt=receipt,
        quarantined=quarantined,
        by_hand=by_hand,
    )


def _tables_held(receipt: Receipt, examination: Examination) -> tuple[str, ...]:
    """The tables of which the delivery held something; none where a fault of a whole file leaves that open."""
    blocking = [problem for problem in crowds.examples(examination.problems) if problem.level is Severity.BLOCKS]
    faulty = {problem.table for problem in blocking}
    held_rows = {table for table, rows in receipt.counts.items() if rows}
    return () if None in faulty else tuple(sorted(held_rows | {table for table in faulty if table is not None}))
