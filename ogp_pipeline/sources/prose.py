"""Markdown and HTML text, as people paste it into trackers: to plain text, and the links in it.

Both come from one rendering: Markdown to HTML (raw HTML passes through), then one walk over the HTML tree
that writes text and remembers which stretch of it was a link. TextLink targets stay as they were written, also
when they are broken. Two habits of Markdown are switched off because in a tracker's cell they are accidents:
indented code, and headings made by underlining.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString
from markdown_it import MarkdownIt

from ogp_pipeline.patterns import compile_linear

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset({"script", "style", "template", "iframe", "head"})
_MARKUP = compile_linear(r"[<>&*_\[\]`\\~]|^\s*(?:#|[-+>]\s|\d+[.)]\s|---)", re.M)
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}")  # kramdown's `{: .button}`
_LOCAL = re.compile(r"file:|/?[A-Za-z]:[/\\]", re.I)  # the writer's own disk: of no use to others, and it may name them
_BARE = re.compile(r"https?://[^\s<>\"'|]+", re.I)
_ITEM = "\ue000"  # stands after a list item's mark, so that a paragraph in the item does not break the line
_AFTER_ITEM = re.compile(rf"{_ITEM}\s*")
_EDGES = " \t\n:;,.-–—|•*(["
_LEADING_EDGES = _EDGES + ")]"
# Not after a capital, so that "U.S. Geological Survey" stays together.
_SENTENCE_END = re.compile(r"(?<=[^\W_A-Z][.!?])\s+(?=[A-ZÁÉÍÓÚÑ“\"¿¡])")
_LIST_MARK = re.compile(r"^(?:-|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class TextLink:
    """A link: target as written, label ('' if the text gives none)

    and where in the source text its target stands.
    """

    url: str
    label: str
    offset: int


@dataclass(frozen=True, slots=True)
class _Rendering:
    """Text, and the links in it as (target, start, end of the link's text)."""

    text: str
    links: tuple[tuple[str, int, int], ...]


def plain(source: str) -> str:
    """Plain text: one line per paragraph, line break or list item (``- ``), no empty lines.

    A link keeps its text, followed by its target in parentheses unless the text is the target or it is an
    anchor.
    """
    if not _MARKUP.search(source):
        return _tidy(source)
    rendering = _render(source)
    text = rendering.text
    for url, start, end in reversed(rendering.links):
        shown = text[start:end]
        if not url or url.startswith("#") or _LOCAL.match(url):
            continue
        if not shown.strip() or _same(shown, url):
            text = text[:start] + url.removeprefix("mailto:") + text[end:]
        else:
            text = f"{text[:end]} ({url}){text[end:]}"
    return _tidy(text)


def links(source: str) -> list[TextLink]:
    """Every target once, in order.

    The label is the link's text or, if that is the target, the words before it.
    """
    rendering = _render(source)
    link_of_url: dict[str, TextLink] = {}
    last_end = 0
    for url, start, end in rendering.links:
        if url and not url.startswith("#") and url not in link_of_url:
            label = rendering.text[start:end]
            if not label.strip() or _same(label, url):
                line_start = rendering.text.rfind("\n", 0, start) + 1
                label = _SENTENCE_END.split(rendering.text[max(line_start, last_end) : start].strip())[-1]
            link_of_url[url] = TextLink(url, _label(label), _offset(source, url))
        last_end = end
    return list(link_of_url.values())


def _render(source: str) -> _Rendering:
    parser = MarkdownIt("commonmark", {"html": True}).disable(["code", "lheading"])
    parser.normalizeLink = _as_written  # type: ignore[method-assign]
    parser.validateLink = _any_link  # type: ignore[method-assign]
    tokens = parser.parse(_ATTRIBUTES.sub("", source.replace(_ITEM, "")))
    for token in tokens:
        if token.type == "ordered_list_open":
            token.attrSet("data-mark", token.markup)
    soup = BeautifulSoup(parser.renderer.render(tokens, parser.options, {}), "html.parser")
    writer = _Writer()
    writer.walk(soup)
    return _Rendering("".join(writer.pieces), tuple(writer.links))


def _as_written(url: str) -> str:
    return url


def _any_link(url: str) -> bool:  # noqa: ARG001 (the parser's signature)
    return True


class _Writer:
    """Writes a tree as text. Its own stack instead of recursion: a cell may nest a thousand elements."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.links: list[tuple[str, int, int]] = []
        self._length = 0
        self._anchors: list[tuple[str, int]] = []

    def walk(self, root: Tag) -> None:
        stack: list[tuple[Tag, Iterator[PageElement]]] = [(root, iter(root.children))]
        while stack:
            tag, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(tag)
            elif isinstance(child, Tag):
                if child.name not in _SILENT:
                    self._enter(child)
                    stack.append((child, iter(child.children)))
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self._say(str(child))

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)

    def _say(self, text: str) -> None:
        """Text of the document; a bare address in it is a link too, unless it is inside one."""
        done = 0
        if not self._anchors:
            for match in _BARE.finditer(text):
                url = _trimmed(match.group())
                self._write(text[done : match.start()])
                self.links.append((url, self._length, self._length + len(url)))
                self._write(url)
                done = match.start() + len(url)
        self._write(text[done:])

    def _enter(self, tag: Tag) -> None:
        if tag.name == "br" or tag.name in _BLOCKS:
            self._write("\n")
        if tag.name == "li":
            self._write(f"{_mark(tag)} {_ITEM}")
        elif tag.name == "img":
            self._write(str(tag.get("alt") or ""))
        elif tag.name == "a" and tag.has_attr("href"):
            self._anchors.append((str(tag["href"]).strip(), self._length))
        elif tag.name in ("td", "th") and tag.find_previous_sibling(["td", "th"]) is not None:
            self._write(" | ")

    def _leave(self, tag: Tag) -> None:
        if tag.name == "a" and tag.has_attr("href") and self._anchors:
            url, start = self._anchors.pop()
            self.links.append((url, start, self._length))
        if tag.name in _BLOCKS:
            self._write("\n")


def _mark(item: Tag) -> str:
    """``-``, or the number that the item has in an ordered list."""
    parent = item.parent
    if parent is None or parent.name != "ol":
        return "-"
    start = str(parent.get("start") or "1")
    position = len(item.find_previous_siblings("li"))
    number = int(start) + position if start.isdecimal() else position + 1
    return f"{number}{parent.get('data-mark') or '.'}"


def _trimmed(url: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while url and (url[-1] in ".,;:!?*_" or (url[-1] in ")]" and url.count(url[-1]) > url.count("(["[url[-1] == "]"]))):
        url = url[:-1]
    return url


def _same(shown: str, url: str) -> bool:
    """Does a link's text only repeat its target?"""
    return _core(shown) == _core(url)


def _core(text: str) -> str:
    bare = re.sub(r"^(?:mailto:|https?://)?(?:www\.)?", "", text.strip(), flags=re.I)
    return bare.rstrip("/.").casefold()


def _label(text: str) -> str:
    line = " ".join(text.replace(_ITEM, "").split())
    line = _LIST_MARK.sub("", line + " ")
    return line.rstrip(_EDGES).lstrip(_LEADING_EDGES)


def _offset(source: str, url: str) -> int:
    """Where a target stands in the source text (0 if it is written in another way there)."""
    for written in (url, html.escape(url, quote=False), html.escape(url)):
        if match := re.search(re.escape(written) + r"(?![^\s\"'<>()\[\].,;])", source):
            return match.start()
    return max(source.find(url), 0)


def _tidy(text: str) -> str:
    joined = _AFTER_ITEM.sub("", text)
    return "\n".join(line for raw in joined.splitlines() if (line := " ".join(raw.split())))
