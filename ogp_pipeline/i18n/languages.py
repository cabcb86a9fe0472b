"""The languages that we speak. No other file of the package names them one by one (tests/i18n/test_languages.py).

A new language is one line of ``SPOKEN``, its ``locale/<code>/LC_MESSAGES/ogp.po``, and its texts in ``schemas/``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """``code``: ISO 639-1; ``long_code``: ISO 639-2/T; ``name``: its own; ``locale``: how numbers and days are written.

    ``quotes``: the marks before and after what is quoted.
    """

    code: str
    long_code: str
    locale: str
    name: str
    quotes: tuple[str, str]


# In the order in which a text is looked for where the wanted language lacks it.
SPOKEN = (
    Spoken("es", "spa", "es_419", "Español", ("«", "»")),  # Latin American Spanish: 1,234.5 and 15 de julio de 2024
    Spoken("en", "eng", "en_GB", "English", ("“", "”")),
)

BY_CODE = {spoken.code: spoken for spoken in SPOKEN}
LANGUAGES = tuple(BY_CODE)

# What stands where there is room for one language alone: logs, machines, and standards that know only one.
ENGLISH = "en"
OTHERS = tuple(code for code in LANGUAGES if code != ENGLISH)
# The order in which published data and metadata hold them.
ENGLISH_FIRST = (ENGLISH, *OTHERS)


def in_turn(*first: str) -> tuple[str, ...]:
    """All languages, those that are wanted ``first`` before the others: the order in which a text is looked for."""
    return tuple(dict.fromkeys((*first, *LANGUAGES)))


def quoted(text: str, language: str) -> str:
    """The text between the language's quotation marks."""
    before, after = BY_CODE[language].quotes
    return f"{before}{text}{after}"
