"""Texts as a cell takes and shows them."""

import math
import re

_NOT_XML = re.compile("[\ufffe\uffff]")
_LINE = 15  # points
_HIGHEST = 300


def as_cell(text: str) -> str:
    """A text as XML may hold it, with LF for every line break."""
    return _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(text: str, most: int) -> str:
    """The text, cut at a word with an ellipsis if it is longer than ``most`` characters."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rsplit(None, 1)[0] if " " in head else head) + "…"


def height(cells: list[tuple[str, int]], least: int = 1) -> float:
    """Points that a row needs to show its texts, each wrapped in a column of so many characters.

    Not every program adjusts the height of a row by itself when it opens a file.
    """
    lines = [sum(max(1, math.ceil(len(line) / width)) for line in text.split("\n")) for text, width in cells]
    return min(_HIGHEST, _LINE * max(least, *lines, 1))
