"""The site's words are complete in every language, all used, and none is missing."""

import re
from pathlib import Path

import pytest

import ogp_pipeline.site
from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import notation
from ogp_pipeline.site.entity.listing import ORDERS
from ogp_pipeline.site.plain import NAME, RULES, Plain
from ogp_pipeline.site.words import words
from tests.every import for_every
from tests.site.rich import SCHEMAS

SITE = Path(ogp_pipeline.site.__file__).parent
BY_UNIT = {"commitments", "milestones"}  # templates look these up by the metric's unit
BY_CATEGORY = {"self_higher", "civil_higher", "not_judged"}  # looked up by the category of a measure
BY_TABLE = ("agreement", "side_agreement")  # looked up by the table that is shown


def used():
    """Keys that templates and modules ask for."""
    templates = "\n".join(path.read_text(encoding="utf-8") for path in SITE.rglob("*.j2"))
    modules = "\n".join(path.read_text(encoding="utf-8") for path in SITE.rglob("*.py"))
    entities = "\n".join(path.read_text(encoding="utf-8") for path in SITE.glob("[es]*/*.py"))
    return (
        set(re.findall(r"\bw\.(\w+)", templates))
        | set(re.findall(r"""words(?:\(\w+\))?\[["'](\w+)["']\]""", modules))
        | (set(re.findall(r'"([a-z_]+)"', entities)) & set(words("en")))  # handed on as the names of titles and facts
        | {f"order_{order}" for order in ORDERS}
        | BY_UNIT
        | BY_CATEGORY
        | set(RULES.values())
        | {name + ending for name in BY_TABLE for ending in ("", "_note")}
    )


def test_the_site_speaks_every_language_that_a_programme_may_choose():
    assert all(words(language) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing_and_none_is_left_over(language):
    assert used() == set(words(language))


def test_another_language_is_refused():
    with pytest.raises(OgpError, match="'pt'"):
        words("pt")


@for_every(
    ("numerator", "denominator", "text"),
    [
        (0, 0, None),
        (0, 70, "0 %"),
        (1, 700, "<1 %"),
        (33, 70, "47 %"),
        (14, 36, "39 %"),
        (999, 1000, ">99 %"),
        (7, 7, "100 %"),
    ],
)
def test_a_share_never_says_none_or_all_when_it_is_not(numerator, denominator, text):
    assert notation.share(numerator, denominator) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 kB"), (1, "1 kB"), (1001, "2 kB"), (999_001, "1 MB"), (1_000_001, "2 MB")]
)
def test_sizes_are_rounded_up(count, text):
    assert notation.size(count) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_a_column_or_code_in_a_definition_has_words(language):
    """Pages explain themselves without a name that only a programmer knows."""
    plain, left = Plain(SCHEMAS), {}
    for metric in SCHEMAS.metrics.values():
        for part in (metric.definition, metric.numerator, metric.denominator, metric.source):
            told = plain.said(Said(part[language], language)).text
            left |= dict.fromkeys(NAME.findall(told), metric.id)
            assert "`" not in told
            if language != "en":  # where these are no words
                assert not re.search(r"\b(overdue|missing|start)\b", told), (metric.id, told)
    assert left == {}
