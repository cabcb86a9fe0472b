"""What the index is given of each page: what stands between its menus and its footer, and its facets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# What says of a page what it is; the template of such pages writes it so (layout.html.j2).
_MAIN = re.compile(
    r'<main id="content" data-kind="([^"]*)" data-status="([^"]*)" data-themes="([^"]*)" '
    r'data-institutions="([^"]*)" data-late="([^"]*)">'
)
_BEGIN, _END = "<header>", "</main>"

# Words that stand on every page would be hits everywhere; what only a script or a screen reader needs is no text.
LEFT_OUT = ("nav", "dt", "thead", "caption", "summary", ".hidden", ".above", "svg")
# Pagefind spends a quarter of its time on these, and its index is the same, byte for byte, without them.
_UNREAD = re.compile(
    r'<(svg|thead)\b(?:[^<]|<(?!/?\1\b))*+</\1>|<span class="hidden">[^<]*</span>'
    r"|</?(?:span|a|code|strong|abbr|time)\b[^>]*>"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A page as the index sees it. ``path``: below the folder of its language; ``facets``: as the page says them."""

    path: str
    html: str
    facets: tuple[str, ...]


def documents(pages: Iterable[tuple[str, bytes]], folder: str, language: str) -> Iterator[Document]:
    """The pages below a folder that are about one thing, in their order. ``language``: in which our words are."""
    for key, data in pages:
        if not key.startswith(f"{folder}/") or not key.endswith(".html"):
            continue
        text = data.decode()
        main = _MAIN.search(text)
        if main is None:
            continue
        begin, end = text.index(_BEGIN), text.index(_END, main.end())
        read = _UNREAD.sub("", text[begin:end])
        shown = f'<!DOCTYPE html><html lang="{language}"><body>{read}</main></body></html>'
        yield Document(key.removeprefix(f"{folder}/"), shown, main.groups())
