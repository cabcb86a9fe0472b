"""Everything that is due now, sent. Called after every run; what does not go out is told, and harms nothing else."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ogp_pipeline.errors import OgpError
from ogp_pipeline.mail import digest, receipts, reminders
from ogp_pipeline.mail.letters import Letter, message
from ogp_pipeline.mail.outbox import Outbox, Sent, State
from ogp_pipeline.mail.smtp import Connection, Unreachable
from ogp_pipeline.programme.mail import PASSWORD, MailSettings
from ogp_pipeline.runs import receipt_numbers
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.workspace import Workspace


@dataclass
class Posted:
    """What became of the mail of one run. ``trouble``: why not all could be tried; empty if it could."""

    sent: list[Sent] = field(default_factory=list)
    unsent: list[Sent] = field(default_factory=list)
    trouble: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.sent or self.unsent or self.trouble)


def is_on(workspace: Workspace) -> bool:
    """Whether the programme sends mail at all."""
    settings = workspace.programme.mail
    return settings is not None and settings.send


def send_due(workspace: Workspace, now: datetime) -> Posted:
    """Send what is due and was not sent. Nothing is raised: the run that came before is over and well."""
    posted = Posted()
    settings = workspace.programme.mail
    if settings is None or not settings.send:
        return posted
    try:
        with closing(Connection(settings.server, os.environ.get(PASSWORD))) as connection:
            _send(workspace, settings, connection, now, posted)
    except Unreachable as error:
        posted.trouble = f"the mail server could not be reached, and the next run tries again: {error}"
    except (OgpError, OSError) as error:
        posted.trouble = f"mail could not be sent, and the next run tries again: {error}"
    return posted


def _send(workspace: Workspace, settings: MailSettings, connection: Connection, now: datetime, posted: Posted) -> None:
    outbox = Outbox(workspace.intake)
    outbox.begin(now)
    for letter in due(workspace, settings, outbox, now):
        claimed = outbox.claim(letter, now)
        if claimed is None:
            continue
        try:
            mail = message(letter, settings.sender, _name(workspace, letter), now)
            answer = connection.hand_over(mail, settings.sender, letter.to)
        except Unreachable as error:
            outbox.settle(letter, claimed, State.FAILED, now, str(error))
            raise
        settled = outbox.settle(letter, claimed, answer.state, now, answer.reason)
        (posted.sent if settled.state is State.SENT else posted.unsent).append(settled)


def due(workspace: Workspace, settings: MailSettings, outbox: Outbox, now: datetime) -> Iterator[Letter]:
    """Every mail that should have gone out by now, whether it has or not, as far as anybody can still want it."""
    today = workspace.programme.local(now).date()
    entries = known_entries(workspace, anew=True)
    numbers = list(receipt_numbers.settle(workspace).values())
    if settings.receipts:
        since = outbox.since(now)
        for receipt in sorted(numbers, key=lambda receipt: receipt.received_at):
            if receipt.received_at >= since:
                yield from receipts.letters(workspace, receipt)
    owing = list(reminders.owed(workspace, known_tables(workspace, entries, today), today))
    yield from reminders.letters(workspace, settings, owing)
    span = digest.days(outbox.told_until(), today) if settings.secretariat else None
    if span is not None:
        first, last = map(str, span)
        unsent = [sent for sent in outbox.listed() if sent.needs_a_look and first <= sent.at[:10] <= last]
        yield from digest.letters(workspace, settings, digest.of(workspace, span, entries, numbers, owing, unsent))


def preview(workspace: Workspace, folder: Path, now: datetime) -> Sequence[Path]:
    """Write what would be sent as files that mail programs open; nothing is sent or recorded as sent."""
    settings = workspace.programme.mail
    if settings is None:
        raise OgpError("the programme file has no `mail`; docs/mail.md says what belongs there")
    outbox = Outbox(workspace.intake)
    done = {(sent.kind, sent.thing, sent.to) for sent in outbox.listed() if sent.state is not State.FAILED}
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for letter in due(workspace, settings, outbox, now):
        if (letter.kind, letter.thing, letter.to) not in done:
            path = folder / f"{letter.kind}-{len(written) + 1:03d}.eml"
            path.write_bytes(message(letter, settings.sender, _name(workspace, letter), now).as_bytes())
            written.append(path)
    return written


def _name(workspace: Workspace, letter: Letter) -> str:
    """Who writes, as the receiver calls it."""
    return workspace.programme.publisher.name.get(letter.language)
