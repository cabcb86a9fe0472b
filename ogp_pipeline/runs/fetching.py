"""Addresses are asked ahead and many at a time, while the sources before them are taken in.

``ahead`` starts the downloads of a run; whoever collects a source then finds its download here, done or nearly so, and
waits for that one alone. Nothing else changes: sources are taken in in the programme's order, and an error of a
download is raised where it always was, when its source is collected. A download is given once: who asks again (a
retry) fetches again.
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.errors import OgpError
from ogp_pipeline.programme.sources import HttpSource, Source
from ogp_pipeline.runs import download_memory
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import SourceMemory, deliveries
from ogp_pipeline.sources.collectors import Collected

AT_A_TIME = 16  # mostly waiting for others; 60 servers that answer in 2 seconds each take 8


@contextmanager
def ahead(workspace: Workspace, now: datetime) -> Iterator[None]:
    """While this is open, all addresses of the programme are being asked. ``now``: as ``collect_source`` gets it."""
    sources = [source for source in workspace.programme.sources if isinstance(source, HttpSource)]
    if len(sources) < 2:
        yield
        return
    begun: dict[tuple[str, datetime], Future[Collected]] = {}
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("spool")) as folder:
        threads = ThreadPoolExecutor(min(AT_A_TIME, len(sources)), thread_name_prefix="ogp-fetch")
        try:
            for number, source in enumerate(sources):
                with suppress(OgpError, OSError):  # raised again, and told, when the source is collected
                    memory = download_memory.recall(workspace, source)
                    spool = Path(folder) / str(number)
                    spool.mkdir()
                    begun[source.id, now] = threads.submit(_fetch, workspace, source, spool, now, memory)
            workspace.memory.downloads.update(begun)
            yield
        finally:
            for place in begun:
                workspace.memory.downloads.pop(place, None)
            threads.shutdown(wait=True, cancel_futures=True)


def collected(workspace: Workspace, source: Source, now: datetime) -> Collected | None:
    """What was fetched ahead for a source, or the error of its download; None if nobody has begun to."""
    started = workspace.memory.downloads.pop((source.id, now), None)
    return started.result() if started is not None else None


def _fetch(
    workspace: Workspace, source: HttpSource, spool: Path, now: datetime, memory: SourceMemory | None
) -> Collected:
    programme = workspace.programme
    return deliveries(source, workspace.base, spool, programme.local(now), memory, programme.limits_of(source))
