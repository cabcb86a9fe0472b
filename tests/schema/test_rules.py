"""The committed rules: every error that can occur is worded, in every language, for people with a form."""

import inspect
import re
import string

import frictionless
import pytest
from frictionless import errors, fields

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.i18n.languages import BY_CODE, LANGUAGES, SPOKEN, quoted
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Rule, Schemas
from tests.every import for_every

RULES = list(schemas.load().rules.values())
JARGON = {
    "en": r"null|regex\w*|constraints?|types?|string|schema|boolean|integer|field|parse\w*|invalid",
    "es": r"nul[oa]s?|null|regex\w*|restricci\w+|tipos?|cadena|esquema|booleano|campo|inválid\w+",
    "fr": r"nul(?:le)?s?|null|regex\w*|contraintes?|types?|chaînes?|schémas?|booléen\w*|champs?|invalides?",
}
FAMILIAR = r"tú|tus?|ti|escribe|corrige|envía|agrega|quita|revisa|guarda|comprueba"


def _texts(rule: Rule, language: str) -> list[str]:
    return [rule.title[language], rule.help[language]]


def _names(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_every_frictionless_error_is_worded(committed: Schemas) -> None:
    classes = [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, frictionless.Error)]
    types = {c.type for c in classes}
    assert len(types) > 50
    assert types <= set(committed.rules)
    theirs = {rule.id for rule in committed.rules.values() if rule.origin == "frictionless"}
    assert {rule_id for rule_id in theirs if "/" not in rule_id} <= types


def test_every_frictionless_constraint_is_worded(committed: Schemas) -> None:
    known = {name for c in vars(fields).values() if inspect.isclass(c) for name in c.supported_constraints}
    worded = {name.partition("/")[2] for name in committed.rules if name.startswith("constraint-error/")}
    assert worded == known


def test_every_kind_of_column_has_its_own_words_for_an_unreadable_value(committed: Schemas) -> None:
    used = {field.type for table in committed.tables.values() for field in table.fields} - {"string"}
    assert {name.partition("/")[2] for name in committed.rules if name.startswith("type-error/")} == used


def _all_languages_need_the_same_words_filled_in(rule: Rule) -> None:
    for text in (rule.title, rule.help):
        assert all(_names(text[language]) == _names(text["en"]) for language in LANGUAGES)


def _a_text_filled_in_has_no_brace_left(rule: Rule) -> None:
    words = dict.fromkeys(rule.placeholders, "x")
    for language in LANGUAGES:
        assert not re.search(r"[{}]", " ".join(_texts(rule, language)).format_map(words))


def _the_column_is_quoted_as_the_person_sees_it(rule: Rule) -> None:
    for language in LANGUAGES:
        for text in _texts(rule, language):
            assert text.count("{field}") == text.count(quoted("{field}", language))


def _what_is_quoted_stands_between_the_marks_of_its_language(rule: Rule) -> None:
    for language in LANGUAGES:
        foreign = {mark.strip() for spoken in SPOKEN for mark in spoken.quotes} - {
            mark.strip() for mark in BY_CODE[language].quotes
        }
        assert not foreign & set("".join(_texts(rule, language)))


def _texts_avoid_the_words_of_programmers(rule: Rule) -> None:
    for language in LANGUAGES:
        text = string.Formatter().vformat(" ".join(_texts(rule, language)), (), dict.fromkeys(rule.placeholders, ""))
        assert not re.search(rf"\b(?:{JARGON[language]})\b", text, re.IGNORECASE)


def _each_text_is_one_or_two_whole_sentences(rule: Rule) -> None:
    for text in (text for language in LANGUAGES for text in _texts(rule, language)):
        assert text.endswith(".") and text[0] in "«“¿" + text[0].upper()
        assert 1 <= len(re.findall(r"[.!?](?=\s|$)", text)) <= 2


def _spanish_addresses_the_person_as_usted(rule: Rule) -> None:
    text = " ".join(_texts(rule, "es"))
    assert not re.search(rf"\b(?:{FAMILIAR})\b", text, re.IGNORECASE)


def _french_addresses_the_person_as_vous(rule: Rule) -> None:
    assert not re.search(
        r"\b(?:tu|toi|tes?|ton|écris|corrige|envoie|vérifie)\b", " ".join(_texts(rule, "fr")), re.IGNORECASE
    )


def _what_blocks_says_what_to_do(rule: Rule) -> None:
    """A person who is told that a file was refused is told what to write, or that it is our fault."""
    if rule.level == "blocks":
        assert "nothing" not in rule.help["en"].lower()


# Together, not each for itself: of eight tests for each rule, pytest would take more time than they do.
WORDED = (
    _all_languages_need_the_same_words_filled_in,
    _a_text_filled_in_has_no_brace_left,
    _the_column_is_quoted_as_the_person_sees_it,
    _what_is_quoted_stands_between_the_marks_of_its_language,
    _texts_avoid_the_words_of_programmers,
    _each_text_is_one_or_two_whole_sentences,
    _spanish_addresses_the_person_as_usted,
    _french_addresses_the_person_as_vous,
    _what_blocks_says_what_to_do,
)


@for_every("rule", RULES, named=lambda rule: rule.id)
def test_a_rule_is_worded_for_people_with_a_form(rule: Rule) -> None:
    for fulfilled in WORDED:
        fulfilled(rule)


def test_a_case_without_words_of_its_own_takes_those_of_its_kind(committed: Schemas) -> None:
    assert committed.rule("constraint-error/minimum").id == "constraint-error/minimum"
    assert committed.rule("constraint-error/novel").id == "constraint-error"
    with pytest.raises(SchemaError, match="no rule bad-mood"):
        committed.rule("bad-mood")
