"""Texts of the programme file: which language comes out where the wanted one lacks."""

import pytest
from pydantic import ValidationError

from ogp_pipeline.i18n import text
from ogp_pipeline.i18n.languages import ENGLISH_FIRST, LANGUAGES, in_turn, quoted
from ogp_pipeline.i18n.text import Said, Text


def test_a_text_says_in_which_language_it_is() -> None:
    both = Text(es="Plan de acción", en="Action plan")
    assert both.said("en") == Said("Action plan", "en")
    assert Text(es="Plan de acción").said("en") == Said("Plan de acción", "es")
    assert Text(es="Plan de acción").get("en") == "Plan de acción"
    assert Text(es="Plan de acción").only("en") is None


def test_a_text_falls_back_to_the_languages_of_its_programme_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LANGUAGES", (*LANGUAGES, "fr"))
    monkeypatch.setattr(text, "in_turn", lambda *first: tuple(dict.fromkeys((*first, *LANGUAGES, "fr"))))
    written = {"fr": "Plan", "es": "Plan de acción", "en": "Action plan"}
    assert Text.model_validate({"es": "A", "en": "B"}, context=("en", "es")).get("fr") == "B"
    assert Text.model_validate({"es": "A", "en": "B"}, context=("fr", "es")).get("pt") == "A"
    assert Text.model_validate(written, context=("fr", "en")).get("pt") == "Plan"
    assert Text.model_validate(written).get("pt") == "Plan de acción"


def test_a_text_is_written_in_one_order_whatever_its_programme_speaks() -> None:
    one = Text.model_validate({"en": "B", "es": "A"}, context=("en",))
    assert list(one.model_dump()) == list(LANGUAGES) and one.model_dump() == {"es": "A", "en": "B"}
    assert list(one.held(ENGLISH_FIRST)) == ["en", "es"]
    assert one == Text(es="A", en="B") and hash(one) == hash(Text(es="A", en="B"))


@pytest.mark.parametrize("given", [{}, {"es": None}, {"es": "", "en": None}])
def test_a_text_in_no_language_is_refused(given: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError, match="needs a text in `es` or `en`"):
        Text.model_validate(given)


def test_a_language_that_we_do_not_speak_is_named() -> None:
    with pytest.raises(ValidationError, match="'es' or 'en'"):
        Text.model_validate({"es": "A", "fr": "C"})


def test_the_order_of_a_programme_is_read_from_what_it_holds() -> None:
    assert text.order_of({"languages": ["en", "xx", "es"]}) == ("en", "es")
    assert text.order_of({"languages": "en"}) == text.order_of(None) == text.order_of({}) == ()
    assert in_turn("en") == ("en", "es") and in_turn() == LANGUAGES


def test_each_language_has_its_own_quotation_marks() -> None:
    assert (quoted("a", "es"), quoted("a", "en")) == ("«a»", "“a”")
