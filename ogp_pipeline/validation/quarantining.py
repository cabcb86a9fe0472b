"""Quarantining: which rows of a delivery enter and which are quarantined, where its source wants that.

A row of one of our tables goes or stays by itself, also where the sender's row feeds several tables: a status that
nobody knows sets aside the update, and the commitment of the same line enters. A row is quarantined when something
blocks it, when another row of the delivery has its key (nobody can say which is meant), or when it rests on a row that
is quarantined: it refers to something that only this one brings, or it is the evidence of an update. What is left is
judged again by all rules, until nothing blocks. What blocks a file, and not a row of it, refuses the delivery as ever.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.quarantine import QuarantinedRow
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules import RULES
from ogp_pipeline.validation.scope import Scope, row_as_seen

SentId = tuple[str, int]  # a row as it was sent: file and RawRow.number
RowId = int  # a row of our tables: its identity as an object, because two rows may say the same
_Name = tuple[str, ...]  # table and key
_OF_A_ROW = ("row", "cell")
_HANGS_ON = {"evidence": ("updates", ("milestone_id", "period_id"))}  # beside what its table refers to
_OWNERS = ("plan_id", "commitment_id")  # what a row that waits belongs to, where its key does not tell


@dataclass(frozen=True)
class Divided:
    """``rows``: those that enter, by table. ``problems``: all of them, with those that dividing itself found."""

    rows: Mapping[str, Sequence[MappedRow]]
    quarantined: tuple[QuarantinedRow, ...]
    problems: tuple[Problem, ...]
    waiting: int
    """Rows of which something is set aside, as the sender counts them."""
    in_part: int
    """Those of them of which something enters."""


class Places:
    """From the place of a problem to the sender's row it stands in."""

    def __init__(self, raw: Sequence[RawRow], noticed: Sequence[FileProblem]) -> None:
        self._at: dict[tuple[str, str | None, int | str | None], SentId] = {}
        for row in raw:
            for place in (row.line, row.pointer, *row.lines.values(), *row.cells.values()):
                if place is not None:
                    self._at.setdefault((row.file, row.sheet, place), (row.file, row.number))
        self._numbered = {
            (notice.rule, notice.where): (notice.where.file, notice.number)
            for notice in noticed
            if notice.number is not None
        }

    def row_of(self, problem: Problem) -> SentId | None:
        """The row; None if the problem is about more than one."""
        where = problem.where
        if (problem.rule, where) in self._numbered:
            return self._numbered[problem.rule, where]
        pointers = [where.pointer, where.pointer.removesuffix(f"/{where.column}")] if where.pointer else []
        for place in (where.cell, where.line, *pointers):
            if place is not None and (there := self._at.get((where.file, where.sheet, place))) is not None:
                return there
        return None


class _Aside:
    """What is set aside so far, with the reasons. ``unmade``: rows as sent whose fault is in a table they do not feed.

    That is so of a row that its mapping makes nothing of, or that says what another row has said already.
    """

    def __init__(self, rows: Mapping[str, Sequence[MappedRow]]) -> None:
        self.reasons: dict[RowId, list[Problem]] = {}
        self.unmade: dict[SentId, list[Problem]] = {}
        self._made: dict[SentId, list[MappedRow]] = {}
        for row in (row for of_table in rows.values() for row in of_table):
            self._made.setdefault(_sent(row), []).append(row)

    def __len__(self) -> int:
        return len(self.reasons) + len(self.unmade)

    def add(self, sent: SentId, problem: Problem) -> None:
        """Set aside what the problem of a row as sent is about."""
        meant = self._meant(self._made.get(sent, []), problem)
        for row in meant:
            self.reasons.setdefault(id(row), []).append(problem)
        if not meant:
            self.unmade.setdefault(sent, []).append(problem)

    def _meant(self, made: Sequence[MappedRow], problem: Problem) -> Sequence[MappedRow]:
        """The rows of our tables that a problem is about; all that the sender's row gave where that cannot be told."""
        if problem.table is None:
            return [row for row in made if _holds(row, problem.where)] or made
        rows = [row for row in made if row.table == problem.table]
        if len(rows) < 2 or problem.field is None:
            return rows
        field = problem.field
        there = [row for row in rows if row.origins.get(field) == problem.where] or rows
        # A cell that was split into several rows: the one with the piece, or those that nothing could be read into.
        said = [row for row in there if problem.value in (row.as_received(field), row.values.get(field))]
        return said or [row for row in there if not row.values.get(field)] or there


