"""The patterns of a folder source (``files:``), as they apply to a way down from its folder.

``*``, ``?`` and ``[…]`` stand for letters of one name; ``**`` for any number of folders. Capitals count.
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import lru_cache

_ANY_DEPTH = "**"
DEEPEST = 16  # parts of a way down that ``**`` reaches: nobody sorts files deeper, and a programme that runs wild does


def depth(patterns: Iterable[str]) -> int:
    """How many parts the longest way has that one of these patterns can match."""
    return max(DEEPEST if _ANY_DEPTH in parts else len(parts) for parts in map(_parts, patterns))


def matches(pattern: str, parts: Sequence[str]) -> bool:
    """Whether the pattern matches this way down."""
    return _matches(_parts(pattern), tuple(parts))


def _matches(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == _ANY_DEPTH:
        return _matches(pattern[1:], parts) or (bool(parts) and _matches(pattern, parts[1:]))
    return bool(parts) and _name(pattern[0]).match(parts[0]) is not None and _matches(pattern[1:], parts[1:])


def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(part for part in pattern.split("/") if part not in ("", "."))


@lru_cache(maxsize=1000)
def _name(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))


def leads_into(pattern: str, folder: Sequence[str]) -> bool:
    """Whether the pattern can match something in this folder, or in one below it."""
    parts = _parts(pattern)
    for number, name in enumerate(folder):
        if number < len(parts) and parts[number] == _ANY_DEPTH:
            return True
        if number >= len(parts) - 1:
            return False
        if not _name(parts[number]).match(name):
            return False
    return True
