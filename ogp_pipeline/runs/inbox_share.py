"""Which of the things in an inbox are whose, where several sources of one supplier share it (ADR 0024).

A file is the delivery of the first source in the programme's order whose patterns its name fits. The first of the
sources answers for what fits no pattern: it is refused with the names that are taken, and leaves like everything else.

A run lists a shared inbox once. What comes after that waits for the next run, as in an inbox of one source.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ogp_pipeline.i18n.catalogue import detail
from ogp_pipeline.programme.folders import sharing
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs.memory import Listing
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import patterns
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.inbox import Inbox, Item
from ogp_pipeline.sources.left import likely
from ogp_pipeline.sources.spool import stand_in


@dataclass(frozen=True, slots=True)
class Share:
    """``before``: patterns of the sources that choose first. ``others``: those of the sources that choose later, and
    ``own``: whose share it is.
    """

    before: Sequence[str]
    own: Sequence[str]
    others: Sequence[str]

    def takes(self, item: Item) -> bool:
        """Whether it is for this source to deal with."""
        return self.is_own(item) or (not self.before and not _fits(item, self.others))

    def is_own(self, item: Item) -> bool:
        """Whether it is a delivery of this source."""
        return not _fits(item, self.before) and _fits(item, self.own)

    def refused(self, file: DeliveredFile | Refusal, item: Item, spool: Path) -> DeliveredFile:
        """The file with the reason why nobody takes it; in place of one that cannot even be read, one that says so."""
        if isinstance(file, Refusal):
            return stand_in(item.told, file, item.tag, spool)
        taken = list(dict.fromkeys([*self.own, *self.others]))
        reason, proposal = likely(item.name, taken)
        words = {"proposal": proposal, "taken": ", ".join(taken)}
        why = detail("why", f"left.why.{reason}", **words) | detail("todo", f"left.todo.{reason}", **words)
        return replace(file, refusal=Refusal("file-not-taken", why))


def of(programme: Programme, source: InboxSource) -> Share:
    """The share of a source."""
    several = sharing(programme, source)
    at = next(number for number, sharer in enumerate(several) if sharer.id == source.id)
    before = [pattern for earlier in several[:at] for pattern in earlier.files]
    return Share(before, source.files, [pattern for later in several[at + 1 :] for pattern in later.files])


def items(workspace: Workspace, source: InboxSource, inbox: Inbox, now: datetime) -> Sequence[Item]:
    """What lies in the inbox of a source. In one run, each of the sources that share it gets the same list, once: whose
    turn comes again (a retry) gets a new one. ``now``: of the run. SourceError if it cannot be listed.
    """
    sharers = [sharer.id for sharer in sharing(workspace.programme, source)]
    if len(sharers) == 1:
        return inbox.items()
    memory, place = workspace.memory, (sharers[0], now)
    with memory.lock:
        listing = memory.listings.pop(place, None)
        if listing is None or source.id not in listing.waiting:
            listing = Listing(inbox.items(), set(sharers))
        listing.waiting.discard(source.id)
        if listing.waiting:
            memory.listings[place] = listing
    return listing.items


def _fits(item: Item, several: Sequence[str]) -> bool:
    return any(patterns.matches(pattern, (item.name,)) for pattern in several)
