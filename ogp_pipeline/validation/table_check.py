"""The table check: frictionless as it is, over mapped rows. The seam for the fast lane of the next issue.

Rows go in under the canonical schema without its keys: primary and foreign keys reach over files and into
what is known already, so they are rules (``rules/keys.py``), which name the other place. Nothing is capped:
errors are taken from the row stream, not from a report with a limit. Type and constraint errors of one cell
exclude each other.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import frictionless

from ogp_pipeline.intake.problem import Level, Problem
from ogp_pipeline.schemas import Field, Schemas, Table
from ogp_pipeline.sources.records import MappedRow

_CONSTRAINT = re.compile(r'^constraint "(\w+)"')  # frictionless 5.21 writes notes as: constraint "minimum" is "1"
_POSITION = re.compile(r"position (\d+)")
_FIRST = 2  # frictionless numbers rows from 1 and counts our heading


@dataclass(frozen=True, slots=True)
class Checked:
    """``rows``: the same rows in the same order; a value that could be read is in its canonical text (``01``
    -> ``1``, ``2024-2-3`` -> ``2024-02-03``), one that could not is as it was."""

    rows: list[MappedRow]
    problems: list[Problem]


def check(table: Table, rows: Sequence[MappedRow], schemas: Schemas) -> Checked:
    """Everything frictionless finds in the rows of one table. A column that a row lacks is an empty cell."""
    names = table.field_names
    cells = [[row.values.get(name, "") for name in names] for row in rows]
    schema = table.frictionless()
    schema.primary_key = []
    checked: list[MappedRow] = []
    problems: list[Problem] = []
    with frictionless.Resource(data=[list(names), *cells], schema=schema) as resource:
        for row, read in zip(rows, resource.row_stream, strict=True):
            problems += [_problem(error, table, row, rows, schemas) for error in read.errors]
            problems += _wrong_parts(table, row, schemas)
            checked.append(_canonical(row, read, table))
    return Checked(checked, problems)


def _problem(
    error: frictionless.Error, table: Table, row: MappedRow, rows: Sequence[MappedRow], schemas: Schemas
) -> Problem:
    rule: str = error.type
    details: dict[str, str] = {"note": error.note}
    name = getattr(error, "field_name", None)
    if name is None:
        return _made(rule, table, row, None, details, schemas)
    field = table.field(name)
    details |= _expectation(field, schemas)
    if rule == "type-error":
        rule = f"{rule}/{field.type}"
    if match := _CONSTRAINT.match(error.note):
        rule = f"{rule}/{match[1]}"
        details["constraint"] = match[1]
    if rule == "unique-error" and (match := _POSITION.search(error.note)):
        other = rows[int(match[1]) - _FIRST].row.locate()
        details["other"] = str(other.line or other.cell or match[1])
    return _made(rule, table, row, name, details, schemas)


def _made(
    rule: str, table: Table, row: MappedRow, name: str | None, details: Mapping[str, str], schemas: Schemas
) -> Problem:
    where = row.origins.get(name, row.row.locate()) if name else row.row.locate()
    value = row.as_received(name) if name else None
    return Problem(rule, Level(schemas.rule(rule).level), where, table.name, name, value, details)


def _expectation(field: Field, schemas: Schemas) -> dict[str, str]:
    """What should stand in a cell of this column: everything that a rule's text may want to name."""
    details = {"type": field.type, "example": field.example}
    details |= {name: str(value) for name, value in field.constraints.items() if name != "enum"}
    if field.code_list is not None:
        codes = schemas.codes_of(field.code_list)
        details["allowed"] = ", ".join(dict.fromkeys(code.code for code in codes))
        for language in ("en", "es"):
            details[f"allowed_{language}"] = ", ".join(f"{code.code} ({code.label[language]})" for code in codes)
    elif "enum" in field.constraints:
        details["allowed"] = ", ".join(str(value) for value in field.constraints["enum"])
    return details


def _wrong_parts(table: Table, row: MappedRow, schemas: Schemas) -> Iterator[Problem]:
    """Codes that frictionless cannot judge: several in one cell (``a;b``)."""
    for field in table.fields:
        if field.code_list is None or field.separator is None:
            continue
        codes = {code.code for code in schemas.codes_of(field.code_list)}
        parts = [part.strip() for part in row.values.get(field.name, "").split(field.separator)]
        for part in parts:
            if part and part not in codes:
                problem = _made("constraint-error/enum", table, row, field.name, _expectation(field, schemas), schemas)
                yield replace(problem, value=part)


def _canonical(row: MappedRow, read: Mapping[str, Any], table: Table) -> MappedRow:
    values = dict(row.values)
    for field in table.fields:
        if field.type != "string" and values.get(field.name) and (cell := read[field.name]) is not None:
            values[field.name] = _text(cell)
    return replace(row, values=values)


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
