"""Whether every link of a built site leads to something: pages, places within them, files, what browsers load."""

import posixpath
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

_LINKS = {"href", "src", "action", "poster", "data"}


class _Page(HTMLParser):
    """The places and the links of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.places.add(value or "")
            elif name in _LINKS:
                self.links.append(value or "")


def clicks(files: Mapping[str, bytes], start: str) -> dict[str, int]:
    """Page -> the fewest clicks that lead to it from ``start``, without any search."""
    reached, newest = {start: 0}, [start]
    while newest:
        further = []
        for key in newest:
            for link in _Page(files[key].decode()).links:
                path = posixpath.normpath(posixpath.join(posixpath.dirname(key), unquote(urlsplit(link).path)))
                if path.endswith(".html") and path in files and path not in reached:
                    reached[path] = reached[key] + 1
                    further.append(path)
        newest = further
    return reached


def broken(files: Mapping[str, bytes], root: str) -> Iterator[str]:
    """``page: link`` for each that leads nowhere. ``root``: the site's own address; links to other sites are theirs."""
    pages = {key: _Page(data.decode()) for key, data in files.items() if key.endswith(".html")}
    for key, page in pages.items():
        for link in page.links:
            own = link[len(root) + 1 :] if link.startswith(f"{root}/") else None
            address = urlsplit(link if own is None else own)
            if address.scheme or address.netloc:
                continue
            folder = posixpath.dirname(key) if own is None else ""
            path = posixpath.normpath(posixpath.join(folder, unquote(address.path))) if address.path else key
            place = unquote(address.fragment)
            if path not in files or (place and path in pages and place not in pages[path].places):
                yield f"{key}: {link}"
