"""Signs behind the numbers of days, in every language."""

from datetime import date

from ogp_pipeline.sources import ordinals, quantities
from tests.every import for_every


@for_every(
    ("text", "form"),
    [
        ("1er juin 2026", "%d %B %Y"), ("1º de junio de 2026", "%d de %B de %Y"),
        ("1.º de junio de 2026", "%d de %B de %Y"), ("1o. de junio de 2026", "%d de %B de %Y"),
        ("June 1st, 2026", "%B %d, %Y"), ("1ST June 2026", "%d %B %Y"),
        ("1ᵉʳ juin 2026", "%d %B %Y"), ("1er juin. 2026", "%d %b %Y"), ("June 1st 2026", "%B %dst %Y"),
    ],
)  # fmt: skip
def test_a_day_with_a_sign_is_the_day(text, form):
    assert quantities.dates(text, [form]) == [date(2026, 6, 1)]


@for_every("text", ["2026th", "1 er juin", "3 of 4", "1-ene-2026", "10 000 €", "5edition"])
def test_what_is_no_sign_behind_a_day_stays(text):
    assert ordinals.bare(text) == text
