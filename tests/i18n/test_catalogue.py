"""The texts that people read: complete in every language, all used, in words that a person with a form knows."""

import re
import string
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import ogp_pipeline
from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n import catalogue, languages
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake.problem import Severity
from ogp_pipeline.intake.receipt import Verdict
from ogp_pipeline.runs import outcomes
from ogp_pipeline.runs.record import State

PACKAGE = Path(ogp_pipeline.__file__).parent
JARGON = {
    "en": r"null|regex\w*|constraints?|types?|string|boolean|integer|parse\w*|invalid",
    "es": r"nul[oa]s?|null|regex\w*|restricci\w+|tipos?|cadena|booleano|inválid\w+",
    "fr": r"nul(?:le)?s?|null|regex\w*|contraintes?|types?|chaînes?|booléen\w*|invalides?",
}
FAMILIAR = r"tú|tus?|ti|(?<!se )escribe|corrige|agrega|quita|revisa|guarda|comprueba"


def _read(language: str) -> Catalog:
    with (PACKAGE / "i18n" / "locale" / language / "LC_MESSAGES" / "ogp.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


CATALOGUES = {language: _read(language) for language in LANGUAGES}


def _messages(language: str) -> dict[str, Message]:
    return {_key(message): message for message in CATALOGUES[language] if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


MESSAGES = {language: _messages(language) for language in LANGUAGES}
TOPS = "|".join(sorted({key.split(".")[0] for key in MESSAGES["es"]}))


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _sources() -> str:
    files = [file for ending in ("*.py", "*.j2") for file in PACKAGE.rglob(ending)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def _asked_for() -> set[str]:
    """Keys that stand in the code as they are."""
    found = re.findall(rf"""(?<!f)["\']((?:{TOPS})\.\w+(?:\.\w+)*)["\']""", _sources())
    return {key for key in found if not key.endswith(".j2")}


def _made_up() -> set[str]:
    """Beginnings of keys that code (``f"receipt.lead.{verdict}"``) or a page (``"receipt.copy." ~ why``) completes."""
    sources = _sources()
    found = re.findall(rf"""f["\']((?:{TOPS})\.[\w.]*)\{{""", sources)
    found += re.findall(rf"""(?:texts|_headings)\(["\']((?:{TOPS})\.[\w.]*\.)["\'],""", sources)
    return {*found, *re.findall(rf"""["\']((?:{TOPS})\.[\w.]*\.)["\'] ~""", sources)}


def test_there_is_a_catalogue_for_every_language_that_a_programme_may_choose() -> None:
    assert set(languages.BY_CODE) == set(LANGUAGES) == set(languages.ENGLISH_FIRST)
    assert {path.name for path in (PACKAGE / "i18n" / "locale").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_in_the_same_order(language: str) -> None:
    assert list(MESSAGES[language]) == list(MESSAGES["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_in_the_same_words(language: str) -> None:
    for key, message in MESSAGES[language].items():
        en = MESSAGES["en"][key]
        assert isinstance(message.id, str) == isinstance(en.id, str), key
        for mine, other in zip(_texts(message), _texts(en), strict=True):
            assert mine.strip() and other.strip(), key
            assert _names(mine) == _names(other), key


def test_french_leaves_no_space_at_which_a_line_could_break_before_its_signs() -> None:
    for key, message in MESSAGES["fr"].items():
        assert not re.search(r" [:;!?»]|« |'", " ".join(_texts(message))), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_avoid_the_words_of_programmers(language: str) -> None:
    for key, message in MESSAGES[language].items():
        if key.startswith("map."):
            continue  # what others write above their columns, which we read and do not say
        for text in _texts(message):
            words = string.Formatter().vformat(text, (), dict.fromkeys(_names(text), ""))
            assert not re.search(rf"\b(?:{JARGON[language]})\b", words, re.IGNORECASE), key
            assert len(re.findall(r"[.!?](?=\s|$)", words)) <= 2, key


def test_spanish_addresses_the_person_as_usted() -> None:
    for key, message in MESSAGES["es"].items():
        assert not re.search(rf"\b(?:{FAMILIAR})\b", " ".join(_texts(message)), re.IGNORECASE), key


def test_every_key_that_the_code_asks_for_exists() -> None:
    assert not _asked_for() - set(MESSAGES["es"])
    for beginning in _made_up():
        assert beginning.count(".") >= 2, f"{beginning}…: give keys that are put together a part of their own"
        assert any(key.startswith(beginning) for key in MESSAGES["es"])


def test_every_key_is_used() -> None:
    """The site's are asked for as ``w.key`` (tests/site/test_words.py), a hub's as ``h.key`` (tests/hub)."""
    beginnings = (*_made_up(), "site.", "hub.")
    assert not {key for key in MESSAGES["es"] if not key.startswith(beginnings)} - _asked_for()


def test_whatever_can_happen_has_its_words() -> None:
    needed = {f"receipt.lead.{verdict}" for verdict in Verdict} | {f"receipt.step.{verdict}.1" for verdict in Verdict}
    needed |= {f"receipts.verdict.{verdict}" for verdict in Verdict}
    needed |= {f"receipt.level.{level}" for level in Severity}
    needed |= {f"run.state.{state}" for state in get_args(State)}
    endings = get_args(outcomes.Outcome)
    needed |= {f"run.outcome.{ending.__name__}" for ending in endings}
    needed |= {f"run.detail.{field}" for ending in endings for field in ending.__dataclass_fields__}
    assert not needed - set(MESSAGES["es"])


def test_counts_agree_with_their_nouns() -> None:
    count = catalogue.count
    assert count("receipt.count.row", 1, "es") == "1 renglón"
    assert count("receipt.count.row", 0, "es") == "0 renglones"
    assert count("receipt.count.row", 12345, "es") == "12,345 renglones"
    assert count("receipt.count.row", 2, "en") == "2 rows"
    assert count("receipt.count.row", 0, "fr") == "0 ligne"
    assert count("receipt.count.row", 12345, "fr") == "12\N{NARROW NO-BREAK SPACE}345 lignes"


def test_days_and_numbers_are_written_as_each_language_does() -> None:
    assert catalogue.day(date(2024, 2, 5), "es") == "5 de febrero de 2024"
    assert catalogue.day(date(2024, 12, 31), "en") == "31 December 2024"
    assert catalogue.number(1234.5, "es") == catalogue.number(1234.5, "en") == "1,234.5"
    assert catalogue.day(date(2024, 2, 5), "fr") == "5 février 2024"
    assert catalogue.day(date(2024, 2, 1), "fr") == "1er février 2024"
    assert catalogue.day(date(2024, 2, 1), "es") == "1 de febrero de 2024"
    assert catalogue.day(date(2024, 2, 11), "en") == "11 February 2024"
    assert catalogue.number(1234.5, "fr") == "1\N{NARROW NO-BREAK SPACE}234,5"
    night = datetime(2024, 7, 1, 23, 5, tzinfo=timezone(timedelta(hours=-6)))
    assert catalogue.moment(night, "es") == "2 de julio de 2024, 05:05 UTC"
    assert catalogue.moment(datetime(2024, 7, 1, 12, tzinfo=UTC), "en") == "1 July 2024, 12:00 UTC"


def test_a_text_that_is_not_there_is_a_mistake_and_never_a_key_on_a_page() -> None:
    with pytest.raises(KeyError, match=r"receipt\.nonsense"):
        catalogue.say("receipt.nonsense", "es")
    with pytest.raises(KeyError, match=r"receipt\.receipt"):
        catalogue.count("receipt.receipt", 2, "es")
    with pytest.raises(OgpError, match="'pt'"):
        catalogue.say("receipt.receipt", "pt")


def test_so_many_of_all_has_its_noun_where_the_language_puts_it() -> None:
    key = "receipt.count.row_of"
    told = {code: [catalogue.part(key, *numbers, code) for numbers in ((1, 9), (0, 1), (2, 2))] for code in LANGUAGES}
    assert told["es"] == ["1 de 9 renglones", "0 de 1 renglón", "2 de 2 renglones"]
    assert told["en"] == ["1 of 9 rows", "0 of 1 row", "2 of 2 rows"]
    assert told["fr"] == ["1 ligne sur 9", "0 ligne sur 1", "2 lignes sur 2"]
