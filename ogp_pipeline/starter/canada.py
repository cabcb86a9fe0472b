"""Canada's shape for any country: two languages, rounds of half a year, and a scale of four levels with two between.

What is Canada's own (its departments, commitments and dates) stands in examples/canada-nap6 alone.
"""

from collections.abc import Sequence
from datetime import date

from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.starter import plain

LEVELS = {
    "not_started": "not_started",
    "limited": "started",
    "substantial": "substantial",
    "complete": "complete",
}


def contents(country: str, language: str, languages: Sequence[str], today: date, schemas: Schemas) -> dict[str, str]:
    """As ``plain.contents``."""
    return plain.contents(country, language, languages, today, schemas, LEVELS)
