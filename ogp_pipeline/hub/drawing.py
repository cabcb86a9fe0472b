"""What is drawn of a hub's releases: pages, catalogues and search, from the published tables and nothing else."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.hub import catalogs, search
from ogp_pipeline.hub.fitness import MEMBERS
from ogp_pipeline.hub.pages import ReleaseRead, archived_pages
from ogp_pipeline.hub.pages import pages as draw
from ogp_pipeline.hub.plans import as_plans, places
from ogp_pipeline.hub.publication import HubPublication
from ogp_pipeline.hub.reading import ReleaseTables, Row
from ogp_pipeline.hub.schemas import load
from ogp_pipeline.publishing import archives, contents, history, layout, purge, windows
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.publishing.publisher import ArchivePages, Drawn, Pages
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.store.protocol import Store


def pages(hub: HubPublication, store: Store) -> Pages:
    """What makes everything that changes with a release."""

    def make(_: Manifest, chain: Sequence[Release]) -> Drawn:
        listed = history.listed(chain)
        with tempfile.TemporaryDirectory(prefix=scratch.prefix("hub-site")) as place:
            frames = contents.read(store, chain[-1], Path(place, "newest")).tables.frames
            read = _read(store, chain, Path(place))
        programme = hub.as_programme(as_plans(frames), places(frames))
        schemas = load(hub.languages, hub.languages)
        lineage = archives.lineage_before(store, listed[0].n)
        records = [release.manifest for release in listed]
        shown = [release for release in read if release.manifest.release >= listed[0].n]
        before = windows.archive_before(listed[0].n)
        older = layout.archived(before, layout.VERSIONS) if before else None
        tags = search.languages(frames) if hub.search else ()
        made = draw(frames, shown, programme, schemas, older, tags)
        made |= search.indexes(frames, tags)
        gone = purge.purged(store)
        made |= catalogs.documents(records, programme, schemas, frames, list(made), gone, lineage)
        return _typed(made)

    return make


def archive_pages(hub: HubPublication, store: Store) -> ArchivePages:
    """What draws an archive of a hub's releases."""

    def make(k: int, chain: Sequence[Release], lineage: Lineage) -> Drawn:
        records = [release.manifest for release in chain]
        programme, gone = hub.as_programme(), purge.purged(store)
        made = catalogs.archived(records, programme, load(hub.languages, hub.languages), gone, lineage, k)
        with tempfile.TemporaryDirectory(prefix=scratch.prefix("hub-archive")) as place:
            first = chain[0].n
            before = [history.release(store, first - 1)] if first > 1 else []
            read = _read(store, [*before, *chain], Path(place))
            made |= archived_pages([release for release in read if release.manifest.release >= first], programme)
        return _typed(made)

    return make


def _read(store: Store, chain: Sequence[Release], folder: Path) -> list[ReleaseRead]:
    """What each release read, and what the one before it in ``chain`` had: of one small table of each."""
    read: list[ReleaseRead] = []
    before: dict[str, Row] = {}
    for release in chain:
        members = ReleaseTables(store, release, folder / str(release.n)).rows(MEMBERS)
        read.append(ReleaseRead(release.manifest, members, before))
        before = {row["member_id"]: row for row in members}
    return read


def _typed(made: Mapping[str, bytes]) -> Drawn:
    return {key: (data, layout.media_type(key)) for key, data in made.items()}
