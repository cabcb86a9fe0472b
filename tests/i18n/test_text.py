"""Texts of the programme file: which language comes out where the wanted one lacks."""

import pytest
from pydantic import ValidationError

from ogp_pipeline.i18n import languages, text
from ogp_pipeline.i18n.languages import ENGLISH_FIRST, LANGUAGES, in_turn, quoted
from ogp_pipeline.i18n.text import Said, Text
from tests.every import for_every


def test_a_text_says_in_which_language_it_is() -> None:
    both = Text(es="Plan de acción", en="Action plan")
    assert both.said("en") == Said("Action plan", "en")
    assert Text(es="Plan de acción").said("en") == Said("Plan de acción", "es")
    assert Text(es="Plan de acción").get("en") == "Plan de acción"
    assert Text(es="Plan de acción").only("en") is None


def test_a_text_falls_back_to_the_languages_of_its_programme_in_their_order() -> None:
    written = {"pt": "Plano", "es": "Plan de acción", "en": "Action plan"}
    assert Text.model_validate({"es": "A", "en": "B"}, context=("en", "es")).get("fr") == "B"
    assert Text.model_validate({"es": "A", "en": "B"}, context=("pt", "es")).get("fr") == "A"
    assert Text.model_validate(written, context=("pt", "en")).get("fr") == "Plano"
    assert Text.model_validate(written).get("fr") == "Plan de acción"


def test_a_text_is_written_in_one_order_whatever_its_programme_speaks() -> None:
    one = Text.model_validate({"en": "B", "es": "A", "pt-BR": "C", "ga": "D"}, context=("en",))
    assert list(one.model_dump()) == ["es", "en", "ga", "pt-BR"]
    assert list(one.held(ENGLISH_FIRST)) == ["en", "es"]
    two = Text.model_validate({"en": "B", "es": "A"}, context=("en",))
    assert two == Text(es="A", en="B") and hash(two) == hash(Text(es="A", en="B"))


@pytest.mark.parametrize("given", [{}, {"es": None}, {"es": "", "en": None}])
def test_a_text_in_no_language_is_refused(given: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError, match="needs a text in at least one language"):
        Text.model_validate(given)


def test_a_text_may_be_in_any_language_and_what_is_none_is_named() -> None:
    assert Text.model_validate({"nah": "A", "sr-Latn-RS": "B"}).said("sr-Latn-RS") == Said("B", "sr-Latn-RS")
    with pytest.raises(ValidationError, match="as BCP 47 writes it, such as `fr` or `pt-BR`"):
        Text.model_validate({"es": "A", "french": "C"})


def test_the_order_of_a_programme_is_read_from_what_it_holds() -> None:
    assert text.order_of({"languages": ["en", "xx", 7, "pt-BR", "es"]}) == ("en", "pt-BR", "es")
    assert text.order_of({"languages": "en"}) == text.order_of(None) == text.order_of({}) == ()
    assert in_turn("en") == ("en", "es", "fr") and in_turn() == LANGUAGES


@for_every("tag", ["fr", "pt-BR", "sr-Latn", "zh-Hant-TW", "es-419", "nah", "iu", "kl"])
def test_a_language_is_told_by_its_tag(tag: str) -> None:
    assert languages.is_tag(tag)
    assert languages.tag_of(languages.text_column("title", tag).removeprefix("title_")) == tag
    assert list(languages.texts_in({languages.text_column("title", tag): "A", "title": "B"}, "title")) == [(tag, "A")]


@for_every("tag", ["", "f", "FR", "fr_CA", "fr-ca", "french", "xx", "eng", "fr-ZZZ", "fr-CA-x", "en-US-POSIX"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    assert not languages.is_tag(tag)


def test_other_columns_are_no_texts() -> None:
    row = {"due_date": "2026-01-01", "due_text": "June", "due_en": "", "title_en": "A", "title_id": 7}
    assert not list(languages.texts_in(row, "due"))
    assert list(languages.texts_in(row, "title")) == [("en", "A")]


def test_we_answer_in_the_same_language_of_another_region_or_in_english() -> None:
    assert [languages.spoken(tag) for tag in ("fr", "fr-CA", "es-MX", "pt", "nah")] == ["fr", "fr", "es", "en", "en"]
    assert languages.published(("fr", "iu")) == ("en", "fr") and languages.published(("pt",)) == ("en",)
    assert languages.english_first(("iu", "fr", "en", "fr")) == ("en", "fr", "iu")


def test_a_language_has_its_names() -> None:
    assert [languages.name_of("en", code) for code in ("es", "en", "fr")] == ["inglés", "English", "anglais"]
    assert languages.name_of("pt-BR", "fr") == "portugais, Brésil"
    assert (languages.own_name("fr"), languages.own_name("pt-BR"), languages.own_name("nah")) == (
        "Français",
        "Português (Brasil)",
        "nah",
    )
    assert [languages.long_code(tag) for tag in ("fr", "de", "iu", "pt-BR", "nah")] == [
        "fra",
        "deu",
        "iku",
        "por",
        "nah",
    ]


def test_each_language_has_its_own_quotation_marks() -> None:
    assert (quoted("a", "es"), quoted("a", "en")) == ("«a»", "“a”")
    assert quoted("a", "fr") == "«\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}»"
