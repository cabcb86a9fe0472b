"""One file behind a URL, fetched with the server's good and bad habits in mind.

The whole download, with its retries, pauses and redirects, has one deadline (``timeout_s``): whatever the server lets
us wait for, its connection is shut when the time is over. Bytes are counted against ``max_mb`` while they arrive,
packed and unpacked, so that a compressed bomb is cut off; a body that breaks off is fetched again from its beginning; a
file appears whole or not at all: every declared length is met, and what was packed for the way has its end. Redirects
are followed here, one request each, and their bodies are not read.
"""

import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import requests
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from ogp_pipeline.errors import SourceError
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.programme.sources import CkanSource, HttpSource
from ogp_pipeline.sources import content_encoding, feed
from ogp_pipeline.sources.collectors import Collected, Occasion, SourceMemory, collects
from ogp_pipeline.sources.credentials import Credentials, credentials
from ogp_pipeline.sources.deadline import Deadline, Late
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.feed import Answer, NoPage
from ogp_pipeline.sources.http_session import CONNECT_S, READ_S, bind, open_session
from ogp_pipeline.sources.names import apart
from ogp_pipeline.sources.spool import keep

_CHUNK = 1 << 16
_REDIRECTS = 5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that may be gone the next time
_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
_IN_A_HEADER = re.compile(r"[!-~][ -~]{0,999}")  # what may be sent back as it came


Fetched = tuple[tuple[DeliveredFile, ...], SourceMemory]


@dataclass(frozen=True, slots=True)
class _Request:
    """What stays the same in all that one download asks for."""

    source: HttpSource
    session: requests.Session
    spool: Path
    deadline: Deadline
    credentials: Credentials


class _Passing(Exception):
    """Raised inside this module for a failure worth another try; ``pause_s`` is the server's wish, if it had
    one.
    """

    def __init__(self, message: str, pause_s: float | None = None) -> None:
        self.pause_s = pause_s
        super().__init__(message)


@collects(HttpSource)
def collect(source: HttpSource, occasion: Occasion) -> Collected:
    """The file, or the pages that it comes in, as one delivery. None if it is what the memory describes, which is then
    returned as it is.

    SourceError if it cannot be had whole within the deadline, is too large, or its host is not to be reached.
    """
    with open_session(source) as session:
        fetched = fetch(source, session, occasion.spool, occasion.memory)
    if fetched is None:
        return [], occasion.memory
    files, remembered = fetched
    return [Delivery(envelope(source, occasion.now, source.origin), files)], remembered


@collects(CkanSource)
def collect_datastore(source: CkanSource, occasion: Occasion) -> Collected:
    """All records of a CKAN datastore, as ``collect``."""
    return collect(source, occasion)


def fetch(source: HttpSource, session: requests.Session, spool: Path, memory: SourceMemory | None) -> Fetched | None:
    """The files in ``spool`` and what to remember of them; None if nothing has changed.

    SourceError as ``collect``.
    """
    deadline = Deadline(source.timeout_s)
    bind(session, deadline)
    request = _Request(source, session, spool, deadline, credentials(source))
    try:
        fetched = deadline.within(lambda: _tries(request, memory))
    except Late as error:
        raise SourceError(f"source {source.id}: {_late(source, 'no answer from the server')}") from error
    except SourceError as error:
        told, seen = str(error), request.credentials.hide(str(error))
        if seen == told:
            raise
        raise SourceError(seen) from None  # what it came from holds the secret too
    if fetched is not None and any(request.credentials.repeated_in(file.path) for file in fetched[0]):
        raise SourceError(
            f"source {source.id}: the answer repeats the secret that `headers` names, so nothing of it is kept; "
            "ask whoever runs the server to leave it out"
        )
    return fetched


def _tries(request: _Request, memory: SourceMemory | None) -> Fetched | None:
    source, deadline = request.source, request.deadline
    attempt = 0
    while True:
        try:
            return _attempt(request, memory)
        except _Passing as failure:
            if deadline.over:
                raise SourceError(f"source {source.id}: {_late(source, str(failure))}") from failure
            pause = failure.pause_s
            if pause is None:
                pause = _PAUSES_S[min(attempt, len(_PAUSES_S) - 1)]
            attempt += 1
            if attempt > source.retries:
                raise SourceError(f"source {source.id}: {failure} (after {attempt} tries)") from failure
            if pause >= deadline.left:
                told = f"{failure}; the next try, in {pause:.0f} s, is after the limit of {source.timeout_s} s"
                raise SourceError(f"source {source.id}: {told}") from failure
            time.sleep(pause)


def _late(source: HttpSource, told: str) -> str:
    return f"it was not whole after {source.timeout_s} s ({told}); `timeout_s` would allow more"


def _attempt(request: _Request, memory: SourceMemory | None) -> Fetched | None:
    """All pages of all addresses, or None if nothing has changed since ``memory``."""
    source = request.source
    size = 0

    def fetch_page(url: str, before: SourceMemory | None = None) -> Answer | None:
        nonlocal size
        answer = _download(request, url, before)
        size += answer.file.size if answer is not None else 0
        if size > _limit(source):
            raise _too_large(source)
        return answer

    files: list[DeliveredFile] = []
    try:
        for name, address in source.addresses:
            url = feed.beginning(source, address)
            first = fetch_page(url, memory if len(source.addresses) == 1 else None)
            if first is None:
                return None
            answer = replace(first, file=replace(first.file, name=name or first.file.name))
            files += feed.follow(source, url, answer, fetch_page)
    except feed.Changed as error:
        raise _Passing(str(error)) from error
    files = list(apart(files))
    if len(files) > 1:  # that the first page is as it was says nothing of the others: no condition is made
        fetched = SourceMemory(None, None, hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest())
    else:
        etag, modified = (_condition(answer.headers, name) for name in ("ETag", "Last-Modified"))
        fetched = SourceMemory(etag, modified, files[0].sha256)
    if memory is not None and memory.sha256 == fetched.sha256:
        return None
    return tuple(files), fetched


def _download(request: _Request, url: str, memory: SourceMemory | None) -> Answer | None:
    """One answer, in the spool; None if it says that nothing has changed since ``memory``."""
    source = request.source
    with _answer(request, url, memory) as response:
        if response.status_code == 304 and memory is not None:
            return None
        if response.status_code in _PASSING:
            raise _Passing(f"the server answered {response.status_code}", _wish(response))
        if response.status_code != 200:
            # Hidden before it is cut: half a secret would not be recognised any more.
            told = legible(request.credentials.hide(f"{response.status_code} {response.reason}")[:200])
            raise NoPage(f"source {source.id}: the server answered {told}{_why_not(request, response)}")
        declared = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        media_type = declared if _MEDIA_TYPE.fullmatch(declared) else None
        file = keep(_body(source, response, request.deadline), _name(response.url), request.spool, media_type)
        return Answer(file, response.url, response.headers)


def _answer(request: _Request, address: str, memory: SourceMemory | None) -> requests.Response:
    """The first answer that leads to no other address; whoever calls closes it."""
    source, url = request.source, address
    for _ in range(_REDIRECTS + 1):
        response = _get(request, url, memory)
        try:
            if not response.is_redirect:
                return response
            # Header values come as latin-1; addresses in them are mostly UTF-8.
            url = urljoin(response.url, response.headers["Location"].encode("latin-1").decode("utf-8"))
        except ValueError as error:
            raise _unusable(request, response.headers.get("Location", ""), error) from error
        finally:
            if response.is_redirect:
                response.close()
    raise SourceError(f"source {source.id}: the server redirects in circles, or more than {_REDIRECTS} times")


def _why_not(request: _Request, response: requests.Response) -> str:
    """What to do where the server lets nobody in."""
    if response.status_code not in (401, 403):
        return ""
    if not request.source.headers:
        return "; if it wants a token, name it under `headers` of the source"
    if request.credentials.to(response.url) is None:
        return "; it is another server than that of `url`, to which `headers` are not sent"
    return "; see whether the secret that `headers` names is still valid"


def _get(request: _Request, url: str, memory: SourceMemory | None) -> requests.Response:
    """The answer of one address, without its body."""
    source, deadline = request.source, request.deadline
    deadline.check()
    left = max(deadline.left, 0.1)
    try:
        return request.session.get(
            url,
            headers={"Accept-Encoding": content_encoding.ACCEPTED, **_conditions(memory)},
            auth=request.credentials.to(url),
            stream=True,
            allow_redirects=False,
            timeout=(min(CONNECT_S, left), min(READ_S, left)),
        )
    except InvalidIPAddress as error:
        told = f"the address {error} of its host is private; `allow_private_hosts` would permit it"
        raise SourceError(f"source {source.id}: {told}") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise _Passing(f"no answer from the server ({_short(error)})") from error
    except (requests.RequestException, HTTPError, ValueError, OverflowError) as error:
        # Not all that an address can do to requests, urllib3, idna and http.client comes as a RequestException.
        raise _unusable(request, url, error) from error
    except OSError as error:
        raise _Passing(f"no answer from the server ({_short(error)})") from error


