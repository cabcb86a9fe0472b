"""The plans and countries that a comparison is about, as portals are told them."""

from collections.abc import Mapping

import pandas as pd

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.programme.model import Plan
from ogp_pipeline.site.labels import rows, said


def as_plans(tables: Mapping[str, pd.DataFrame]) -> list[Plan]:
    """Every plan compared; its id says whose it is."""
    plans = []
    for row in rows(tables["compared_plans"]):
        title = said(row, "title", LANGUAGES[0])
        name = f"{row['member_id']}.{row['plan_id']}"
        plans.append(
            Plan(
                id=name,
                number=max(row["number"] or 1, 1),
                title=Text.model_validate({title.language: title.text} if title else {LANGUAGES[0]: name}),
                starts=row["start_date"],
                ends=row["end_date"],
                scale=row["scale"] or "none",
            )
        )
    return plans


def places(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The EU's addresses of the countries, where it has one."""
    codes = sorted({row["country"] for row in rows(tables["hub_members"]) if row["country"]})
    return [address for code in codes if (address := vocabulary.country(code))]