def divide(scope: Scope, problems: Sequence[Problem], places: Places) -> Divided | None:
    """The delivery in two parts. None if it cannot be parted: a whole file is at fault, or no row would be left."""
    every = list(problems)
    aside = _Aside(scope.rows)
    fresh = [problem for problem in problems if problem.level is Severity.BLOCKS]
    while fresh:
        before = len(aside)
        for problem in fresh:
            sent = places.row_of(problem)
            if sent is None or scope.schemas.rule(problem.rule).applies_to not in _OF_A_ROW:
                return None
            aside.add(sent, problem)
        if len(aside) == before:  # a row which cannot be told from another: better nothing than the wrong one
            return None
        for row, problem in _drawn(scope, aside.reasons):
            aside.reasons.setdefault(id(row), []).append(problem)
            every.append(problem)
        left = replace(scope, rows=_without(scope.rows, aside.reasons))
        judged = (problem for rule in RULES.values() for problem in rule(left))
        fresh = [problem for problem in judged if problem.level is Severity.BLOCKS]
        every += fresh
    rows = _without(scope.rows, aside.reasons)
    if not any(rows.values()):
        return None
    waiting = {_sent(row) for of in scope.rows.values() for row in of if id(row) in aside.reasons} | aside.unmade.keys()
    entering = {_sent(row) for of_table in rows.values() for row in of_table}
    return Divided(rows, tuple(_quarantined(scope, aside)), tuple(every), len(waiting), len(waiting & entering))


def _without(rows: Mapping[str, Sequence[MappedRow]], aside: Mapping[RowId, object]) -> dict[str, list[MappedRow]]:
    kept = {name: [row for row in of_table if id(row) not in aside] for name, of_table in rows.items()}
    return {name: of_table for name, of_table in kept.items() if of_table}


def _drawn(scope: Scope, aside: Mapping[RowId, object]) -> Iterator[tuple[MappedRow, Problem]]:
    """The rows that go with those that are quarantined, each once, with the reason."""
    bearers: dict[_Name, list[MappedRow]] = {}  # rows by what they are called
    leaning: dict[_Name, list[tuple[MappedRow, str]]] = {}  # rows (and their column) by what they rest on
    todo: list[MappedRow] = []
    for row in (row for of_table in scope.rows.values() for row in of_table):
        bearers.setdefault(_name(scope, row), []).append(row)
        for name, column in _rests_on(scope, row):
            leaning.setdefault(name, []).append((row, column))
        if id(row) in aside:
            todo.append(row)
    gone = {id(row) for row in todo}
    while todo:
        row = todo.pop()
        name = _name(scope, row)
        twins = bearers[name] if all(name) else []
        for other, problem in (
            *((twin, _twin(scope, twin, row)) for twin in twins),
            *((dependent, _depends(scope, dependent, column, row)) for dependent, column in leaning.get(name, ())),
        ):
            if id(other) not in gone:
                gone.add(id(other))
                todo.append(other)
                yield other, problem


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


def _quarantined(scope: Scope, aside: _Aside) -> Iterator[QuarantinedRow]:
    """In the order of the delivery; what was sent and made no row of its table is named by its place alone."""
    for row in (row for of_table in scope.rows.values() for row in of_table):
        if (problems := aside.reasons.get(id(row))) is not None:
            owner = next((text for column in _OWNERS if (text := row.values.get(column))), "")
            yield QuarantinedRow(row.table, _name(scope, row)[1:], row.row.locate(), _unique(problems), owner)
    for said in map(_unique, aside.unmade.values()):
        where = replace(said[0].where, cell=None, column=None)
        yield QuarantinedRow(said[0].table or "", (), where, said)


def _unique(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple({_identity(problem): problem for problem in problems}.values())


def _identity(problem: Problem) -> tuple[str, Where, str | None, str | None]:
    return (problem.rule, problem.where, problem.field, problem.value)


def _name(scope: Scope, row: MappedRow) -> _Name:
    primary_key = scope.schemas.table(row.table).primary_key
    return (row.table, *(row.values.get(column, "") for column in primary_key))


def _sent(row: MappedRow) -> SentId:
    return (row.row.file, row.row.number)


def _holds(row: MappedRow, where: Where) -> bool:
    """Whether the row took something from a place that the reader speaks of."""
    return any(
        (origin.cell or origin.pointer or (origin.line, origin.column))
        == (where.cell or where.pointer or (where.line, where.column))
        for origin in row.origins.values()
    )
