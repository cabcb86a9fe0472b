"""Folders that a programme names and that must not cross: whatever lies in an inbox is taken out of it.

So an inbox belongs to one source alone, lies neither in nor around another source's folder, and holds neither the
programme file nor a store.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from ogp_pipeline.programme import FolderSource, InboxSource, Programme

_HERE = Path()


def crossings(programme: Programme) -> Iterator[tuple[int, str]]:
    """Each inbox that crosses another folder: the index of its source, and what is wrong."""
    folders = [
        (index, source, _plain(source.path))
        for index, source in enumerate(programme.sources)
        if isinstance(source, FolderSource | InboxSource)
    ]
    stores = {
        name: _plain(place.directory)
        for name, place in (
            ("the private store", programme.publication.intake),
            ("the public store", programme.publication.store),
        )
        if place.directory is not None
    }
    for index, source, path in folders:
        if not isinstance(source, InboxSource):
            continue
        if path == _HERE or path in _HERE.absolute().parents:
            yield index, f"`{source.path}` holds the programme file itself; an inbox needs a folder of its own"
            continue
        for name, store in stores.items():
            if _cross(path, store):
                yield index, f"`{source.path}` crosses {name} `{store}`; an inbox needs a folder of its own"
        for other, neighbour, its_path in folders:
            later = other < index or not isinstance(neighbour, InboxSource)
            if other != index and later and _cross(path, its_path):
                yield index, f"source `{neighbour.id}` has that folder, or one in or around it; each needs its own"


def _plain(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _cross(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents
