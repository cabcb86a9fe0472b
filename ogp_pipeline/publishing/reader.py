"""Reading what is published as a stranger would: no credentials, no listing, only keys that something names.

The same on a directory and over plain HTTP. A key that is not there is None, not an error; a place that
cannot be read at all is a StoreError, because "could not look" must never be taken for "looked and found
nothing".
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import unreachable
from ogp_pipeline.store import keys

_CHUNK = 1 << 20
_SMALL = 256 << 20  # bytes: what is read whole must fit in memory, whatever a server sends
_WAIT = (10.0, 60.0)  # seconds to connect, and between two pieces of an answer
_PROCESSORS = os.cpu_count() or 1
_CONNECTIONS = 6  # as many as a browser opens to one server
_ABSENT = frozenset({403, 404, 410})  # S3 answers 403 for a missing key to those who may not list


class Reader(Protocol):
    """Where published files are read from."""

    at_once: int  # how many objects may be read at the same time

    def describe(self) -> str:
        """The folder or address."""
        ...

    def stream(self, key: str) -> AbstractContextManager[Iterator[bytes] | None]:
        """The object in pieces, or None when there is none."""
        ...

    def read(self, key: str) -> bytes | None:
        """A small object whole, or None when there is none."""
        ...


class DirectoryReader:
    """A published folder, as ``DirectoryStore`` keeps it or as somebody has copied it."""

    at_once = _PROCESSORS

    def __init__(self, root: Path) -> None:
        self._root = root

    def describe(self) -> str:
        """The folder."""
        return str(self._root)

    @contextmanager
    def stream(self, key: str) -> Iterator[Iterator[bytes] | None]:
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

    def read(self, key: str) -> bytes | None:
        """The file whole."""
        return _whole(self, key)


class HttpReader:
    """A web server that serves the published layout under ``base_url``."""

    at_once = _CONNECTIONS

    def __init__(self, base_url: str, *, wait: tuple[float, float] = _WAIT, retries: int = 3) -> None:
        self._base = base_url.rstrip("/")
        self._wait = wait
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
    def stream(self, key: str) -> Iterator[Iterator[bytes] | None]:
        """The body in pieces of at most 1 MiB; a body cut short is a StoreError."""
        url = f"{self._base}/{keys.check(key)}"
        try:
            with self._session.get(url, stream=True, timeout=self._wait) as response:
                if response.status_code in _ABSENT:
                    yield None
                    return
                if response.status_code != 200:
                    raise StoreError(f"{url} answers {response.status_code} {response.reason}")
                yield response.iter_content(_CHUNK)
        except requests.RequestException as error:
            raise StoreError(f"{url} cannot be read: {unreachable.told(url, error)}") from error

    def read(self, key: str) -> bytes | None:
        """The body whole."""
        return _whole(self, key)


def open_reader(place: str | Path) -> Reader:
    """A reader for an http(s) address or a folder; StoreError if the folder does not exist."""
    if isinstance(place, str) and place.startswith(("http://", "https://")):
        return HttpReader(place)
    folder = Path(place)
    if not folder.is_dir():
        raise StoreError(f"{folder} is not a folder, and no http:// or https:// address")
    return DirectoryReader(folder)


def _whole(reader: Reader, key: str) -> bytes | None:
    with reader.stream(key) as pieces:
        if pieces is None:
            return None
        data = bytearray()
        for piece in pieces:
            data += piece
            if len(data) > _SMALL:
                raise StoreError(f"{key} in {reader.describe()} is larger than any record or list can be")
        return bytes(data)
