"""The languages: those that we speak, and those in which a programme may write.

No other file of the package names one by hand (tests/i18n/test_languages.py). A new language of ours is one line of
``SPOKEN``, its ``locale/<code>/LC_MESSAGES/ogp.po``, and its texts in ``schemas/``. A programme may write in any
language that has a tag (BCP 47): its texts have columns for it, and our own words fall back to ``spoken``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global


@dataclass(frozen=True, slots=True)
class Spoken:
    """``code``: ISO 639-1; ``long_code``: ISO 639-2/T; ``name``: its own; ``locale``: how numbers and days are written.

    ``quotes``: the marks before and after what is quoted. ``part_has_noun``: *3 lignes sur 9* against *3 of 9 rows*.
    """

    code: str
    long_code: str
    locale: str
    name: str
    quotes: tuple[str, str]
    part_has_noun: bool = False


# In the order in which a text is looked for where the wanted language lacks it.
SPOKEN = (
    Spoken("es", "spa", "es_419", "Español", ("«", "»")),  # Latin American Spanish: 1,234.5 and 15 de julio de 2024
    Spoken("en", "eng", "en_GB", "English", ("“", "”")),
    Spoken("fr", "fra", "fr_FR", "Français", ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"), part_has_noun=True),
)

BY_CODE = {spoken.code: spoken for spoken in SPOKEN}
LANGUAGES = tuple(BY_CODE)

# What stands where there is room for one language alone: logs, machines, and standards that know only one.
ENGLISH = "en"
OTHERS = tuple(code for code in LANGUAGES if code != ENGLISH)
# The order in which published data and metadata hold them.
ENGLISH_FIRST = (ENGLISH, *OTHERS)
# Of the columns and pages where no programme says others.
DEFAULT = ("es", ENGLISH)

# A language, perhaps its script and its region, in the letters that BCP 47 recommends: pt, pt-BR, sr-Latn-RS.
_TAG = re.compile(r"(?P<language>[a-z]{2,3})(?:-(?P<script>[A-Z][a-z]{3}))?(?:-(?P<region>[A-Z]{2}|\d{3}))?")
_ENDING = re.compile(r"[a-z]{2,3}(?:_[a-z]{4})?(?:_(?:[a-z]{2}|\d{3}))?")


def in_turn(*first: str) -> tuple[str, ...]:
    """All languages, those that are wanted ``first`` before the others: the order in which a text is looked for."""
    return tuple(dict.fromkeys((*first, *LANGUAGES)))


def english_first(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once, English before the others, which stay in the order of ``LANGUAGES`` and then in their own."""
    every = dict.fromkeys(tags)
    return tuple(dict.fromkeys((*(code for code in ENGLISH_FIRST if code in every), *every)))


def spoken(tag: str) -> str:
    """The language in which we speak to who wants this one: itself, the same of another region, or English."""
    language = tag.partition("-")[0]
    return tag if tag in BY_CODE else language if language in BY_CODE else ENGLISH


def speaks(tag: str) -> bool:
    """Whether we speak the language, of whatever region."""
    return tag.partition("-")[0] == spoken(tag)


def published(tags: Iterable[str]) -> tuple[str, ...]:
    """The languages of our own words beside texts in these: those that we speak, and English."""
    every = {ENGLISH, *(spoken(tag) for tag in tags)}
    return tuple(code for code in ENGLISH_FIRST if code in every)


@lru_cache(1024)
def is_tag(text: str) -> bool:
    """Whether this is a tag of BCP 47 in its recommended letters, with a script and a region that CLDR knows.

    A language of two letters must be known too, and one of three (CLDR does not name all) not have two.
    """
    parts = _TAG.fullmatch(text)
    if parts is None:
        return False
    names, language = Locale(ENGLISH), parts["language"]
    if language not in (names.languages if len(language) == 2 else {language} - _shortened()):
        return False
    return parts["script"] in {None, *names.scripts} and parts["region"] in {None, *names.territories}


def _shortened() -> set[str]:
    """The codes of three letters of languages that have one of two."""
    return {code for code, short in get_global("language_aliases").items() if len(short) == 2}


@cache
def name_of(tag: str, language: str) -> str:
    """What one of our languages calls a language: ``anglais`` for English in French."""
    speaker = Locale.parse(BY_CODE[language].locale)
    base, *rest = tag.split("-")
    named = str(speaker.languages.get(base, base))
    places = [str(speaker.scripts.get(part) or speaker.territories.get(part) or part) for part in rest]
    return ", ".join((named, *places))


@cache
def own_name(tag: str) -> str:
    """What a language calls itself; its tag, where nobody has told CLDR."""
    if tag in BY_CODE:
        return BY_CODE[tag].name
    try:
        own = Locale.parse(tag, sep="-").get_display_name()
    except (ValueError, UnknownLocaleError):
        own = None
    return own[:1].upper() + own[1:] if own else tag


def long_code(tag: str) -> str | None:
    """Three letters (ISO 639-2/T) for a language, where we or CLDR know them."""
    language = tag.partition("-")[0]
    if language in BY_CODE:
        return BY_CODE[language].long_code
    if len(language) == 3:
        return language
    codes = [code for code, short in get_global("language_aliases").items() if short == language and len(code) == 3]
    # Of German there are ``deu`` and the ``ger`` of libraries: its own has its letters.
    return min(codes, key=lambda code: (code[0] != language[0], language[1] not in code, code), default=None)


def text_column(text: str, tag: str) -> str:
    """The column that holds a text in a language: ``title_pt_br``."""
    return f"{text}_{tag.replace('-', '_').lower()}"


def tag_of(ending: str) -> str:
    """The language of a column by its ending: ``pt-BR`` of ``pt_br``."""
    language, *rest = ending.split("_")
    return "-".join((language, *(part.title() if len(part) == 4 else part.upper() for part in rest)))


def texts_in(row: Mapping[str, object], text: str) -> Iterator[tuple[str, str]]:
    """The languages in which a row has a text, and the texts: whatever languages it has columns for."""
    for name, tag in _columns_of(text, tuple(row)):
        value = row[name]
        if isinstance(value, str) and value:
            yield tag, value


@lru_cache(maxsize=1024)  # of the same columns in every row
def _columns_of(text: str, columns: tuple[str, ...]) -> Sequence[tuple[str, str]]:
    """Those of the columns that hold this text in a language, with that language."""
    endings = [(name, name.removeprefix(f"{text}_")) for name in columns]
    return [(name, tag_of(ending)) for name, ending in endings if ending != name and _ENDING.fullmatch(ending)]


def quoted(text: str, language: str) -> str:
    """The text between the language's quotation marks."""
    before, after = BY_CODE[language].quotes
    return f"{before}{text}{after}"
