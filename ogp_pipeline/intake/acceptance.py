"""Settle a delivery: from an examination to what the private store says about it.

The order is the safety: raw bytes, rows, receipts, the delivery's record, and last the ledger entry, which
alone makes an acceptance true. Whatever dies in between leaves only things named by a hash or written again
by the next run, which finds no ledger entry and examines the same bytes anew. A record that says ``accepted``
without an entry is such a rest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.intake import accepted, archive, layout, ledger, quarantine
from ogp_pipeline.intake.annotation import annotate
from ogp_pipeline.intake.ledger import Entry, EntryDraft
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.quarantine import QuarantinedRow
from ogp_pipeline.intake.receipt import Earlier, Receipt, Verdict, to_html, to_json
from ogp_pipeline.intake.recognition import ExaminationContext, content, file_pairs
from ogp_pipeline.programme.model import Programme, Source
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.store.protocol import InDoubt, Store

FORMAT = "ogp-delivery-1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Examined(Protocol):
    """What an examination found; ``validation.Report`` is one (validation stands to the right of intake)."""

    @property
    def verdict(self) -> Verdict:
        """What becomes of the delivery."""
        ...

    @property
    def rows(self) -> Sequence[MappedRow]:
        """The rows that enter: all of the delivery's, or none."""
        ...

    @property
    def aside(self) -> Sequence[QuarantinedRow]:
        """Rows that are set aside; none unless the others enter."""
        ...

    @property
    def rows_waiting(self) -> int:
        """How many of the sender's rows these are."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """Everything found, in the order of the files."""
        ...

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows found for each table."""
        ...

    @property
    def skipped(self) -> Sequence[tuple[Text, int]]:
        """Reason -> raw rows set aside."""
        ...

    @property
    def rows_read(self) -> int:
        """Rows as the sender counts them."""
        ...

    @property
    def rows_to_mend(self) -> int:
        """Those of them that hold something which blocks."""
        ...

    @property
    def periods(self) -> Sequence[str]:
        """The reporting periods that the rows name."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """How it ended. ``receipts``: ``json``, ``es``, ``en`` -> key. ``entry``: its place, if accepted."""

    delivery: str
    verdict: Verdict
    receipts: Mapping[str, str]
    blocking: int
    entry: Entry | None


def record(
    delivery: Delivery,
    report: Examined,
    source: Source,
    context: ExaminationContext,
    store: Store,
    programme: Programme,
    schemas: Schemas,
    entries: Sequence[Entry] = (),
    *,
    again: bool = False,
) -> Recorded:
    """Write everything about an examined delivery, the ledger last. Doing it twice changes nothing.

    ``context``: what the report was made under. ``entries``: the ledger as far as it was read; ``again`` as in
    ``ledger.append``. StoreError if the store does not do what it must.
    """
    receipt = receipt_for(delivery, report, programme, schemas)
    archive.keep(delivery, store)
    rows = accepted.write(store, report.rows) if report.verdict.enters else None
    aside = quarantine.write(store, report.aside) if report.aside else None
    keys = _write_receipts(receipt, context, store, schemas)
    _write_record(delivery, receipt, context, keys, rows, store)
    entry = None
    if rows is not None:
        draft = replace(_draft(delivery, report, source, context, rows, keys["json"]), aside=aside)
        entry = ledger.append(store, draft, entries, again=again)
    return Recorded(delivery.id, receipt.verdict, keys, len(receipt.of(Severity.BLOCKS)), entry)


def record_failure(
    delivery: Delivery, context: ExaminationContext, store: Store, programme: Programme, schemas: Schemas
) -> Recorded:
    """The receipt for a delivery that our own system failed on. Nothing is remembered, so the next run tries
    again.
    """
    receipt = failure_receipt(delivery, programme, schemas)
    keys = _write_receipts(receipt, context, store, schemas)
    archive.keep(delivery, store)
    _write_record(delivery, receipt, context, keys, None, store)
    return Recorded(delivery.id, receipt.verdict, keys, 0, None)


def failure_receipt(delivery: Delivery, programme: Programme, schemas: Schemas) -> Receipt:
    """The receipt that ``excuse`` writes."""
    return _blank(delivery, Verdict.NOT_PROCESSED, programme, schemas)


def record_duplicate(
    delivery: Delivery, entry: Entry, context: ExaminationContext, store: Store, programme: Programme, schemas: Schemas
) -> Recorded:
    """The receipt for bytes that the ledger holds already. It names the earlier delivery; nothing else is written."""
    earlier = Earlier(entry.delivery, datetime.fromisoformat(entry.received_at))
    receipt = replace(_blank(delivery, Verdict.SAME_AS_BEFORE, programme, schemas), earlier=earlier)
    keys = _write_receipts(receipt, context, store, schemas)
    _write_record(delivery, receipt, context, keys, None, store)
    return Recorded(delivery.id, receipt.verdict, keys, 0, None)


def _blank(delivery: Delivery, verdict: Verdict, programme: Programme, schemas: Schemas) -> Receipt:
    """A receipt that says nothing about rows."""
    envelope = delivery.envelope
    supplier = programme.supplier(envelope.supplier)
    return Receipt(
        delivery=delivery.id,
        source=envelope.source,
        supplier=supplier.id,
        supplier_names={language: supplier.names.get(language) for language in LANGUAGES},
        language=supplier.language,
        verdict=verdict,
        received_at=envelope.received_at,
        known_on=envelope.known_on,
        files=delivery.files,
        schemas=schemas.version,
        counts={},
    )


def receipt_for(delivery: Delivery, report: Examined, programme: Programme, schemas: Schemas) -> Receipt:
    """The receipt of an examined delivery. ``ogp check`` shows the same one and writes nothing."""
    envelope = delivery.envelope
    supplier = programme.supplier(envelope.supplier)
    return Receipt(
        delivery=delivery.id,
        source=envelope.source,
        supplier=supplier.id,
        supplier_names={language: supplier.names.get(language) for language in LANGUAGES},
        language=supplier.language,
        verdict=report.verdict,
        received_at=envelope.received_at,
        known_on=envelope.known_on,
        files=delivery.files,
        schemas=schemas.version,
        counts=report.counts,
        rows_read=report.rows_read,
        rows_to_mend=report.rows_to_mend,
        rows_waiting=report.rows_waiting,
        problems=tuple(report.problems),
        skipped=tuple(report.skipped),
        due=due_date(programme, report.periods, envelope.known_on),
    )


def due_date(programme: Programme, periods: Collection[str], day: date) -> date | None:
    """When what was sent on ``day`` is due: the next due date of the periods it names, or the last if all are over.

    Where it names none, the next due date of all, unless more than half of that period is still to come: then the
    file was hardly meant for it.
    """
    every = [period for plan in programme.plans for period in plan.periods]
    named = [period.due for period in every if period.id in periods]
    if named:
        return min((due for due in named if due >= day), default=max(named))
    ahead = min((period for period in every if period.due >= day), key=lambda period: period.due, default=None)
    return ahead.due if ahead is not None and ahead.due - day < day - ahead.starts else None


def _examination(delivery: str, context: ExaminationContext) -> str:
    """A name for one examination: the same bytes under another mapping or ledger get a receipt of their own."""
    return f"{delivery}-{context.sha256[:12]}"


def _write_receipts(receipt: Receipt, context: ExaminationContext, store: Store, schemas: Schemas) -> dict[str, str]:
    """The receipt in every form, and before it the marked copies that it links to."""
    examination = _examination(receipt.delivery, context)
    keys = {"json": layout.receipt(receipt.supplier, examination)}
    copies = []
    for copy, workbook in annotate(receipt, schemas, examination):
        copies.append(copy)
        if copy.name is not None and workbook is not None:
            keys[copy.name.removeprefix(f"{examination}.")] = layout.receipt_copy(receipt.supplier, copy.name)
            _put(store, layout.receipt_copy(receipt.supplier, copy.name), workbook, XLSX)
    receipt = replace(receipt, copies=tuple(copies))
    _put(store, keys["json"], to_json(receipt, schemas), "application/json")
    for language in LANGUAGES:
        keys[language] = layout.receipt_page(receipt.supplier, examination, language)
        page = to_html(receipt, schemas, language).encode()
        _put(store, keys[language], page, "text/html; charset=utf-8")
    return keys


def _write_record(
    delivery: Delivery,
    receipt: Receipt,
    context: ExaminationContext,
    receipts: Mapping[str, str],
    rows: str | None,
    store: Store,
) -> None:
    envelope = delivery.envelope
    blocking = len(receipt.of(Severity.BLOCKS))
    record: dict[str, Any] = {
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
        "notes": len(receipt.problems) - blocking,
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
    _put(store, layout.delivery(_examination(delivery.id, context)), rfc8785.dumps(record), "application/json")
    if receipt.verdict in (Verdict.REJECTED, Verdict.NOTHING_RECEIVED):
        memory: dict[str, Any] = {
            "delivery": delivery.id,
            "context": context.sha256,
            "reading": context.reading,
            "verdict": receipt.verdict.value,
            "receipt": receipts["json"],
            "blocking": blocking,
        }
        _put(store, layout.examined(content(delivery)), rfc8785.dumps(memory), "application/json")


def _put(store: Store, key: str, data: bytes, media_type: str) -> None:
    answer = store.put_view(key, data, media_type)
    if isinstance(answer, InDoubt):
        stored = store.get(key)
        if stored is None or stored.data != data:
            raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}")


def _draft(
    delivery: Delivery, report: Examined, source: Source, context: ExaminationContext, rows: str, receipt: str
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
        counts=dict(report.counts),
        files=file_pairs(delivery),
        receipt=receipt,
    )
