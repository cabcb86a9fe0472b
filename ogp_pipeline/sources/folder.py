"""Files that were put into a folder. They are copied before they are read, and never moved or changed.

Whoever fills the folder is not trusted: nothing below it is followed, waited for, or copied before its size is known
(``beneath``). What cannot be taken is a refusal of that file; the others are taken. A name that is not UTF-8, or that
would show other than it is, is told with signs in place of such letters.

Left alone until the next run: names of files that are still being written (``.x``, ``~$x``, ``x.part``,
``x.tmp`` …) and files whose size or time changes while they are copied.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ogp_pipeline.errors import SourceError
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.programme.sources import FolderSource
from ogp_pipeline.sources import beneath, patterns
from ogp_pipeline.sources.beneath import Member, NotAFile
from ogp_pipeline.sources.collectors import Collected, Occasion, collects
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery, Refusal
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.inbox import UNFINISHED, too_large, too_much
from ogp_pipeline.sources.names import apart
from ogp_pipeline.sources.spool import keep, stand_in


class _Unreadable(Exception):
    """The file broke off while it was read; unlike an error of the spool, that is no fault of ours."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The folder's handle, the size of the largest file that is read, and where copies go."""

    root: int
    largest: int
    spool: Path


@collects(FolderSource)
def collect(source: FolderSource, occasion: Occasion) -> Collected:
    """The folder's deliveries, sorted by file name; an empty folder gives none. Nothing is remembered of it.

    ``source.path`` is relative to the folder of the programme file. SourceError if the folder is missing or unreadable.
    """
    address = source.path.as_posix()
    try:
        with beneath.opened(occasion.base / source.path) as root:
            members = _chosen(source, root, occasion.limits.files)
            place = _Place(root, occasion.limits.file_mb << 20, occasion.spool)
            sizes = [member.status.st_size for member in members]
            if (refusal := too_much(sizes, occasion.limits)) is not None:
                mark = f"{len(members)} {sum(sizes)}"
                files = [stand_in(legible(address), refusal, mark, occasion.spool)]
                return [Delivery(envelope(source, occasion.now, address), tuple(files))], None
            copies = [_copy(member, place) for member in members]
    except (FileNotFoundError, NotADirectoryError) as error:
        told = f"there is no folder {address}; if it lies on another disk, see that it is mounted"
        raise SourceError(f"source {source.id}: {told}") from error
    except PermissionError as error:
        raise SourceError(f"source {source.id}: we may not read the folder {address}; allow it") from error
    return list(_deliveries(source, copies, occasion)), None


def ignored(member: Member) -> bool:
    """Whether a name says that a program put it there, not a person: hidden, or an editor's lock."""
    return any(part.startswith((".", "~$")) for part in member.parts)


def unfinished(member: Member) -> bool:
    """Whether its name says that it is still being uploaded."""
    return member.parts[-1].lower().endswith(UNFINISHED)


def _deliveries(source: FolderSource, copies: list[DeliveredFile | None], occasion: Occasion) -> Iterator[Delivery]:
    files = list(apart([copy for copy in copies if copy is not None]))
    origin = source.path.as_posix()
    alone = [file for file in files if not source.together or file.refusal is not None]
    # One unfinished or refused file makes the whole delivery wait: without it, its rows would seem to be withdrawn.
    if source.together and files and not alone and None not in copies:
        yield Delivery(envelope(source, occasion.now, origin), tuple(files))
    for file in alone:
        yield Delivery(envelope(source, occasion.now, f"{origin}/{file.name}"), (file,))


def _chosen(source: FolderSource, root: int, most: int) -> list[Member]:
    """What the source's patterns match, finished or not, but no folders; sorted, and hardly more than ``most``."""
    chosen = []
    for member in beneath.members(root, patterns.depth(source.files)):
        if member.is_folder or ignored(member):
            continue
        if any(patterns.matches(pattern, member.parts) for pattern in source.files):
            chosen.append(member)
            if len(chosen) > most:
                break
    return sorted(chosen, key=lambda member: member.name)


def _copy(member: Member, place: _Place) -> DeliveredFile | None:
    """The copy, or what stands in for a file that is refused; None if somebody is still writing it: its name says so,
    or it changed since it was listed.
    """
    if unfinished(member):
        return None
    name = legible(member.name)
    refusal = too_large(member.status.st_size, place.largest) if member.is_file else Refusal("not-a-file")
    if refusal is None:
        try:
            return _read(member, name, place)
        except FileNotFoundError:
            return None
        except NotAFile:
            refusal = Refusal("not-a-file")
        except (_Unreadable, PermissionError):
            refusal = Refusal("file-not-readable")
    return stand_in(name, refusal, f"{member.status.st_size} {member.status.st_mtime_ns}", place.spool)


def _read(member: Member, name: str, place: _Place) -> DeliveredFile | None:
    with beneath.file(place.root, member.parts) as handle:
        before = os.fstat(handle)
        if not _same(before, member.status):
            return None
        copied = keep(_pieces(handle, before.st_size), name, place.spool)
        after = os.fstat(handle)
    return copied if _same(before, after) and copied.size == after.st_size else None


def _pieces(handle: int, size: int) -> Iterator[bytes]:
    try:
        yield from beneath.pieces(handle, size)
    except OSError as error:
        raise _Unreadable from error


def _same(before: os.stat_result, other: os.stat_result) -> bool:
    return (before.st_ino, before.st_size, before.st_mtime_ns) == (other.st_ino, other.st_size, other.st_mtime_ns)
