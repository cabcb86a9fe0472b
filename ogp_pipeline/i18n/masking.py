"""Secrets that somebody repeats: a server that refuses us may write what we sent into its answer, which people read.

It may write it otherwise: for an address, for a page, for JSON, or as base64. What a ``Basic`` token stands for, a name
and a password, is a secret too.
"""

import base64
import binascii
import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "…"
_SHORTEST = 4  # letters: what is shorter is a word such as "no", and hides nothing


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, in whichever form they stand in it."""
    for form in sorted(forms(secrets), key=len, reverse=True):  # the longest first: others are parts of it
        text = text.replace(form, HIDDEN)
    return text


def forms(secrets: Iterable[str]) -> set[str]:
    """Every way in which the secrets may be written."""
    meant = {part for secret in secrets for part in (secret, *_inside(secret))}
    return {form for part in meant if len(part) >= _SHORTEST for form in _written(part)}


def _written(secret: str) -> Iterable[str]:
    yield from (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret))
    yield from (json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode())


def _inside(secret: str) -> tuple[str, ...]:
    """Name and password that a ``Basic`` token stands for, and the password."""
    try:
        pair = base64.b64decode(secret, validate=True).decode()
    except (binascii.Error, ValueError):
        return ()
    return (pair, pair.partition(":")[2]) if ":" in pair and pair.isprintable() else ()
