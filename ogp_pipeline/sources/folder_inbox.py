"""An inbox in a folder (``inbox.Inbox``). Its owner is not trusted: nothing in it is followed, and nothing waited for.

Files are opened below the folder's own handle and without following links, and only ordinary ones: a link, a pipe or a
device in a file's place, or a link in place of ``done`` or ``receipts``, leads nowhere. The time of arrival is the
inode's own (ctime): a copy that keeps its date, or a clock that is wrong, does not change it.
"""

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ogp_pipeline.errors import SourceError
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.inbox import CHECK, DONE, RECEIPTS, Item, free_names, left_alone, too_large
from ogp_pipeline.sources.spool import keep

_CHUNK = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RESERVED = (CHECK, DONE, RECEIPTS)


class _Unreadable(Exception):
    """The file broke off while it was read; unlike an error of the spool, that is no fault of ours."""


class FolderInbox:
    """See ``inbox.Inbox``. ``max_bytes``: larger files are not fetched."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root = root
        self._max = max_bytes

    def items(self) -> list[Item]:
        """What lies there and under ``check/``, without what no person put there."""
        try:
            with self._folder() as root:
                listed = [_item(entry, check=False) for entry in _entries(root) if entry.name not in _RESERVED]
            with suppress(FileNotFoundError), self._folder(CHECK) as check:
                listed += [_item(entry, check=True) for entry in _entries(check)]
        except OSError as error:
            raise SourceError(f"the inbox {self._root} cannot be read: {error.strerror}") from error
        return [item for item in listed if item is not None]

    def fetch(self, item: Item, spool: Path) -> DeliveredFile | Refusal | None:
        """Copy it into the spool; None if it is gone or changed."""
        if not item.plain:
            return Refusal("not-a-file")
        if (refusal := too_large(item.size, self._max)) is not None:
            return refusal
        try:
            with self._parent(item) as parent:
                handle = os.open(item.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=parent)
        except FileNotFoundError:
            return None
        except OSError as error:
            return Refusal("not-a-file" if error.errno == errno.ELOOP else "file-not-readable")
        try:
            if _tag(os.fstat(handle)) != item.tag:
                return None
            copied = keep(_chunks(handle, item.size), item.told, spool)
            return copied if _tag(os.fstat(handle)) == item.tag and copied.size == item.size else None
        except _Unreadable:
            return Refusal("file-not-readable")
        finally:
            os.close(handle)

    def put_receipt(self, day: date, name: str, data: bytes, media_type: str) -> None:  # noqa: ARG002
        """Write it beside its place, sync, and give it its name."""
        part = f".{secrets.token_hex(8)}.part"
        with self._folder(RECEIPTS, day.isoformat(), make=True) as folder:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                os.unlink(part, dir_fd=folder)
                raise
            os.fsync(folder)

    def drop(self, file: Path, name: str) -> str:
        """Copy it in under a hidden name, sync, and give it the first name that is free."""
        part = f".{secrets.token_hex(8)}.part"
        with self._folder() as folder:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as there, file.open("rb") as here:
                    shutil.copyfileobj(here, there, _CHUNK)
                    there.flush()
                    os.fsync(there.fileno())
                for free in free_names(name):
                    with suppress(FileExistsError):
                        os.link(part, free, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
                        break
            finally:
                os.unlink(part, dir_fd=folder)
            os.fsync(folder)
        return free

    def finish(self, item: Item, day: date, name: str) -> None:
        """Rename it; whoever replaced it at the last moment gets the new file back into the inbox."""
        with self._folder(DONE, day.isoformat(), make=True) as done, self._parent(item) as parent:
            try:
                if _tag(os.stat(item.name, dir_fd=parent, follow_symlinks=False)) != item.tag:
                    return
                os.replace(item.name, name, src_dir_fd=parent, dst_dir_fd=done)
            except FileNotFoundError:
                return
            if _content(_tag(os.stat(name, dir_fd=done, follow_symlinks=False))) != _content(item.tag):
                with suppress(FileExistsError):
                    os.link(name, item.name, src_dir_fd=done, dst_dir_fd=parent, follow_symlinks=False)
                    os.unlink(name, dir_fd=done)
            os.fsync(done)
            os.fsync(parent)

    @contextmanager
    def _folder(self, *below: str, make: bool = False) -> Iterator[int]:
        """A handle of the inbox or of a folder below it; no part below it may be a link."""
        handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in below:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(part, dir_fd=handle)
                try:
                    inner = os.open(part, _FOLDER, dir_fd=handle)
                except OSError as error:
                    if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                        raise
                    told = f"{self._root / part} must be a folder of its own, not a link or a file"
                    raise SourceError(told) from error
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)

    def _parent(self, item: Item) -> AbstractContextManager[int]:
        return self._folder(CHECK) if item.check else self._folder()


def _entries(folder: int) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if not left_alone(entry.name))


def _item(entry: os.DirEntry[str], *, check: bool) -> Item | None:
    try:
        stat_of_entry = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    arrived = _EPOCH + timedelta(microseconds=stat_of_entry.st_ctime_ns // 1000)
    return Item(
        entry.name, check, stat_of_entry.st_size, _tag(stat_of_entry), arrived, stat.S_ISREG(stat_of_entry.st_mode)
    )


def _tag(stat_of_entry: os.stat_result) -> str:
    return f"{stat_of_entry.st_size}-{stat_of_entry.st_mtime_ns}-{stat_of_entry.st_ino}-{stat_of_entry.st_ctime_ns}"


def _content(tag: str) -> str:
    """A tag without the last part, which a rename changes."""
    return tag.rpartition("-")[0]


def _chunks(handle: int, size: int) -> Iterator[bytes]:
    """At most one byte more than was listed, so that a file which grows without end is found out."""
    left = size + 1
    while left > 0:
        try:
            chunk = os.read(handle, min(_CHUNK, left))
        except OSError as error:
            raise _Unreadable from error
        if not chunk:
            return
        left -= len(chunk)
        yield chunk
