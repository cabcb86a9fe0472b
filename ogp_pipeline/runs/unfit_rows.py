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


def describe(row: Unfit, language: str) -> str:
    """What is left out, where it stands and what to do, in one sentence."""
    return say(
        "run.unfit",
        language,
        row=written(row.key),
        table=row.table,
        text=row.text,
        field=row.column,
        place=wording.place(row.origin.locate(row.column), language),
        supplier=row.origin.supplier,
        day=row.origin.known_on.isoformat(),
    )


def to_json(rows: Sequence[Unfit]) -> list[dict[str, Any]]:
    """Plain JSON values."""
    return [
        {
            "table": row.table,
            "key": list(row.key),
            "column": row.column,
            "text": row.text,
            "source": row.origin.source,
            "supplier": row.origin.supplier,
            "delivery": row.origin.delivery,
            "known_on": row.origin.known_on.isoformat(),
            "file": row.origin.file,
            "line": row.origin.locate(row.column).line,
            "cell": row.origin.locate(row.column).cell,
        }
        for row in rows
    ]


def problem_of(row: Unfit, schemas: Schemas) -> Problem:
    """What the check on arrival says today of such a cell."""
    field = schemas.table(row.table).field(row.column)
    kind = "type-error" if cell_types.is_held(field.type, row.text) else "out-of-bounds"
    rule = f"{kind}/{field.type}"
    details = {"type": field.type, "example": field.example} | cell_types.bounds(field.type)
    where = row.origin.locate(row.column)
    return Problem(rule, Severity(schemas.rule(rule).level), where, row.table, row.column, row.text, details)