def _unusable(request: _Request, url: str, error: Exception) -> NoPage:
    """No request can be made of an address: whose mistake it is, and where."""
    source, shown = request.source, legible(request.credentials.hide(url)[:100])
    if url in {feed.beginning(source, address) for _, address in source.addresses}:
        return NoPage(f"source {source.id}: `url` cannot be fetched, correct it: {shown} ({_short(error)})")
    told = f"the server redirects to an address that cannot be fetched: {shown} ({_short(error)})"
    return NoPage(f"source {source.id}: {told}; tell whoever runs it, or set `url` to where the file is")


def _conditions(memory: SourceMemory | None) -> dict[str, str]:
    conditions: dict[str, str] = {}
    if memory is not None and memory.etag:
        conditions["If-None-Match"] = memory.etag
    if memory is not None and memory.last_modified:
        conditions["If-Modified-Since"] = memory.last_modified
    return conditions


def _condition(headers: Mapping[str, str], header: str) -> str | None:
    """A header's value to send back the next time; None if it is not fit to be sent: no condition is made then."""
    value = headers.get(header, "")
    return value if _IN_A_HEADER.fullmatch(value) else None


def _body(source: HttpSource, response: requests.Response, deadline: Deadline) -> Iterator[bytes]:
    """Unpacked pieces as they arrive."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if not content_encoding.is_known(coding):
        told = f"the server packed it as {legible(coding[:40])}, though it was asked for {content_encoding.ACCEPTED}"
        raise SourceError(f"source {source.id}: {told}; tell whoever runs it to send it as it is")
    limit = _limit(source)
    size = 0
    try:
        for piece in content_encoding.unpack(_received(source, response, deadline), coding):
            size += len(piece)
            if size > limit:
                raise _too_large(source)
            yield piece
    except content_encoding.Broken as error:
        raise _Passing(f"the download is not whole after {size} bytes ({error})") from error


def _received(source: HttpSource, response: requests.Response, deadline: Deadline) -> Iterator[bytes]:
    """The bytes of the body: as many as were declared, or up to the last chunk.

    ``read1`` does not wait for a full piece, so a trickle cannot outlast the deadline.
    """
    length = _declared(source, response)
    limit = _limit(source)
    size = 0
    while True:
        try:
            piece = response.raw.read1(_CHUNK, decode_content=False)
        except (HTTPError, OSError, ValueError, OverflowError) as error:  # also a chunk's size that is none
            raise _Passing(f"the download broke off after {size} bytes ({_short(error)})") from error
        if deadline.over:  # without a declared length, the end of a connection that was shut looks like the file's
            raise _Passing(f"{size} bytes had come")
        if not piece:
            break
        size += len(piece)
        if size > limit:
            raise _too_large(source)
        yield piece
    if length is not None and size != length:
        raise _Passing(f"the download broke off after {size} of {length} bytes")


def _limit(source: HttpSource) -> int:
    return source.max_mb << 20


def _too_large(source: HttpSource) -> SourceError:
    return SourceError(f"source {source.id}: it is larger than {source.max_mb} MB (`max_mb`)")


def _declared(source: HttpSource, response: requests.Response) -> int | None:
    """How many bytes the body has; None if it comes in chunks, or says nothing and ends with the connection."""
    transfer = response.headers.get("Transfer-Encoding", "").strip().lower()
    if transfer not in ("", "identity", "chunked"):
        told = f"the server sends it as `Transfer-Encoding: {legible(transfer[:40])}`, which nobody asked for"
        raise SourceError(f"source {source.id}: {told}; tell whoever runs it to send it as it is")
    length = response.headers.get("Content-Length")
    if length is None or transfer == "chunked":
        return None
    if not _LENGTH.fullmatch(length.strip()):
        told = f"the server declares a length that is no number ({legible(length[:40])})"
        raise SourceError(f"source {source.id}: {told}, so nobody can tell whether it is whole; tell whoever runs it")
    declared = int(length)
    if declared > _limit(source):
        raise _too_large(source)
    return declared


def _wish(response: requests.Response) -> float | None:
    """Seconds that the server asks to wait (``Retry-After``: seconds or a date); None if nobody can tell how many."""
    header = response.headers.get("Retry-After")
    try:
        seconds = Retry().parse_retry_after(header) if header else None
        return None if seconds is None else float(seconds)
    except (HTTPError, ValueError, OverflowError):  # thousands of digits, or a year that no calendar has
        return None


def _name(url: str) -> str:
    """A name for people, from the last part of the address that answered."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w.() -]+", "_", last)[:120].strip(". ") or "download"


def _short(error: Exception) -> str:
    return legible(f"{type(error).__name__}: {error}"[:200])
