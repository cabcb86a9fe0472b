"""Deliveries are gathered and examined before their turn, several at a time, while those before them are taken in.

``looking`` starts it for a run. A thread goes through the sources in the programme's order, at most ``_DISTANCE``
deliveries before the one that is taken in, and has each examined by the workers under the state that they have already.
Whoever collects a source finds its deliveries here, in their order, with what was found. It counts only if it would be
found again (``delivery_work.Looked``), so the result of a run is the same, whatever was faster. Nothing is written
here; an error is raised where it always was, when its source is collected; and a source is given once, so that who
collects it again (a retry) gathers again.

A delivery of which one before it will surely change what it asks waits for its turn: it would be examined twice.
"""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Thread

from ogp_pipeline import scratch
from ogp_pipeline.intake import recognition
from ogp_pipeline.intake.recognition import New, Recognised
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import gathering, workers
from ogp_pipeline.runs.delivery_work import Looked, look
from ogp_pipeline.runs.feeds import Feed
from ogp_pipeline.runs.gathering import Arrival, Gathered
from ogp_pipeline.runs.known_state import known_entries, prior_state
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.telemetry.steps import submit

_DISTANCE = 2  # times as many deliveries as there are workers

_Feed = Feed[Gathered | Arrival | None]  # what a source gives, in this order; None: no more


@contextmanager
def looking(workspace: Workspace, now: datetime) -> Iterator[None]:
    """While this is open, it is looked ahead. ``now``: as ``collect_source`` gets it."""
    size = workers.pool().size
    room = BoundedSemaphore(size * _DISTANCE)
    feeds = {(source.id, now): _Feed(source, room) for source in workspace.programme.sources}
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("spool")) as folder:
        threads = ThreadPoolExecutor(size, thread_name_prefix="ogp-examine")
        scout = _Scout(workspace, now, list(feeds.values()), Path(folder), threads)
        thread = Thread(target=copy_context().run, args=(scout.run,), name="ogp-lookahead", daemon=True)
        workspace.memory.feeds.update(feeds)
        thread.start()
        try:
            yield
        finally:
            for place, feed in feeds.items():
                workspace.memory.feeds.pop(place, None)
                feed.close()
            thread.join()
            threads.shutdown(cancel_futures=True)


@contextmanager
def gathered(workspace: Workspace, source: Source, now: datetime) -> Iterator[Gathered | None]:
    """What was gathered ahead of a source, or the error that ended it; None if nobody looks ahead.

    Sources before it that nobody has collected are passed over: what was gathered of them would keep its room for ever.
    """
    feeds = workspace.memory.feeds
    for other in workspace.programme.sources:
        if other.id == source.id:
            break
        if (passed := feeds.pop((other.id, now), None)) is not None:
            passed.close()
    feed = feeds.pop((source.id, now), None)
    if feed is None:
        yield None
        return
    try:
        head = feed.take()
        assert isinstance(head, Gathered), "the first that a source gives"
        yield replace(head, arrivals=_arrivals(feed))
    finally:
        feed.close()


def _arrivals(feed: _Feed) -> Iterator[Arrival]:
    """All that follow what a source begins with."""
    while isinstance(arrival := feed.take(), Arrival):
        yield arrival


@dataclass(slots=True)
class _Scout:
    """Goes ahead through the sources."""

    workspace: Workspace
    now: datetime
    feeds: Sequence[_Feed]
    spool: Path
    threads: ThreadPoolExecutor

    def run(self) -> None:
        for number, feed in enumerate(self.feeds):
            if feed.reserve():
                try:
                    self._gather(feed, self.spool / str(number))
                except BaseException as error:  # noqa: BLE001 - raised where the source is collected
                    feed.put(error)

    def _gather(self, feed: _Feed, spool: Path) -> None:
        spool.mkdir()
        gathered = gathering.gather(self.workspace, feed.source, self.now, spool, known_entries(self.workspace))
        feed.put(gathered)
        while feed.reserve():
            arrival = next(gathered.arrivals, None)
            if arrival is None:
                feed.put(None)
                return
            recognised = self._recognised(feed.source, arrival.delivery) if arrival.refusal is None else None
            arrival = replace(arrival, recognised=recognised)
            new = arrival.refusal is None and (recognised is None or isinstance(recognised.seen, New))
            begun = self._begin(feed.source, arrival) if new else None
            feed.put(replace(arrival, ahead=partial(_answer, begun)) if begun is not None else arrival, new=new)

    def _begin(self, source: Source, arrival: Arrival) -> Future[Looked] | None:
        """Have it examined, if that promises to be of use."""
        if source.whole or source.historic is not None:
            return None
        schemas, memory = self.workspace.schemas, self.workspace.memory
        if any(bears_on(feed.source, source, schemas) for feed in self.feeds if feed.has_news):
            return None
        with memory.lock:
            if memory.shared is None:
                entries = known_entries(self.workspace)
                memory.shared = (entries, prior_state(self.workspace, source, entries))
            entries, state = memory.shared
        return submit(self.threads, look, self.workspace, source, arrival.delivery, entries, state)

    def _recognised(self, source: Source, delivery: Delivery) -> Recognised | None:
        """Whether somebody has seen it, as far as it costs little to tell. What lies in an inbox mostly is new."""
        if isinstance(source, InboxSource):
            return None
        entries, workspace = known_entries(self.workspace), self.workspace
        version, mapping = workspace.schemas.version, workspace.mapping_of(source)
        context = recognition.context(workspace.sha256, mapping, version, entries)
        seen = recognition.recognise(delivery, workspace.intake, context, entries, whole=source.whole)
        return Recognised(seen, len(entries))


def bears_on(earlier: Source, later: Source, schemas: Schemas) -> bool:
    """Whether deliveries of one source change what those of the other ask: rows they refer to, or names they take."""
    for name in later.tables:
        table = schemas.table(name)
        if table.refers_to & earlier.tables.keys() or (name in earlier.tables and len(table.primary_key) == 1):
            return True
    return False


def _answer(begun: Future[Looked]) -> Looked | None:
    """What was found; None if it failed, for then it is examined in its turn, and told there."""
    try:
        return begun.result()
    except Exception:  # noqa: BLE001 - the same again, if it was not by chance
        return None
