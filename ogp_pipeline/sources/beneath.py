"""What lies below a folder that others write to, told and opened without following a link.

Every part of a way down is opened below the handle of the one before it, so that a link is never gone through, whenever
it was put there. Only ordinary files are opened: a pipe would let us wait, and a device would do something.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_CHUNK = 1 << 20


class NotAFile(OSError):
    """It is a link, a folder, a pipe or a device, or lies behind a link."""


@dataclass(frozen=True, slots=True)
class Member:
    """Something that lies there. ``parts``: its way down from the folder; ``status``: its own, not a link's target."""

    parts: tuple[str, ...]
    status: os.stat_result

    @property
    def name(self) -> str:
        """The way down as one text."""
        return "/".join(self.parts)

    @property
    def path(self) -> PurePosixPath:
        """The way down, for patterns."""
        return PurePosixPath(*self.parts)

    @property
    def is_folder(self) -> bool:
        """A folder itself, not a link to one."""
        return stat.S_ISDIR(self.status.st_mode)

    @property
    def is_file(self) -> bool:
        """An ordinary file."""
        return stat.S_ISREG(self.status.st_mode)


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """The handle of a folder that the programme names: up to here, links are the engineer's own."""
    handle = os.open(folder, _FOLDER)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def inside(root: int, parts: Sequence[str]) -> Iterator[int]:
    """The handle of a folder below ``root``. NotAFile if a part of the way is a link or no folder."""
    handle = os.dup(root)
    try:
        for part in parts:
            try:
                inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
            except OSError as error:
                raise _explained(error) from error
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def members(root: int, deepest: int) -> Iterator[Member]:
    """What lies there, folders too, as deep as ``deepest`` parts, in no order; not what disappears meanwhile."""
    pending: list[tuple[str, ...]] = [()]
    while pending:
        above = pending.pop()
        try:
            with inside(root, above) as handle, os.scandir(handle) as entries:
                for entry in entries:
                    try:
                        member = Member((*above, entry.name), entry.stat(follow_symlinks=False))
                    except FileNotFoundError:
                        continue
                    yield member
                    if member.is_folder and len(member.parts) < deepest:
                        pending.append(member.parts)
        except (FileNotFoundError, NotAFile):  # it was a folder when it was listed
            if not above:
                raise


def status(root: int, parts: Sequence[str]) -> os.stat_result:
    """Its own, not a link's target. NotAFile as ``inside``."""
    with inside(root, parts[:-1]) as folder:
        return os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)


@contextmanager
def file(root: int, parts: Sequence[str]) -> Iterator[int]:
    """The handle of an ordinary file, to read. NotAFile if it is none, or lies behind a link."""
    with inside(root, parts[:-1]) as folder:
        try:
            handle = os.open(parts[-1], _FILE, dir_fd=folder)
        except OSError as error:
            raise _explained(error) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotAFile(errno.EINVAL, "it is no ordinary file")
        yield handle
    finally:
        os.close(handle)


def pieces(handle: int, size: int) -> Iterator[bytes]:
    """Its bytes: at most one more than ``size``, so that a file which grows without end is found out."""
    left = size + 1
    while left > 0 and (chunk := os.read(handle, min(_CHUNK, left))):
        left -= len(chunk)
        yield chunk


def _explained(error: OSError) -> OSError:
    """ELOOP: a link; ENOTDIR: a link or a file in a folder's place; ENXIO: a socket, or a pipe without a reader."""
    if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
        return NotAFile(error.errno, error.strerror)
    return error
