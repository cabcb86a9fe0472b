"""A page in the browser that tells what its policy forbade and what it asked of other hosts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NARROW = {"width": 320, "height": 640}


@contextmanager
def narrow_page(browser: Any, **how: Any) -> Iterator[Any]:
    """On a narrow screen; ``how``: further options of its context. What it tells is in the list ``told``."""
    context = browser.new_context(viewport=NARROW, **how)
    page = context.new_page()
    page.told = []
    page.on("console", lambda message: page.told.append(message.text))
    page.on("request", lambda request: page.told.append(request.url) if "127.0.0.1" not in request.url else None)
    yield page
    context.close()
