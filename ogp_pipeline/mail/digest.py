"""One mail a day for the secretariat: what came, what waits for its word, who is late or silent, and which mail did not
go out.

It is about a whole day that is over, and sent in the first run after it. A day on which nothing came, nothing waits and
nobody fell silent has none. Days without a run are told by the next one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ogp_pipeline.i18n import catalogue, languages
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.intake import held
from ogp_pipeline.intake.held import Held
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.mail.letters import Block, Letter
from ogp_pipeline.mail.outbox import Sent
from ogp_pipeline.programme.mail import MailSettings
from ogp_pipeline.programme.model import Supplier
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs import receipt_list
from ogp_pipeline.runs.collect import silent_since, stale_days
from ogp_pipeline.runs.due_reports import DueReport
from ogp_pipeline.runs.receipt_list import Listed
from ogp_pipeline.runs.receipt_numbers import Numbered
from ogp_pipeline.runs.workspace import Workspace

_MOST = 40  # lines below a heading


@dataclass(frozen=True, slots=True)
class Day:
    """What there is to tell. ``first`` and ``last``: the days that it tells of."""

    first: date
    last: date
    receipts: Sequence[tuple[Numbered, Listed]]
    on_hold: Sequence[Held]
    late: Sequence[tuple[Supplier, DueReport]]
    unsent: Sequence[Sent]
    silent: Sequence[tuple[Source, int]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has to read it. A silence counts when it begins: it may last for months."""
        length = (self.last - self.first).days + 1
        fell_silent = any(days <= length for _, days in self.silent)
        return not (self.receipts or self.on_hold or self.late or self.unsent or fell_silent)


def days(told_until: date | None, today: date) -> tuple[date, date] | None:
    """The days that a digest of today tells of; None if they were told already. ``told_until``: by earlier ones."""
    last = today - timedelta(days=1)
    first = last if told_until is None else told_until + timedelta(days=1)
    return (first, last) if first <= last else None


def of(
    workspace: Workspace,
    span: tuple[date, date],
    entries: Sequence[Entry],
    numbers: Iterable[Numbered],
    owing: Iterable[tuple[Supplier, DueReport]],
    unsent: Sequence[Sent],
) -> Day:
    """What these days brought, and what waits now."""
    came = [receipt for receipt in numbers if span[0] <= receipt.received_at.date() <= span[1]]
    listed = ((receipt, receipt_list.receipt_of(workspace, receipt.examination)) for receipt in came)
    receipts = [(receipt, listing) for receipt, listing in listed if listing is not None]
    late = [(supplier, report) for supplier, report in owing if report.days < 0]
    return Day(
        *span,
        receipts,
        list(held.waiting(workspace.intake, entries)),
        late,
        unsent,
        _silent(workspace, entries, span[1]),
    )


def _silent(workspace: Workspace, entries: Sequence[Entry], day: date) -> list[tuple[Source, int]]:
    """Sources beyond their rhythm on a day, each with by how many days."""
    told = []
    for source in workspace.programme.sources:
        own = [entry for entry in entries if entry.source == source.id and not entry.retires]
        days = stale_days(source, silent_since(workspace, source, own), day)
        if days is not None:
            told.append((source, days))
    return told


def letters(workspace: Workspace, settings: MailSettings, day: Day) -> list[Letter]:
    """One for each address of the secretariat."""
    if day.is_empty:
        return []
    language = settings.language or languages.spoken(workspace.programme.languages[0])
    when, title = catalogue.day(day.last, language), workspace.programme.title.get(language)
    subject = say("mail.digest.subject", language, programme=title, day=when)
    blocks = tuple(_blocks(workspace, day, language))
    return [Letter("digest", day.last.isoformat(), to, language, subject, blocks) for to in settings.secretariat]


def _blocks(workspace: Workspace, day: Day, language: str) -> Iterator[Block]:
    names = {supplier.id: supplier.names.get(language) for supplier in workspace.programme.suppliers}

    def line(supplier: str, *parts: str) -> str:
        return " · ".join((names.get(supplier, supplier), *parts))

    received = [
        f"{receipt.number} · {line(receipt.supplier, ', '.join(listed.files), _verdict(listed, language))}"
        for receipt, listed in day.receipts
    ]
    on_hold = [
        line(note.supplier, ", ".join(file.name for file in note.files), f"ogp accept {note.delivery[:12]}")
        for note in day.on_hold
    ]
    late = [line(supplier.id, *_lateness(report, language)) for supplier, report in day.late]
    silent = [
        line(source.supplier, source.id, catalogue.count("run.stale", days, language)) for source, days in day.silent
    ]
    unsent = [f"{mail.to}: {mail.reason}" for mail in day.unsent]
    told = (("received", received), ("on_hold", on_hold), ("late", late), ("silent", silent), ("unsent", unsent))
    for key, lines in told:
        if lines:
            yield Block("heading", f"{say(f'mail.digest.{key}', language)} ({catalogue.number(len(lines), language)})")
            yield from (Block("item", line) for line in lines[:_MOST])
            if len(lines) > _MOST:
                yield Block("paragraph", catalogue.count("mail.digest.more", len(lines) - _MOST, language))
    yield Block("link", say("mail.digest.site", language), f"{workspace.programme.publication.root}/")


def _lateness(report: DueReport, language: str) -> tuple[str, str, str]:
    period = report.period.title.get(language) if report.period.title else report.period.id
    reported = report.in_words(language)
    return period, reported, catalogue.count("desk.due.late", -report.days, language)


def _verdict(listed: Listed, language: str) -> str:
    return say(f"receipts.verdict.{listed.verdict}", language)
