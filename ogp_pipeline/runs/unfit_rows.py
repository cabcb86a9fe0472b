"""Rows that were accepted once and have a cell that no column can hold (``tables.Unfit``), as people read them.

They are in no release until their source states them anew, so every run, ``ogp status`` and ``ogp quarantine`` name
them. They turn no run red: nobody sent anything wrong today, and everything else is published.
"""

from collections.abc import Sequence
from typing import Any

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.intake import wording
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.schema import cell_types
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables.tables import Unfit, written


def describe(one: Unfit, language: str) -> str:
    """What is left out, where it stands and what to do, in one sentence."""
    return say(
        "run.unfit",
        language,
        row=written(one.key),
        table=one.table,
        text=one.text,
        field=one.column,
        place=wording.place(one.origin.locate(one.column), language),
        supplier=one.origin.supplier,
        day=one.origin.known_on.isoformat(),
    )


def to_json(rows: Sequence[Unfit]) -> list[dict[str, Any]]:
    """Plain JSON values."""
    return [
        {
            "table": one.table,
            "key": list(one.key),
            "column": one.column,
            "text": one.text,
            "source": one.origin.source,
            "supplier": one.origin.supplier,
            "delivery": one.origin.delivery,
            "known_on": one.origin.known_on.isoformat(),
            "file": one.origin.file,
            "line": one.origin.locate(one.column).line,
            "cell": one.origin.locate(one.column).cell,
        }
        for one in rows
    ]


def problem_of(one: Unfit, schemas: Schemas) -> Problem:
    """What the check on arrival says today of such a cell."""
    field = schemas.table(one.table).field(one.column)
    kind = "type-error" if cell_types.is_held(field.type, one.text) else "out-of-bounds"
    rule = f"{kind}/{field.type}"
    details = {"type": field.type, "example": field.example} | cell_types.bounds(field.type)
    where = one.origin.locate(one.column)
    return Problem(rule, Severity(schemas.rule(rule).level), where, one.table, one.column, one.text, details)
