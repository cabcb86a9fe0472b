"""A metric's number is written by its unit and its statistic, wherever it is shown."""

import pytest

from ogp_pipeline.i18n.catalogue import has
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.site.figures import Figure, figure, unit_of
from tests.tables.country import SCHEMAS


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(117, 2, "58.5 days"), (58, 1, "58 days"), (116, 2, "58 days"), (1, 1, "1 day"), (0, 1, "0 days")],
)
def test_a_median_is_an_amount_of_its_unit_and_no_share(numerator, denominator, text):
    """117 days of the two in the middle were shown as 5850 %."""
    shown = figure("days_to_answer", "days", numerator, denominator, "en", missing=3)
    assert shown == Figure(text, None, 3, median=True)


def test_a_share_of_days_stays_a_share():
    assert figure("expected_progress", "days", 273, 761, "en") == Figure("273 of 761 days", "36 %")
    assert figure("expected_progress", "days", 273, 761, "es").text == "273 de 761 días"


def test_a_rate_that_is_not_known_has_no_share():
    assert figure("open_events", "events", 3, 4, "en", missing=1, has_value=False) == Figure("3 of 4 events", None, 1)


def test_a_median_of_nobody_is_not_known():
    assert figure("days_to_answer", "days", 0, 0, "en").text == "not known"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_of_a_metric_has_its_words(language):
    assert [one.unit for one in SCHEMAS.metrics.values() if not has(f"figure.unit.{one.unit}", language)] == []


def test_a_metric_that_this_software_does_not_know_is_shown_bare():
    assert figure("of_old", unit_of("of_old"), 1, 2, "en") == Figure("1 of 2", "50 %")
