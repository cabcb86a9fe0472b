"""Quarantining: which rows of a delivery enter and which are quarantined, where its source wants that.

A row of the sender goes or stays as a whole, whatever tables it feeds. It is quarantined when something blocks it, when
another row of the delivery has its key (nobody can say which is meant), or when it rests on a row that is quarantined:
it refers to something that only this one brings, or it is the evidence of an update. What is left is judged again
by all rules, until nothing blocks. What blocks a file, and not a row of it, refuses the delivery as ever.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.quarantine import QuarantinedRow
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules import RULES
from ogp_pipeline.validation.scope import Scope, row_as_seen

RowId = tuple[str, int]  # file and RawRow.number
_Name = tuple[str, ...]  # table and key
_OF_A_ROW = ("row", "cell")
_HANGS_ON = {"evidence": ("updates", ("milestone_id", "period_id"))}  # beside what its table refers to


@dataclass(frozen=True)
class Divided:
    """``rows``: those that enter, by table. ``problems``: all of them, with those that dividing itself found."""

    rows: Mapping[str, Sequence[MappedRow]]
    quarantined: tuple[QuarantinedRow, ...]
    problems: tuple[Problem, ...]
    waiting: int
    """Rows set aside, as the sender counts them."""


class Places:
    """From the place of a problem to the sender's row it stands in."""

    def __init__(self, raw: Sequence[RawRow], noticed: Sequence[FileProblem]) -> None:
        self._at: dict[tuple[str, str | None, int | str | None], RowId] = {}
        for row in raw:
            for place in (row.line, row.pointer, *row.lines.values(), *row.cells.values()):
                if place is not None:
                    self._at.setdefault((row.file, row.sheet, place), (row.file, row.number))
        self._numbered = {
            (found.rule, found.where): (found.where.file, found.number) for found in noticed if found.number is not None
        }

    def row_of(self, problem: Problem) -> RowId | None:
        """The row; None if the problem is about more than one."""
        where = problem.where
        if (problem.rule, where) in self._numbered:
            return self._numbered[problem.rule, where]
        pointers = [where.pointer, where.pointer.removesuffix(f"/{where.column}")] if where.pointer else []
        for place in (where.cell, where.line, *pointers):
            if place is not None and (found := self._at.get((where.file, where.sheet, place))) is not None:
                return found
        return None


def divide(scope: Scope, problems: Sequence[Problem], places: Places) -> Divided | None:
    """The delivery in two parts. None if it cannot be parted: a whole file is at fault, or no row would be left."""
    found = list(problems)
    reasons: dict[RowId, list[Problem]] = {}
    fresh = [problem for problem in problems if problem.level is Severity.BLOCKS]
    while fresh:
        before = len(reasons)
        for problem in fresh:
            row = places.row_of(problem)
            if row is None or scope.schemas.rule(problem.rule).applies_to not in _OF_A_ROW:
                return None
            reasons.setdefault(row, []).append(problem)
        if len(reasons) == before:  # a row which cannot be told from another: better nothing than the wrong one
            return None
        for row, problem in _drawn(scope, reasons):
            reasons.setdefault(row, []).append(problem)
            found.append(problem)
        left = replace(scope, rows=_without(scope.rows, reasons))
        judged = (problem for rule in RULES.values() for problem in rule(left))
        fresh = [problem for problem in judged if problem.level is Severity.BLOCKS]
        found += fresh
    rows = _without(scope.rows, reasons)
    if not any(rows.values()):
        return None
    return Divided(rows, tuple(_quarantined(scope, reasons)), tuple(found), len(reasons))


def _without(
    rows: Mapping[str, Sequence[MappedRow]], quarantined: Mapping[RowId, object]
) -> dict[str, list[MappedRow]]:
    kept = {name: [row for row in found if _id(row) not in quarantined] for name, found in rows.items()}
    return {name: found for name, found in kept.items() if found}


