"""The problems of a receipt by cause and column: the first of each in full, and of all how many and where.

A receipt stays small whatever was sent: a file in which a million rows are wrong is wrong in a few ways. How many of
each group are shown is the same for all groups, and the more groups, the fewer. Counts are true always.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from functools import cache
from itertools import compress
from typing import Any

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake.advice import SHOWN as IN_SENTENCES
from ogp_pipeline.intake.crowds import GroupKey, crowd_of, group_key
from ogp_pipeline.intake.lines import Lines, line_of
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.schema.schemas import Schemas

SHOWN = (100, 30, 10, 3, 1)  # of each group, the largest number that fits
LETTERS = 600_000  # of all that is shown, as JSON in every language
GROUPS = 200  # described; the problems of further ones are counted
WHOLE = 20_000  # letters of a value that was received
_FRAME = 260  # letters of the names in the JSON of a problem, and of a place without its pointer


@dataclass(slots=True)
class ProblemGroup:
    """``first``: where the first one is. ``lines``: where all are. ``shown``: how many of the group's problems are
    written out."""

    rule: str
    level: Severity
    table: str | None
    field: str | None
    first: Where
    count: int = 0
    shown: int = 0
    lines: Lines = member(default_factory=Lines)

    def _add(self, problem: Problem) -> None:
        crowd = crowd_of(problem)
        self.count += 1 + crowd.count
        line = line_of(problem.where)
        if line is not None:
            self.lines.add(line)
        self.lines.join(crowd.lines)

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
            "lines": [list(run) for run in self.lines.runs],
            "more_lines": self.lines.more,
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


def group(
    problems: Sequence[Problem], schemas: Schemas, letters: int = LETTERS, most: Sequence[int] = SHOWN
) -> GroupedProblems:
    """The problems by cause and column. ``letters``: how much the shown ones may come to, about; ``most``: how many of
    each group, tried one after the other."""
    groups: dict[GroupKey, ProblemGroup] = {}
    held: Counter[GroupKey] = Counter()
    levels: Counter[Severity] = Counter()
    candidates: list[tuple[int, ProblemGroup, Problem]] = []  # with their places in their groups
    for problem in problems:
        key = group_key(problem)
        here = groups.get(key)
        if here is None:
            here = ProblemGroup(problem.rule, problem.level, problem.table, problem.field, problem.where)
            groups[key] = here
        here._add(problem)
        held[key] += 1
        levels[problem.level] += 1 + crowd_of(problem).count
        if held[key] <= max(most) and len(groups) <= GROUPS:
            candidates.append((held[key], here, problem))
    shown = _that_fit(candidates, schemas, letters, most)
    for here, _ in shown:
        here.shown += 1
    return GroupedProblems(levels, tuple(problem for _, problem in shown), tuple(groups.values())[:GROUPS])


def _that_fit(
    candidates: Sequence[tuple[int, ProblemGroup, Problem]], schemas: Schemas, letters: int, most: Sequence[int]
) -> list[tuple[ProblemGroup, Problem]]:
    """The first of every group, as many as there is room for, what blocks before the rest; one in any case."""
    sentences = cache(lambda rule: _Sentences.of(rule, schemas))
    weights = [sentences(problem.rule).weight(problem) for _, _, problem in candidates]
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


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What a rule says in all languages: how long its texts are, and how often each word that fills them stands there.

    ``filled``: name -> how often, where the same word stands in every language; ``filled_in``: the same by language.
    """

    letters: int
    filled: Mapping[str, int]
    filled_in: Mapping[str, int]

    @classmethod
    def of(cls, name: str, schemas: Schemas) -> "_Sentences":
        rule = schemas.rule(name)
        filled_in = {
            f"{word}_{language}": sum(text[language].count(f"{{{word}}}") for text in (rule.title, rule.help))
            for language in schemas.languages
            for word in rule.placeholders
        }
        filled = {
            word: sum(filled_in[f"{word}_{language}"] for language in schemas.languages) for word in rule.placeholders
        }
        letters = sum(
            len(json.dumps(text[language])) for text in (rule.title, rule.help) for language in schemas.languages
        )
        return cls(letters, filled, filled_in)

    def weight(self, problem: Problem) -> int:
        """About how many letters a problem takes in the JSON."""
        value = (problem.value or "")[:WHOLE]
        written = _FRAME + self.letters + _long(value) + _long(problem.where.pointer or "")
        written += self.filled.get("value", 0) * _long(value[:IN_SENTENCES])
        for name, text in problem.details.items():
            times = self.filled[name] if name in self.filled else self.filled_in.get(name, 0)
            written += (1 + times) * _long(text)
        return written


def _long(text: str) -> int:
    return len(json.dumps(text))
