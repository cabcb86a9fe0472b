"""The examination of a delivery: read, map, check and divide, without ever raising for what a file holds.

Four steps, each a function: the files become rows of our tables (``mapped_delivery``); our rules look at all tables,
with what was known before; what is wrong beside the rows is added (``file_check``); and where its source quarantines
bad rows, the delivery is divided (``quarantining``). A column that is missing altogether is said once, not once for
each row, and a cell that could not be taken at all has no second fault. Then, where all that stands is at hand, what
the rows that enter would do to it is weighed, and held if it is out of proportion (``weighed``).

No store, no clock and no network: the files in the spool, the programme, the schemas and the state decide. All that
goes in and comes out can be pickled.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.intake.crowds import bounded
from ogp_pipeline.intake.examination import Examination, named_periods
from ogp_pipeline.intake.lines import column_of, line_of
from ogp_pipeline.intake.problem import Problem, Severity, share_details
from ogp_pipeline.intake.quarantine import QuarantinedRow
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.records import MISSING, MappedRow
from ogp_pipeline.validation import declaration, effects, file_check, guarding, headings, quarantining
from ogp_pipeline.validation.mapped_delivery import MappedDelivery, ReadDelivery, map_rows, read
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.quarantining import Divided, Places
from ogp_pipeline.validation.rules import RULES
from ogp_pipeline.validation.rules.secrets import hidden
from ogp_pipeline.validation.scope import Scope

_Place = tuple[str, str | None, int | str | None]
# What says of a cell that nothing can be read in it: then nothing else is to be said of it.
_FORM = "constraint-error/pattern"
_NOT_THERE = ("foreign-key", "reference-not-yet", "period-unknown")
# What names the codes or identifiers that may stand there: how they are written need not be said.
_OFFERED = (*_NOT_THERE, "code-of-scale")
# What says whose name alone may stand there: that another is not known is no further mistake.
_IN_OWN_NAME = ("authority-assessor", "authority-claim", "authority-proposer")
_SPOILT = {
    "ambiguous-date",
    "ambiguous-number",
    "error-value",
    "garbled-text",
    "markup-in-text",
    "nested-value",
    "placeholder-value",
    "secret-in-link",
    "shortened-number",
}


def examine(
    delivery: Delivery, source: Source, programme: Programme, schemas: Schemas, state: PriorState, base: Path
) -> Examination:
    """What the delivery says and what is wrong with it. ``base``: the folder of the programme file.

    OSError if a file cannot be read back from the spool: that is ours, not the supplier's.
    """
    received, declared = declaration.take(read(delivery, source, programme, schemas), source)
    mapped = map_rows(received, delivery, source, programme, schemas, state, base)
    supplier = programme.supplier(delivery.envelope.supplier)
    scope = Scope(mapped.rows, supplier, delivery.envelope.known_on, state, programme, schemas)
    problems = _judge(delivery, source, received, mapped, scope)
    divided = None
    if _blocked(problems) and (source.on_bad_rows == "quarantine" or _only_to_confirm(problems, source)):
        divided = quarantining.divide(scope, problems, Places(received.rows, mapped.noticed))
    concluded = _conclude(delivery, received, mapped, problems, divided)
    unread = headings.unread(received.readings, source)
    return replace(concluded, declared=declared, headings=headings.told(received.readings), unread=unread)


def weighed(
    examination: Examination,
    delivery: Delivery,
    source: Source,
    programme: Programme,
    schemas: Schemas,
    state: PriorState,
) -> Examination:
    """The examination with its effect, and what holds it. Apart from ``examine``: it asks all that stands."""
    if not examination.rows:
        return examination
    rows: dict[str, list[MappedRow]] = {}
    for row in examination.rows:
        rows.setdefault(row.table, []).append(row)
    supplier = programme.supplier(delivery.envelope.supplier)
    scope = Scope(rows, supplier, delivery.envelope.known_on, state, programme, schemas)
    effect = effects.weigh(examination.rows, delivery, source, scope)
    if source.historic is None:
        effect = guarding.hold(effect, programme.guards_of(source), examination.declared, schemas)
    return replace(examination, effect=effect)


def _judge(
    delivery: Delivery, source: Source, received: ReadDelivery, mapped: MappedDelivery, scope: Scope
) -> list[Problem]:
    """Everything that is wrong: what was found on the way, what our rules find, and what is to be said of the files."""
    problems = [*mapped.problems]
    said = list(share_details(problem for rule in RULES.values() for problem in rule(scope)))
    problems += _without_missing(said, mapped.noticed)
    problems += file_check.check(delivery, source, received, mapped, scope.known, scope.schemas)
    if not mapped.rows and not _blocked(problems):
        problems.append(file_check.nothing_received(delivery, len(received.rows), scope.schemas))
    return list(_once_a_cell(problems, mapped.noticed))


def _conclude(
    delivery: Delivery,
    received: ReadDelivery,
    mapped: MappedDelivery,
    problems: Sequence[Problem],
    divided: Divided | None,
) -> Examination:
    """The examination as a value. ``divided``: the two parts of the delivery, if it was divided."""
    rows: Mapping[str, Sequence[MappedRow]] = mapped.rows if divided is None else divided.rows
    ordered = _in_order(problems if divided is None else divided.problems, delivery, received)
    enters = divided is not None or not _blocked(problems)
    every_row = [row for of_table in rows.values() for row in of_table]
    return Examination(
        rows=tuple(every_row) if enters else (),
        problems=bounded(map(hidden, ordered)),
        skipped=tuple(mapped.skipped.items()),
        counts={name: len(of_table) for name, of_table in rows.items()},
        rows_read=len(received.rows),
        rows_to_mend=_rows_to_mend(received.rows, mapped.noticed, ordered),
        quarantined=tuple(map(_hidden_row, divided.quarantined)) if divided is not None else (),
        rows_waiting=divided.waiting if divided is not None else 0,
        rows_in_part=divided.in_part if divided is not None else 0,
        periods=named_periods(every_row),
    )


def _only_to_confirm(problems: Sequence[Problem], source: Source) -> bool:
    """Whether nothing is wrong but for what somebody has to confirm: then only those rows wait, whatever the source
    does with bad rows. Not in a full statement, where a row that is set aside would count as withdrawn."""
    return not source.whole and {problem.kind for problem in problems if problem.level is Severity.BLOCKS} == {
        "confirm"
    }


def _hidden_row(row: QuarantinedRow) -> QuarantinedRow:
    return replace(row, problems=tuple(map(hidden, row.problems)))


def _blocked(problems: Sequence[Problem]) -> bool:
    return any(problem.level is Severity.BLOCKS for problem in problems)


def _without_missing(problems: Sequence[Problem], noticed: Sequence[FileProblem]) -> Iterator[Problem]:
    """Without the texts that no row can have, because the file has no column for them: that is said once."""
    lacking = {(lack.where.file, (lack.column or "").rpartition("_")[0]) for lack in noticed if lack.rule in MISSING}
    for problem in problems:
        if problem.rule != "language" or (problem.where.file, (problem.field or "").rpartition("_")[0]) not in lacking:
            yield problem


def _once_a_cell(problems: Sequence[Problem], noticed: Sequence[FileProblem]) -> Iterator[Problem]:
    """Without what follows from a cell that could not be taken at all: that it seems empty, or is not in a list."""
    first = _SPOILT | {fault.rule for fault in noticed if fault.number is not None}
    spoilt = {
        (_cell(problem.where), problem.field)
        for problem in problems
        if problem.rule in first and problem.level is Severity.BLOCKS and problem.where.column is not None
    }
    blocking = [problem for problem in problems if problem.level is Severity.BLOCKS]
    offered, own = _cells(problems, _OFFERED), _cells(blocking, _IN_OWN_NAME)
    for problem in problems:
        cell = (_cell(problem.where), problem.field)
        if (problem.rule == _FORM and cell in offered | own) or (problem.rule in _NOT_THERE and cell in own):
            continue  # what may stand there is said
        if problem.rule in first or not spoilt & {(_cell(problem.where), problem.field), (_cell(problem.where), None)}:
            yield problem


def _cells(problems: Sequence[Problem], rules: Collection[str]) -> set[tuple[tuple[object, ...], str | None]]:
    """The cells, with their columns, of which one of these rules has something to say."""
    return {(_cell(problem.where), problem.field) for problem in problems if problem.rule in rules}


def _cell(where: Where) -> tuple[object, ...]:
    """A cell by its name, else by its pointer, else by line and column: not all who find something know them all."""
    return where.file, where.sheet, where.cell or where.pointer or (where.line, where.column)


def _in_order(problems: Sequence[Problem], delivery: Delivery, received: ReadDelivery) -> list[Problem]:
    """As whoever corrects them goes through them: file by file, sheet by sheet, line by line, from left to right."""
    order = {file.name: number for number, file in enumerate(delivery.files)}
    first_rows = dict.fromkeys((row.file, row.sheet) for row in received.rows)
    sheets = {sheet: number for number, sheet in enumerate(first_rows)}

    def place(problem: Problem) -> tuple[int, int, int, int, tuple[tuple[int, str], ...], str, str]:
        where = problem.where
        return (
            order.get(where.file, len(order)),
            sheets.get((where.file, where.sheet), -1),  # of a file as a whole first
            line_of(where) or 0,
            column_of(where) or 0,
            _by_numbers(where.pointer or ""),
            problem.field or where.column or "",
            problem.rule,
        )

    return sorted(problems, key=place)


def _by_numbers(pointer: str) -> tuple[tuple[int, str], ...]:
    """So that ``/items/10`` comes after ``/items/9``."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in pointer.split("/"))


def _rows_to_mend(raw: Sequence[RawRow], noticed: Sequence[FileProblem], problems: Sequence[Problem]) -> int:
    """In how many of the sender's rows something blocks: by row number, or told from the problem's place."""
    at: dict[_Place, tuple[str, int]] = {}
    for row in raw if _blocked(problems) else ():
        for place in (row.line, row.pointer, *row.lines.values(), *row.cells.values()):
            if place is not None:
                at.setdefault((row.file, row.sheet, place), (row.file, row.number))
    blocking = [problem for problem in problems if problem.level is Severity.BLOCKS]
    rules = {problem.rule for problem in blocking}
    touched = {
        (fault.where.file, fault.number) for fault in noticed if fault.number is not None and fault.rule in rules
    }
    for where in (problem.where for problem in blocking):
        pointers = [where.pointer, where.pointer.removesuffix(f"/{where.column}")] if where.pointer else []
        for place in (where.cell, where.line, *pointers):
            if (where.file, where.sheet, place) in at:
                touched.add(at[where.file, where.sheet, place])
                break
    return len(touched)
