"""The problems of a receipt by cause and column: the first of each in full, and of all how many and where.

A receipt stays small whatever was sent: a file in which a million rows are wrong is wrong in a few ways. How many of
each group are shown is the same for all groups, and the more groups, the fewer. Counts are true always.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from itertools import compress
from typing import Any

from openpyxl.utils import column_index_from_string

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake.problem import Problem, Severity

SHOWN = (100, 30, 10, 3, 1)  # of each group, the largest number that fits
LETTERS = 400_000  # of all that is shown, as JSON in two languages
GROUPS = 200  # described; the problems of further ones are counted
WHOLE = 20_000  # letters of a value that was received
RANGES = 30  # of lines, for each group
_SENTENCES = 700  # letters of a problem without its value and details
_LINE_OF_CELL = re.compile(r"[A-Z]+(\d+)")
_COLUMN_OF_CELL = re.compile(r"[A-Z]{1,3}(?=\d)")


@dataclass(slots=True)
class ProblemGroup:
    """``first``: where the first one is. ``lines``: first and last of each run of lines; ``more_lines`` says that
    there are others. ``shown``: how many of the group's problems are written out."""

    rule: str
    level: Severity
    table: str | None
    field: str | None
    first: Where
    count: int = 0
    shown: int = 0
    lines: list[tuple[int, int]] = member(default_factory=list)
    more_lines: bool = False

    def _add(self, problem: Problem) -> None:
        self.count += 1
        line = line_of(problem.where)
        if line is None:
            return
        start, end = self.lines[-1] if self.lines else (0, 0)
        if start <= line <= end:
            return
        if self.lines and line == end + 1:
            self.lines[-1] = (start, line)
        elif len(self.lines) < RANGES:
            self.lines.append((line, line))
        else:
            self.more_lines = True

    def to_json(self) -> dict[str, Any]:
        """As it stands in the receipt for machines."""
        where = {"file": self.first.file, "sheet": self.first.sheet, "column": self.first.column}
        return {
            "rule": self.rule,
            "level": self.level.value,
            "table": self.table,
            "field": self.field,
            "where": {key: value for key, value in where.items() if value is not None},
            "count": self.count,
            "shown": self.shown,
            "lines": [list(run) for run in self.lines],
            "more_lines": self.more_lines,
        }


@dataclass(frozen=True, slots=True)
class GroupedProblems:
    """``levels``: how many problems there are of each. ``shown``: in the order of the receipt. ``groups``: in the order
    of their first."""

    levels: Mapping[Severity, int]
    shown: tuple[Problem, ...]
    groups: tuple[ProblemGroup, ...]

    def counts(self) -> dict[str, int]:
        """How many problems there are, in all and by level, and how many of them are written out."""
        by_level = {level.value: self.levels.get(level, 0) for level in Severity}
        return {"total": sum(by_level.values()), "shown": len(self.shown)} | by_level

    @property
    def unfinished(self) -> tuple[ProblemGroup, ...]:
        """The groups of which not all are shown."""
        return tuple(group for group in self.groups if group.shown < group.count)


_Key = tuple[str, str, str | None, str | None, str, str | None, str | None]


def group(problems: Sequence[Problem], letters: int = LETTERS, most: Sequence[int] = SHOWN) -> GroupedProblems:
    """The problems by cause and column. ``letters``: how much the shown ones may come to, about; ``most``: how many of
    each group, tried one after the other."""
    groups: dict[_Key, ProblemGroup] = {}
    candidates: list[tuple[int, ProblemGroup, Problem]] = []  # with their places in their groups
    for problem in problems:
        where = problem.where
        key = (problem.rule, problem.level, problem.table, problem.field, where.file, where.sheet, where.column)
        here = groups.get(key)
        if here is None:
            here = ProblemGroup(problem.rule, problem.level, problem.table, problem.field, where)
            groups[key] = here
        here._add(problem)
        if here.count <= max(most) and len(groups) <= GROUPS:
            candidates.append((here.count, here, problem))
    shown = _that_fit(candidates, letters, most)
    for here, _ in shown:
        here.shown += 1
    levels = Counter(problem.level for problem in problems)
    return GroupedProblems(levels, tuple(problem for _, problem in shown), tuple(groups.values())[:GROUPS])


def _that_fit(
    candidates: Sequence[tuple[int, ProblemGroup, Problem]], letters: int, most: Sequence[int]
) -> list[tuple[ProblemGroup, Problem]]:
    """The first of every group, as many as there is room for, what blocks before the rest; one in any case."""
    weights = [_weight(problem) for _, _, problem in candidates]
    for number_shown in most:
        inside = [number <= number_shown for number, _, _ in candidates]
        if sum(compress(weights, inside)) <= letters:
            break
    fitting: list[int] = []
    for place in sorted(compress(range(len(candidates)), inside), key=lambda place: candidates[place][2].level.place):
        letters -= weights[place]
        if letters < 0 and fitting:
            break
        fitting.append(place)
    return [candidates[place][1:] for place in sorted(fitting)]


def _weight(problem: Problem) -> int:
    """About how many letters a problem takes in the JSON, where what fills a sentence stands in it once more."""
    texts = [(problem.value or "")[:WHOLE], problem.where.pointer or "", *problem.details.values()]
    return _SENTENCES + 2 * sum(len(json.dumps(text)) for text in texts)


def line_of(where: Where) -> int | None:
    """The line of a place, or the row of its cell."""
    if where.line is not None:
        return where.line
    cell = _LINE_OF_CELL.match(where.cell or "")
    return int(cell[1]) if cell else None


def column_of(where: Where) -> int | None:
    """The column of a place's cell, from 1."""
    cell = _COLUMN_OF_CELL.match(where.cell or "")
    return column_index_from_string(cell[0]) if cell else None


def written_lines(lines: Sequence[Sequence[int]], *, more: bool) -> str:
    """``2–40, 57, 60–99``; with ``…`` where there are more."""
    runs = [str(start) if start == end else f"{start}–{end}" for start, end in lines]
    return ", ".join([*runs, "…"] if more else runs)
