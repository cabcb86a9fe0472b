"""What is wrong with the parts of a mapping, before a file comes: expressions, conditions, ranges, joins."""

import re
from collections.abc import Iterator

from ogp_pipeline.formats import nested
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.mapping import ColumnMapping, TableMapping
from ogp_pipeline.programme.mapping_parts import Condition
from ogp_pipeline.programme.sources import Source

Location = tuple[str | int, ...]
Fault = tuple[Location, str]

_TAKEN = ("key", "file", "sheet")  # offered as `_key`, `_file` and `_sheet` already
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def faults(mapping: TableMapping) -> Iterator[Fault]:
    """Every mistake in what says which rows there are."""
    for column, condition in mapping.where.items():
        if condition.is_ == []:
            yield ("where", column), "lists no value, so that no row would be kept; list the values to keep"
        yield from _condition(condition, ("where", column))
    for number, skip in enumerate(mapping.skip):
        yield from _condition(skip, ("skip", number))
        if mapping.offers(skip.column) and skip.column not in ("_file", "_sheet"):
            yield ("skip", number, "column"), f"`{skip.column}` is made of the row later; use `where` for it"
    if mapping.split is not None:
        yield from _pattern(mapping.split.on, ("split", "on"))
    if mapping.unpivot is not None:
        for name, pattern in mapping.unpivot.headings.items():
            yield from _heading(name, pattern, ("unpivot", "headings", name))
            if name in _TAKEN:
                yield ("unpivot", "headings", name), f"`_{name}` has a meaning of its own; choose another name"
    for name, expression in (mapping.items or {}).items():
        yield from _name(name, ("items", name))
        yield from _expression(expression, ("items", name))
    for name in mapping.join:
        yield from _name(name, ("join", name))


def column_faults(column: ColumnMapping) -> Iterator[Fault]:
    """Every mistake in the steps of a column that does not depend on which column of ours it is."""
    if column.match is not None:
        yield from _pattern(column.match, ("match",))
    for number, replacement in enumerate(column.replace or ()):
        if replacement.match is not None:
            yield from _pattern(replacement.match, ("replace", number, "match"))
    if column.jmespath is not None:
        yield from _expression(column.jmespath, ("jmespath",))
    yield from _ranges(column)


def lone_joins(source: Source, mapping: TableMapping) -> Iterator[Fault]:
    """Joins with another file in a source of which every file is a delivery of its own."""
    for name, join in mapping.join.items():
        if join.files is not None and not getattr(source, "together", True):
            yield ("join", name), "each file of this source is a delivery of its own; write `together: true`"


def _ranges(column: ColumnMapping) -> Iterator[Fault]:
    kinds = {span.of_days for span in column.ranges or () if span.bounds}
    if len(kinds) > 1:
        yield ("ranges",), "some ranges are of numbers and some of dates; write them all of one kind"
    elif kinds == {True} and column.decimal is not None:
        yield ("ranges",), "the ranges are of dates, and `decimal` makes numbers; keep one of the two"
    elif kinds == {False} and column.date is not None:
        yield ("ranges",), "the ranges are of numbers, and `date` makes dates; write their bounds as year-month-day"
    for number, span in enumerate(column.ranges or ()):
        if (fault := span.fault()) is not None:
            yield ("ranges", number), f"the range of `{span.code}` {fault}"
        elif not span.bounds and number < len(column.ranges or ()) - 1:
            yield ("ranges", number), f"the range of `{span.code}` has no bound, so that those below it hold nothing"
    if column.ranges and not column.ranges[0].bounds:
        yield ("ranges", 0), "the first range needs a bound: `least`, `up_to` or `below`"


def _condition(condition: Condition, place: Location) -> Iterator[Fault]:
    if condition.says_nothing:
        yield place, "has no condition; write `is`, `not`, `match`, `empty`, `least`, `up_to` or `below`"
    if condition.match is not None:
        yield from _pattern(condition.match, (*place, "match"))
    if (fault := condition.fault()) is not None:
        yield place, f"the condition {fault}"


def _heading(name: str, pattern: str, place: Location) -> Iterator[Fault]:
    broken = list(_pattern(pattern, place))
    yield from broken
    yield from _name(name, place)
    if not broken and compile_given(pattern).groups != 1:
        yield place, f"`{pattern}` needs one group in round brackets: the part of the heading that repeats"


def _name(name: str, place: Location) -> Iterator[Fault]:
    if _NAME.fullmatch(name) is None:
        yield place, f"`{name}` is not a name that can be used; write one of letters and digits, such as `status`"


def _pattern(pattern: str, place: Location) -> Iterator[Fault]:
    try:
        compile_given(pattern)
    except re.error as error:
        yield place, f"`{pattern}` is not a regular expression: {error}"


def _expression(expression: str, place: Location) -> Iterator[Fault]:
    if (told := nested.fault(expression)) is not None:
        yield place, f"`{expression}` is not a JMESPath expression: {told}"
