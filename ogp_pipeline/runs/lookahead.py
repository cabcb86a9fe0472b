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
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import BoundedSemaphore, Lock, Thread

from ogp_pipeline.intake import recognition
from ogp_pipeline.intake.recognition import New, Recognised
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import gathering, workers
from ogp_pipeline.runs.delivery_work import Looked, look
from ogp_pipeline.runs.gathering import Arrival, Gathered
from ogp_pipeline.runs.known_state import known_entries, prior_state
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery

_DISTANCE = 2  # times as many deliveries as there are workers

_Place = tuple[Path, datetime, str]
_Said = Gathered | Arrival | BaseException | None  # what a source gives, in this order; None: no more
_feeds: dict[_Place, "_Feed"] = {}


@contextmanager
def looking(workspace: Workspace, now: datetime) -> Iterator[None]:
    """While this is open, it is looked ahead. ``now``: as ``collect_source`` gets it."""
    size = workers.pool().size
    room = BoundedSemaphore(size * _DISTANCE)
    feeds = {_place(workspace, source, now): _Feed(source, room) for source in workspace.programme.sources}
    with tempfile.TemporaryDirectory(prefix="ogp-spool-") as folder:
        threads = ThreadPoolExecutor(size, thread_name_prefix="ogp-examine")
        scout = _Scout(workspace, now, list(feeds.values()), Path(folder), threads)
        thread = Thread(target=scout.run, name="ogp-lookahead", daemon=True)
        _feeds.update(feeds)
        thread.start()
        try:
            yield
        finally:
            for place, feed in feeds.items():
                _feeds.pop(place, None)
                feed.close()
            thread.join()
            threads.shutdown(cancel_futures=True)


@contextmanager
def gathered(workspace: Workspace, source: Source, now: datetime) -> Iterator[Gathered | None]:
    """What was gathered ahead of a source, or the error that ended it; None if nobody looks ahead.

    Sources before it that nobody has collected are passed over: what was gathered of them would keep its room for ever.
    """
    for other in workspace.programme.sources:
        if other.id == source.id:
            break
        if (passed := _feeds.pop(_place(workspace, other, now), None)) is not None:
            passed.close()
    feed = _feeds.pop(_place(workspace, source, now), None)
    if feed is None:
        yield None
        return
    try:
        head = feed.take()
        assert isinstance(head, Gathered), "the first that a source gives"
        yield replace(head, arrivals=feed.arrivals())
    finally:
        feed.close()


def _place(workspace: Workspace, source: Source, now: datetime) -> _Place:
    return workspace.path.absolute(), now, source.id


class _Feed:
    """What was gathered of one source. All that it holds takes ``room`` until it is dealt with."""

    def __init__(self, source: Source, room: BoundedSemaphore) -> None:
        self.source = source
        self._room = room
        self._said: SimpleQueue[tuple[_Said, bool]] = SimpleQueue()
        self._lock = Lock()
        self._new = 0  # in the queue, or with whoever took it last
        self._out: bool | None = None  # what is with them: is it new?
        self._closed = False

    @property
    def has_news(self) -> bool:
        """Whether something of it that may be accepted waits or is being dealt with."""
        return self._new > 0

    def reserve(self) -> bool:
        """Wait for room; False if nobody wants more of it."""
        self._room.acquire()
        with self._lock:
            if self._closed:
                self._room.release()
            return not self._closed

    def put(self, said: _Said, *, new: bool = False) -> None:
        """Hand it over, in the room that was reserved. ``new``: may it be accepted?"""
        with self._lock:
            self._new += new
            if self._closed:
                self._leave(new=new)
            else:
                self._said.put((said, new))

    def take(self) -> _Said:
        """The next; what was taken before is dealt with. What ended it is raised."""
        self._settle()
        said, new = self._said.get()
        with self._lock:
            self._out = new
        if isinstance(said, BaseException):
            raise said
        return said

    def arrivals(self) -> Iterator[Arrival]:
        """All that follow the first."""
        while isinstance(arrival := self.take(), Arrival):
            yield arrival

    def close(self) -> None:
        """Nobody wants more of it."""
        self._settle()
        with self._lock:
            self._closed = True
            while not self._said.empty():
                self._leave(new=self._said.get()[1])

    def _settle(self) -> None:
        with self._lock:
            if self._out is not None:
                self._leave(new=self._out)
                self._out = None

    def _leave(self, *, new: bool) -> None:
        self._new -= new
        self._room.release()


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
        if any(_bears_on(feed.source, source, schemas) for feed in self.feeds if feed.has_news):
            return None
        with memory.lock:
            if memory.shared is None:
                entries = known_entries(self.workspace)
                memory.shared = (entries, prior_state(self.workspace, source, entries))
            entries, state = memory.shared
        return self.threads.submit(look, self.workspace, source, arrival.delivery, entries, state)

    def _recognised(self, source: Source, delivery: Delivery) -> Recognised | None:
        """Whether somebody has seen it, as far as it costs little to tell. What lies in an inbox mostly is new."""
        if isinstance(source, InboxSource):
            return None
        entries, workspace = known_entries(self.workspace), self.workspace
        version, mapping = workspace.schemas.version, workspace.mapping_of(source)
        context = recognition.context(workspace.sha256, mapping, version, entries)
        seen = recognition.recognise(delivery, workspace.intake, context, entries, whole=source.whole)
        return Recognised(seen, len(entries))


def _bears_on(earlier: Source, later: Source, schemas: Schemas) -> bool:
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
