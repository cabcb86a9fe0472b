"""The mark of a draft: on each page, in a language of ours, above everything else. Never on what is published."""

import re
from collections.abc import Iterable, Iterator

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import spoken

_TOPS = (re.compile(rb"<header>"), re.compile(rb"<body[^>]*>"))  # a page without a header has it at its very top
_LANGUAGE = re.compile(rb'<html[^>]* lang="([A-Za-z0-9-]+)"')


def marked(pages: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The same, each page with the mark; what is no page stays as it is."""
    return ((path, _marked(page) if path.endswith(".html") else page) for path, page in pages)


def _marked(page: bytes) -> bytes:
    language = _LANGUAGE.search(page)
    told = say("draft.mark", spoken(language[1].decode() if language is not None else ""))
    note = f'\n<p role="note"><strong>{told}</strong></p>'.encode()
    top = next((top for pattern in _TOPS if (top := pattern.search(page)) is not None), None)
    return page if top is None else page[: top.end()] + note + page[top.end() :]
