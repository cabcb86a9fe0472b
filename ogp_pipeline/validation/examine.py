"""The examination of a delivery: read, map, check, and judge, without ever raising for what the file holds.

The order follows the data: each file is read; every table's mapping is applied to all rows of the delivery
together (so that ``distinct`` reaches over files); labels become codes and slips are mended; frictionless checks
each table; the rules look at all tables with what was known before. A column that is missing altogether is said
once, not once for each row, and a cell that could not be taken at all has no second fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.programme.model import Programme, Source
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources import mapper, reading
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.names import ILLEGIBLE
from ogp_pipeline.sources.records import FileProblem, MappedRow, RawRow, Reading, Where
from ogp_pipeline.validation import labels, normalisation, quarantining, table_check, template_check
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.report import Examination, named_periods
from ogp_pipeline.validation.rules import RULES
from ogp_pipeline.validation.rules.texts import EMAIL
from ogp_pipeline.validation.scope import Scope

_FOREIGN = "unknown-headings"
_Place = tuple[str, str | None, int | str | None]


def examine(
    delivery: Delivery, source: Source, programme: Programme, schemas: Schemas, known: PriorState, base: Path
) -> Examination:
    """What the delivery says and what is wrong with it. ``base``: the folder of the programme file.

    OSError if a file cannot be read back from the spool: that is ours, not the supplier's.
    """
    limits = programme.limits_of(source)
    readings = {file.name: reading.read(file, source.read, limits) for file in delivery.files}
    raw = [row for found in readings.values() for row in found.rows]
    noticed = [problem for found in readings.values() for problem in found.problems]
    problems = [_problem(problem, schemas) for problem in noticed]
    supplier = programme.supplier(delivery.envelope.supplier)
    sorted_rows = template_check.sort(readings, source, supplier, programme, schemas, delivery.envelope.known_on)
    problems += sorted_rows.problems
    rows: dict[str, Sequence[MappedRow]] = {}
    skipped: dict[Text, int] = {}
    foreign: set[str] = set()  # files of which no heading fits: said once
    for name, mappings in source.tables.items():
        table = schemas.table(name)
        required = [field.name for field in table.fields if field.required]
        mapped: list[MappedRow] = []
        lacking: list[FileProblem] = []
        for mapping, portion in sorted_rows.portions(name, mappings):
            applied = mapper.apply(name, mapping, portion, base, table.field_names, required)
            mapped += applied.rows
            lacking += [problem for problem in applied.problems if problem.rule == "missing-column"]
            found = [one for one in applied.problems if one.rule != _FOREIGN or one.where.file not in foreign]
            foreign |= {one.where.file for one in found if one.rule == _FOREIGN}
            noticed += found
            problems += [_problem(problem, schemas, name) for problem in found]
            for skip, count in applied.skipped:
                skipped[skip.why] = skipped.get(skip.why, 0) + count
        so_far = Scope(dict(rows), supplier, delivery.envelope.known_on, known, programme, schemas)
        mended = normalisation.mend(table, labels.to_codes(table, mapped, so_far), so_far)
        problems += mended.problems
        checked = table_check.check(table, mended.rows, schemas)
        problems += _without_avalanche(checked.problems, lacking)
        if checked.rows:
            rows[name] = checked.rows
    scope = Scope(rows, supplier, delivery.envelope.known_on, known, programme, schemas)
    for rule in RULES.values():
        problems += rule(scope)
    fitting = {file: found for file, found in readings.items() if file not in foreign}
    problems += _unknown_columns(fitting, source, schemas)
    problems += _names(delivery, raw, schemas)
    problems += _withdrawn(delivery, known, rows, schemas)
    problems += _about_files(delivery, raw, rows, skipped, problems, schemas)
    problems = list(_once_a_cell(problems, noticed))
    enters = not any(problem.level is Severity.BLOCKS for problem in problems)
    parted = None
    if source.on_bad_rows == "quarantine" and not enters:
        parted = quarantining.divide(scope, problems, quarantining.Places(raw, noticed))
    if parted is not None:
        rows, problems, enters = dict(parted.rows), list(parted.problems), True
    problems = _in_order(problems, delivery)
    return Examination(
        rows=tuple(row for found in rows.values() for row in found) if enters else (),
        problems=tuple(problems),
        skipped=tuple(skipped.items()),
        counts={name: len(found) for name, found in rows.items()},
        rows_read=len(raw),
        rows_to_mend=_rows_to_mend(raw, noticed, problems),
        aside=parted.aside if parted is not None else (),
        rows_waiting=parted.waiting if parted is not None else 0,
        periods=named_periods(row for found in rows.values() for row in found),
    )


def _problem(found: FileProblem, schemas: Schemas, table: str | None = None) -> Problem:
    level = Severity(schemas.rule(found.rule).level)
    return Problem(found.rule, level, found.where, found.table or table, found.column, found.value, found.details)


def _unknown_columns(readings: dict[str, Reading], source: Source, schemas: Schemas) -> Iterator[Problem]:
    """Headings that no table of the source reads. Only where the file promised our own columns (mapper)."""
    mappings = [(schemas.table(name), mapping) for name, found in source.tables.items() for mapping in found]
    for file, found in readings.items():
        unread = set(found.headings)
        for table, mapping in mappings:
            unread &= set(mapper.unknown_columns(found.headings, mapping, table.field_names))
        sheet = found.rows[0].sheet if found.rows else None
        for heading in found.headings:
            if heading in unread:
                unread.discard(heading)
                allowed = ", ".join(dict.fromkeys(name for table, _ in mappings for name in table.field_names))
                where = Where(file, line=1, sheet=sheet, column=heading)
                level = Severity(schemas.rule("unknown-column").level)
                yield Problem("unknown-column", level, where, value=heading, details={"allowed": allowed})


def _without_avalanche(problems: Sequence[Problem], lacking: Sequence[FileProblem]) -> Iterator[Problem]:
    """Without what follows from a column that a file does not have: empty compulsory cells, rows that seem blank."""
    said = {(problem.where.file, problem.column) for problem in lacking}
    lame = {file for file, _ in said}
    for problem in problems:
        follows = (problem.rule == "constraint-error/required" and (problem.where.file, problem.field) in said) or (
            problem.rule == "blank-row" and problem.where.file in lame
        )
        if not follows:
            yield problem


def _once_a_cell(problems: Sequence[Problem], noticed: Sequence[FileProblem]) -> Iterator[Problem]:
    """Without what follows from a cell that could not be taken at all: that it seems empty, or is not in a list."""
    first = {"ambiguous-date", "ambiguous-number"} | {one.rule for one in noticed if one.number is not None}
    spoilt = {
        (_cell(one.where), one.field)
        for one in problems
        if one.rule in first and one.level is Severity.BLOCKS and one.where.column is not None
    }
    for one in problems:
        if one.rule in first or not spoilt & {(_cell(one.where), one.field), (_cell(one.where), None)}:
            yield one


def _cell(where: Where) -> tuple[object, ...]:
    """A cell by its name, else by its pointer, else by line and column: not all who find something know them all."""
    return where.file, where.sheet, where.cell or where.pointer or (where.line, where.column)


def _names(delivery: Delivery, raw: Sequence[RawRow], schemas: Schemas) -> Iterator[Problem]:
    """E-mail addresses in the names of files and sheets, which the published provenance carries; illegible names."""
    level = Severity(schemas.rule("email-in-name").level)
    for file in delivery.files:
        if ILLEGIBLE in file.name:
            advice = Severity(schemas.rule("illegible-name").level)
            yield Problem("illegible-name", advice, Where(file.name), details={"file": file.name})
        if EMAIL.search(file.name):
            yield Problem("email-in-name", level, Where(file.name), value=file.name)
    for file_name, sheet in sorted({(row.file, row.sheet) for row in raw if row.sheet is not None}):
        if EMAIL.search(sheet):
            yield Problem("email-in-name", level, Where(file_name, sheet=sheet), value=sheet)


def _withdrawn(
    delivery: Delivery, known: PriorState, rows: Mapping[str, Sequence[MappedRow]], schemas: Schemas
) -> Iterator[Problem]:
    """Rows that a full statement no longer has, although what others said refers to them."""
    where = Where(delivery.files[0].name if delivery.files else "")
    for name, leaned_on in known.leaned_on.items():
        primary_key = schemas.table(name).primary_key
        stated = {tuple(row.values.get(column, "") for column in primary_key) for row in rows.get(name, ())}
        for key, by in sorted(leaned_on.items()):
            if key not in stated:
                level = Severity(schemas.rule("row-withdrawn").level)
                shown = " / ".join(key)
                details = {"table": name, "other_table": by}
                yield Problem("row-withdrawn", level, where, name, value=shown, details=details)


def _about_files(
    delivery: Delivery,
    raw: Sequence[RawRow],
    rows: Mapping[str, Sequence[MappedRow]],
    skipped: dict[Text, int],
    problems: Sequence[Problem],
    schemas: Schemas,
) -> Iterator[Problem]:
    first = Where(delivery.files[0].name if delivery.files else "")
    for why, count in skipped.items():
        level = Severity(schemas.rule("row-skipped").level)
        details = {f"why_{language}": why.get(language) for language in LANGUAGES} | {"count": str(count)}
        yield Problem("row-skipped", level, first, details=details)
    if not rows and not any(problem.level is Severity.BLOCKS for problem in problems):
        level = Severity(schemas.rule("nothing-received").level)
        yield Problem("nothing-received", level, first, details={"rows": str(len(raw))})


def _in_order(problems: Sequence[Problem], delivery: Delivery) -> list[Problem]:
    order = {file.name: number for number, file in enumerate(delivery.files)}

    def place(problem: Problem) -> tuple[int, int, str, str, str]:
        where = problem.where
        return (
            order.get(where.file, len(order)),
            where.line or 0,
            where.pointer or where.cell or "",
            problem.field or where.column or "",
            problem.rule,
        )

    return sorted(problems, key=place)


def _rows_to_mend(raw: Sequence[RawRow], found: Sequence[FileProblem], problems: Sequence[Problem]) -> int:
    """In how many of the sender's rows something blocks: by row number, or told from the problem's place."""
    at: dict[_Place, tuple[str, int]] = {}
    for row in raw if any(problem.level is Severity.BLOCKS for problem in problems) else ():
        for place in (row.line, row.pointer, *row.lines.values(), *row.cells.values()):
            if place is not None:
                at.setdefault((row.file, row.sheet, place), (row.file, row.number))
    blocking = [problem for problem in problems if problem.level is Severity.BLOCKS]
    rules = {problem.rule for problem in blocking}
    touched = {(one.where.file, one.number) for one in found if one.number is not None and one.rule in rules}
    for where in (problem.where for problem in blocking):
        pointers = [where.pointer, where.pointer.removesuffix(f"/{where.column}")] if where.pointer else []
        for place in (where.cell, where.line, *pointers):
            if (where.file, where.sheet, place) in at:
                touched.add(at[where.file, where.sheet, place])
                break
    return len(touched)
