"""Reminders: who has not reported on all of its milestones, some days before and after the due date.

Each is about a supplier, a period and one of the programme's numbers of days. Where a run was missed, only the nearest
is sent, and not those that it overtook; and none comes weeks late because mail was switched on in the middle of a plan.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.mail.letters import Block, Letter, closing
from ogp_pipeline.programme.mail import MailSettings
from ogp_pipeline.programme.model import Period, Supplier
from ogp_pipeline.runs import due_reports
from ogp_pipeline.runs.due_reports import DueReport
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables.tables import Tables
from ogp_pipeline.templates.texts import shortened

_GRACE = 6  # days after which a reminder that was missed is not sent any more
_NAMED, _LONGEST = 10, 100  # milestones that are named, and letters of a title


def owed(workspace: Workspace, tables: Tables, today: date) -> Iterator[tuple[Supplier, DueReport]]:
    """Every supplier with every report that it owes."""
    for supplier in workspace.programme.suppliers:
        sources = (source for source in workspace.programme.sources if source.supplier == supplier.id)
        supplied = {table for source in sources for table in source.tables}
        for report in due_reports.of_supplier(workspace, supplier, supplied, tables, today):
            if report.is_missing:
                yield supplier, report


def letters(
    workspace: Workspace, settings: MailSettings, owing: Iterable[tuple[Supplier, DueReport]]
) -> Iterator[Letter]:
    """Those that are due today, for each address of each supplier."""
    for supplier, report in owing:
        occasion = _occasion(settings, report.days)
        if occasion is None:
            continue
        thing = f"{supplier.id}/{report.period.id}/{occasion}"
        subject, blocks = _subject(supplier, report), tuple(_blocks(workspace, supplier, report))
        for to in supplier.mail:
            yield Letter("reminder", thing, to, supplier.language, subject, blocks)


def _occasion(settings: MailSettings, days: int) -> str | None:
    """Which of the programme's reminders it is time for, ``days`` before the due date (below zero: after it)."""
    if days >= 0:
        near = [before for before in settings.remind_before if days <= before <= days + _GRACE]
        return f"before-{min(near)}" if near else None
    past = [after for after in settings.remind_after if after <= -days <= after + _GRACE]
    return f"after-{max(past)}" if past else None


def _subject(supplier: Supplier, report: DueReport) -> str:
    language = supplier.language
    return say("mail.reminder.subject", language, period=_name(report.period, language), when=_when(report, language))


def _blocks(workspace: Workspace, supplier: Supplier, report: DueReport) -> Iterator[Block]:
    language, period = supplier.language, report.period
    words = {"period": _name(period, language), "day": catalogue.day(period.due, language)}
    key = "mail.reminder.late" if report.days < 0 else "mail.reminder.ahead"
    yield Block("paragraph", say(key, language, **words))
    reported = report.in_words(language)
    yield Block("paragraph", f"{reported[:1].upper()}{reported[1:]}.")
    yield from _unreported(report, language)
    yield Block("paragraph", say("mail.reminder.nothing_new", language))
    if workspace.programme.desk is not None:
        yield Block("link", say("mail.reminder.at_desk", language), f"{workspace.programme.desk.root}/")
    yield from closing(workspace.programme, supplier, language)


def _unreported(report: DueReport, language: str) -> Iterator[Block]:
    """The milestones that wait for a report: the first by name, and how many others there are."""
    yield Block("paragraph", catalogue.count("mail.reminder.unreported", len(report.unreported), language))
    for waiting in report.unreported[:_NAMED]:
        title = shortened(" ".join(waiting.title.split()), _LONGEST)
        yield Block("item", " · ".join(part for part in (waiting.milestone, title) if part))
    if (others := len(report.unreported) - _NAMED) > 0:
        yield Block("item", catalogue.count("mail.reminder.others", others, language))


def _when(report: DueReport, language: str) -> str:
    if report.days == 0:
        return say("desk.due.today", language)
    key = "desk.due.left" if report.days > 0 else "desk.due.late"
    return catalogue.count(key, abs(report.days), language)


def _name(period: Period, language: str) -> str:
    return period.title.get(language) if period.title else period.id
