"""What is known on a day, as far as a template shows it: rows as canonical text, and what is the supplier's own.

Ids stand in their natural order: ``C1.10`` after ``C1.9``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables import columns, views
from ogp_pipeline.tables.tables import Key, Tables
from ogp_pipeline.templates.request import TemplateRequest
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.rules.authority import own_commitments

Row = dict[str, str]


@dataclass(frozen=True)
class Prefill:
    """``rows``: all rows of a table, by its name. ``supplier_of``: who said a row last. ``own``: the supplier's
    commitments, of the request's plan if it has one; ``may_write``: the same of all plans, None if on all commitments.
    """

    request: TemplateRequest
    rows: Mapping[str, Sequence[Row]]
    supplier_of: Mapping[tuple[str, Key], str]
    commitment_of: Mapping[str, str]
    plan_of: Mapping[str, str]
    own: Sequence[Row]
    own_milestones: Sequence[Row]
    may_write: frozenset[str] | None

    @classmethod
    def of(cls, tables: Tables, request: TemplateRequest) -> "Prefill":
        """The part of the folded tables that a template for this request needs."""
        prior = PriorState.from_tables(tables, request.schemas)
        rows = _Rows(tables, request.schemas)
        mine = own_commitments(request.supplier, prior.institutions_of)
        everything = cls(request, rows, prior.supplier_of, prior.commitment_of, prior.plan_of, [], [], mine)
        return everything.of_request(request)

    def of_request(self, request: TemplateRequest) -> "Prefill":
        """The same for another table or period of the same supplier."""
        plan = request.plan.id if request.plan is not None and request.has_period else None
        own = [
            row
            for row in self.rows["commitments"]
            if (self.may_write is None or row["commitment_id"] in self.may_write) and plan in (None, row["plan_id"])
        ]
        ids = {row["commitment_id"] for row in own}
        milestones = [row for row in self.rows["milestones"] if row["commitment_id"] in ids]
        return replace(self, request=request, own=own, own_milestones=milestones)

    def by_id(self, table: str) -> dict[str, Row]:
        """The rows of a table under their one id."""
        column = self.request.schemas.table(table).primary_key[0]
        return {row[column]: row for row in self.rows[table]}


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts numbers inside ids by size."""
    parts = re.split(r"(\d+)", text)
    return tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts)


class _Rows(dict[str, list[Row]]):
    """The rows of each table, made when they are first asked for: few are."""

    def __init__(self, tables: Tables, schemas: Schemas) -> None:
        self._tables, self._schemas = tables, schemas

    def __missing__(self, name: str) -> list[Row]:
        table = self._schemas.table(name)
        cells = views.cells(self._tables, name, table.field_names)
        rows = [dict(zip(table.field_names, map(columns.rendered, values), strict=True)) for values in cells]
        rows.sort(key=lambda row: [natural(row[column]) for column in table.primary_key])
        self[name] = rows
        return rows
