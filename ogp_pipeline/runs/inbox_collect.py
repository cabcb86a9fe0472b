"""Receive what lies in an inbox. Each item: fetch, take in, write the receipt back, and only then take it out.

Killed after any step, the item is still there, or its receipt is. If it is there, the next run goes on: what the ledger
holds by then is known by its bytes and its time of arrival, so nothing enters twice and the same receipt is written.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

from ogp_pipeline.errors import SourceError, StoreError
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.intake import receipt_forms
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.receipt import Receipt, Verdict, to_json
from ogp_pipeline.programme.model import InboxSource
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.runs import delivery_intake, delivery_work, refused
from ogp_pipeline.runs.record import DeliverySummary
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery, Refusal
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.folder_inbox import FolderInbox
from ogp_pipeline.sources.inbox import CHECK, DONE, Inbox, Item, safe_name, settled, too_much
from ogp_pipeline.sources.names import apart
from ogp_pipeline.sources.s3_inbox import S3Inbox
from ogp_pipeline.sources.spool import stand_in
from ogp_pipeline.sources.untouched_inbox import UntouchedInbox
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.protocol import Store

_ORDER = ("xlsx", "html", "json")  # what is pointed at stands before what points at it
_MEDIA_TYPES = {"json": receipt_forms.JSON, "html": receipt_forms.HTML, "xlsx": receipt_forms.XLSX}


def open_inbox(workspace: Workspace, source: InboxSource) -> Inbox:
    """The inbox of a source, in a folder or in a bucket; in a rehearsal, one that stays as it is."""
    largest = workspace.programme.limits_of(source).file_mb << 20
    inbox: Inbox
    if isinstance(source.place, S3Place):
        inbox = S3Inbox(object_storage.connect(source.place, workspace.access, shared=True), largest)
    else:
        inbox = FolderInbox(workspace.base / source.place.directory, largest)
    return UntouchedInbox(inbox) if workspace.rehearsal else inbox


def receive(
    workspace: Workspace, source: InboxSource, inbox: Inbox, spool: Path, now: datetime
) -> list[DeliverySummary]:
    """Everything that lies there and is finished: first what is only to be checked, then what is to be taken in.

    ``now``: aware, in the programme's time zone. StoreError, OSError: the store or the disk; what is not done stays in
    the inbox. SourceError: it cannot be read at all.
    """
    listed = sorted(inbox.items(), key=lambda item: (item.arrived, item.name))
    limits = workspace.programme.limits_of(source)
    waiting = [item for item in listed if not item.check]
    to_check, to_take = [item for item in listed if item.check], waiting
    if not source.together:
        to_check, to_take = _first(to_check, limits), _first(waiting, limits)
    for arrival in _arrivals(workspace, source, inbox, to_check, spool, now):
        _check(workspace, source, inbox, arrival)
    summaries = [
        _take_in(workspace, source, inbox, arrival)
        for arrival in _arrivals(workspace, source, inbox, to_take, spool, now)
    ]
    if summaries and (more := len(waiting) - len(to_take)):
        told = f"{more} more wait for the next run (`files` and `files_mb` in `limits`)"
        summaries[-1] = replace(summaries[-1], reason="; ".join(filter(None, (summaries[-1].reason, told))))
    return summaries


def _first(items: Sequence[Item], limits: Limits) -> list[Item]:
    """As many of the oldest as one run may take: those that are taken make room for the others."""
    sizes = [item.size for item in items[: limits.files]]
    while too_much(sizes, limits) is not None:
        sizes.pop()
    return list(items[: len(sizes)])


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A delivery and the items it is made of. ``refusal``: why they could not be fetched, in which case they stay."""

    items: tuple[Item, ...]
    delivery: Delivery
    day: date
    refusal: Examination | None = None

    @property
    def stays(self) -> bool:
        return self.refusal is not None

    @property
    def prefix(self) -> str:
        """Before the names of what was only checked."""
        return f"{CHECK} " if self.items[0].check else ""


def _check(workspace: Workspace, source: InboxSource, inbox: Inbox, arrival: _Arrival) -> None:
    receipt = delivery_intake.check(workspace, source, arrival.delivery, arrival.refusal)
    _write(inbox, arrival, *_forms(receipt, workspace, source))
    if not arrival.stays and receipt.verdict is not Verdict.NOT_PROCESSED:
        _finish(inbox, arrival)


def _take_in(workspace: Workspace, source: InboxSource, inbox: Inbox, arrival: _Arrival) -> DeliverySummary:
    summary = delivery_intake.take_in(workspace, source, arrival.delivery, arrival.refusal)
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


def _arrivals(
    workspace: Workspace, source: InboxSource, inbox: Inbox, items: Sequence[Item], spool: Path, now: datetime
) -> Iterator[_Arrival]:
    groups = [list(items)] if source.together else [[item] for item in items]
    for group in groups:
        # One that is not finished makes the whole delivery wait: without it, rows would seem to be missing.
        if not group or not all(settled(item, now, source.settle_seconds) for item in group):
            continue
        sizes = [item.size for item in group]
        if source.together and (refusal := too_much(sizes, workspace.programme.limits_of(source))) is not None:
            mark = " ".join(item.tag for item in group)
            instead = stand_in(legible(source.place.address), refusal, mark, spool)
            yield _arrival(source, [(group[0], instead)], now, refused.examination([instead], workspace.schemas))
            continue
        fetched = [(item, inbox.fetch(item, spool)) for item in group]
        unread = [(item, answer) for item, answer in fetched if isinstance(answer, Refusal)]
        for item, answer in unread:
            instead = stand_in(item.told, answer, item.tag, spool)
            yield _arrival(source, [(item, instead)], now, refused.examination([instead], workspace.schemas))
        files = [(item, answer) for item, answer in fetched if isinstance(answer, DeliveredFile)]
        if len(files) == len(group):
            yield _arrival(source, files, now)


def _arrival(
    source: InboxSource, files: Sequence[tuple[Item, DeliveredFile]], now: datetime, refusal: Examination | None = None
) -> _Arrival:
    """Known since its last file arrived, as far as the place's clock is not ahead of ours."""
    when = min(max(item.arrived for item, _ in files), now).astimezone(now.tzinfo)
    folder = f"{source.place.address}/{CHECK}" if files[0][0].check else source.place.address
    origin = f"{folder}/{files[0][0].told}" if len(files) == 1 else folder
    delivery = Delivery(envelope(source, when, origin), tuple(apart([file for _, file in files])))
    return _Arrival(tuple(item for item, _ in files), delivery, when.date(), refusal)


def _write(inbox: Inbox, arrival: _Arrival, stem: str, forms: Mapping[str, bytes]) -> None:
    """Put the receipt's forms (ending -> bytes) beside each other; they name each other by ``stem``."""
    digest = hashlib.sha256(stem.encode()).hexdigest()
    name = arrival.prefix + safe_name(arrival.delivery.files[0].name, digest)[0]
    for ending in sorted(forms, key=lambda one: (_ORDER.index(one.rpartition(".")[2]), one)):
        kind, data = ending.rpartition(".")[2], forms[ending]
        if kind != "xlsx":
            data = data.replace(stem.encode(), (quote(name) if kind == "html" else name).encode())
        inbox.put_receipt(arrival.day, f"{name}.{ending}", data, _MEDIA_TYPES[kind])


def _finish(inbox: Inbox, arrival: _Arrival) -> None:
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