def _drawn(scope: Scope, quarantined: Mapping[RowId, object]) -> Iterator[tuple[RowId, Problem]]:
    """The rows that go with those that are quarantined, each once, with the reason."""
    bearers: dict[_Name, list[MappedRow]] = {}  # rows by what they are called
    leaning: dict[_Name, list[tuple[MappedRow, str]]] = {}  # rows (and their column) by what they rest on
    made: dict[RowId, list[MappedRow]] = {}  # what each row of the sender gave
    for row in (row for found in scope.rows.values() for row in found):
        made.setdefault(_id(row), []).append(row)
        bearers.setdefault(_name(scope, row), []).append(row)
        for name, column in _rests_on(scope, row):
            leaning.setdefault(name, []).append((row, column))
    gone = set(quarantined)
    todo = [row for id_ in quarantined for row in made.get(id_, ())]
    while todo:
        row = todo.pop()
        name = _name(scope, row)
        twins = bearers[name] if all(name) else []
        for other, problem in (
            *((twin, _twin(scope, twin, row)) for twin in twins),
            *((dependent, _depends(scope, dependent, column, row)) for dependent, column in leaning.get(name, ())),
        ):
            if _id(other) not in gone:
                gone.add(_id(other))
                todo += made[_id(other)]
                yield _id(other), problem


def _rests_on(scope: Scope, row: MappedRow) -> Iterator[tuple[_Name, str]]:
    """What a row needs of this delivery: what it refers to and nobody said before, and the update it is evidence of."""
    for reference in scope.schemas.table(row.table).references(row.values):
        if all(reference.key) and reference.key not in scope.known.keys.get(reference.table, frozenset()):
            yield (reference.table, *reference.key), reference.field
    if row.table in _HANGS_ON:
        table, columns = _HANGS_ON[row.table]
        key = tuple(row.values.get(column, "") for column in columns)
        if all(key):
            yield (table, *key), columns[0]


def _depends(scope: Scope, row: MappedRow, column: str, other: MappedRow) -> Problem:
    return scope.problem("row-depends", row, column, other=_at(other, row))


def _twin(scope: Scope, row: MappedRow, other: MappedRow) -> Problem:
    shown = " / ".join(_name(scope, row)[1:])
    column = scope.schemas.table(row.table).primary_key[0]
    return scope.problem("repeated-key", row, column, shown, other=_at(other, row), key=shown)


def _at(other: MappedRow, row: MappedRow) -> str:
    """Where the other row stands, as seen from this one."""
    place = other.row.locate()
    at = str(row_as_seen(other.row))
    if place.sheet is not None and place.sheet != row.row.sheet:
        at = f"{place.sheet}!{at}"
    return at if other.row.file == row.row.file else f"{at} ({other.row.file})"


def _quarantined(scope: Scope, reasons: Mapping[RowId, Sequence[Problem]]) -> Iterator[QuarantinedRow]:
    """In the order of the delivery; a row of the sender that feeds no table is named by its place alone."""
    made: set[RowId] = set()
    for row in (row for found in scope.rows.values() for row in found):
        if _id(row) in reasons:
            made.add(_id(row))
            yield QuarantinedRow(row.table, _name(scope, row)[1:], row.row.locate(), _unique(reasons[_id(row)]))
    for missing in reasons.keys() - made:
        problems = _unique(reasons[missing])
        where = replace(problems[0].where, cell=None, column=None)
        yield QuarantinedRow(problems[0].table or "", (), where, problems)


def _unique(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple({_identity(problem): problem for problem in problems}.values())


def _identity(problem: Problem) -> tuple[str, Where, str | None, str | None]:
    return (problem.rule, problem.where, problem.field, problem.value)


def _name(scope: Scope, row: MappedRow) -> _Name:
    primary_key = scope.schemas.table(row.table).primary_key
    return (row.table, *(row.values.get(column, "") for column in primary_key))


def _id(row: MappedRow) -> RowId:
    return (row.row.file, row.row.number)
