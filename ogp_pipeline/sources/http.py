"""One file behind a URL, fetched with the server's good and bad habits in mind.

The whole download, with its retries and pauses, has one deadline (``timeout_s``), which also holds against a
server that sends a byte now and then; decoded bytes are counted against ``max_mb`` while they arrive, so that
a compressed bomb is cut off; a body that breaks off is fetched again from its beginning; a file appears whole
or not at all. Addresses are checked after the name is resolved, on every redirect too, and the checked
address is the one that is connected to (requests-hardened), so that no supplier's URL reaches into the
secretariat's own network.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from ogp_pipeline.errors import SourceError
from ogp_pipeline.intake.delivery import DeliveredFile, Delivery
from ogp_pipeline.programme import HttpSource
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.spool import keep

_CONNECT_S, _READ_S = 10.0, 30.0
_CHUNK = 1 << 16
_REDIRECTS = 5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that may be gone the next time
_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_AGENT = "ogp-pipeline (+requests)"


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """What is remembered of the last download, so that an unchanged file is not taken twice."""

    etag: str | None
    last_modified: str | None
    sha256: str


class _Passing(Exception):
    """Raised inside this module for a failure worth another try; ``pause_s`` is the server's wish, if it had
    one.
    """

    def __init__(self, message: str, pause_s: float | None = None) -> None:
        self.pause_s = pause_s
        super().__init__(message)


def collect(
    source: HttpSource, spool: Path, now: datetime, memory: SourceMemory | None
) -> tuple[list[Delivery], SourceMemory | None]:
    """The file as one delivery, or none if it is the one that ``memory`` describes (which is then returned as
    it is).

    SourceError if it cannot be had whole within the deadline, is too large, or its host is not to be reached.
    """
    with open_session(source) as session:
        fetched = fetch(source, session, spool, memory)
    if fetched is None:
        return [], memory
    file, remembered = fetched
    return [Delivery(envelope(source, now, source.url), (file,))], remembered


def open_session(source: HttpSource) -> requests.Session:
    """A session that refuses private, loopback and special addresses, unless the programme allows them."""
    session: requests.Session = HTTPSession(
        Config(
            ip_filter_enable=not source.allow_private_hosts,
            ip_filter_allow_loopback_ips=False,
            never_redirect=False,
            default_timeout=(_CONNECT_S, _READ_S),
            user_agent_override=_AGENT,
        )
    )
    session.max_redirects = _REDIRECTS
    return session


def fetch(
    source: HttpSource, session: requests.Session, spool: Path, memory: SourceMemory | None
) -> tuple[DeliveredFile, SourceMemory] | None:
    """The file in ``spool`` and what to remember of it; None if it has not changed.

    SourceError as ``collect``.
    """
    deadline = time.monotonic() + source.timeout_s
    attempt = 0
    while True:
        try:
            return _attempt(source, session, spool, memory, deadline)
        except _Passing as failure:
            pause = failure.pause_s
            if pause is None:
                pause = _PAUSES_S[min(attempt, len(_PAUSES_S) - 1)]
            attempt += 1
            if attempt > source.retries:
                raise SourceError(f"source {source.id}: {failure} (after {attempt} tries)") from failure
            if time.monotonic() + pause >= deadline:
                told = f"{failure}; the next try, in {pause:.0f} s, is after the limit of {source.timeout_s} s"
                raise SourceError(f"source {source.id}: {told}") from failure
            time.sleep(pause)


def _attempt(
    source: HttpSource, session: requests.Session, spool: Path, memory: SourceMemory | None, deadline: float
) -> tuple[DeliveredFile, SourceMemory] | None:
    left = max(deadline - time.monotonic(), 0.1)
    try:
        response = session.get(
            source.url,
            headers=_conditions(memory),
            stream=True,
            timeout=(min(_CONNECT_S, left), min(_READ_S, left)),
        )
    except InvalidIPAddress as error:
        told = f"the address {error} of its host is private; `allow_private_hosts` would permit it"
        raise SourceError(f"source {source.id}: {told}") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise _Passing(f"no answer from the server ({_short(error)})") from error
    except requests.RequestException as error:
        raise SourceError(f"source {source.id}: {_short(error)}") from error
    with response:
        if response.status_code == 304 and memory is not None:
            return None
        if response.status_code in _PASSING:
            raise _Passing(f"the server answered {response.status_code}", _wish(response))
        if response.status_code != 200:
            raise SourceError(f"source {source.id}: the server answered {response.status_code} {response.reason}")
        name = _name(response.url)
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower() or None
        file = keep(_body(source, response, deadline), name, spool, media_type)
        if memory is not None and memory.sha256 == file.sha256:
            return None
        etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        return file, SourceMemory(etag, modified, file.sha256)


def _conditions(memory: SourceMemory | None) -> dict[str, str]:
    conditions: dict[str, str] = {}
    if memory is not None and memory.etag:
        conditions["If-None-Match"] = memory.etag
    if memory is not None and memory.last_modified:
        conditions["If-Modified-Since"] = memory.last_modified
    return conditions


def _body(source: HttpSource, response: requests.Response, deadline: float) -> Iterator[bytes]:
    """Decoded pieces as they arrive: ``read1`` does not wait for a full one, so a trickle cannot outlast the
    deadline.
    """
    limit = source.max_mb * 1024 * 1024
    size = 0
    while True:
        if time.monotonic() > deadline:
            raise SourceError(f"source {source.id}: it was not whole after {source.timeout_s} s ({size} bytes)")
        try:
            piece = response.raw.read1(_CHUNK, decode_content=True)
        except (HTTPError, OSError) as error:
            raise _Passing(f"the download broke off after {size} bytes ({_short(error)})") from error
        if not piece:
            return
        size += len(piece)
        if size > limit:
            raise SourceError(f"source {source.id}: it is larger than {source.max_mb} MB (`max_mb`)")
        yield piece


def _wish(response: requests.Response) -> float | None:
    """Seconds that the server asks to wait (``Retry-After``: seconds or a date), or None."""
    header = response.headers.get("Retry-After")
    try:
        return Retry().parse_retry_after(header) if header else None
    except HTTPError:
        return None


def _name(url: str) -> str:
    """A name for people, from the last part of the address that answered."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w.() -]+", "_", last)[:120].strip(". ") or "download"


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
