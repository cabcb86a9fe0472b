"""Identifiers that look like another, or that a spreadsheet has turned into something else."""

import re
from collections.abc import Iterator

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.sources import typos
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.identifiers import look
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

_FRACTION = re.compile(r"\d+\.\d*[1-9]")  # with a nought at its end, the format shows it as it was meant
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})[-/ ]([^\W\d_]{3,4})\.?|([^\W\d_]{3,4})\.?[-/ ](\d{1,2})")


@rule("identifier-near")
def identifier_near(scope: Scope) -> Iterator[Problem]:
    """``identifier-near``: a new identifier that nobody can tell from one that is there."""
    for row, column, value, id_of_look in _named(scope):
        other = id_of_look.get(look(value))
        if other is not None and other != value:
            yield scope.problem("identifier-near", row, column, other=other)


@rule("identifier-number")
def identifier_number(scope: Scope) -> Iterator[Problem]:
    """``identifier-number``: an identifier that a workbook holds as a number, which cannot end in a nought."""
    for row, column, value, _ in _named(scope):
        if row.is_typed(column) and _FRACTION.fullmatch(value):
            yield scope.problem("identifier-number", row, column, longer=f"{value}0")


@rule("identifier-date")
def identifier_date(scope: Scope) -> Iterator[Problem]:
    """``identifier-date``: an identifier that a spreadsheet took for a day (``1-2`` becomes 1 February)."""
    for row, column, value, _ in _named(scope):
        typed = _DAY.fullmatch(value) is not None and row.is_typed(column)
        if typed or _is_day_of_month(value):
            yield scope.problem("identifier-date", row, column)


def _is_day_of_month(text: str) -> bool:
    match = _DAY_OF_MONTH.fullmatch(text)
    return match is not None and typos.is_month(match[2] or match[3])


def _named(scope: Scope) -> Iterator[tuple[MappedRow, str, str, dict[str, str]]]:
    """Each new identifier by which a row is named, and those before it: how it looks -> what it is."""
    for name, rows in scope.rows.items():
        column = _own_identifier(scope.schemas.table(name))
        if column is None:
            continue
        earlier = {*scope.known.keys.get(name, ()), *(key for table, key in scope.known.supplier_of if table == name)}
        there = {key[0] for key in earlier if key}
        id_of_look = {look(identifier): identifier for identifier in sorted(there)}
        for row in rows:
            if value := row.values.get(column, ""):
                if value in there:
                    continue  # a row that is there already: nothing new is named
                yield row, column, value, id_of_look
                id_of_look.setdefault(look(value), value)


def _own_identifier(table: Table) -> str | None:
    """The column that alone names a row of the table; None if there is none, or it is another table's."""
    if len(table.primary_key) != 1:
        return None
    (column,) = table.primary_key
    others = {name for foreign in table.foreign_keys for name in foreign.fields}
    return column if column not in others and table.field(column).type == "string" else None
