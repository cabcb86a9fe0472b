"""Places that a programme names and that must not cross: whatever lies in an inbox is taken out of it.

So an inbox belongs to one source alone, lies neither in nor around another source's folder, and holds neither the
programme file nor a store. The same goes for prefixes of one bucket, and for the two stores.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ogp_pipeline.programme.model import FolderSource, InboxSource, Programme, S3Place, Source, StorePlace

_HERE = Path()


def crossings(programme: Programme) -> Iterator[tuple[int, str]]:
    """Each inbox that crosses another place: the index of its source, and what is wrong."""
    sources = [(index, source, _place(source)) for index, source in enumerate(programme.sources)]
    publication = programme.publication
    stores = {"the private store": _store(publication.intake), "the public store": _store(publication.store)}
    for index, source, place in sources:
        if not isinstance(source, InboxSource) or place is None:
            continue
        own = "a prefix" if isinstance(place, S3Place) else "a folder"
        if isinstance(place, Path) and (place == _HERE or place in _HERE.absolute().parents):
            yield index, f"`{source.path}` holds the programme file itself; an inbox needs a folder of its own"
            continue
        for name, store in stores.items():
            if _cross(place, store):
                told = store.address if isinstance(store, S3Place) else store
                yield index, f"`{source.place}` crosses {name} `{told}`; an inbox needs {own} of its own"
        for other, neighbour, its_place in sources:
            later = other < index or not isinstance(neighbour, InboxSource)
            if other != index and later and its_place is not None and _cross(place, its_place):
                yield index, f"source `{neighbour.id}` has that {own[2:]}, or one in or around it; each needs its own"


def stores_cross(programme: Programme) -> str | None:
    """What is wrong if the private store lies in the public one, or around it; None if each has its own place."""
    publication = programme.publication
    private, public = _store(publication.intake), _store(publication.store)
    if not _cross(private, public):
        return None
    told = [place.address if isinstance(place, S3Place) else place for place in (private, public)]
    return f"the private store `{told[0]}` and the public store `{told[1]}` cross: what is private would be published"


def _place(source: Source) -> Path | S3Place | None:
    """Where a source's files lie; None if nobody else can reach in."""
    if isinstance(source, InboxSource) and source.s3 is not None:
        return source.s3
    path = source.path if isinstance(source, FolderSource | InboxSource) else None
    return _plain(path) if path is not None else None


def _store(place: StorePlace) -> Path | S3Place:
    if place.s3 is not None:
        return place.s3
    assert place.directory is not None, "the programme's own check"
    return _plain(place.directory)


def _plain(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _cross(one: Path | S3Place, other: Path | S3Place) -> bool:
    if isinstance(one, S3Place) and isinstance(other, S3Place):
        # An endpoint that only the environment knows may be the same.
        elsewhere = one.endpoint and other.endpoint and one.endpoint.rstrip("/") != other.endpoint.rstrip("/")
        one_prefix, other_prefix = PurePosixPath(one.prefix), PurePosixPath(other.prefix)
        return one.bucket == other.bucket and not elsewhere and _around(one_prefix, other_prefix)
    return isinstance(one, Path) and isinstance(other, Path) and _around(one, other)


def _around(one: PurePosixPath | Path, other: PurePosixPath | Path) -> bool:
    return one == other or one in other.parents or other in one.parents
