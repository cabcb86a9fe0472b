"""A made-up country for the forum's report (rich.yaml): every part of the report has rows, every number is known."""

from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from ogp_pipeline.release.content import assemble
from ogp_pipeline.schema import schemas as schemas_module
from ogp_pipeline.site.report.blocks import Section
from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.report.reports import chosen, view
from ogp_pipeline.site.words import words
from tests.release.conftest import sample_frame

SCHEMAS = schemas_module.load()
AS_OF = date(2023, 2, 28)
_METRIC = ("metric_id", "plan_id", "period_id", "dimension", "member_id", "category")
_NUMBERS = ("numerator", "denominator", "missing")


@cache
def _tables() -> dict[str, pd.DataFrame]:
    document = yaml.safe_load(Path(__file__).with_name("rich.yaml").read_text(encoding="utf-8"))
    lines = [line.split(",") for line in document["metrics"].split()]
    metrics = [
        dict(zip(_METRIC, line[:6], strict=True))
        | dict(zip(_NUMBERS, map(int, line[6:9]), strict=True))
        | {"value": line[9] or None}
        for line in lines
    ]
    given = {**document["tables"], "provenance": document["provenance"], "metrics": metrics}
    return dict(
        assemble({name: sample_frame(rows, SCHEMAS.tables[name]) for name, rows in given.items()}, SCHEMAS).tables
    )


def rich_tables() -> dict[str, pd.DataFrame]:
    """Copies, so that a test may change them."""
    return {name: frame.copy() for name, frame in _tables().items()}


def sections(tables: dict[str, pd.DataFrame], period: str = "r2", language: str = "en") -> dict[str, Section]:
    """The sections of a report by their ids."""
    published = Published(tables, SCHEMAS, AS_OF)
    made = view(published, chosen(published, "plan-1", period), language, words(language))
    return {section.id: section for section in made.sections}
