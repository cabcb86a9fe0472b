"""The order of codes that hold numbers: ``US0113.10`` stands after ``US0113.9``."""

import re

_DIGITS = re.compile(r"(\d+)")


def natural(identity: str) -> list[tuple[int, str]]:
    """A sort key."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(identity)]
