"""The months by their names, in every language that we speak: written out, and abbreviated.

The names are CLDR's; what else people write (``setiembre``) stands in the catalogue, ``due.also.september``. A name is
looked up folded (``formats.vocabulary``), so without capitals, accents and full stops.
"""

from collections.abc import Callable, Sequence
from functools import cache

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.i18n.catalogue import has, months, say, short_months
from ogp_pipeline.i18n.languages import LANGUAGES

_SEPTEMBER = 9


@cache
def full() -> dict[str, int]:
    """Names that are written out, and the month of each."""
    return _numbered(months)


@cache
def abbreviated() -> dict[str, int]:
    """Abbreviations, and the month of each."""
    return _numbered(short_months)


@cache
def every() -> dict[str, int]:
    """All names of both kinds."""
    return full() | abbreviated()


def _numbered(names: Callable[[str], Sequence[str]]) -> dict[str, int]:
    numbered = {fold(name): number for language in LANGUAGES for number, name in enumerate(names(language), start=1)}
    return numbered | dict.fromkeys(_september(), _SEPTEMBER)


def _september() -> list[str]:
    key = "due.also.september"
    return [fold(word) for language in LANGUAGES if has(key, language) for word in say(key, language).split(";")]
