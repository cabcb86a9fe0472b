"""One answer of an address that may be a page of several: how many records it holds, of how many, and where more are.

Portals say it in many ways, of which none is a standard of all: CKAN ``total`` and ``_links.next``, OData
``@odata.nextLink``, Socrata nothing but as many rows as its limit, ArcGIS ``exceededTransferLimit``, others ``count``
and ``next``, ``has_more``, a token; RFC 8288 a header ``Link``. Nothing here asks anybody.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from requests.utils import parse_header_links

from ogp_pipeline.formats import nested
from ogp_pipeline.formats.format import Options
from ogp_pipeline.formats.json import JsonReader
from ogp_pipeline.i18n.legible import legible

# Names of members, in small letters and without signs: `next_page_url`, `nextPageUrl`, `@odata.nextLink`.
_NEXT = frozenset(
    {"next", "nexturl", "nextlink", "nextpage", "nextpageurl", "nexthref", "odatanextlink", "nextpagelink"}
)
_TOKEN = frozenset({"nextpagetoken", "nextcursor", "nexttoken", "continuation", "resumptiontoken", "endcursor"})
_TOTAL = frozenset(
    {"total", "totalcount", "count", "odatacount", "totalresults", "totalrecords", "recordstotal", "totalrows"}
    | {"totalitems", "totalelements", "totalhits", "numfound", "nummatched", "numbermatched"}
)
_MORE = frozenset(
    {"exceededtransferlimit", "truncated", "istruncated", "hasmore", "hasnext", "hasnextpage", "more", "moreresults"}
    | {"incompleteresults", "recordstruncated", "moredata"}
)
_TOTAL_HEADERS = ("X-Total-Count", "X-Total", "X-WP-Total", "X-Pagination-Total-Count", "Total-Count")
_RANGE = re.compile(r"(?:items|records|rows)?\s*[0-9]+-[0-9]+/([0-9]{1,12})")
# The parameter that says how many are wanted, and the one that says where to begin.
_SLICES = {
    "$limit": "$offset", "limit": "offset", "resultrecordcount": "resultOffset", "$top": "$skip", "top": "skip",
    "rows": "start",
}  # fmt: skip
_PAGES = {"per_page": "page", "page_size": "page", "pagesize": "page", "perpage": "page"}
_SOCRATA = re.compile(r"/resource/[a-z0-9]{4}-[a-z0-9]{4}\.(json|csv)\Z")
_SOCRATA_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """``records``: how many it holds, None if nobody can count them. ``total``: of how many, if it says so.

    ``following``: the address of the next page, "" if it names none. ``more``: it says that there are more.
    ``full``: it holds exactly as many as were asked for. ``estimated``: the total is no exact one.
    """

    records: int | None
    total: int | None = None
    following: str = ""
    more: bool = False
    full: bool = False
    estimated: bool = False


def read(content: bytes, url: str, headers: Mapping[str, str], options: Options) -> Page:
    """What an answer says of itself; ``url``: where it came from. Content that is no such file says nothing."""
    link = _linked(headers.get("Link", ""), url)
    stated = _stated_total(headers)
    if not isinstance(options, JsonReader):
        counted = options.kind == "csv" and (stated is not None or bool(further(url, Page(1))))
        records = count_rows(content) if counted else None
        return Page(records, stated, link, more=bool(link), full=_is_full(url, records))
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):  # the reader says so, with the place
        return Page(None, stated, link, more=bool(link))
    count, around = _around(document, options)
    fields = {_plain(key): value for place in around for key, value in _with_children(place)}
    following = link or _next(fields, url)
    if not following and fields.get("exceededtransferlimit") is True and count:
        following = advanced(url, "resultOffset", count)
    totals = [amount for key in fields if key in _TOTAL and (amount := number(fields[key])) is not None]
    total = stated if stated is not None else max(totals, default=None)
    token = any(isinstance(fields[key], str) and fields[key] for key in _TOKEN & fields.keys())
    said = any(fields[key] is True for key in _MORE & fields.keys())
    short = total is not None and count is not None and count < total
    if short and not following and count:
        following = advanced(url, _begin_of(url), count)
    # A total smaller than the page is of something else, such as the page's own number of a nested list.
    total = None if total is not None and count is not None and total < count else total
    return Page(
        count, total, following, said or token or bool(following), _is_full(url, count),
        fields.get("totalwasestimated") is True,
    )  # fmt: skip


def further(url: str, page: Page) -> str:
    """Where the next page would be if the address takes the usual parameters; "" if it has none."""
    asked = {key.lower(): key for key, _ in _query(url)}
    for limit, begin in _SLICES.items():
        if limit in asked:
            return advanced(url, begin, page.records or 0)
    for size, ordinal in _PAGES.items():
        if size in asked:
            return advanced(url, ordinal, 1, start=1)
    return advanced(url, "$offset", page.records or 0) if _SOCRATA.search(urlsplit(url).path) else ""


def _begin_of(url: str) -> str:
    asked = {key.lower() for key, _ in _query(url)}
    return next((begin for limit, begin in _SLICES.items() if limit in asked or begin.lower() in asked), "offset")


def _is_full(url: str, records: int | None) -> bool:
    """Whether exactly as many came as were asked for."""
    if not records:
        return False
    asked = {key.lower(): value for key, value in _query(url)}
    limits = [asked[name] for name in (*_SLICES, *_PAGES) if name in asked]
    if not limits and _SOCRATA.search(urlsplit(url).path):
        return records == _SOCRATA_LIMIT
    return str(records) in limits


def count_records(document: object, options: JsonReader) -> int | None:
    """How many records the reader would find in a document; None if it would find none."""
    return _around(document, options)[0]


def _around(document: Any, options: JsonReader) -> tuple[int | None, list[dict[str, Any]]]:  # noqa: ANN401 (JSON)
    """How many objects the list has that is read, and the objects that it lies in."""
    if options.rows is not None:
        try:
            rows_of_page = nested.find(options.rows, document)
        except nested.Unfit:
            rows_of_page = None
        count = len(nested.items(rows_of_page, {})) if rows_of_page is not None else None
        return count, [document] if isinstance(document, dict) else []
    place, around = document, list[dict[str, Any]]()
    for key in nested.tokens(options.at):
        if not isinstance(place, dict):
            return None, around
        around.append(place)
        place = place.get(key)
    return (len(place) if isinstance(place, list) else None), around


def _with_children(place: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The object's own members after those of the objects in it, such as ``meta``, ``paging`` and ``_links``."""
    for name, inner in place.items():
        if isinstance(inner, dict):
            yield from inner.items()
        elif name.lower().endswith("links") and isinstance(inner, list):  # [{"rel": "next", "href": …}]
            yield from ((str(link.get("rel")), link.get("href")) for link in inner if isinstance(link, dict))
    yield from ((key, value) for key, value in place.items() if value is not None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", str(name).lower())


def _next(fields: Mapping[str, Any], url: str) -> str:
    for key in sorted(_NEXT & fields.keys()):
        value = fields[key]
        value = value.get("href") if isinstance(value, dict) else value
        if isinstance(value, str) and value and value.strip().lower() not in ("null", "none", "false"):
            return urljoin(url, value.strip())
        ordinal = number(value)
        if ordinal is not None and key in ("next", "nextpage"):
            return replaced(url, "page", str(ordinal))
    return ""


def _linked(header: str, url: str) -> str:
    if not header:
        return ""
    links = parse_header_links(header)
    target = next((str(link["url"]) for link in links if "next" in str(link.get("rel", "")).lower().split()), "")
    return urljoin(url, target) if target else ""


def _stated_total(headers: Mapping[str, str]) -> int | None:
    for name in _TOTAL_HEADERS:
        if (total := number(headers.get(name))) is not None:
            return total
    span = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    return int(span[1]) if span else None


def number(value: object) -> int | None:
    """A count, if the value is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, dict):  # Elasticsearch: {"value": 150, "relation": "eq"}
        return number(value.get("value"))
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value.strip(), re.ASCII):
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 10**12 else None


def count_rows(content: bytes) -> int | None:
    """The rows of a CSV file below its headings; None if it cannot be read."""
    try:
        rows = sum(1 for row in csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline="")) if any(row))
    except csv.Error:  # the reader says so, with the place
        return None
    return max(rows - 1, 0)


def _query(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def advanced(url: str, name: str, by: int, start: int = 0) -> str:
    """The address with a parameter raised; ``start``: its value where it is not given."""
    begun = next((value for key, value in _query(url) if key.lower() == name.lower()), "")
    return replaced(url, name, str((int(begun) if re.fullmatch(r"[0-9]{1,12}", begun, re.ASCII) else start) + by))


def replaced(url: str, name: str, value: str) -> str:
    """The address with a parameter of this value."""
    query = [(key, value) for key, value in _query(url) if key.lower() != name.lower()]
    return urlsplit(url)._replace(query=urlencode([*query, (name, value)], safe="$")).geturl()


def shown(url: str) -> str:
    """An address for people."""
    return legible(url[:200])
