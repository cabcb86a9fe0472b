"""All pages of an address, or the word that some are missing.

Pages are followed on the same host only, one after the other, as long as the answers say that there are more and each
brings something new. They are one delivery, each page a file as it came. The pages must be of one state of the data:
the total that they name stays the same. Where pages cannot be followed, a source that states its tables in full
(``whole``) is refused, since what did not come would count as withdrawn; another is taken, with a note. Where the
programme file says how pages are followed (``declared_pages``), a part is refused in any case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ogp_pipeline.errors import SourceError
from ogp_pipeline.i18n.catalogue import detail
from ogp_pipeline.programme.model import HttpSource
from ogp_pipeline.sources import declared_pages, page
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.names import apart
from ogp_pipeline.sources.page import Page

MOST_PAGES = 1_000


class NoPage(SourceError):
    """Raised by ``fetch`` where no file stands at an address, or none can stand."""


class Changed(Exception):
    """The data changed while its pages were fetched; from the beginning, it may be had."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A file that was fetched: ``url`` is the address that answered, ``headers`` are the answer's."""

    file: DeliveredFile
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _State:
    """The pages that came, and what the last one says. ``missing``: the key of why no further one can be had."""

    files: tuple[DeliveredFile, ...]
    records: int
    total: int | None
    missing: str = ""


Fetch = Callable[[str], Answer | None]


def beginning(source: HttpSource, address: str) -> str:
    """Where the first page of an address is, with what the programme file asks for."""
    paging = declared_pages.paging_of(source)
    try:
        return address if paging is None else declared_pages.beginning(address, paging)
    except ValueError:  # no address, which is told when it is fetched
        return address


def follow(source: HttpSource, address: str, first: Answer, fetch: Fetch) -> tuple[DeliveredFile, ...]:
    """The pages of a feed, the first one being there. Each is refused, or has a note, if not all could be had.

    ``fetch``: the answer of an address; NoPage if there is none. Changed if they do not belong together. SourceError if
    what the programme file says of the pages is not so.
    """
    if source.pages == "one":
        return (first.file,)
    state = _follow(source, address, first, fetch)
    files = tuple(apart(state.files))
    if not state.missing:
        return files
    words = {"received": state.records, "total": state.total}
    told = detail("found", f"feed.missing.{state.missing}", **words)
    if source.whole or declared_pages.paging_of(source) is not None:
        return (replace(files[0], refusal=Refusal("not-all-records", told)),)
    return (replace(files[0], remark=Refusal("not-all-records-noted", told)), *files[1:])


def _follow(source: HttpSource, address: str, first: Answer, fetch: Fetch) -> _State:
    declared = declared_pages.paging_of(source) is not None
    answer, said = first, _read(source, first)
    state = _State((first.file,), said.records or 0, said.total)
    while True:
        complete = said.total is not None and not said.estimated and state.records >= said.total
        following = said.following or (page.further(answer.url, said) if said.full and not declared else "")
        if complete or not (said.more or said.full or _is_short(state)) or said.records == 0:
            return state if complete or not _is_short(state) else replace(state, missing="of")
        asked = said.more or _is_short(state)
        reason = "of" if _is_short(state) else "more" if asked else "full"
        if not following or not _is_near(address, following) or len(state.files) >= MOST_PAGES:
            return replace(state, missing=reason)
        try:
            further = fetch(_same_scheme(answer.url, following))
        except NoPage:
            further = None
        if further is None:
            return replace(state, missing=reason)
        answer = further
        said = _read(source, answer)
        if said.total != state.total and not said.estimated:
            told = f"the number of records changed from {state.total} to {said.total} while pages were fetched"
            raise Changed(told)
        if said.records == 0:
            continue
        if said.records is None or answer.file.sha256 in {file.sha256 for file in state.files}:
            return replace(state, missing=reason)  # such as a server that takes no notice of the parameter
        state = replace(state, files=(*state.files, answer.file), records=state.records + said.records)


def _read(source: HttpSource, answer: Answer) -> Page:
    content, paging = answer.file.path.read_bytes(), declared_pages.paging_of(source)
    if paging is not None:
        return declared_pages.read(content, answer.url, source, paging)
    return page.read(content, answer.url, answer.headers, source.read)


def _is_short(state: _State) -> bool:
    return state.total is not None and state.records < state.total


def _is_near(url: str, other: str) -> bool:
    """Whether an address is one of the same host."""
    try:
        return urlsplit(url).hostname == urlsplit(other).hostname and urlsplit(other).scheme in ("http", "https")
    except ValueError:
        return False


def _same_scheme(url: str, following: str) -> str:
    """Portals behind a proxy call themselves http: what came encrypted goes on so."""
    if urlsplit(url).scheme == "https" and following.startswith("http://"):
        return urlsplit(following)._replace(scheme="https", netloc=urlsplit(url).netloc).geturl()
    return following
