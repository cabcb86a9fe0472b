"""Which keys a store takes: the same rule on every store, so that what works on a directory works on S3.

A segment is letters, digits and ``. _ = -``, not starting with a dot. That shuts out traversal, hidden files
(where a directory store keeps its temporary ones), and everything that some server or URL parser reads
differently.
"""

import re

from ogp_pipeline.errors import StoreError

_SEGMENT = "[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,199}"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*\Z")
_LONGEST = 900  # S3 allows 1024 bytes, and some servers add a prefix


def check(key: str) -> str:
    """The key itself; raises StoreError when it is not one."""
    if len(key) > _LONGEST or not _KEY.match(key):
        raise StoreError(
            f"{key!r} is not a key: use segments of letters, digits, '.', '_', '=' and '-' joined by '/', "
            "none empty and none starting with a dot"
        )
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself: empty, or a key, or the beginning of one; raises StoreError otherwise."""
    if prefix:
        check(prefix.removesuffix("/"))
    return prefix
