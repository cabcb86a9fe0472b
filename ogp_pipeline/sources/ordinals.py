"""Days and quarters with a sign behind their number: ``1er``, ``1.º``, ``30th``, in every language that we speak.

The signs stand in the catalogue, ``due.ordinal.sign``.
"""

import re
from functools import cache

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.i18n.catalogue import has, say
from ogp_pipeline.i18n.languages import LANGUAGES


def bare(text: str) -> str:
    """The text without the signs behind its numbers of one or two digits."""
    return _pattern().sub(r"\1", text)


@cache
def signs() -> frozenset[str]:
    """The signs of all languages, folded."""
    return frozenset(map(fold, _written())) - {""}


@cache
def _pattern() -> re.Pattern[str]:
    every = "|".join(sorted(map(re.escape, _written()), key=len, reverse=True))
    return re.compile(rf"(?<!\d)(\d{{1,2}})\.?(?:{every})\.?(?!\w)", re.IGNORECASE)


def _written() -> list[str]:
    key = "due.ordinal.sign"
    return [sign for language in LANGUAGES if has(key, language) for sign in say(key, language).split(";")]
