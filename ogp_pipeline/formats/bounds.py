"""The limits of ``limits.Limits``, where they meet text and rows. Beyond one, a file is refused as a whole.

Each refusal is the problem ``over-limit``, which says what was found, what the limit is and what to do.
"""

from collections.abc import Sequence

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Where


def over_limit(where: Where, en: str, es: str, limit: tuple[str, str], number: int | None = None) -> FileProblem:
    """The problem: ``en`` and ``es`` say what was found, as the beginning of a sentence; ``limit`` in en and es."""
    details = {"found": en, "found_es": es, "limit": limit[0], "limit_es": limit[1]}
    return FileProblem("over-limit", where, None, details, number=number)


def too_many_rows(name: str, limit: int, sheet: str | None = None) -> FileProblem:
    """The file has more rows than it may; nobody has counted how many."""
    return over_limit(Where(name, sheet=sheet), "It has more rows", "Tiene más renglones", (f"{limit}", f"{limit}"))


def too_many_columns(where: Where, count: int, limit: int) -> FileProblem:
    """There are more headings than there may be."""
    return over_limit(where, f"It has {count} columns", f"Tiene {count} columnas", (f"{limit}", f"{limit}"))


def too_long_row(where: Where, count: int, limit: int) -> FileProblem:
    """A row has more cells than it may."""
    return over_limit(where, f"This row has {count} cells", f"Este renglón tiene {count} celdas", (f"{limit}",) * 2)


def too_long_cell(where: Where, count: int, limit: int) -> FileProblem:
    """A cell holds more text than it may."""
    en, es = f"This cell holds {count} characters", f"Esta celda contiene {count} caracteres"
    return over_limit(where, en, es, (f"{limit}", f"{limit}"))


def long_line(text: str, name: str, limit: int) -> FileProblem | None:
    """The problem of the first line that is too long. Looks at one place in ``limit`` characters, not at all lines."""
    start = 0
    while len(text) - start > limit:
        end = max(text.rfind("\n", start, start + limit + 1), text.rfind("\r", start, start + limit + 1))
        if end < 0:
            line = text.count("\n", 0, start) + 1
            en, es = f"This line has more than {limit} characters", f"Esta línea tiene más de {limit} caracteres"
            return over_limit(Where(name, line), en, es, (f"{limit}", f"{limit}"))
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
