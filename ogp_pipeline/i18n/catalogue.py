"""Every text that people read, by key and language. The texts stand in ``locale/<language>/LC_MESSAGES/ogp.po``.

The msgids are keys that never change (``receipt.next``), so that all languages are translations of the same
thing. The files are read as they are: no compiled copy can be older than they. Not here: the texts of single
problems (``schemas/rules.csv``), and the words of codes, columns and metrics (``schemas/``).
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from gettext import c2py
from importlib import resources

from babel.dates import format_date, format_datetime, get_month_names
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.languages import BY_CODE, ENGLISH, OTHERS


def say(key: str, language: str, **values: object) -> str:
    """The text of a key, filled in. KeyError: there is no such key, which is a mistake of ours."""
    text = _texts(language).of(key, 0)
    return text.format_map(values) if values else text


def detail(name: str, key: str, **values: object) -> dict[str, str]:
    """A text as details of a problem: in English under ``name``, in every other language under ``name_<language>``."""
    return {name: say(key, ENGLISH, **values)} | {f"{name}_{code}": say(key, code, **values) for code in OTHERS}


def has(key: str, language: str) -> bool:
    """Whether there is a text of this key."""
    return key in _texts(language).forms


def count(key: str, how_many: float, language: str) -> str:
    """A number and its noun: ``1 renglón``, ``2 renglones``, ``2.5 renglones``."""
    whole = how_many if isinstance(how_many, int) else 2  # what is not whole is spoken of as several
    own = _texts(language)
    text = own.of(key, own.plural(whole))
    return text.format_map({"count": number(how_many, language)})


def part(key: str, some: int, whole: int, language: str) -> str:
    """So many of all, with the noun in the number of what it stands with: ``3 de 9 renglones``, ``1 ligne sur 9``."""
    own = _texts(language)
    text = own.of(key, own.plural(some if BY_CODE[language].part_has_noun else whole))
    return text.format_map({"part": number(some, language), "whole": number(whole, language)})


def texts(prefix: str, language: str) -> dict[str, str]:
    """All texts below a prefix, by the rest of their keys, in the file's order."""
    return dict(_below(prefix, language))


@cache
def _below(prefix: str, language: str) -> Mapping[str, str]:
    keys = [key for key in _texts(language).forms if key.startswith(prefix)]
    return {key.removeprefix(prefix): say(key, language) for key in keys}


@lru_cache(maxsize=4096, typed=True)
def number(value: float, language: str) -> str:
    """A number with the language's signs: ``12,345.6``."""
    return format_decimal(value, locale=_locale(language))


@lru_cache(maxsize=4096)  # the same days stand on thousands of pages
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


@dataclass(frozen=True, slots=True)
class _Texts:
    """A language's file. ``forms``: key -> its text for one, and those for several, in the file's order."""

    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def of(self, key: str, form: int) -> str:
        """The text. KeyError where it has none: a gap must not reach a person as a key."""
        texts = self.forms[key]
        if form >= len(texts) or not texts[form]:
            raise KeyError(f"no text {key}")
        return texts[form]


@cache
def _texts(language: str) -> _Texts:
    _locale(language)
    file = resources.files("ogp_pipeline.i18n") / "locale" / language / "LC_MESSAGES" / "ogp.po"
    catalog = read_po(io.BytesIO(file.read_bytes()), locale=language, abort_invalid=True)
    forms = {
        _alone(message.id): _several(message.string or "") for message in catalog if message.id and not message.fuzzy
    }
    return _Texts(forms, c2py(catalog.plural_expr))


def _alone(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def _several(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
