"""Whether a cell is as a mapping's condition says: one of some texts, found by a pattern, empty, in a range."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats.records import FileProblem, Where
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.mapping_parts import Condition, Interval
from ogp_pipeline.sources import prose, quantities, typos

Value = Decimal | date


@dataclass(frozen=True, slots=True)
class Test:
    """A condition, prepared once for all rows."""

    condition: Condition
    wanted: frozenset[str] | None
    unwanted: frozenset[str]
    pattern: re.Pattern[str] | None

    def holds(self, cell: str, where: Callable[[], Where]) -> bool | FileProblem:
        """Whether it holds for a cell; or the problem, if a number or a day is asked for and another text stands there.

        A row is never left out because of a number that nobody can read.
        """
        text, condition = " ".join(prose.plain(cell).split()), self.condition
        if condition.empty is not None and condition.empty is not (not text):
            return False
        if (self.wanted is not None and text not in self.wanted) or text in self.unwanted:
            return False
        if self.pattern is not None and not any(map(self.pattern.search, (text, _squeezed(cell)))):
            return False  # also as it came: the asterisk of a foot note is mark-up
        if not condition.bounds:
            return True
        if not text:
            return False
        value = read(text, where(), condition, condition.decimal, condition.date)
        return value if isinstance(value, FileProblem) else condition.holds(value)


def prepare(condition: Condition, named: str) -> Test:
    """Ready for its rows. ProgrammeError if its pattern is none."""
    try:
        pattern = compile_given(condition.match) if condition.match is not None else None
    except re.error as error:
        raise ProgrammeError("mapping", [(None, f"`{named}`: `match: {condition.match}`: {error}")]) from error
    wanted = frozenset(map(_squeezed, condition.is_)) if condition.is_ is not None else None
    return Test(condition, wanted, frozenset(map(_squeezed, condition.not_ or ())), pattern)


def read(text: str, where: Where, interval: Interval, sign: str, formats: list[str]) -> Value | FileProblem:
    """The number or the day that a text is, as the interval asks for; or what is wrong with it."""
    if not interval.of_days:
        number = quantities.number(text, sign)
        if number is None:
            return FileProblem("not-a-number", where, text, {"decimal": sign})
        return Decimal(number)
    days = quantities.dates(text, formats)
    if len(days) == 1:
        return days[0]
    if days:
        return FileProblem("ambiguous-date", where, text, typos.two_readings(days[0], days[1]))
    return FileProblem("bad-date", where, text, {"formats": "; ".join(formats) or "%Y-%m-%d"})


def _squeezed(text: str) -> str:
    return " ".join(text.split())
