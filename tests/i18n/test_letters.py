"""Letters as they are compared."""

import pytest

from ogp_pipeline.i18n.letters import bare


@pytest.mark.parametrize(
    "text", ["Educación", "EDUCACIO\u0301N", "educacion", "Educa\u00adcio\u0301n", "ＥＤＵＣＡＣＩＯＮ"]
)
def test_what_a_person_takes_for_the_same_is_the_same(text: str) -> None:
    assert bare(text) == "educacion"


def test_signs_and_spaces_stay() -> None:
    assert bare("A_1 · Ñ-2.") == "a_1 · n-2."
