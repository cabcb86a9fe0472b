"""What evaluation finds of single things: the derived tables, such as what became of each proposal.

A metric counts; a finding names. Each is a function from ``EvaluationContext`` to a frame with the columns of a table
that nobody supplies, and a function from a row's key to the rows of other tables that it rests on (for ``ogp trace``).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_pipeline.errors import NotFound
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.registration import Register
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.tables import Key, Row

FindingFunction = Callable[[EvaluationContext], pd.DataFrame]
RestsOn = Callable[[EvaluationContext, Key], Iterator[Row]]


@dataclass(frozen=True)
class Finding:
    """A registered finding. ``needs``: if all of these tables are empty, so is this one."""

    table: str
    rows: FindingFunction
    rests_on: RestsOn
    needs: tuple[str, ...]


FINDINGS: Register[str, Finding] = Register("the finding")


def finding(table: str, *, rests_on: RestsOn, needs: tuple[str, ...]) -> Callable[[FindingFunction], FindingFunction]:
    """Register a function as the maker of a derived table."""

    def register(function: FindingFunction) -> FindingFunction:
        FINDINGS.enter(table, Finding(table, function, rests_on, needs))
        return function

    return register


def find_all(context: EvaluationContext) -> Mapping[str, pd.DataFrame]:
    """Every derived table by name."""
    return {name: find(context, name) for name in sorted(FINDINGS)}


def find(context: EvaluationContext, name: str) -> pd.DataFrame:
    """A derived table, typed and in key order."""
    table, registered = context.schemas.table(name), FINDINGS[name]
    made = registered.rows(context) if context.has(registered.needs) else pd.DataFrame()
    return columns.frame(table, {str(column): made[column].tolist() for column in made.columns} if len(made) else {})


def rests_on(context: EvaluationContext, table: str, key: Key) -> list[Row]:
    """The rows that a row of a derived table rests on, which are there. NotFound if nothing makes that table."""
    if table not in FINDINGS:
        raise NotFound(f"nothing is known of what {table} rests on")
    return [row for row in dict.fromkeys(FINDINGS[table].rests_on(context, key)) if row in context.tables.origins]
