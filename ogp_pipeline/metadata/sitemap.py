"""``sitemap.xml`` and ``robots.txt``: every page in every language, each naming its twins; no raw bytes.

``data/`` holds the bytes of every attempt under names for machines; the same files have readable names under ``v/``.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit
from xml.etree import ElementTree

from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.registry import Releases, document
from ogp_pipeline.metadata.xml_text import child, to_bytes
from ogp_pipeline.programme.model import Programme

SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
MISSING = "404.html"
"""What a host may show for what is not there, with the status 404 (docs/hosting.md): nothing to be found."""
CARDS = "card"  # pages in this folder are shown in frames of other pages, and nobody looks for them
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


@document("sitemap")
def for_search_engines(releases: Releases) -> Mapping[str, bytes]:
    """Both files."""
    return {
        SITEMAP: sitemap(releases.pages, releases.programme, releases.chain[-1].created),
        ROBOTS: robots(releases.programme),
    }


def sitemap(pages: Iterable[str], programme: Programme, modified: str) -> bytes:
    """``pages``: their keys, among which are pictures; those below a language's folder have a twin in every other."""
    at = Addresses(programme.publication.root)
    languages = list(dict.fromkeys(programme.publication.languages))
    root = ElementTree.Element("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": _XHTML})
    for key in sorted(pages):
        if key == MISSING or f"/{CARDS}/" in key or not key.endswith(".html"):
            continue
        language, _, name = key.partition("/")
        page = child(root, "url")
        child(page, "loc", at.key(key))
        child(page, "lastmod", modified)
        if language in languages:
            for twin in languages:
                child(page, "xhtml:link", rel="alternate", hreflang=twin, href=at.key(f"{twin}/{name}"))
    return to_bytes(root)


def robots(programme: Programme) -> bytes:
    """Everything may be read but what would be found twice. Crawlers look for it at the root of a host only."""
    at = Addresses(programme.publication.root)
    folder = urlsplit(at.root).path
    lines = [
        "User-agent: *",
        f"Disallow: {folder}/data/",
        f"Disallow: {folder}/probe/",
        "",
        f"Sitemap: {at.key(SITEMAP)}",
    ]
    return ("\n".join(lines) + "\n").encode()
