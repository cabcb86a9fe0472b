"""Receive what lies in an inbox. Each item: fetch, take in, write the receipt back, and only then take it out.

Killed after any step, the item is still there, or its receipt is. If it is there, the next run goes on: what the ledger
holds by then is known by its bytes and its time of arrival, so nothing enters twice and the same receipt is written.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from ogp_pipeline.errors import SourceError, StoreError
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import receipt_forms
from ogp_pipeline.intake.receipt import Receipt, Verdict, to_json
from ogp_pipeline.programme.model import InboxSource
from ogp_pipeline.runs import delivery_intake, delivery_work
from ogp_pipeline.runs.gathering import Arrival, Gathered, arrivals
from ogp_pipeline.runs.record import DeliverySummary
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.inbox import DONE, Inbox, safe_name
from ogp_pipeline.store.protocol import Store

_ORDER = ("xlsx", "html", "json")  # what is pointed at stands before what points at it
_MEDIA_TYPES = {"json": receipt_forms.JSON, "html": receipt_forms.HTML, "xlsx": receipt_forms.XLSX}


def receive(
    workspace: Workspace, source: InboxSource, gathered: Gathered, inbox: Inbox, spool: Path, now: datetime
) -> list[DeliverySummary]:
    """Everything that lies there and is finished: first what is only to be checked, then what is to be taken in.

    ``now``: aware, in the programme's time zone. StoreError, OSError: the store or the disk; what is not done stays in
    the inbox. SourceError: it cannot be read at all.
    """
    for arrival in arrivals(workspace, source, inbox, gathered.to_check, spool, now):
        _check(workspace, source, inbox, arrival)
    summaries = [_take_in(workspace, source, inbox, arrival) for arrival in gathered.arrivals]
    if summaries and gathered.more:
        told = f"{gathered.more} more wait for the next run (`files` and `files_mb` in `limits`)"
        summaries[-1] = replace(summaries[-1], reason="; ".join(filter(None, (summaries[-1].reason, told))))
    return summaries


def _check(workspace: Workspace, source: InboxSource, inbox: Inbox, arrival: Arrival) -> None:
    receipt = delivery_intake.check(workspace, source, arrival.delivery, arrival.refusal)
    _write(inbox, arrival, *_forms(receipt, workspace, source))
    if not arrival.stays and receipt.verdict is not Verdict.NOT_PROCESSED:
        _finish(inbox, arrival)


def _take_in(workspace: Workspace, source: InboxSource, inbox: Inbox, arrival: Arrival) -> DeliverySummary:
    summary = delivery_intake.take_in(workspace, source, arrival.delivery, arrival.refusal, arrival.ahead)
    if summary.receipt is not None:
        _write(inbox, arrival, *_archived(workspace.intake, summary.receipt, _language(workspace, source)))
    if not arrival.stays and summary.state != "failed":  # our own fault: the next run tries again
        try:
            _finish(inbox, arrival)
        except (OSError, SourceError) as error:
            told = error.strerror if isinstance(error, OSError) else error
            reason = f"{arrival.delivery.envelope.origin} could not be moved to {DONE}: {told}"
            return replace(summary, state="failed", reason=reason)
    return summary


def _language(workspace: Workspace, source: InboxSource) -> str:
    return workspace.programme.supplier(source.supplier).language


def _write(inbox: Inbox, arrival: Arrival, stem: str, forms: Mapping[str, bytes]) -> None:
    """Put the receipt's forms (ending -> bytes) beside each other; they name each other by ``stem``."""
    digest = hashlib.sha256(stem.encode()).hexdigest()
    name = arrival.prefix + safe_name(arrival.delivery.files[0].name, digest)[0]
    for ending in sorted(forms, key=lambda one: (_ORDER.index(one.rpartition(".")[2]), one)):
        kind, data = ending.rpartition(".")[2], forms[ending]
        if kind != "xlsx":
            data = data.replace(stem.encode(), (quote(name) if kind == "html" else name).encode())
        inbox.put_receipt(arrival.day, f"{name}.{ending}", data, _MEDIA_TYPES[kind])


def _finish(inbox: Inbox, arrival: Arrival) -> None:
    for item, file in zip(arrival.items, arrival.delivery.files, strict=True):
        name, ending = safe_name(item.name, file.sha256)
        inbox.finish(item, arrival.day, f"{arrival.prefix}{name}{ending}")


def _forms(receipt: Receipt, workspace: Workspace, source: InboxSource) -> tuple[str, dict[str, bytes]]:
    """A receipt that no archive has, in the forms that its supplier reads."""
    schemas, language = workspace.schemas, _language(workspace, source)
    stem = hashlib.sha256(to_json(receipt, schemas)).hexdigest()
    forms = delivery_work.forms(workspace, source, receipt, schemas, stem, [language])
    return stem, {**forms.copies, "json": forms.json, "html": forms.pages[language]}


def _archived(store: Store, receipt: str, language: str) -> tuple[str, dict[str, bytes]]:
    """What the archive has of a receipt, without the other languages' forms. StoreError if it has none."""
    stem = receipt.removesuffix(".json")
    forms: dict[str, bytes] = {}
    for key in store.list(f"{stem}."):
        ending = key.removeprefix(f"{stem}.")
        stored = store.get(key)
        if stored is not None and ending.split(".")[0] not in set(LANGUAGES) - {language}:
            forms[ending.removeprefix(f"{language}.")] = stored.data
    if "json" not in forms:
        raise StoreError(f"{receipt} is not in {store.describe()}; the file stays in the inbox")
    return stem.rpartition("/")[2], forms
