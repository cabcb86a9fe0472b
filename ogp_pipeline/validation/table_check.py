"""The table check: what frictionless says of mapped rows, each distinct cell asked once (``fast``).

Rows go in under the canonical schema without its keys: primary and foreign keys reach over files and into
what is known already, so they are rules (``rules/keys.py``), which name the other place. Nothing is capped:
errors are taken row by row, not from a report with a limit. Type and constraint errors of one cell
exclude each other.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

import frictionless

from ogp_pipeline.formats.template_layout import yes_no
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.schema import cell_types
from ogp_pipeline.schema.schemas import Field, Schemas, Table
from ogp_pipeline.sources import typos
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.fast.rows import Rows
from ogp_pipeline.validation.scope import row_as_seen

_CONSTRAINT = re.compile(r'^constraint "(\w+)"')  # frictionless 5.21 writes notes as: constraint "minimum" is "1"
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+")
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
    keyless = {name: part for name, part in table.descriptor.items() if name not in ("primaryKey", "foreignKeys")}
    reader = Rows(names, keyless)
    several = [field for field in table.fields if field.code_list is not None and field.separator is not None]
    canonical = _Canonical(table, reader)
    expected = _Expected(schemas)
    bounded = _Bounded(table)
    spelled = _Spelled(table)
    checked: list[MappedRow] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=_FIRST):
        beyond = bounded.beyond(row)
        odd = spelled.oddly(row)
        cells = [row.values.get(name, "") for name in names]
        for place, field, _ in odd:
            cells[place] = field.example
        for place, field in beyond:
            if not cell_types.is_ordered(field.type, cells[place]):  # frictionless would compare it with a minimum
                cells[place] = field.example
        of_row = [_problem(error, table, row, rows, expected) for error in reader.errors(number, cells)]
        of_row += [_made(rule, table, row, field.name, expected.of(field), schemas) for _, field, rule in odd]
        problems += of_row
        told = {problem.field for problem in of_row}
        problems += [_out_of_bounds(field, table, row, expected) for _, field in beyond if field.name not in told]
        for field in several:
            problems += _wrong_parts(field, table, row, expected)
        unread = {field.name for _, field in beyond} | {field.name for _, field, _ in odd}
        checked.append(canonical.row(row, unread))
    return Checked(checked, problems)


def _problem(
    error: frictionless.Error, table: Table, row: MappedRow, rows: Sequence[MappedRow], expected: "_Expected"
) -> Problem:
    rule: str = error.type
    name = getattr(error, "field_name", None)
    if name is None:
        return _made(rule, table, row, None, {"note": error.note}, expected.schemas)
    field = table.field(name)
    if rule == "type-error":
        rule = f"{rule}/{field.type}"
    if rule == "type-error/date" and (day := typos.without_time(row.values.get(name, ""))) is not None:
        return _made("time-in-date", table, row, name, {**expected.of(field), "day": day}, expected.schemas)
    if match := _CONSTRAINT.match(error.note):
        rule = f"{rule}/{match[1]}"
    if rule == "unique-error" and (position := _POSITION.search(error.note)):
        other = row_as_seen(rows[int(position[1]) - _FIRST].row)
        details: Mapping[str, str] = {"note": error.note, **expected.of(field), "other": str(other)}
    else:
        details = expected.of(field, error.note, match[1] if match else None)
    return _made(rule, table, row, name, details, expected.schemas)


def _made(
    rule: str, table: Table, row: MappedRow, name: str | None, details: Mapping[str, str], schemas: Schemas
) -> Problem:
    where = row.origins.get(name, row.row.locate()) if name else row.row.locate()
    value = row.as_received(name) if name else None
    return Problem(rule, Severity(schemas.rule(rule).level), where, table.name, name, value, details)


def _out_of_bounds(field: Field, table: Table, row: MappedRow, expected: "_Expected") -> Problem:
    details = {**expected.of(field), **cell_types.bounds(field.type)}
    return _made(f"out-of-bounds/{field.type}", table, row, field.name, details, expected.schemas)


class _Expected:
    """What should stand in the cells of a table: written out once, however many of them are wrong."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._known: dict[tuple[str, str, str | None], Mapping[str, str]] = {}

    def of(self, field: Field, note: str = "", constraint: str | None = None) -> Mapping[str, str]:
        """Of one column. ``note``: what frictionless says; ``constraint``: which one is broken."""
        said = field.name, note, constraint
        if said not in self._known:
            details = {"note": note} if note else {}
            details |= _expectation(field, self.schemas) | ({"constraint": constraint} if constraint else {})
            self._known[said] = details
        return self._known[said]


