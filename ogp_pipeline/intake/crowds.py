"""Problems that are too many to be held one by one: a file in which a million cells are wrong is wrong in a few ways.

Of each cause and column the first are held in full. Those behind them are counted, with their lines and values, and
the last one that is held knows of them. So what is held of a delivery does not grow with its rows, and all numbers are
true.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from ogp_pipeline.intake.lines import Lines, line_of
from ogp_pipeline.intake.problem import Problem, Severity

HELD = 2_000  # of each cause and column: as many cells of a workbook are marked
ROOM = 10_000_000  # letters of all that are held, about; beyond them one of each cause and column
VALUES = 1_000  # different values of a crowd that are counted
PLACES = 3  # lines of each value
_WEIGHT = 500  # letters that a problem without its value stands for

GroupKey = tuple[str, str, str | None, str | None, str, str | None, str | None]


@dataclass(slots=True)
class Same:
    """Problems with one value: the first, how many, and the first lines."""

    first: Problem
    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """One more."""
        self.count += 1
        self.note(line_of(problem.where))

    def note(self, line: int | None) -> None:
        """A line in which one stands."""
        if line is not None and len(self.lines) < PLACES and line not in self.lines:
            self.lines.append(line)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Problems of one cause and column that are not held: how many, and where. ``values``: by what was received, as far
    as they were counted.
    """

    count: int
    lines: Lines
    values: tuple[Same, ...]


@dataclass(frozen=True, slots=True)
class Crowded(Problem):
    """The last problem of its cause and column that is held, with those behind it."""

    crowd: Crowd = Crowd(0, Lines(), ())


def group_key(problem: Problem) -> GroupKey:
    """Cause and column."""
    where = problem.where
    return problem.rule, problem.level, problem.table, problem.field, where.file, where.sheet, where.column


def bounded(problems: Iterable[Problem], most: int = HELD, room: int = ROOM) -> tuple[Problem, ...]:
    """The first problems of each cause and column, in their order, with what is to be known of the others."""
    held: list[Problem] = []
    groups: dict[GroupKey, _Group] = {}
    for problem in problems:
        group = groups.setdefault(group_key(problem), _Group())
        if group.held < (most if room > 0 else 1):
            group.held, group.last = group.held + 1, len(held)
            held.append(problem)
            room -= _WEIGHT + len(problem.value or "")
        else:
            room -= group.count(problem, with_values=room > 0)
    for group in groups.values():
        if group.more:
            values = tuple(group.values.values())
            crowd = Crowd(group.more, group.lines, values)
            held[group.last] = _crowded(held[group.last], crowd)
    return tuple(held)


def number_of(problems: Iterable[Problem], level: Severity | None = None) -> int:
    """How many there are, with those that are not held; of one level, or all."""
    return sum(1 + crowd_of(problem).count for problem in problems if level in (None, problem.level))


def crowd_of(problem: Problem) -> Crowd:
    """Those behind it that are not held."""
    return problem.crowd if isinstance(problem, Crowded) else _NOBODY


def examples(problems: Iterable[Problem]) -> Iterator[Problem]:
    """What is held, and of the others one for each value that was counted."""
    for problem in problems:
        yield problem
        yield from (same.first for same in crowd_of(problem).values)


def retold(problems: Iterable[Problem], tell: Callable[[Problem], Problem]) -> tuple[Problem, ...]:
    """The same problems in other words, those that are not held among them."""

    def told(problem: Problem) -> Problem:
        said = tell(problem)
        if not isinstance(said, Crowded):
            return said
        values = tuple(Same(tell(same.first), same.count, same.lines) for same in said.crowd.values)
        return replace(said, crowd=replace(said.crowd, values=values))

    return tuple(map(told, problems))


@dataclass(slots=True)
class _Group:
    """``held``: how many are; ``last``: the place of the last of them. ``more``: how many are not."""

    held: int = 0
    last: int = 0
    more: int = 0
    lines: Lines = field(default_factory=Lines)
    values: dict[str | None, Same] = field(default_factory=dict)

    def count(self, problem: Problem, *, with_values: bool) -> int:
        """Count one that is not held. The letters that had to be kept for it."""
        self.more += 1
        line = line_of(problem.where)
        if line is not None:
            self.lines.add(line)
        same, letters = self.values.get(problem.value), 0
        if same is None and with_values and len(self.values) < VALUES:
            same = self.values[problem.value] = Same(problem)
            letters = _WEIGHT + len(problem.value or "")
        if same is not None:
            same.add(problem)
        return letters


_NOBODY = Crowd(0, Lines(), ())


def _crowded(problem: Problem, crowd: Crowd) -> Crowded:
    return Crowded(
        problem.rule, problem.level, problem.where, problem.table, problem.field, problem.value, problem.details, crowd
    )
