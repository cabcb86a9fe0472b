"""What a reader makes of a file: rows of text, each cell with the place a person can look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ogp_pipeline.i18n.catalogue import detail


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a delivered file. ``line`` is a physical line from 1; ``cell`` is as in Excel (``D7``)."""

    file: str
    line: int | None = None
    sheet: str | None = None
    cell: str | None = None
    pointer: str | None = None
    column: str | None = None


_NOTHING: dict[str, Any] = {}


def _nothing() -> dict[str, Any]:
    """One empty mapping for all rows: a table of a million rows needs no million of them."""
    return _NOTHING


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as read: column name as the sender wrote it -> text. An empty cell is ''.

    ``number`` counts data rows of the file from 1. ``lines`` and ``cells`` hold places finer than the row's.
    ``flowing``: columns whose line breaks are those of the file, so that a line inside the cell can be told.
    ``typed``: columns whose text the reader wrote from a typed cell (number, date, yes/no): already
    canonical. ``shown``: what stands above a column for people, where that is not its name (templates).
    ``nested``: the object that the row was, where its format has lists and objects in each other.
    """

    file: str
    number: int
    values: Mapping[str, str]
    line: int | None = None
    sheet: str | None = None
    lines: Mapping[str, int] = field(default_factory=_nothing)
    cells: Mapping[str, str] = field(default_factory=_nothing)
    pointer: str | None = None
    flowing: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()
    shown: Mapping[str, str] = field(default_factory=_nothing)
    nested: Mapping[str, Any] | None = None

    @property
    def line_of_cells(self) -> int | None:
        """The row of a sheet in which the row stands; None if its cells have no names."""
        first = next(iter(self.cells.values()), None)
        return int(first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) if first is not None else None

    def locate(self, column: str | None = None) -> Where:
        """The place of a column's cell, or of the row."""
        if column is None:
            return Where(self.file, self.line, self.sheet, None, self.pointer)
        pointer = f"{self.pointer}/{self.shown.get(column, column)}" if self.pointer is not None else None
        line, cell = self.lines.get(column, self.line), self.cells.get(column)
        return Where(self.file, line, self.sheet, cell, pointer, self.shown.get(column, column))


class Record(NamedTuple):
    """One record of a grid. ``typed`` speaks of cells by their index from 0."""

    line: int
    cells: Sequence[str]
    typed: frozenset[int] = frozenset()


# Every rule (schemas/rules.csv) that reading a file can give.
RULES = frozenset(
    {
        "empty-file",
        "encoding",
        "encoding/control",
        "encoding/other",
        "encoding-taken",
        "comments-not-read",
        "columns-hidden",
        "file-too-large",
        "formula-cell",
        "header-only",
        "headings-mended",
        "headings-again",
        "headings-in-two-rows",
        "lines-in-quotes",
        "lists-for-rows",
        "markdown-table",
        "merge-conflict",
        "merged-cells",
        "note-not-read",
        "not-a-table",
        "not-a-table/html",
        "over-limit",
        "ragged-row",
        "repeated-column",
        "row-struck-out",
        "row-hidden",
        "rows-elsewhere",
        "second-table",
        "sheet-not-read/hidden",
        "sheet-not-read",
        "sheet-not-read/template",
        "sheet-taken",
        "table-on-its-side",
        "template-changed",
        "total-row",
        "title-rows",
        "truncated",
        "unreadable",
        "wrong-delimiter",
        "wrong-format",
        "wrong-format/packed",
        "wrong-format/pointer",
        "wrong-sheet",
    }
)


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong in a file, as data. ``rule`` is one of ``RULES`` here or in ``sources.records``.

    ``details`` fill the rule's texts.

    ``value`` is what was received, verbatim. ``table`` and ``column`` (canonical) are known only to the
    mapping.
    ``number``: the data row of the file (``RawRow.number``) it stands in; None if it is about the file or a
    heading.
    """

    rule: str
    where: Where
    value: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    column: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read. ``headings``: the columns in the sender's order.

    Rows may be incomplete if there are problems. ``properties``: what a template says it was made for. ``line``: where
    the headings of a table stand.
    """

    rows: list[RawRow]
    headings: tuple[str, ...]
    problems: list[FileProblem]
    properties: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None


def unreadable(
    where: Where, why: str, value: str | None = None, number: int | None = None, /, **words: object
) -> FileProblem:
    """The problem ``unreadable``. ``why``: the key of half a sentence, which ``words`` fill in."""
    return FileProblem("unreadable", where, value, detail("reason", why, **words), number=number)
