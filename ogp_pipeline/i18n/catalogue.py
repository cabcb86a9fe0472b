"""Every text that people read, by key and language. The texts stand in ``locale/<language>/LC_MESSAGES/ogp.po``.

The msgids are keys that never change (``receipt.next``), so that all languages are translations of the same
thing. The files are read as they are: no compiled copy can be older than they. Not here: the texts of single
problems (``schemas/rules.csv``), and the words of codes, columns and metrics (``schemas/``).
"""

import io
from datetime import UTC, date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources

from babel.dates import format_date, format_datetime, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.languages import BY_CODE, ENGLISH, OTHERS


def say(key: str, language: str, **values: object) -> str:
    """The text of a key, filled in. KeyError: there is no such key, which is a mistake of ours."""
    text = _translations(language).gettext(key)
    return text.format_map(values) if values else text


def detail(name: str, key: str, **values: object) -> dict[str, str]:
    """A text as details of a problem: in English under ``name``, in every other language under ``name_<language>``."""
    return {name: say(key, ENGLISH, **values)} | {f"{name}_{code}": say(key, code, **values) for code in OTHERS}


def has(key: str, language: str) -> bool:
    """Whether there is a text of this key."""
    return key in _keys(language)


def count(key: str, how_many: float, language: str) -> str:
    """A number and its noun: ``1 renglón``, ``2 renglones``, ``2.5 renglones``."""
    whole = how_many if isinstance(how_many, int) else 2  # what is not whole is spoken of as several
    text = _translations(language).ngettext(key, key, whole)
    return text.format_map({"count": number(how_many, language)})


def texts(prefix: str, language: str) -> dict[str, str]:
    """All texts below a prefix, by the rest of their keys, in the file's order."""
    keys = [key for key in _keys(language) if key.startswith(prefix)]
    return {key.removeprefix(prefix): say(key, language) for key in keys}


def number(value: float, language: str) -> str:
    """A number with the language's signs: ``12,345.6``."""
    return format_decimal(value, locale=_locale(language))


def day(value: date, language: str) -> str:
    """A day in words: ``15 de julio de 2024``, ``15 July 2024``, ``1er juillet 2024``."""
    written = format_date(value, "long", locale=_locale(language))
    return say("day.first", language) + written[1:] if value.day == 1 and written.startswith("1 ") else written


def moment(value: datetime, language: str) -> str:
    """A day in words and the time in UTC: ``15 de julio de 2024, 12:00 UTC``."""
    time = format_datetime(value.astimezone(UTC), "HH:mm", locale=_locale(language))
    return say("receipt.moment", language, day=day(value.astimezone(UTC).date(), language), time=time)


def months(language: str) -> tuple[str, ...]:
    """The names of the twelve months."""
    names = get_month_names("wide", locale=_locale(language))
    return tuple(names[month] for month in range(1, 13))


def short_months(language: str) -> tuple[str, ...]:
    """The same, abbreviated: ``ene``, ``Jan``."""
    names = get_month_names("abbreviated", locale=_locale(language))
    return tuple(names[month] for month in range(1, 13))


def _locale(language: str) -> str:
    if language not in BY_CODE:
        raise OgpError(f"there are no texts in {language!r}; there are in {', '.join(BY_CODE)}")
    return BY_CODE[language].locale


class _Missing(NullTranslations):
    """What is asked when a key is not in the catalogue: a gap must not reach a person as a key."""

    def gettext(self, message: str) -> str:
        raise KeyError(f"no text {message}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - as gettext calls it
        raise KeyError(f"no text {msgid1} with a plural")


@cache
def _keys(language: str) -> tuple[str, ...]:
    """The keys of a language's file, in its order."""
    return tuple(_key(message.id) for message in _read(language) if message.id)


def _read(language: str) -> Catalog:
    _locale(language)
    file = resources.files("ogp_pipeline.i18n") / "locale" / language / "LC_MESSAGES" / "ogp.po"
    return read_po(io.BytesIO(file.read_bytes()), locale=language, abort_invalid=True)


def _key(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


@cache
def _translations(language: str) -> NullTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, _read(language))
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(_Missing())
    return translations
