"""Reading what is published as a stranger would: no credentials, no listing, only keys that something names.

The same on a directory and over plain HTTP. A key that is not there is None, not an error; a place that
cannot be read at all is a StoreError, because "could not look" must never be taken for "looked and found
nothing".

Between a reader and a web server lie caches, which may keep what was there, or that nothing was there. ``fresh`` asks
past them: by ``Cache-Control: no-cache``, and by a question mark and random letters after the address, which most take
for another address. So what might not be there yet is asked for like this, too: no cache keeps that it was missing.
Some servers answer 200 and a page of theirs for everything that does not exist; such an answer counts as nothing.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from ogp_pipeline.errors import StoreError, WrongUse
from ogp_pipeline.publishing import unreachable
from ogp_pipeline.store import keys

_CHUNK = 1 << 20
_SMALL = 256 << 20  # bytes: what is read whole must fit in memory, whatever a server sends
_WAIT = (10.0, 60.0)  # seconds to connect, and between two pieces of an answer
_PROCESSORS = os.cpu_count() or 1
_CONNECTIONS = 6  # as many as a browser opens to one server
_ABSENT = frozenset({403, 404, 410})  # S3 answers 403 for a missing key to those who may not list
_REFUSED = frozenset({400, 405, 414})  # by servers that take no query


@dataclass(frozen=True, slots=True)
class Heard:
    """What a web server said beside the bytes. ``origins``: of which sites pages may read it."""

    status: int
    media_type: str = ""
    cache_control: str = ""
    encoding: str = ""
    origins: str = ""


class Reader(Protocol):
    """Where published files are read from."""

    at_once: int  # how many objects may be read at the same time
    cached: bool  # whether caches may stand between

    @property
    def heard(self) -> Mapping[str, Heard]:
        """What was said of each key that was read as everybody reads it; of a folder nothing."""
        ...

    def describe(self) -> str:
        """The folder or address."""
        ...

    def stream(self, key: str, *, fresh: bool = False) -> AbstractContextManager[Iterator[bytes] | None]:
        """The object in pieces, or None when there is none. ``fresh``: not from a cache."""
        ...

    def read(self, key: str, *, fresh: bool = False) -> bytes | None:
        """A small object whole, or None when there is none."""
        ...

    def listed(self) -> list[str] | None:
        """Every key that stands there, sorted; None where nobody can list."""
        ...

    def fallback(self) -> str | None:
        """A key that does not exist and is answered all the same; None where such keys are not."""
        ...

    def part(self, key: str) -> Heard | None:
        """What is said to who asks for the first byte of a file from a page of another site; None of a folder."""
        ...


class DirectoryReader:
    """A published folder, as ``DirectoryStore`` keeps it or as somebody has copied it."""

    at_once = _PROCESSORS
    cached = False
    heard: Mapping[str, Heard] = {}

    def __init__(self, root: Path) -> None:
        self._root = root

    def describe(self) -> str:
        """The folder."""
        return str(self._root)

    @contextmanager
    def stream(self, key: str, *, fresh: bool = False) -> Iterator[Iterator[bytes] | None]:  # noqa: ARG002
        """The file in pieces of 1 MiB."""
        try:
            file = (self._root / keys.check(key)).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            yield None
            return
        except OSError as error:
            raise StoreError(f"{key} in {self._root} cannot be read: {error.strerror}") from error
        with file:
            yield iter(lambda: file.read(_CHUNK), b"")

    def read(self, key: str, *, fresh: bool = False) -> bytes | None:  # noqa: ARG002
        """The file whole."""
        return _whole(self, key)

    def listed(self) -> list[str]:
        """Every file that a web server would serve; what begins with a dot is of other programs."""
        return sorted(_served(self._root, ""))

    def fallback(self) -> None:
        """A folder says what is there."""

    def part(self, key: str) -> None:
        """A folder has no headers."""


class HttpReader:
    """A web server that serves the published layout under ``base_url``."""

    at_once = _CONNECTIONS
    cached = True

    def __init__(self, base_url: str, *, wait: tuple[float, float] = _WAIT, retries: int = 3) -> None:
        self._base = base_url.rstrip("/")
        self._wait = wait
        self.heard: dict[str, Heard] = {}
        self._stand_in: tuple[str, bytes] | None = None  # the key that was tried, and what stood in for it
        self._tried, self._asking = False, Lock()
        self._session = requests.Session()
        # Without this some servers compress, and the bytes hashed would not be the bytes stored.
        self._session.headers["Accept-Encoding"] = "identity"
        adapter = HTTPAdapter(
            max_retries=Retry(
                retries, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False
            )
        )
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def describe(self) -> str:
        """The address."""
        return self._base

    @contextmanager
    def stream(self, key: str, *, fresh: bool = False) -> Iterator[Iterator[bytes] | None]:
        """The body in pieces of at most 1 MiB; a body cut short is a StoreError."""
        url = f"{self._base}/{keys.check(key)}"
        try:
            with self._get(url, fresh=fresh) as response:
                if response.status_code in _ABSENT:
                    yield None
                    return
                if response.status_code != 200:
                    raise StoreError(f"{url} answers {response.status_code} {response.reason}")
                heard = _heard(response)
                if _is_page(heard) and not key.endswith(".html") and self.fallback() is not None:
                    yield None
                    return
                if self._stands_in(response):
                    yield None
                    return
                if not fresh:
                    self.heard[key] = heard
                yield response.iter_content(_CHUNK)
        except requests.RequestException as error:
            raise StoreError(f"{url} cannot be read: {unreachable.told(url, error)}") from error

    def read(self, key: str, *, fresh: bool = False) -> bytes | None:
        """The body whole."""
        return _whole(self, key, fresh=fresh)

    def listed(self) -> None:
        """A web server shows no list."""

    def fallback(self) -> str | None:
        """Asked once, for a key of random letters."""
        with self._asking:
            if not self._tried:
                key = f"{secrets.token_hex(16)}.json"
                try:
                    with self._get(f"{self._base}/{key}", fresh=False) as response:
                        if response.status_code == 200:
                            self._stand_in = key, response.content
                except requests.RequestException as error:
                    raise StoreError(f"{self._base} cannot be read: {unreachable.told(self._base, error)}") from error
                self._tried = True
        return self._stand_in[0] if self._stand_in else None

    def part(self, key: str) -> Heard:
        """Answered by whatever stands nearest, as everybody is."""
        url = f"{self._base}/{keys.check(key)}"
        asked = {"Range": "bytes=0-0", "Origin": "https://example.org"}
        try:
            with self._session.get(url, headers=asked, stream=True, timeout=self._wait) as response:
                return _heard(response)
        except requests.RequestException as error:
            raise StoreError(f"{url} cannot be read: {unreachable.told(url, error)}") from error

    def _stands_in(self, response: requests.Response) -> bool:
        """Whether this is what the server says of everything that does not exist."""
        if self._stand_in is None or response.headers.get("Content-Length") != str(len(self._stand_in[1])):
            return False
        return response.content == self._stand_in[1]

    def _get(self, url: str, *, fresh: bool) -> requests.Response:
        """The answer; asked past caches with a query, and without one where a server does not take it."""
        if not fresh:
            return self._session.get(url, stream=True, timeout=self._wait)
        asked = {"Cache-Control": "no-cache", "Pragma": "no-cache"}
        query = {"ogp-verify": secrets.token_hex(8)}
        response = self._session.get(url, params=query, headers=asked, stream=True, timeout=self._wait)
        if response.status_code not in _REFUSED:
            return response
        response.close()
        return self._session.get(url, headers=asked, stream=True, timeout=self._wait)


def _heard(response: requests.Response) -> Heard:
    said = response.headers
    return Heard(
        response.status_code,
        said.get("Content-Type", ""),
        said.get("Cache-Control", ""),
        said.get("Content-Encoding", ""),
        said.get("Access-Control-Allow-Origin", ""),
    )


def _is_page(heard: Heard) -> bool:
    return heard.media_type.lower().startswith("text/html")


def open_reader(place: str | Path) -> Reader:
    """A reader for an http(s) address or a folder; StoreError if the folder does not exist."""
    if isinstance(place, str) and place.startswith(("http://", "https://")):
        return HttpReader(place)
    folder = Path(place)
    if not folder.is_dir():
        raise WrongUse(f"{folder} is not a folder, and no http:// or https:// address")
    return DirectoryReader(folder)


def _whole(reader: Reader, key: str, *, fresh: bool = False) -> bytes | None:
    with reader.stream(key, fresh=fresh) as pieces:
        if pieces is None:
            return None
        data = bytearray()
        for piece in pieces:
            data += piece
            if len(data) > _SMALL:
                raise StoreError(f"{key} in {reader.describe()} is larger than any record or list can be")
        return bytes(data)


def _served(folder: str | Path, before: str) -> Iterator[str]:
    """Keys of the files below a folder, in no order; a tenth of what ``rglob`` takes."""
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _served(entry.path, f"{before}{entry.name}/")
        elif entry.is_file():
            yield before + entry.name
