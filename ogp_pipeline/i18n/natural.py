"""The order of codes that hold numbers: ``US0113.10`` stands after ``US0113.9``."""

import re
from functools import lru_cache

_DIGITS = re.compile(r"(\d+)")


@lru_cache(maxsize=10_000)  # the same codes are sorted for page after page
def natural(identity: str) -> tuple[tuple[int, str], ...]:
    """A sort key."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(identity))
