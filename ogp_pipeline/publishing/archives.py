"""Archives: what the lists said of ten releases, for ever, so that the lists hold the newest ones only (``windows``).

    archives/<k>/versions.json, deltas.json    as the lists, of releases 10(k-1)+1 to 10k: they follow from the log
    archives/<k>/…                             what is drawn of them: feeds, versions of datasets, pages of history
    <language>/release/<version>.html          their pages, which stay where they were drawn at first
    archives/<k>/index.json                    these files with their hashes, the hash of the last release's record,
                                               what the catalogues say of the time up to then (``lineage``), and the
                                               hash of the index before: a chain like the log's

``pages.json`` names the newest index, under its seal. An archive is made while the views of its last release are, by
creates: of two publishers, perhaps with other software, the first has drawn it. The index comes last, and is made from
what stands. Archives are views all the same: ``views.repair`` makes again what is lost.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogp_pipeline.errors import BrokenHistory, StoreError
from ogp_pipeline.publishing import history, layout, lineage, lists, windows
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.publishing.publisher import Drawn, ReleasePublisher
from ogp_pipeline.publishing.repair_report import Repair
from ogp_pipeline.release import json_text
from ogp_pipeline.store import retrying
from ogp_pipeline.store.protocol import Exists, InDoubt, Store

FORMAT = "ogp-archive/1"


@dataclass(frozen=True, slots=True)
class Index:
    """``archives/<k>/index.json``. ``documents``: by key, sha256 and size."""

    k: int
    record: str
    previous: str | None
    lineage: Lineage
    documents: Mapping[str, tuple[str, int]]

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        releases = windows.block(self.k)
        return json_text.canonical(
            {
                "format": FORMAT,
                "archive": self.k,
                "first": releases[0],
                "last": releases[-1],
                "record": self.record,
                "previous": self.previous,
                "lineage": self.lineage.to_json(),
                "documents": [
                    {"key": key, "sha256": sha256, "bytes": size}
                    for key, (sha256, size) in sorted(self.documents.items())
                ],
            }
        )


def parse(data: bytes) -> Index | None:
    """An index from its bytes; None if they are none."""
    try:
        said: dict[str, Any] = json.loads(data)
        documents = {
            document["key"]: (str(document["sha256"]), int(document["bytes"])) for document in said["documents"]
        }
        index = Index(int(said["archive"]), said["record"], said["previous"], lineage.parse(said["lineage"]), documents)
        return index if index.to_bytes() == data else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def files_of(k: int, chain: Sequence[Release]) -> dict[str, bytes]:
    """What of an archive follows from the log alone. ``chain`` holds its releases, and the one before them."""
    releases = windows.block(k)
    steps = [record for record in chain if releases[0] - 1 <= record.n <= releases[-1]]
    return {
        layout.archived(k, layout.VERSIONS): lists.versions_of([record for record in steps if record.n in releases]),
        layout.archived(k, layout.DELTAS): lists.deltas_of(steps, releases[0]),
    }


def lineage_before(store: Store, first: int) -> Lineage:
    """What was before release ``first``, with which lists or an archive begin."""
    k = windows.archive_before(first)
    if not k:
        return Lineage()
    stored = store.get(layout.archived(k))
    index = parse(stored.data) if stored else None
    if index is not None:
        return index.lineage
    return _folded(history.releases(store), first)  # of a publication by earlier software, or damaged: ``repair``


def complete(publisher: ReleasePublisher, chain: Sequence[Release]) -> None:
    """Make the archives that should stand and do not, oldest first. ``chain``: the newest releases."""
    store = publisher.store
    wanted = windows.archives(chain[-1].n)
    have = wanted
    while have and store.head(layout.archived(have)) is None:
        have -= 1
    if have == wanted:
        return
    stored = store.get(layout.archived(have)) if have else None
    if stored is not None and (index := parse(stored.data)) is not None:
        previous, so_far = hashlib.sha256(stored.data).hexdigest(), index.lineage
    else:
        have, previous, so_far = 0, None, Lineage()
    first = max(1, windows.block(have + 1)[0] - 1)
    if chain[0].n > first:
        chain = publisher.releases(first)
    for k in range(have + 1, wanted + 1):
        own, before = _own(k, chain), so_far
        for record in own:
            so_far = so_far.after(record.manifest)
        documents = {key: _stand(publisher, key, *file) for key, file in _files(publisher, k, chain, before).items()}
        index = Index(k, own[-1].hash, previous, so_far, documents)
        _stand(publisher, layout.archived(k), index.to_bytes(), layout.JSON)
        previous = hashlib.sha256(index.to_bytes()).hexdigest()


def repair(publisher: ReleasePublisher, chain: Sequence[Release]) -> Iterator[Repair]:
    """Make again what of the archives is not as it should be. ``chain``: all releases."""
    store = publisher.store
    previous, so_far = None, Lineage()
    for k in range(1, windows.archives(chain[-1].n) + 1):
        own, before = _own(k, chain), so_far
        for record in own:
            so_far = so_far.after(record.manifest)
        stored = store.get(layout.archived(k))
        index = parse(stored.data) if stored else None
        told = dict(index.documents) if index else {}
        drawn: Drawn | None = None
        documents: dict[str, tuple[str, int]] = {}
        fixed = files_of(k, chain)
        for key in sorted({*told, *fixed} if told else _files(publisher, k, chain, before)):
            standing = store.get(key)
            right = _digest(fixed[key]) if key in fixed else told.get(key)
            if standing is not None and _digest(standing.data) == (right or _digest(standing.data)):
                documents[key] = _digest(standing.data)
                continue
            drawn = drawn or _files(publisher, k, chain, before)
            if key in drawn:  # else this software draws no such document any more
                documents[key] = _digest(drawn[key][0])
                yield from _put(publisher, key, *drawn[key])
        made = Index(k, own[-1].hash, previous, so_far, documents).to_bytes()
        if stored is None or stored.data != made:
            yield from _put(publisher, layout.archived(k), made, layout.JSON)
        previous = hashlib.sha256(made).hexdigest()


def newest_index(store: Store, n: int) -> tuple[str, bytes] | None:
    """Key and bytes of the newest index that stands once release ``n`` is published."""
    k = windows.archives(n)
    stored = store.get(layout.archived(k)) if k else None
    return (layout.archived(k), stored.data) if stored else None


def documents(data: bytes) -> frozenset[str]:
    """The keys that an index names, from its bytes."""
    index = parse(data)
    return frozenset(index.documents) if index else frozenset()


def _files(publisher: ReleasePublisher, k: int, chain: Sequence[Release], before: Lineage) -> Drawn:
    made = {key: (data, layout.JSON) for key, data in files_of(k, chain).items()}
    return {**(publisher.archive(k, _own(k, chain), before) if publisher.archive else {}), **made}


def _own(k: int, chain: Sequence[Release]) -> list[Release]:
    own = [record for record in chain if record.n in windows.block(k)]
    if len(own) != windows.BLOCK:
        raise BrokenHistory(f"archive {k} cannot be made: not all of its releases are at hand")
    return own


def _stand(publisher: ReleasePublisher, key: str, data: bytes, media_type: str) -> tuple[str, int]:
    """Create it, unless something stands there; what stands then."""
    store = publisher.store
    answer = retrying.until_definite(lambda: store.create(key, data, media_type), publisher.hooks.pause)
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {key} stays in doubt ({answer.reason}); run again")
    publisher.hooks.on_step("archived")
    standing = store.get(key) if isinstance(answer, Exists) else None
    return _digest(standing.data if standing else data)


def _put(publisher: ReleasePublisher, key: str, data: bytes, media_type: str) -> Iterator[Repair]:
    retrying.put_view(publisher.store, key, data, media_type, publisher.hooks.pause)
    publisher.hooks.on_step("repaired")
    yield Repair("made_again", key)


def _digest(data: bytes) -> tuple[str, int]:
    return hashlib.sha256(data).hexdigest(), len(data)


def _folded(chain: Sequence[Release], first: int) -> Lineage:
    so_far = Lineage()
    for record in chain:
        if record.n < first:
            so_far = so_far.after(record.manifest)
    return so_far
