"""A source is looked at before its turn, wherever there is a machine for it: fetched, recognised, examined.

    scout     on any machine: fetches and examines what a source has to give, and keeps that on the run's shelf
    Scouts    in the run: which sources are looked at when; hands over what was found of them
    (then)    ``collect_source`` settles each in the programme's order, with what was found of it

Nothing is decided here. What was found counts only if it would be found again (``delivery_work.Looked``): it is of the
very same bytes, and nothing came before its turn that it asked for. So whatever a machine does, or if it dies, a run
ends the same; at worst the run itself fetches and examines a source once more.
"""

import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.errors import OgpError, SourceError
from ogp_pipeline.intake import recognition
from ogp_pipeline.intake.recognition import New, Recognised
from ogp_pipeline.programme.sources import HttpSource, InboxSource, Source
from ogp_pipeline.runs import gathering
from ogp_pipeline.runs.delivery_work import Looked, look
from ogp_pipeline.runs.gathering import Arrival, Gathered
from ogp_pipeline.runs.known_state import known_entries, prior_state
from ogp_pipeline.runs.lookahead import bears_on
from ogp_pipeline.runs.shelf import Shelf
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import SourceMemory
from ogp_pipeline.sources.delivery import Delivery

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """A small value that travels. ``found``: the hash of what lies on the shelf, None if nothing does.

    ``news``: whether something of it may be accepted; ``examined``: whether that was examined.
    """

    source: str
    news: bool
    examined: bool
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What lies on the shelf. ``fetched``: the downloads of an address, or why it could not be read.

    ``looked``, ``recognised``: by the marks of deliveries.
    """

    fetched: tuple[list[Delivery], SourceMemory | None] | SourceError | None = None
    looked: dict[str, Looked] = field(default_factory=dict)
    recognised: dict[str, Recognised] = field(default_factory=dict)


Ask = Callable[[str, bool, Report | None], Callable[[], Report | None]]
"""Has a source scouted (its id, whether to examine it, the report before); what is returned waits for the report."""


def scout(
    workspace: Workspace,
    source_id: str,
    now: datetime,
    shelf: Shelf,
    *,
    examine: bool = True,
    before: Report | None = None,
) -> Report:
    """Fetch what a source has to give, examine it, and keep both on the shelf. Reads only, but for the shelf.

    ``now``: as ``collect_source`` gets it. ``before``: an earlier report of it, so that it is not fetched again.
    OgpError, OSError: the run does it itself, and tells what is wrong there.
    """
    source = next(item for item in workspace.programme.sources if item.id == source_id)
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("spool")) as folder:
        spool = Path(folder)
        if before is not None and before.found is not None:
            _hand_over_download(workspace, source, now, shelf, before.found, spool)
        entries = known_entries(workspace, anew=True)
        try:
            gathered = gathering.gather(workspace, source, now, spool, entries)
        except SourceError as error:
            return Report(source.id, news=False, examined=False, found=shelf.put(Found(error)))
        arrivals = [arrival for arrival in gathered.arrivals if arrival.refusal is None]
        fetched = None
        if isinstance(source, HttpSource):  # what lies in a folder or an inbox, the run can see itself
            deliveries = [arrival.delivery for arrival in arrivals]
            for file in (file for delivery in deliveries for file in delivery.files):
                shelf.put_file(file)
            fetched = (deliveries, gathered.remembered)
        findings = Found(fetched)
        news = _recognise(workspace, source, arrivals, findings)
        if news and examine:
            _examine(workspace, source, news, findings)
        kept = shelf.put(findings) if findings != Found() else None
        return Report(source.id, bool(news), examine or not news, kept)


def _recognise(workspace: Workspace, source: Source, arrivals: Sequence[Arrival], findings: Found) -> list[Delivery]:
    """The deliveries that nobody has seen. What lies in an inbox mostly is new, and is not asked for."""
    if isinstance(source, InboxSource):
        return [arrival.delivery for arrival in arrivals]
    entries, news = known_entries(workspace), []
    version, mapping = workspace.schemas.version, workspace.mapping_of(source)
    context = recognition.context(workspace.sha256, mapping, version, entries)
    for delivery in (arrival.delivery for arrival in arrivals):
        seen = recognition.recognise(delivery, workspace.intake, context, entries, whole=source.whole)
        if isinstance(seen, New):
            news.append(delivery)
        else:
            findings.recognised[mark(delivery)] = Recognised(seen, len(entries))
    if not isinstance(source, HttpSource):
        findings.recognised.clear()  # the run, which sees the files itself, is as quick
    return news


def _examine(workspace: Workspace, source: Source, news: Sequence[Delivery], findings: Found) -> None:
    """Examine it under what is known now. What restates its tables, or tells of the past, waits for its turn."""
    if source.whole or source.historic is not None:
        return
    entries = known_entries(workspace)
    state = prior_state(workspace, source, entries)
    for delivery in news:
        try:
            findings.looked[mark(delivery)] = look(workspace, source, delivery, entries, state)
        except (OgpError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - the same again in its turn, and told there
            _LOG.warning("a delivery of %s could not be examined ahead: %s", source.id, error)


def mark(delivery: Delivery) -> str:
    """Everything that an examination reads of a delivery, but for where its files lie."""
    files = [{name: value for name, value in asdict(file).items() if name != "path"} for file in delivery.files]
    return hashlib.sha256(repr((asdict(delivery.envelope), files)).encode()).hexdigest()


def _hand_over_download(
    workspace: Workspace, source: Source, now: datetime, shelf: Shelf, digest: str, spool: Path
) -> Found | None:
    """Lay out what was fetched for whoever gathers the source next; what lies on the shelf, None if it is of no use."""
    findings = shelf.take(digest)
    if not isinstance(findings, Found):
        return None
    if findings.fetched is None:
        return findings
    fetched: Future[tuple[list[Delivery], SourceMemory | None]] = Future()
    if isinstance(findings.fetched, SourceError):
        fetched.set_exception(findings.fetched)
    else:
        deliveries, remembered = findings.fetched
        laid_out = [_laid_out(delivery, shelf, spool / f"{number}") for number, delivery in enumerate(deliveries)]
        if None in laid_out:
            return None
        fetched.set_result(([delivery for delivery in laid_out if delivery is not None], remembered))
    workspace.memory.downloads[source.id, now] = fetched
    return findings


def _laid_out(delivery: Delivery, shelf: Shelf, folder: Path) -> Delivery | None:
    folder.mkdir(parents=True)
    files = [replace(file, path=folder / str(number)) for number, file in enumerate(delivery.files)]
    return replace(delivery, files=tuple(files)) if all(shelf.fetch(file, file.path) for file in files) else None


class Scouts:
    """Which sources are looked at when.

    First those on which others lean (a plan, on which the agencies' reports lean), then all others at once. Where one
    of the first has news, what leans on it is only fetched, and examined once that is settled: at once again.
    """

    def __init__(self, workspace: Workspace, ask: Ask) -> None:
        self._workspace, self._ask = workspace, ask
        sources = workspace.programme.sources
        self._leans: dict[str, list[str]] = {  # on which earlier sources
            source.id: [each.id for each in sources[:number] if bears_on(each, source, workspace.schemas)]
            for number, source in enumerate(sources)
        }
        self._waiting: dict[str, Callable[[], Report | None]] = {}
        self._reports: dict[str, Report | None] = {}
        self._unsettled = {source.id for source in sources}

    def begin(self) -> None:
        """Ask for all sources. It waits only for those on which others lean."""
        bearers = {earlier for leans in self._leans.values() for earlier in leans}
        for source in self._leans:
            if source in bearers or not self._leans[source]:
                self._send(source, examine=not self._leans[source])
        for source in bearers:
            self.report(source)
        for source in self._leans:
            if source not in self._waiting:
                self._send(source, examine=not self._leans_on_news(source))

    def before(self, source: str) -> Report | None:
        """What is known of a source whose turn has come; None if it was lost."""
        report = self.report(source)
        if report is not None and report.news and not report.examined and not self._leans_on_news(source):
            ready = [each for each in self._leans if each in self._unsettled and self._is_ready(each)]
            if len(ready) > 1:
                for each in ready:
                    self._send(each, examine=True)
                report = self.report(source)
        self._unsettled.discard(source)
        return report

    def report(self, source: str) -> Report | None:
        """The newest report of a source, which is waited for."""
        if source not in self._reports:
            self._reports[source] = self._waiting[source]()
        return self._reports[source]

    def _send(self, source: str, *, examine: bool) -> None:
        before = self._reports.pop(source, None)
        self._waiting[source] = self._ask(source, examine, before)

    def _is_ready(self, source: str) -> bool:
        report = self.report(source)
        return report is not None and report.news and not report.examined and not self._leans_on_news(source)

    def _leans_on_news(self, source: str) -> bool:
        """Whether something that comes before it may change what it asks. What was lost may be news."""
        for earlier in self._leans[source]:
            if earlier in self._unsettled:
                report = self.report(earlier)
                if report is None or report.news:
                    return True
        return False


@contextmanager
def handed_over(
    workspace: Workspace, source_id: str, now: datetime, shelf: Shelf, report: Report | None
) -> Iterator[None]:
    """While this is open, whoever collects the source finds what lies on the shelf of it."""
    source = next(item for item in workspace.programme.sources if item.id == source_id)
    memory = workspace.memory
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("spool")) as folder:
        findings = None
        if report is not None and report.found is not None:
            findings = _hand_over_download(workspace, source, now, shelf, report.found, Path(folder))
        memory.found = findings
        try:
            yield
        finally:
            memory.found = None
            memory.downloads.pop((source.id, now), None)


def with_findings(workspace: Workspace, gathered: Gathered) -> Gathered:
    """What was gathered, with what was found of each delivery before its turn."""
    findings = workspace.memory.found
    if not isinstance(findings, Found):
        return gathered

    def completed(arrival: Arrival) -> Arrival:
        if arrival.refusal is not None:
            return arrival
        name = mark(arrival.delivery)
        looked, recognised = findings.looked.get(name), findings.recognised.get(name)
        return replace(arrival, ahead=(lambda: looked) if looked is not None else None, recognised=recognised)

    return replace(gathered, arrivals=map(completed, gathered.arrivals))
