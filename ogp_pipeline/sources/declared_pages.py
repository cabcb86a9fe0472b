"""One page of an address of which the programme file says how its pages are followed (``programme.paging``).

What is declared is held to: an answer in which there is no total where one should stand is a mistake of the programme
file or of the portal, and fails the source.
"""

import json
from typing import Any
from urllib.parse import urljoin

from ogp_pipeline.errors import SourceError
from ogp_pipeline.formats import nested
from ogp_pipeline.formats.json import JsonReader
from ogp_pipeline.programme.paging import Paging
from ogp_pipeline.programme.sources import CkanSource, HttpSource
from ogp_pipeline.sources import page
from ogp_pipeline.sources.page import Page


def paging_of(source: HttpSource) -> Paging | None:
    """How the pages of a source are followed, if that is declared."""
    if isinstance(source, CkanSource):
        size = source.page_size
        return Paging(by="offset", parameter="offset", size=size, size_parameter="limit", total="/result/total")
    return source.pages if isinstance(source.pages, Paging) else None


def beginning(url: str, paging: Paging) -> str:
    """The address of the first page: with the size that is asked for, and where it begins."""
    if paging.size_parameter is not None:
        url = page.replaced(url, paging.size_parameter, str(paging.size))
    if paging.by == "page":
        url = page.replaced(url, paging.named, str(paging.first))
    return url


def read(content: bytes, url: str, source: HttpSource, paging: Paging) -> Page:
    """What an answer says of itself. SourceError if it is not as declared."""
    document = _document(content, source)
    records = _count(document, content, source)
    if records is None:
        raise SourceError(f"source {source.id}: the page {page.shown(url)} has no list of records where `read` looks")
    total = _total(document, url, source, paging)
    if paging.by in ("next", "token"):
        following = _following(document, url, paging)
        return Page(records, total, following, more=bool(following))
    step = 1 if paging.by == "page" else records
    following = page.advanced(url, paging.named, step, start=paging.first if paging.by == "page" else 0)
    full = records > 0 and (total is not None or records >= (paging.size or 1))
    return Page(records, total, following, full=full)


def _document(content: bytes, source: HttpSource) -> Any:  # noqa: ANN401 (JSON is anything)
    if not isinstance(source.read, JsonReader):
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"source {source.id}: a page of it is not JSON ({error})") from error


def _count(document: object, content: bytes, source: HttpSource) -> int | None:
    options = source.read
    if not isinstance(options, JsonReader):
        return page.count_rows(content)
    return page.count_records(document, options)


def _total(document: object, url: str, source: HttpSource, paging: Paging) -> int | None:
    if paging.total is None:
        return None
    total = page.number(at(document, paging.total))
    if total is None:
        told = f"the page {page.shown(url)} does not say at {paging.total} how many records there are"
        raise SourceError(f"source {source.id}: {told}; correct `pages.total`")
    return total


def _following(document: object, url: str, paging: Paging) -> str:
    following = at(document, paging.at)
    if isinstance(following, dict):  # {"href": …}
        following = following.get("href")
    if not isinstance(following, str | int) or isinstance(following, bool) or following == "":
        return ""
    return urljoin(url, str(following)) if paging.by == "next" else page.replaced(url, paging.named, str(following))


def at(document: object, pointer: str) -> object:
    """What stands at a JSON pointer; None if nothing does."""
    place = document
    for key in nested.tokens(pointer):
        if isinstance(place, dict):
            place = place.get(key)
        elif isinstance(place, list) and key.isdecimal() and int(key) < len(place):
            place = place[int(key)]
        else:
            return None
    return place
