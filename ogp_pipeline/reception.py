"""Receive what lies in an inbox. Each item: fetch, settle, write the receipt back, and only then take it out.

Killed after any step, the item is still there, or its receipt is. If it is there, the next run goes on: what the ledger
holds by then is known by its bytes and its time of arrival, so nothing enters twice and the same receipt is written.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.delivery import DeliveredFile, Delivery
from ogp_pipeline.intake.problem import Level, Problem
from ogp_pipeline.intake.receipt import Receipt, Verdict, to_html, to_json
from ogp_pipeline.programme import InboxSource
from ogp_pipeline.run_record import DeliverySummary
from ogp_pipeline.schemas import Schemas
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.folder_inbox import FolderInbox
from ogp_pipeline.sources.inbox import CHECK, DONE, Inbox, Item, Refusal, safe_name, settled
from ogp_pipeline.sources.records import Where
from ogp_pipeline.sources.spool import keep
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.validation.report import Report
from ogp_pipeline.workspace import Workspace

Take = Callable[[Delivery, Report | None], DeliverySummary]
Check = Callable[[Delivery, Report | None], Receipt]

_MEDIA_TYPES = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def open_inbox(workspace: Workspace, source: InboxSource) -> Inbox:
    """The inbox of a source. A bucket will be opened here, too."""
    return FolderInbox(workspace.base / source.path, workspace.programme.limits_of(source).file_mb << 20)


def receive(
    workspace: Workspace, source: InboxSource, inbox: Inbox, spool: Path, now: datetime, take: Take, check: Check
) -> list[DeliverySummary]:
    """Everything that lies there and is finished. ``take`` settles a delivery, ``check`` only looks at it.

    Both get a report when there is nothing to examine. ``now``: aware, in the programme's time zone. StoreError,
    OSError: the store or the disk; what is not done stays in the inbox. SourceError: it cannot be read at all.
    """
    listed = sorted(inbox.items(), key=lambda item: (item.arrived, item.name))
    language = workspace.programme.supplier(source.supplier).language
    for arrival in _arrivals(workspace, source, inbox, [item for item in listed if item.check], spool, now):
        receipt = check(arrival.delivery, arrival.report)
        _write(inbox, arrival, _pages(receipt, workspace, language))
        if not arrival.stays and receipt.verdict is not Verdict.NOT_PROCESSED:
            _finish(inbox, arrival)
    summaries = []
    for arrival in _arrivals(workspace, source, inbox, [item for item in listed if not item.check], spool, now):
        summary = take(arrival.delivery, arrival.report)
        if summary.receipt is not None:
            _write(inbox, arrival, _archived(workspace.intake, summary.receipt, language))
        if not arrival.stays and summary.state != "failed":  # our own fault: the next run tries again
            try:
                _finish(inbox, arrival)
            except OSError as error:
                reason = f"{arrival.delivery.envelope.origin} could not be moved to {DONE}: {error.strerror}"
                summary = replace(summary, state="failed", reason=reason)
        summaries.append(summary)
    return summaries


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A delivery and the items it is made of. ``report``: why they could not be fetched, in which case they stay."""

    items: tuple[Item, ...]
    delivery: Delivery
    day: date
    report: Report | None = None

    @property
    def stays(self) -> bool:
        return self.report is not None

    @property
    def prefix(self) -> str:
        """Before the names of what was only checked."""
        return f"{CHECK} " if self.items[0].check else ""


def _arrivals(
    workspace: Workspace, source: InboxSource, inbox: Inbox, items: Sequence[Item], spool: Path, now: datetime
) -> Iterator[_Arrival]:
    groups = [list(items)] if source.together else [[item] for item in items]
    for group in groups:
        # One that is not finished makes the whole delivery wait: without it, rows would seem to be missing.
        if not group or not all(settled(item, now, source.settle_seconds) for item in group):
            continue
        fetched = [(item, inbox.fetch(item, spool)) for item in group]
        refused = [(item, answer) for item, answer in fetched if isinstance(answer, Refusal)]
        for item, refusal in refused:
            nothing = keep([], item.told, spool)
            report = _refusal(nothing, refusal, workspace.schemas)
            yield _arrival(source, [(item, nothing)], now, report)
        files = [(item, answer) for item, answer in fetched if isinstance(answer, DeliveredFile)]
        if len(files) == len(group):
            yield _arrival(source, files, now)


def _arrival(
    source: InboxSource, files: Sequence[tuple[Item, DeliveredFile]], now: datetime, report: Report | None = None
) -> _Arrival:
    """Known since its last file arrived, as far as the place's clock is not ahead of ours."""
    when = min(max(item.arrived for item, _ in files), now).astimezone(now.tzinfo)
    folder = (source.path / CHECK if files[0][0].check else source.path).as_posix()
    origin = f"{folder}/{files[0][0].told}" if len(files) == 1 else folder
    delivery = Delivery(envelope(source, when, origin), tuple(_named([file for _, file in files])))
    return _Arrival(tuple(item for item, _ in files), delivery, when.date(), report)


def _named(files: Sequence[DeliveredFile]) -> Iterator[DeliveredFile]:
    """The files, each under a name of its own: what cannot be shown may have been the only difference."""
    taken: set[str] = set()
    for file in files:
        name, number = file.name, 2
        while name in taken:
            name, number = f"{file.name} ({number})", number + 1
        taken.add(name)
        yield replace(file, name=name)


def _refusal(file: DeliveredFile, refusal: Refusal, schemas: Schemas) -> Report:
    level = Level(schemas.rule(refusal.rule).level)
    problem = Problem(refusal.rule, level, Where(file.name), details={"file": file.name, **refusal.details})
    return Report(rows=(), problems=(problem,), skipped=(), counts={}, rows_read=0, rows_to_mend=0)


def _write(inbox: Inbox, arrival: _Arrival, forms: Iterable[tuple[str, str, bytes]]) -> None:
    """Put the receipt's forms (examination, ending, bytes) beside each other, named after the first file."""
    for examination, ending, data in forms:
        name, _ = safe_name(arrival.delivery.files[0].name, examination)
        inbox.put_receipt(arrival.day, f"{arrival.prefix}{name}.{ending}", data, _MEDIA_TYPES[ending])


def _finish(inbox: Inbox, arrival: _Arrival) -> None:
    for item, file in zip(arrival.items, arrival.delivery.files, strict=True):
        name, ending = safe_name(item.name, file.sha256)
        inbox.finish(item, arrival.day, f"{arrival.prefix}{name}{ending}")


def _pages(receipt: Receipt, workspace: Workspace, language: str) -> Iterator[tuple[str, str, bytes]]:
    data = to_json(receipt, workspace.schemas)
    examination = hashlib.sha256(data).hexdigest()
    yield examination, "json", data
    yield examination, "html", to_html(receipt, workspace.schemas, language).encode()


def _archived(store: Store, receipt: str, language: str) -> Iterator[tuple[str, str, bytes]]:
    """What the archive has of a receipt, without the other language's forms. StoreError if it has none."""
    beginning = receipt.removesuffix("json")
    examination = hashlib.sha256(receipt.encode()).hexdigest()
    found = [key for key in store.list(beginning) if key.removeprefix(beginning).split(".")[0] not in _others(language)]
    if receipt not in found:
        raise StoreError(f"{receipt} is not in {store.describe()}; the file stays in the inbox")
    for key in found:
        stored = store.get(key)
        if stored is not None:
            yield examination, key.rpartition(".")[2], stored.data


def _others(language: str) -> set[str]:
    return set(layout.LANGUAGES) - {language}