def _expectation(field: Field, schemas: Schemas) -> dict[str, str]:
    """What should stand in a cell of this column: everything that a rule's text may want to name."""
    details = {"type": field.type, "example": field.example}
    details |= {name: str(value) for name, value in field.constraints.items() if name != "enum"}
    if field.code_list is not None:
        codes = schemas.codes_of(field.code_list)
        details["allowed"] = ", ".join(dict.fromkeys(code.code for code in codes))
        for language in ENGLISH_FIRST:
            details[f"allowed_{language}"] = ", ".join(code.named(language) for code in codes)
    elif "enum" in field.constraints:
        details |= _titled([str(value) for value in field.constraints["enum"]], schemas)
    elif field.type == "boolean":
        details["allowed"] = ", ".join(yes_no(ENGLISH_FIRST[0]).values())
        details |= {f"allowed_{language}": ", ".join(yes_no(language)) for language in ENGLISH_FIRST}
    return details


def _titled(values: Sequence[str], schemas: Schemas) -> dict[str, str]:
    """Values as ``{allowed}``; names of tables behind what people call them, which a template lists."""
    words = {"allowed": ", ".join(values)}
    for language in ENGLISH_FIRST:
        titles = {value: schemas.tables[value].title[language] for value in values if value in schemas.tables}
        named = [f"{titles[value]} ({value})" if value in titles else value for value in values]
        words[f"allowed_{language}"] = ", ".join(named)
    return words


def _wrong_parts(field: Field, table: Table, row: MappedRow, expected: "_Expected") -> Iterator[Problem]:
    """Codes that frictionless cannot judge: several in one cell (``a;b``)."""
    assert field.code_list is not None
    codes = {code.code for code in expected.schemas.codes_of(field.code_list)}
    parts = [part.strip() for part in row.values.get(field.name, "").split(field.separator)]
    for part in parts:
        if part and part not in codes:
            problem = _made("constraint-error/enum", table, row, field.name, expected.of(field), expected.schemas)
            yield replace(problem, value=part)


class _Bounded:
    """The columns of one table that cannot hold all that frictionless accepts; each distinct text judged once."""

    def __init__(self, table: Table) -> None:
        self._columns: list[tuple[int, Field, dict[str, bool]]] = [
            (place, field, {}) for place, field in enumerate(table.fields) if cell_types.bounds(field.type)
        ]

    def beyond(self, row: MappedRow) -> list[tuple[int, Field]]:
        """The place and field of every cell of a row whose value the tables cannot hold."""
        beyond_cells = []
        for place, field, held_of in self._columns:
            text = row.values.get(field.name, "")
            if (held := held_of.get(text)) is None:
                held_of[text] = held = cell_types.is_held(field.type, text)
            if not held:
                beyond_cells.append((place, field))
        return beyond_cells


class _Spelled:
    """Numbers that frictionless reads and nobody should write: each distinct text as they are.

    ``1.23457E+11`` is what a spreadsheet leaves of a longer number; ``1_000`` is a number in programs only. What a
    reader wrote from a typed cell is the number itself.
    """

    def __init__(self, table: Table) -> None:
        self._columns = [
            (place, field) for place, field in enumerate(table.fields) if field.type in ("integer", "number")
        ]

    def oddly(self, row: MappedRow) -> list[tuple[int, Field, str]]:
        """The place, field and rule of every cell of a row that is spelled so."""
        odd = []
        for place, field in self._columns:
            text = row.values.get(field.name, "")
            if not text or text.isdecimal() or row.is_typed(field.name):
                continue
            if _SHORTENED.fullmatch(text):
                odd.append((place, field, "shortened-number"))
            elif "_" in text:
                odd.append((place, field, f"type-error/{field.type}"))
        return odd


class _Canonical:
    """Canonical texts of one table's cells, each found once."""

    def __init__(self, table: Table, reader: Rows) -> None:
        self._reader = reader
        typed = [(place, field.name) for place, field in enumerate(table.fields) if field.type != "string"]
        self._known: dict[str, tuple[int, dict[str, str]]] = {name: (place, {}) for place, name in typed}

    def row(self, row: MappedRow, beyond: Set[str]) -> MappedRow:
        """``beyond``: the columns in which the row has what no column can hold; it stays as it was."""
        changed = {}
        for name, (place, canonical_of) in self._known.items():
            text = row.values.get(name)
            if not text or name in beyond:
                continue
            if (canonical := canonical_of.get(text)) is None:
                value = self._reader.value(place, text)
                canonical_of[text] = canonical = text if value is None else _text(value)
            if canonical != text:
                changed[name] = canonical
        return replace(row, values={**row.values, **changed}) if changed else row


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
