"""The problems of a delivery by cause: four hundred rows with one unknown word are one thing to look at.

A cause is a rule in a column, and the value where the same one comes again, in whichever files. Values that are nearly
all different are one cause together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake.advice import advise
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.problem_groups import line_of
from ogp_pipeline.schema.schemas import Schemas

MOST = 40  # causes in a receipt; what blocks stands first
_FEW = 12  # different values that are told one by one
_MOST_VALUES = 1000  # different values of a column that are counted
_PLACES = 3


@dataclass(frozen=True, slots=True)
class Cause:
    """``first``: the first problem of this cause. ``lines``: where the first ones of its file stand."""

    first: Problem
    count: int
    lines: tuple[int, ...]

    @property
    def level(self) -> Severity:
        """How grave it is."""
        return self.first.level

    def to_json(self, schemas: Schemas) -> dict[str, Any]:
        """As it stands in the receipt for machines."""
        told = {language: advise(self.first, schemas, language) for language in LANGUAGES}
        where: Where = self.first.where
        return {
            "rule": self.first.rule,
            "level": self.level.value,
            "table": self.first.table,
            "field": self.first.field,
            "file": where.file,
            "column": where.column,
            "count": self.count,
            "lines": list(self.lines),
            "where": {language: sentence.where for language, sentence in told.items()},
            "wrong": {language: sentence.wrong for language, sentence in told.items()},
            "todo": {language: sentence.todo for language, sentence in told.items()},
        }


@dataclass(slots=True)
class _Tally:
    """Counts one by one, so that a file in which a million cells are wrong takes no more room than one with few."""

    first: Problem
    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.lines) == _PLACES or problem.where.file != self.first.where.file:
            return
        line = line_of(problem.where)
        if line is not None and line not in self.lines:
            self.lines.append(line)

    def cause(self) -> Cause:
        return Cause(self.first, self.count, tuple(self.lines))


@dataclass(slots=True)
class _Column:
    """The problems of one rule in one column: all together, and by their values as long as these are not too many."""

    together: _Tally
    values: dict[str | None, _Tally] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        self.together.add(problem)
        if problem.value in self.values or len(self.values) < _MOST_VALUES:
            self.values.setdefault(problem.value, _Tally(problem)).add(problem)

    def causes(self) -> list[Cause]:
        """One for each value, or one for all where hardly a value comes again."""
        if len(self.values) <= _FEW or 2 * len(self.values) <= self.together.count:
            told = [bucket.cause() for bucket in self.values.values()]
            if sum(cause.count for cause in told) == self.together.count:
                return told
        return [self.together.cause()]


_Key = tuple[str, str, str | None, str | None, str | None, str | None]


def causes(problems: Iterable[Problem]) -> list[Cause]:
    """What blocks first, then the most frequent; of as many the first in the file."""
    columns: dict[_Key, _Column] = {}
    for problem in problems:
        where = problem.where
        key = (problem.rule, problem.level, problem.table, problem.field, where.sheet, where.column)
        columns.setdefault(key, _Column(_Tally(problem))).add(problem)
    listed = [cause for column in columns.values() for cause in column.causes()]
    return sorted(listed, key=lambda cause: (cause.level.place, -cause.count))
