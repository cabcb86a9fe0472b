"""Are a member's rows fit to stand beside those of others? Asked before they do: what one has must not stop all.

Its own software has proved them under its own schemas, which may be older than ours. Here: the types of our columns,
what is required, the keys, patterns and codes; and no address of mail in any text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_pipeline.errors import OgpError
from ogp_pipeline.hub.schemas import load
from ogp_pipeline.i18n.languages import LANGUAGES, texts_in
from ogp_pipeline.release import personal_data
from ogp_pipeline.release.shape import canonical, names
from ogp_pipeline.schema.schemas import Table

MEMBERS = "hub_members"
_TEXTS = {
    MEMBERS: ("title", "description", "publisher"),
    "compared_plans": ("title",),
    "plan_scales": ("label",),
    "commitment_index": ("title", "theme", "institutions"),
}


def languages(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> set[str]:
    """The languages in which any of the rows has a text."""
    return {
        tag
        for table, texts in _TEXTS.items()
        for row in rows.get(table, ())
        for text in texts
        for tag, _ in texts_in(row, text)
    }


def check(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """OgpError, which says what and where, if one member's rows do not fit."""
    schemas = load((*LANGUAGES, *sorted(languages(rows))), LANGUAGES)
    for name, table in schemas.tables.items():
        held = canonical(pd.DataFrame(rows.get(name, ()), columns=names(table), dtype=object), table)
        _refuse_codes(held, table)
        personal_data.refuse({name: held}, {name: table})


def _refuse_codes(rows: pa.Table, table: Table) -> None:
    for field in table.fields:
        column, constraints = rows[field.name].drop_null(), field.constraints
        if pattern := constraints.get("pattern"):
            column = column.filter(pc.invert(pc.match_substring_regex(column, pattern)))
        elif codes := constraints.get("enum"):
            column = column.filter(pc.invert(pc.is_in(column, pa.array(codes, column.type))))
        else:
            continue
        if len(column):
            raise OgpError(f"table {table.name}, {field.name}: {column[0].as_py()!r} is not allowed there")
