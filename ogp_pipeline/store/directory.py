"""A store in a directory: one file per key, whole or not there, and on the disk before the answer is given.

    <root>/<key>        the objects, read-only, or in a private store the owner's alone: nothing is written in
                        place, as two keys may share an inode
    <root>/.store/      temporary files and the lock; on the same file system, and never a key (keys.py)

Every write goes to a temporary file, is synced, and gets its name by one ``link`` (fails if the name is
taken) or one ``rename`` (replaces), after which the folder is synced. A tag is the sha256 of the content. A
killed process leaves at most a file under ``.store/``.
"""

import errno
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import BinaryIO

from filelock import FileLock, Timeout

from ogp_pipeline.errors import StoreError
from ogp_pipeline.store import keys
from ogp_pipeline.store.protocol import Changed, Done, Exists, Head, InDoubt, Object

_CHUNK = 1 << 20
_EVERYBODYS_FILE, _OWN_FILE, _OWN_FOLDER = 0o444, 0o600, 0o700
_LOCK_SECONDS = 60  # a swap holds the lock for milliseconds; longer means a dead mount


class DirectoryStore:
    """See ``protocol.Store``. The root is made at the first write. It never answers ``InDoubt``."""

    at_once = 1  # a disk syncs one thing after the other

    def __init__(self, root: Path, *, private: bool = False) -> None:
        """``private``: nobody but the owner may look in, whatever the process' umask says."""
        self._root = root
        self._private = private
        self._closed = False
        self._inside: int | None = None  # the thread that holds the lock

    def describe(self) -> str:
        """The folder."""
        return str(self._root)

    def clock_ahead(self) -> timedelta | None:
        """Of the clock that dates files here: a file without a name is made and looked at. None without a folder."""
        folder = self._root / ".store"
        if not folder.is_dir():
            return None
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                return timedelta(seconds=time.time() - os.fstat(file.fileno()).st_mtime)
        except OSError:  # what is to be written here says so itself
            return None

    def get(self, key: str) -> Object | None:
        """The object, or None when there is none."""
        try:
            data = self._path(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        return Object(data, hashlib.sha256(data).hexdigest())

    def head(self, key: str) -> Head | None:
        """Size and tag; reads the whole file to know the tag."""
        try:
            with self._path(key).open("rb") as file:
                sha256 = _digest(file)
                return Head(sha256, os.fstat(file.fileno()).st_size, sha256)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def list(self, prefix: str) -> Iterator[str]:
        """Every key that starts with ``prefix``, in the order of the keys' characters."""
        folder = keys.check_prefix(prefix).rpartition("/")[0]
        return (key for key in _walk(self._root / folder, f"{folder}/" if folder else "") if key.startswith(prefix))

    def create(
        self,
        key: str,
        data: bytes,
        media_type: str = "application/json",  # noqa: ARG002 - files have no media type, layout.py gives it by name
    ) -> Done | Exists | InDoubt:
        """Write only if the key is free."""
        path = self._path(key)
        with self._temporary(key) as (file, temporary):
            _fill(file, data)
            return Done(hashlib.sha256(data).hexdigest()) if self._link(temporary, path) else Exists()

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        """Replace only what has the tag ``expected`` (None: only if the key is free)."""
        with self.alone():
            if expected is None:
                made = self.create(key, data, media_type)
                return Changed() if isinstance(made, Exists) else made
            standing = self.get(key)
            if standing is None or standing.tag != expected:
                return Changed()
            return self.put_view(key, data, media_type)

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Done | InDoubt:  # noqa: ARG002
        """Stream a file in; StoreError, and no trace, if its bytes have another sha256."""
        target = self._path(key)
        with self._temporary(key) as (file, temporary):
            with path.open("rb") as source:
                digest = _stream(source, file)
            if digest != sha256:
                raise StoreError(f"{path} changed while it was being stored as {key}: sha256 {digest}, not {sha256}")
            self._rename(temporary, target)
            return Done(digest)

    def download(self, key: str, path: Path) -> bool:
        """Stream an object to ``path``, whole or not at all; False when there is none."""
        try:
            source = self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent)
        try:
            with source, os.fdopen(number, "wb") as file:
                _stream(source, file)
            Path(name).replace(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
        finally:
            Path(name).unlink(missing_ok=True)
        return True

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:  # noqa: ARG002
        """A second name for the same bytes, replacing ``target`` atomically; StoreError without a source."""
        origin, path = self._path(source), self._path(target)
        self._folder()
        try:
            path.hardlink_to(origin)  # as nearly always: the name is free, and its folder there
        except OSError:
            self._replace(source, target)
        else:
            _sync(path.parent)
        there = self.head(target)
        if there is None:
            raise StoreError(f"{target} was removed while it was being written")
        return Done(there.tag)

    def _replace(self, source: str, target: str) -> None:
        """Give the bytes of ``source`` the name ``target``, whatever has it now."""
        with self._temporary(target) as (_, temporary):
            temporary.unlink()
            try:
                temporary.hardlink_to(self._path(source))
            except (FileNotFoundError, NotADirectoryError) as error:
                raise StoreError(f"{source} cannot be copied to {target}: it is not in {self._root}") from error
            self._rename(temporary, self._path(target))

    def put_view(self, key: str, data: bytes, media_type: str) -> Done | InDoubt:  # noqa: ARG002
        """Replace a derived object atomically, unconditionally."""
        path = self._path(key)
        with self._temporary(key) as (file, temporary):
            _fill(file, data)
            self._rename(temporary, path)
        return Done(hashlib.sha256(data).hexdigest())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else is in this context meanwhile: a lock on a file, which ends with its process."""
        if self._inside == get_ident():  # a swap in such a context
            yield
            return
        lock = _lock(self._folder() / "lock", os.getpid())
        try:
            with lock:
                self._inside = get_ident()
                try:
                    yield
                finally:
                    self._inside = None
        except Timeout as error:
            raise StoreError(f"the lock of {self._root} was not free within {_LOCK_SECONDS} s") from error

    def unfinished(self, before: datetime, *, remove: bool) -> Iterator[str]:
        """Temporary files last written before an aware time."""
        for path in sorted((self._root / ".store").glob("tmp*")):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    if remove:
                        path.unlink()
                    yield f".store/{path.name}"

    def delete(self, key: str) -> None:
        """Remove the object, if there is one, and the folders that it leaves empty."""
        path = self._path(key)
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
        for folder in path.parents:
            if folder == self._root:
                break
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # not empty: somebody else's keys
                _sync(folder)
                return
        if self._root.is_dir():
            _sync(self._root)

    def _path(self, key: str) -> Path:
        return self._root / keys.check(key)

    def _folder(self) -> Path:
        folder = self._root / ".store"
        try:
            if self._private and not self._closed:
                _close(self._root)  # also one that an earlier version left open
                self._closed = True
            self._make(folder)
        except OSError as error:
            raise StoreError(f"nothing can be kept in the folder {self._root}: {error.strerror or error}") from error
        return folder

    def _make(self, folder: Path) -> None:
        _make(folder, self._root if self._private else None)

    @contextmanager
    def _temporary(self, key: str) -> Iterator[tuple[BinaryIO, Path]]:
        """An open temporary file and its path, which is gone afterwards (renamed, or removed).

        ``key``: what it is to become; an error of the disk that names no file names this one.
        """
        folder = self._folder()
        try:
            number, name = tempfile.mkstemp(dir=folder)
        except OSError as error:
            raise StoreError(f"{self._root / key} cannot be written: {error.strerror or error}") from error
        path = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                os.fchmod(file.fileno(), _OWN_FILE if self._private else _EVERYBODYS_FILE)
                yield file, path
        except OSError as error:
            if error.filename is not None:
                raise
            raise StoreError(f"{self._root / key} cannot be written: {error.strerror or error}") from error
        finally:
            # Also after a rename: renaming one name of a file over another name of the same file does
            # nothing.
            path.unlink(missing_ok=True)

    def _link(self, temporary: Path, path: Path) -> bool:
        def name() -> bool:
            try:
                path.hardlink_to(temporary)
            except FileExistsError:
                if path.is_dir():
                    raise
                return False
            return True

        return self._named(name, path)

    def _rename(self, temporary: Path, path: Path) -> None:
        def name() -> bool:
            temporary.replace(path)
            return True

        self._named(name, path)

    def _named(self, name: Callable[[], bool], path: Path) -> bool:
        """Give a file its name and sync the folder, making it again if a ``delete`` takes it away."""
        for _ in range(100):
            try:
                self._make(path.parent)
                done = name()
            except FileNotFoundError:
                continue
            except (NotADirectoryError, IsADirectoryError, FileExistsError) as error:
                raise StoreError(f"{path.relative_to(self._root)}: one key is a folder of another") from error
            _sync(path.parent)
            return done
        raise StoreError(f"the folder of {path.relative_to(self._root)} disappears as fast as it is made")


@lru_cache(maxsize=64)  # making one takes as long as taking it; each thread has its own hold on it
def _lock(path: Path, process: int) -> FileLock:  # noqa: ARG001 - one that was made before a fork is of no use
    return FileLock(path, timeout=_LOCK_SECONDS, mode=_OWN_FILE)


def _fill(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    _flush(file)


def _stream(source: BinaryIO, target: BinaryIO) -> str:
    """Copy all bytes, synced, and return their sha256."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    _flush(target)
    return digest.hexdigest()


def _digest(file: BinaryIO) -> str:
    """The sha256 of all bytes. Not by ``file_digest``, which first fills a buffer many times as large as most files."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Put a folder's names on the disk. A folder that is gone again has none."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _close(folder: Path) -> None:
    """Take everybody else's rights from a folder, if it is there and ours to close."""
    with suppress(FileNotFoundError, PermissionError):
        if folder.stat().st_mode & ~_OWN_FOLDER & 0o777:
            folder.chmod(_OWN_FOLDER)


def _make(folder: Path, private: Path | None) -> None:
    """Make a folder and those above it, each of them on the disk before the next.

    ``private``: the folder from which on only the owner may look in.
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        _make(folder.parent, private)
    with suppress(FileExistsError):
        folder.mkdir()
        if private is not None and (folder == private or private in folder.parents):
            folder.chmod(_OWN_FOLDER)  # the umask has its say in mkdir, not here
        _sync(folder.parent)
    with suppress(FileNotFoundError):  # one look: between two, a ``delete`` and another ``_make`` may come
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    try:
        entries = [(entry.name, entry.is_dir()) for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return
    # A folder sorts as its name with the slash, so that "a-b" comes before "a/c", as in a list of keys.
    for name, is_folder in sorted(entries, key=lambda entry: f"{entry[0]}/" if entry[1] else entry[0]):
        if is_folder:
            yield from _walk(folder / name, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}"
