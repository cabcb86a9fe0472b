"""What a source has to give now, delivery by delivery, before anybody takes it in.

Gathering reads only: nothing is written, and nothing leaves an inbox. So it can be done ahead of the source's turn.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.intake import ledger, recognition
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.recognition import Recognised
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import download_memory, fetching, inbox_receipts, inbox_share, mounts, refused
from ogp_pipeline.runs.delivery_work import Looked
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import SourceMemory, deliveries
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery, Refusal
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.inbox import CHECK, Inbox, Item, settled, too_much
from ogp_pipeline.sources.names import apart
from ogp_pipeline.sources.spool import stand_in


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery, the day on which it came and, of an inbox, the items it is made of.

    ``refusal``: why it could not be fetched, in which case the items stay. ``ahead``: waits for what was found when it
    was looked at before its turn; ``recognised``: whether it was known then. ``answered``: the refusal says all that
    there is to say, so the items leave.
    """

    delivery: Delivery
    day: date
    items: tuple[Item, ...] = ()
    refusal: Examination | None = None
    answered: bool = False
    ahead: Callable[[], Looked | None] | None = None
    recognised: Recognised | None = None

    @property
    def stays(self) -> bool:
        return self.refusal is not None and not self.answered

    @property
    def prefix(self) -> str:
        """Before the names of what was only checked."""
        return f"{CHECK} " if self.items[0].check else ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """``arrivals``: what is to be taken in, in order; each is fetched when its turn comes.

    ``memory``: of the last download; ``remembered``: what is to be remembered of this one. Of an inbox: ``to_check``,
    and how many ``more`` wait for another run.
    """

    arrivals: Iterator[Arrival]
    memory: SourceMemory | None = None
    remembered: SourceMemory | None = None
    inbox: Inbox | None = None
    to_check: Sequence[Item] = ()
    more: int = 0


def gather(
    workspace: Workspace,
    source: Source,
    now: datetime,
    spool: Path,
    entries: Sequence[Entry],
) -> Gathered:
    """Everything that lies there and is finished. ``entries``: the ledger, as far as it goes then.

    SourceError if it cannot be read at all; StoreError, OSError: our own store or disk.
    """
    local, memory = workspace.programme.local(now), download_memory.recall(workspace, source)
    mounts.check(workspace, source, entries)
    if isinstance(source, InboxSource):  # files leave it, so each is taken as of its arrival
        return _of_inbox(workspace, source, local, spool)
    limits = workspace.programme.limits_of(source)
    ahead = fetching.collected(workspace, source, now)
    fetched, remembered = ahead or deliveries(source, workspace.base, spool, local, memory, limits)
    ordered = _in_order(source, fetched, entries, local.date())
    refusals = (refused.examination(delivery.files, workspace.schemas) for delivery in ordered)
    coming = (
        Arrival(delivery, local.date(), refusal=refusal) for delivery, refusal in zip(ordered, refusals, strict=True)
    )
    return Gathered(coming, memory, remembered)


def arrivals(
    workspace: Workspace, source: InboxSource, inbox: Inbox, items: Sequence[Item], spool: Path, now: datetime
) -> Iterator[Arrival]:
    """The deliveries that items of an inbox make, each fetched when it is asked for. ``now``: in the programme's time
    zone.
    """
    share = inbox_share.of(workspace.programme, source)
    own, strange = [item for item in items if share.is_own(item)], [item for item in items if not share.is_own(item)]
    groups = [own] if source.together else [[item] for item in own]
    for item in strange:
        if settled(item, now, source.settle_seconds) and (file := inbox.fetch(item, spool)) is not None:
            told = share.refused(file, item, spool)
            why = refused.examination([told], workspace.schemas)
            answered = isinstance(file, DeliveredFile)  # else the next run may be able to read it
            yield replace(_arrival(source, [(item, told)], now, why), answered=answered)
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


def _of_inbox(workspace: Workspace, source: InboxSource, now: datetime, spool: Path) -> Gathered:
    """First what is only to be checked, then what is to be taken in."""
    inbox = inbox_receipts.open_inbox(workspace, source)
    share = inbox_share.of(workspace.programme, source)
    lying = inbox_share.items(workspace, source, inbox, now)
    listed = sorted(filter(share.takes, lying), key=lambda item: (item.arrived, item.name))
    waiting, to_check = [item for item in listed if not item.check], [item for item in listed if item.check]
    to_take = waiting
    if not source.together:
        limits = workspace.programme.limits_of(source)
        to_check, to_take = _first(to_check, limits), _first(waiting, limits)
    coming = arrivals(workspace, source, inbox, to_take, spool, now)
    return Gathered(coming, None, None, inbox, to_check, len(waiting) - len(to_take))


def _first(items: Sequence[Item], limits: Limits) -> list[Item]:
    """As many of the oldest as one run may take: those that are taken make room for the others."""
    sizes = [item.size for item in items[: limits.files]]
    while too_much(sizes, limits) is not None:
        sizes.pop()
    return list(items[: len(sizes)])


def _arrival(
    source: InboxSource, files: Sequence[tuple[Item, DeliveredFile]], now: datetime, refusal: Examination | None = None
) -> Arrival:
    """Known since its last file arrived, as far as the place's clock is not ahead of ours."""
    when = min(max(item.arrived for item, _ in files), now).astimezone(now.tzinfo)
    folder = f"{source.place.address}/{CHECK}" if files[0][0].check else source.place.address
    origin = f"{folder}/{files[0][0].told}" if len(files) == 1 else folder
    delivery = Delivery(envelope(source, when, origin), tuple(apart([file for _, file in files])))
    return Arrival(delivery, when.date(), tuple(item for item, _ in files), refusal)


def _in_order(source: Source, fetched: Sequence[Delivery], entries: Sequence[Entry], today: date) -> list[Delivery]:
    """Deliveries that are the ledger's last word already (perhaps under an older mapping) in its order, then new ones.

    Read again, they keep the day on which they became known: what is news is how we read them.
    """
    words = [
        ledger.last_word(entries, source.id, recognition.file_pairs(delivery), whole=source.whole, until=today)
        for delivery in fetched
    ]
    pairs = sorted(zip(words, fetched, strict=True), key=lambda pair: pair[0].n if pair[0] else math.inf)
    return [
        replace(delivery, envelope=replace(delivery.envelope, known_on=word.known_on))
        if word is not None and source.historic is None
        else delivery
        for word, delivery in pairs
    ]
