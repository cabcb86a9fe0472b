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
from ogp_pipeline.intake.crowds import VALUES, Same, crowd_of
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.schema.schemas import Schemas

MOST = 40  # causes in a receipt; what blocks stands first
_FEW = 12  # different values that are told one by one


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
class _Column:
    """The problems of one rule in one column: all together, and by their values as long as these are not too many."""

    together: Same
    values: dict[str | None, Same] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        crowd = crowd_of(problem)
        self._count(self.together, problem)
        self.together.count += crowd.count
        if (same := self._of_value(problem)) is not None:
            self._count(same, problem)
        for more in crowd.values:
            if (same := self._of_value(more.first)) is not None:
                same.count += more.count
                for line in more.lines if more.first.where.file == same.first.where.file else ():
                    same.note(line)

    def _of_value(self, problem: Problem) -> Same | None:
        if problem.value in self.values or len(self.values) < VALUES:
            return self.values.setdefault(problem.value, Same(problem))
        return None

    @staticmethod
    def _count(same: Same, problem: Problem) -> None:
        """Lines are those of the first one's file."""
        if problem.where.file == same.first.where.file:
            same.add(problem)
        else:
            same.count += 1

    def causes(self) -> list[Cause]:
        """One for each value, or one for all where hardly a value comes again."""
        if len(self.values) <= _FEW or 2 * len(self.values) <= self.together.count:
            told = [_cause(same) for same in self.values.values()]
            if sum(cause.count for cause in told) == self.together.count:
                return told
        return [_cause(self.together)]


def _cause(same: Same) -> Cause:
    return Cause(same.first, same.count, tuple(same.lines))


_Key = tuple[str, str, str | None, str | None, str | None, str | None]


def causes(problems: Iterable[Problem]) -> list[Cause]:
    """What blocks first, then the most frequent; of as many the first in the file."""
    columns: dict[_Key, _Column] = {}
    for problem in problems:
        where = problem.where
        key = (problem.rule, problem.level, problem.table, problem.field, where.sheet, where.column)
        columns.setdefault(key, _Column(Same(problem))).add(problem)
    listed = [cause for column in columns.values() for cause in column.causes()]
    return sorted(listed, key=lambda cause: (cause.level.place, -cause.count))
