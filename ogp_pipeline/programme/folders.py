"""Places that a programme names and that must not cross: whatever lies in an inbox is taken out of it.

So an inbox belongs to one source, or to several of one supplier that tell its files apart by their names; it lies
neither in nor around another source's folder, and holds neither the programme file nor a store. The same goes for
prefixes of one bucket, and for the two stores.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.places import DirectoryPlace, Place, S3Place
from ogp_pipeline.programme.sources import FolderSource, InboxSource, Source

_HERE = Path()
# Endings that tell a format for certain, and the readers that may take such a file.
_ENDINGS = {
    ".csv": {"csv"},
    ".json": {"json"},
    ".jsonl": {"jsonl", "json"},
    ".ndjson": {"jsonl", "json"},
    ".yaml": {"yaml"},
    ".yml": {"yaml"},
    ".md": {"markdown"},
    ".xlsx": {"xlsx", "xls", "xlsb"},
    ".xlsb": {"xlsb", "xls"},
    ".ods": {"ods", "xlsx", "xls", "xlsb"},
}  # not .xls and .html: what is called so may be anything, and the receipt of the file says what it is


def crossings(programme: Programme) -> Iterator[tuple[int, str]]:
    """Each inbox that crosses another place: the index of its source, and what is wrong."""
    sources = [(index, source, _place(source)) for index, source in enumerate(programme.sources)]
    publication = programme.publication
    stores = {"the private store": _plain(publication.intake), "the public store": _plain(publication.store)}
    for index, source, place in sources:
        if not isinstance(source, InboxSource) or place is None:
            continue
        own = "a prefix" if isinstance(place, S3Place) else "a folder"
        if isinstance(place, DirectoryPlace) and _is_here(place.directory):
            yield index, f"`{source.place.address}` holds the programme file itself; an inbox needs a folder of its own"
            continue
        for name, store in stores.items():
            if _cross(place, store):
                yield (
                    index,
                    f"`{source.place.address}` crosses {name} `{store.address}`; an inbox needs {own} of its own",
                )
        for other, neighbour, its_place in sources:
            later = other < index or not isinstance(neighbour, InboxSource)
            if other == index or not later or its_place is None or not _cross(place, its_place):
                continue
            if not (isinstance(neighbour, InboxSource) and place == its_place):
                yield index, f"source `{neighbour.id}` has that {own[2:]}, or one in or around it; each needs its own"
            elif neighbour.supplier != source.supplier:
                yield index, f"source `{neighbour.id}` has that inbox, and is another supplier's; each needs its own"
            elif not {"files"} <= source.model_fields_set & neighbour.model_fields_set:
                yield index, f"source `{neighbour.id}` has that inbox, too; say in both which `files` are theirs"
            elif source.files == neighbour.files:
                yield index, f"source `{neighbour.id}` takes the same files from that inbox; its patterns come first"


def sharing(programme: Programme, source: InboxSource) -> list[InboxSource]:
    """The sources to which an inbox belongs, in the programme's order."""
    place = _plain(source.place)
    inboxes = [inbox for inbox in programme.sources if isinstance(inbox, InboxSource)]
    return [inbox for inbox in inboxes if _plain(inbox.place) == place]


def stores_cross(programme: Programme) -> str | None:
    """What is wrong if the private store lies in the public one, or around it; None if each has its own place."""
    publication = programme.publication
    private, public = _plain(publication.intake), _plain(publication.store)
    if not _cross(private, public):
        return None
    return (
        f"the private store `{private.address}` and the public store `{public.address}` cross: "
        "what is private would be published"
    )


def crossed_by(programme: Programme, place: Place, base: Path) -> str | None:
    """The address of a store or inbox that ``place`` lies in or around; None if it has a place of its own.

    ``base``: the folder from which the programme's paths start; ``place`` starts from where we are.
    """
    publication = programme.publication
    inboxes = [source.place for source in programme.sources if isinstance(source, InboxSource)]
    for own in (publication.store, publication.intake, *inboxes):
        if _cross(_absolute(place, Path()), _absolute(own, base)):
            return own.address
    return None


def _absolute(place: Place, base: Path) -> Place:
    return place if isinstance(place, S3Place) else DirectoryPlace(directory=(base / place.directory).resolve())


def folder_of(source: Source) -> Path | None:
    """The folder of this disk from which a source's files come, as the file writes it; None if from elsewhere."""
    if isinstance(source, InboxSource):
        return source.place.directory if isinstance(source.place, DirectoryPlace) else None
    return source.path if isinstance(source, FolderSource) else None


def missing(programme: Programme, base: Path) -> Iterator[tuple[int, str]]:
    """Each folder of sources that is not there, once: the index of its first source, and what to do."""
    readers: dict[Path, list[int]] = {}
    for index, source in enumerate(programme.sources):
        folder = folder_of(source)
        if folder is not None and not (base / folder).is_dir():
            readers.setdefault(folder, []).append(index)
    for folder, indexes in readers.items():
        also = f" (for {len(indexes)} sources)" if indexes[1:] else ""
        told = f"there is no folder `{folder}` beside the programme file{also}"
        yield indexes[0], f"{told}; correct it, or see that its disk is mounted"


def pattern_faults(source: Source) -> Iterator[str]:
    """What is wrong with the patterns of a source's files: those whose files `read` cannot read."""
    for pattern in source.files if isinstance(source, FolderSource | InboxSource) else ():
        if (ending := _foreign_ending(pattern, source.read.kind)) is not None:
            yield f"`{pattern}` takes files that end in {ending}, and `read` reads {source.read.kind}; change one"


def _foreign_ending(pattern: str, kind: str) -> str | None:
    """The ending of a pattern's files if it belongs to another format; None if it may be right."""
    ending = PurePosixPath(pattern).suffix.casefold()
    own = {ending for ending, kinds in _ENDINGS.items() if kind in kinds}
    return ending if ending in _ENDINGS and own and ending not in own else None


def _place(source: Source) -> Place | None:
    """Where a source's files lie; None if nobody else can reach in."""
    if isinstance(source, InboxSource):
        return _plain(source.place)
    folder = folder_of(source)
    return _plain(DirectoryPlace(directory=folder)) if folder is not None else None


def _plain(place: Place) -> Place:
    """The same place under the shortest name that a person would type."""
    if isinstance(place, S3Place):
        return place
    return DirectoryPlace(directory=Path(os.path.normpath(place.directory)))


def _is_here(folder: Path) -> bool:
    return folder == _HERE or folder in _HERE.absolute().parents


def _cross(place: Place, other: Place) -> bool:
    if isinstance(place, S3Place) and isinstance(other, S3Place):
        # An endpoint that only the environment knows may be the same.
        elsewhere = place.endpoint and other.endpoint and place.endpoint.rstrip("/") != other.endpoint.rstrip("/")
        one_prefix, other_prefix = PurePosixPath(place.prefix), PurePosixPath(other.prefix)
        return place.bucket == other.bucket and not elsewhere and _around(one_prefix, other_prefix)
    if isinstance(place, DirectoryPlace) and isinstance(other, DirectoryPlace):
        return _around(place.directory, other.directory)
    return False


def _around(path: PurePosixPath | Path, other: PurePosixPath | Path) -> bool:
    return path == other or path in other.parents or other in path.parents
