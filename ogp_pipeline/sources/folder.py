"""Files that were put into a folder. They are copied before they are read, and never moved or changed.

A name that is not UTF-8, or that would show other than it is, is told with signs in place of such letters.

Left alone until the next run: names of files that are still being written (``.x``, ``~$x``, ``x.part``,
``x.tmp`` …) and files whose size or time changes while they are copied. A link that leads out of the folder
is refused.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from ogp_pipeline.errors import SourceError
from ogp_pipeline.programme.model import FolderSource
from ogp_pipeline.sources.collectors import Collected, Occasion, collects
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.names import apart, legible
from ogp_pipeline.sources.spool import keep

# Endings of files that are still being uploaded.
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")
_CHUNK = 1 << 20


class _Unreadable(Exception):
    """The folder or a file in it; unlike an error of the spool, that is the source's."""


class _Gone(Exception):
    """A file that was taken away meanwhile."""


@collects(FolderSource)
def collect(source: FolderSource, occasion: Occasion) -> Collected:
    """The folder's deliveries, sorted by file name; an empty folder gives none. Nothing is remembered of it.

    ``source.path`` is relative to the folder of the programme file. SourceError if the folder is missing, unreadable,
    or holds a link that leads out of it.
    """
    return _deliveries(source, occasion.base / source.path, occasion), None


def _deliveries(source: FolderSource, folder: Path, occasion: Occasion) -> list[Delivery]:
    if not folder.is_dir():
        raise SourceError(f"source {source.id}: there is no folder {source.path.as_posix()}")
    try:
        copies = [_copy(path, folder, occasion.spool) for path in _found(source, folder)]
    except _Unreadable as error:
        raise SourceError(f"source {source.id}: {source.path.as_posix()}: {error}") from error
    files = list(apart([copied for copied in copies if copied is not None]))
    origin = source.path.as_posix()
    if source.together:
        # One unfinished file makes the whole delivery wait: without it, it would say that its rows are withdrawn.
        return [Delivery(envelope(source, occasion.now, origin), tuple(files))] if files and None not in copies else []
    return [Delivery(envelope(source, occasion.now, f"{origin}/{file.name}"), (file,)) for file in files]


def _found(source: FolderSource, folder: Path) -> Iterator[Path]:
    """The files that the source's patterns match, finished or not; files of other programs are not among them."""
    try:
        yield from _matching(source, folder)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in circles
        raise _Unreadable(_why(error)) from error


def _matching(source: FolderSource, folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    found = {path for pattern in source.files for path in folder.glob(pattern)}
    for path in sorted(found, key=lambda path: path.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "~$")) for part in parts):
            continue
        if not path.resolve().is_relative_to(root):
            link = legible(path.relative_to(folder).as_posix())
            told = f"{link} is a link that leads out of the folder; put the file itself there"
            raise SourceError(f"source {source.id}: {told}")
        if path.is_file():
            yield path


def _copy(path: Path, folder: Path, spool: Path) -> DeliveredFile | None:
    """The copy, or None if somebody is still writing the file: its name says so, or it changed meanwhile."""
    if path.name.lower().endswith(UNFINISHED):
        return None
    name = legible(path.relative_to(folder).as_posix())
    try:
        before = _look(path, name)
        copied = keep(_chunks(path, name), name, spool)
        after = _look(path, name)
    except _Gone:
        return None
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return copied if same and copied.size == after.st_size else None


def _look(path: Path, name: str) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError as error:
        raise _Gone from error
    except OSError as error:
        raise _Unreadable(f"{name}: {_why(error)}") from error


def _chunks(path: Path, name: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except FileNotFoundError as error:
        raise _Gone from error
    except OSError as error:
        raise _Unreadable(f"{name}: {_why(error)}; allow us to read it, or put it there once more") from error


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or legible(str(error))
