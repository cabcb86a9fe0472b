"""The name of one process's attempt to write: when it began, and random bits, so that no two are the same."""

import re
from datetime import UTC, datetime

_TIME = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{8,64})\Z")


def name(began: datetime, random: bytes) -> str:
    """The name of an attempt, from an aware time and at least 4 random bytes."""
    attempt = f"{began.astimezone(UTC).strftime(_TIME)}-{random.hex()}"
    started(attempt)
    return attempt


def started(attempt: str) -> datetime:
    """When an attempt began (UTC); ValueError if the name is not one that ``name`` makes."""
    parts = _NAME.match(attempt)
    if not parts:
        raise ValueError(f"{attempt!r} is not an attempt: expected UTC time and random bits, 20240131T235959Z-0a1b2c3d")
    return datetime.strptime(parts.group(1), _TIME).replace(tzinfo=UTC)
