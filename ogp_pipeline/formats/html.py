"""A table of a web page: the first that fits, the one of a number, or the one below a heading.

The page is read by Beautiful Soup over Python's own parser, which fetches nothing and runs nothing. Cells that span
rows or columns are written into each; a table inside a cell is that cell's text, and a table of its own. What is hidden
by style sheets and scripts cannot be told from what is shown.
"""

import re
from collections.abc import Iterator
from typing import Literal

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from pydantic import Field, model_validator

from ogp_pipeline.formats import bounds, content
from ogp_pipeline.formats.content import Kind
from ogp_pipeline.formats.decoding import decode
from ogp_pipeline.formats.encodings import told
from ogp_pipeline.formats.format import File, Format
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, Reading, Record, Where, unreadable
from ogp_pipeline.formats.table_place import TableOptions
from ogp_pipeline.formats.tabular import table
from ogp_pipeline.formats.vocabulary import LOOKED_AT, Vocabulary, fold

_DEEPEST = 200  # elements in each other: a page of the web has some thirty
_MOST_TAGS = 2_000_000
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "caption")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*?(/?)>")  # a name is given back by no letter: linear
_EMPTY = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
_NEVER_CLOSED = frozenset({*_EMPTY, "p", "li", "td", "th", "tr", "thead", "tbody", "tfoot", "option"})
_CELLS_AND_ROWS = frozenset({"td", "th", "tr", "thead", "tbody", "tfoot"})
_SPAN = re.compile(r"[0-9]{1,4}", re.ASCII)


class HtmlReader(TableOptions):
    """``table``: its number on the page, from 1. ``below``: a heading or caption, of which the next table is read."""

    kind: Literal["html"]
    table: int | None = Field(default=None, ge=1)
    below: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "HtmlReader":
        if self.table is not None and self.below is not None:
            raise ValueError("`table` and `below` exclude each other")
        return self


def read(file: File, reader: HtmlReader, limits: Limits) -> Reading:
    """Rows, headings and problems of the table."""
    name = file.name
    text = _text(file)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    if (refusal := _too_much(text, name)) is not None:
        return Reading([], (), [refusal])
    page = BeautifulSoup(text, "html.parser")
    tables = page.find_all("table")
    chosen = _chosen(tables, page, reader, file.vocabulary)
    if chosen is None:
        wanted = reader.below or str(reader.table or 1)
        reason = "reading.why.no_such_table" if tables else "reading.why.no_table"
        return Reading([], (), [unreadable(Where(name), reason, wanted=f"«{wanted}»", count=len(tables))])
    records: list[Record] = []
    for record in _records(chosen, limits):
        if len(record.cells) > limits.row_cells:
            where = Where(name, record.line)
            return Reading([], (), [bounds.too_long_row(where, len(record.cells), limits.row_cells)])
        if len(records) > limits.rows:
            return Reading([], (), [bounds.too_many_rows(name, limits.rows)])
        records.append(record)
    reading = table(records, name, ragged=False, vocabulary=file.vocabulary, place=reader)
    return bounds.within(reading, name, limits)


def _text(file: File) -> str | FileProblem:
    """The page's text: in the encoding that it says itself, or UTF-8, or what the bytes can be only."""
    declared = re.search(rb"<meta[^>]*?charset=[\"']?([A-Za-z0-9_-]{1,40})", file.content[:4096], re.I)
    encoding = declared[1].decode("ascii") if declared else None
    text = decode(file.content, file.name, encoding)
    if isinstance(text, FileProblem) and encoding is not None:
        text = decode(file.content, file.name)
    if isinstance(text, FileProblem) and (taken := told(file.content)) is not None and taken.text is not None:
        return taken.text
    return text


def _too_much(text: str, name: str) -> FileProblem | None:
    """The refusal of a page that nests too deep, which a parser would follow down, or has too many elements."""
    depth = deepest = count = 0
    for tag in _TAG.finditer(text):
        count += 1
        if tag[2].lower() in _NEVER_CLOSED or tag[3]:
            continue
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        deepest = max(deepest, depth)
        if deepest > _DEEPEST or count > _MOST_TAGS:
            return unreadable(Where(name), "reading.why.deep")
    return None


def _chosen(tables: list[Tag], page: BeautifulSoup, reader: HtmlReader, vocabulary: Vocabulary) -> Tag | None:
    """The table that is asked for; without a wish, the first that has the headings which are read, or else any."""
    if reader.table is not None:
        return tables[reader.table - 1] if reader.table <= len(tables) else None
    if reader.below is not None:
        wanted = fold(reader.below)
        heading = next((element for element in page.find_all(_HEADINGS) if wanted == fold(element.get_text(" "))), None)
        if heading is None:
            return None
        table = heading.find_parent("table") if heading.name == "caption" else heading.find_next("table")
        return table if isinstance(table, Tag) else None
    fitting = (table for table in tables if any(vocabulary.fitting(_cells(row)) for row in _rows(table)[:LOOKED_AT]))
    return next(fitting, tables[0] if tables else None) if vocabulary else (tables[0] if tables else None)


def _rows(chosen: Tag) -> list[Tag]:
    """The rows of a table, without those of tables inside its cells."""
    return [row for row in chosen.find_all("tr") if row.find_parent("table") is chosen]


def _cells(row: Tag) -> list[str]:
    return [_shown(cell) for cell in _own(row)]


def _own(row: Tag) -> list[Tag]:
    return [cell for cell in row.find_all(["td", "th"]) if cell.find_parent("tr") is row]


def _records(chosen: Tag, limits: Limits) -> Iterator[Record]:
    """The rows as records; what spans rows or columns is written into each."""
    pending: dict[int, tuple[int, str]] = {}  # column -> for how many rows more, and the text
    for number, row in enumerate(_rows(chosen), start=1):
        cells: list[str] = []
        left = dict(pending)
        pending = {}

        def take(left: dict[int, tuple[int, str]], cells: list[str], pending: dict[int, tuple[int, str]]) -> None:
            while len(cells) in left:
                rows, text = left.pop(len(cells))
                if rows > 1:
                    pending[len(cells)] = rows - 1, text
                cells.append(text)

        for cell in _own(row):
            take(left, cells, pending)
            text, rows = _shown(cell), _span(cell, "rowspan")
            for _ in range(min(_span(cell, "colspan"), limits.row_cells + 1 - len(cells))):
                if rows > 1:
                    pending[len(cells)] = rows - 1, text
                cells.append(text)
        take(left, cells, pending)
        yield Record(row.sourceline or number, cells)


def _span(cell: Tag, name: str) -> int:
    given = str(cell.get(name, "1")).strip()
    return max(int(given), 1) if _SPAN.fullmatch(given) else 1


def _shown(cell: Tag) -> str:
    """The text of a cell as people see it, without that of cells and rows which begin before this one was closed."""
    for line in cell.find_all("br"):
        line.replace_with("\n")
    lines = "".join(text for text in cell.strings if not _is_beyond(text, cell)).splitlines()
    return "\n".join(words for line in lines if (words := " ".join(line.split())))


def _is_beyond(text: NavigableString, cell: Tag) -> bool:
    """HTML lets authors leave out end tags, which the parser does not put in: the next cell lies inside this one."""
    beyond = False
    around = text.parent
    while around is not None and around is not cell:
        beyond = around.name in _CELLS_AND_ROWS or (beyond and around.name != "table")
        around = around.parent
    return beyond


def _accepts(file: File, kind: Kind | None, _: HtmlReader) -> bool:
    return kind is None and content.is_web_page(file.content)


FORMAT = Format(HtmlReader, content.HTML, _accepts, read)
