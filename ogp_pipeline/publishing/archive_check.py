"""Archives, verified: what follows from the log is made again, and what was drawn has the hash that the index says.

An archive may be missing only while the lists still hold its releases, or in a publication by earlier software, whose
lists hold all.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from ogp_pipeline.publishing import archives, layout, lists, windows
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.lineage import Lineage

Read = Callable[[str, Callable[[bytes], bool]], bytes | None]
"""A key, and whether what was read is right: else it is asked for once more."""


def check(read: Read, chain: Mapping[int, Release], shown: int) -> Iterator[VerifyFinding]:
    """What is wrong with them. ``chain``: every release; ``shown``: the release that the views show at least."""
    records = [record for _, record in sorted(chain.items())]
    last = records[-1].n
    everything = lists.versions_of(records)
    whole = last < 2 * windows.BLOCK or read(layout.VERSIONS, lambda _: True) == everything
    previous, so_far = None, Lineage()
    for k in range(1, windows.archives(last) + 1):
        releases = windows.block(k)
        for n in releases:
            so_far = so_far.after(chain[n].manifest)
        key = layout.archived(k)
        data = read(key, lambda data: archives.parse(data) is not None)
        expected = f"the index of releases {releases[0]} to {releases[-1]}"
        if data is None:
            if not whole and releases[-1] < windows.first(last):
                late = shown < windows.BLOCK * (k + 1)
                yield VerifyFinding(Kind.VIEWS_BEHIND if late else Kind.MISSING, key, expected, "nothing")
            previous = None
            continue
        index = archives.parse(data)
        if index is None:
            yield VerifyFinding(Kind.LIST_DIFFERS, key, expected, "no index")
        else:
            link = index.previous if previous is None and k > 1 else previous  # the one before is not there
            made = archives.Index(k, chain[releases[-1]].hash, link, so_far, index.documents)
            if made.to_bytes() != data:
                yield VerifyFinding(Kind.LIST_DIFFERS, key, expected, "another index")
            yield from _documents(read, archives.files_of(k, records), index)
        previous = sha256(data).hexdigest()


def named(read: Callable[[str], bytes | None], last: int) -> set[str]:
    """Every key that the archives up to release ``last`` give a name to."""
    keys: set[str] = set()
    for k in range(1, windows.archives(last) + 1):
        data = read(layout.archived(k))
        index = archives.parse(data) if data is not None else None
        if data is not None:
            keys |= {layout.archived(k), *(index.documents if index else ())}
    return keys


def _documents(read: Read, fixed: Mapping[str, bytes], index: archives.Index) -> Iterator[VerifyFinding]:
    told = {**index.documents, **{key: (sha256(data).hexdigest(), len(data)) for key, data in fixed.items()}}
    for key, (digest, size) in sorted(told.items()):
        data = read(key, lambda data, digest=digest: sha256(data).hexdigest() == digest)  # type: ignore[misc]
        actual = (sha256(data).hexdigest(), len(data)) if data is not None else None
        if actual == (digest, size) == index.documents.get(key):
            continue
        kind = Kind.MISSING if data is None else Kind.LIST_DIFFERS if key in fixed else Kind.PAGE_DIFFERS
        said = f"{actual[1]} bytes, sha256 {actual[0]}" if actual else "nothing"
        yield VerifyFinding(kind, key, f"{size} bytes, sha256 {digest}", said)
