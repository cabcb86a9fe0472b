"""The limits of ``limits.Limits``, where they meet text and rows. Beyond one, a file is refused as a whole.

Each refusal is the problem ``over-limit``, which says what was found, what the limit is and what to do.
"""

from collections.abc import Sequence

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Where
from ogp_pipeline.i18n.catalogue import detail


def over_limit(where: Where, beginning: str, most: str = "reading.most.plain", **words: object) -> FileProblem:
    """The problem. ``beginning``: the key of a beginning; ``most``: that of the limit; ``words`` fill both."""
    return FileProblem("over-limit", where, None, detail("found", beginning, **words) | detail("limit", most, **words))


def too_many_rows(name: str, limit: int, sheet: str | None = None) -> FileProblem:
    """The file has more rows than it may; nobody has counted how many."""
    return over_limit(Where(name, sheet=sheet), "reading.over.rows", limit=limit)


def too_many_columns(where: Where, count: int, limit: int) -> FileProblem:
    """There are more headings than there may be."""
    return over_limit(where, "reading.over.columns", count=count, limit=limit)


def too_long_row(where: Where, count: int, limit: int) -> FileProblem:
    """A row has more cells than it may."""
    return over_limit(where, "reading.over.row_cells", count=count, limit=limit)


def too_long_cell(where: Where, count: int, limit: int) -> FileProblem:
    """A cell holds more text than it may."""
    return over_limit(where, "reading.over.cell", count=count, limit=limit)


def long_line(text: str, name: str, limit: int) -> FileProblem | None:
    """The problem of the first line that is too long. Looks at one place in ``limit`` characters, not at all lines."""
    start = 0
    while len(text) - start > limit:
        end = max(text.rfind("\n", start, start + limit + 1), text.rfind("\r", start, start + limit + 1))
        if end < 0:
            line = text.count("\n", 0, start) + 1
            return over_limit(Where(name, line), "reading.over.line", limit=limit)
        start = end + 1
    return None


def within(reading: Reading, name: str, limits: Limits) -> Reading:
    """What was read, or nothing of it but the limit that it breaks."""
    crowded = _crowded(reading.rows, reading.headings, name, limits)
    return Reading([], (), crowded) if crowded else reading


def _crowded(rows: Sequence[RawRow], headings: Sequence[str], name: str, limits: Limits) -> list[FileProblem]:
    """What breaks a limit in rows that were read already; one problem at most."""
    if len(rows) > limits.rows:
        return [too_many_rows(name, limits.rows)]
    if len(headings) > limits.columns:
        return [too_many_columns(Where(name), len(headings), limits.columns)]
    for row in rows:
        for column, value in row.values.items():
            if len(value) > limits.cell_characters:
                return [too_long_cell(row.locate(column), len(value), limits.cell_characters)]
    return []
