"""Free texts that say nothing (``N/A``, ``s/d``, ``—``), and signs in a text that nobody sees.

A text that says nothing is taken as an empty cell: published, it would count as a text. Signs that nobody sees are
taken out; those that turn letters around stay in a text of a script that runs from right to left, but for the ones that
turn letters against their own direction.
"""

import re
import unicodedata
from functools import cache

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES

_LONGEST = 30  # characters of a text that says nothing
_MARKS = re.compile(r"[-\u2010-\u2015\u2212_.\u2026?\u00bf*/~\s]+|x{2,}")
_UNSEEN = "\u00ad\u200b\u2060\ufeff"  # soft hyphen, spaces of no width
_AGAINST = "\u202d\u202e"  # letters run against their own direction
_TURNING = "\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069"
_ANYWHERE = re.compile(f"[{_UNSEEN}{_AGAINST}]")
_IN_LATIN = re.compile(f"[{_UNSEEN}{_AGAINST}{_TURNING}]")


def is_plain(text: str) -> bool:
    """Whether a text surely says something, and every sign of it can be seen. Quick: most texts are such."""
    return len(text) > _LONGEST and text.isascii()


def without_signs(text: str) -> str:
    """The text without what nobody sees."""
    return _signs(text).sub("", text)


def signs_in(text: str) -> str:
    """The signs that ``without_signs`` takes out, as their numbers in Unicode."""
    return ", ".join(f"U+{ord(sign):04X}" for sign in dict.fromkeys(_signs(text).findall(text)))


def says_nothing(text: str) -> bool:
    """Whether it stands for "there is nothing to write here", in any of our languages."""
    plain = " ".join(text.casefold().split())
    return len(plain) <= _LONGEST and (plain in _words() or _MARKS.fullmatch(plain) is not None)


def _signs(text: str) -> re.Pattern[str]:
    if text.isascii() or not _IN_LATIN.search(text):
        return _ANYWHERE
    return _ANYWHERE if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text) else _IN_LATIN


@cache
def _words() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in say("reading.nothing", language).split(","))
