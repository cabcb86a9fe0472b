"""An OpenDocument spreadsheet (``.ods``): one pass over ``content.xml``, which holds all sheets.

Rows and cells say how often they are repeated, and programs fill a sheet to its last row that way: what is empty is
passed over without being counted out, and what is not is refused where it reaches beyond the limits. Read here and not
by calamine, which tells neither formulas nor merged cells, and counts out the repetitions first.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree
from xml.parsers import expat

from ogp_pipeline.workbooks import archive, cells
from ogp_pipeline.workbooks.answer import Answer, OtherSheet, ReadRequest, Refusal
from ogp_pipeline.workbooks.bounds import DAMAGED, MB, Bounds
from ogp_pipeline.workbooks.extent import cell_name

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_CHUNK = 1 << 18
_DEEPEST = 60
_TOLD = 10_000  # places that are told one by one
_CELL_BYTES = 24  # a place in its row, one in its column, and one in the column's texts
_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT, _STYLE, _META = (f"{_URN}{name}:1.0 " for name in ("office", "table", "text", "style", "meta"))
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_ERROR = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_CONSTANTS = {"=TRUE()": True, "=FALSE()": False}  # so LibreOffice writes what was a yes or no in a workbook of Excel
_PREFIX = re.compile(r"^(?:of|oooc|msoxl):")  # of formulas: in whose language they are written
_TIME = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")
PROTECTED = Refusal("reading.why.password")


class _Refused(Exception):
    """Ends the reading; its argument is the refusal."""


def is_spreadsheet(packed: zipfile.ZipFile) -> bool:
    """Whether the archive says that it is one."""
    return "mimetype" in packed.namelist() and packed.read("mimetype").startswith(_SPREADSHEET)


def read(packed: zipfile.ZipFile, request: ReadRequest, bounds: Bounds) -> Answer:
    """The sheet that was asked for, or why not. KeyError, ValueError … if it is no sound spreadsheet."""
    names = set(packed.namelist())
    encrypted = "META-INF/manifest.xml" in names and b"encryption-data" in packed.read("META-INF/manifest.xml")
    if encrypted or "encrypted-package" in names:
        return Answer(refusal=PROTECTED)
    properties = _properties(packed) if "meta.xml" in names else {}
    reader = _Reader(request.wanted(properties), properties.get(request.review), bounds)
    try:
        with packed.open("content.xml") as stream:
            reader.feed(iter(lambda: stream.read(_CHUNK), b""))
    except _Refused as refused:
        (refusal,) = refused.args
        return Answer(refusal=refusal, sheet=reader.chosen, properties=properties)
    told = Answer(sheet=reader.chosen, titles=tuple(reader.titles), properties=properties, lane="open document")
    if not reader.sound:
        return Answer(refusal=DAMAGED)
    if reader.chosen is None:
        return replace(told, absent=True, sheet=request.wanted(properties))
    columns = tuple(map(cells.column, reader.columns()))
    if refused_text := cells.too_much(columns, bounds):
        return replace(told, refusal=refused_text)
    return replace(
        told,
        names=reader.names,
        merged=tuple(reader.merged),
        faults=tuple(reader.faults),
        columns=columns,
        hidden_rows=tuple(reader.hidden_rows[:_TOLD]),
        hidden_columns=tuple(reader.hidden_columns),
        struck=tuple(reader.struck[:_TOLD]),
        comments=tuple(reader.comments[:_TOLD]),
        others=reader.others(),
    )


def _properties(packed: zipfile.ZipFile) -> dict[str, str]:
    """What the document says about itself under names that somebody made up."""
    meta = f"{{{_META.strip()}}}"
    root = ElementTree.fromstring(packed.read("meta.xml"))
    return {item.get(f"{meta}name", ""): item.text or "" for item in root.iter(f"{meta}user-defined")}


@dataclass(slots=True)
class _Cell:
    """A cell while it is read. ``depth``: of its element; ``pieces``: its text, a paragraph each."""

    depth: int
    attributes: Mapping[str, str]
    paragraphs: list[list[str]] = field(default_factory=list)

    def value(self) -> object:
        """As Python has it; '' if there is nothing."""
        kind = self.attributes.get(f"{_OFFICE}value-type", "")
        if kind in _VALUES and (kind != "string" or not self.paragraphs):
            attribute, made = _VALUES[kind]
            with suppress(KeyError, ValueError):  # then what it shows is its value
                value = made(self.attributes[f"{_OFFICE}{attribute}"])
                return cells.as_shown(value, self._shown) if type(value) is float else value
        return self._shown

    @property
    def _shown(self) -> str:
        return "\n".join("".join(pieces) for pieces in self.paragraphs)

    def count(self, what: str) -> int:
        """How often it is repeated, or how far it reaches: one if it does not say."""
        return _count(self.attributes, f"{_TABLE}number-{what}")


class _Reader:
    """The handlers of one pass, and what they have found."""

    def __init__(self, wanted: str | None, ours: str | None, bounds: Bounds) -> None:
        self._wanted, self._ours, self._bounds = wanted, ours, bounds
        self.titles: list[str] = []
        self.chosen: str | None = None
        self.sound = False
        self.merged: list[str] = []
        self.names: dict[str, tuple[str, str]] = {}
        self.faults: list[cells.Fault] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.struck: list[tuple[int, int]] = []
        self.comments: list[str] = []
        self._others: dict[str, tuple[bool, int]] = {}  # title -> whether people see it, rows that hold something
        self._other = ""  # the sheet that is passed over while it is
        self._filled_row = False
        self._sheet_column = 0
        self._hidden: set[str] = set()  # names of styles
        self._through: set[str] = set()  # names of styles that strike out
        self._style = ""
        self._depth = 0
        self._table = 0  # depth of the chosen sheet's element while it is read
        self._row, self._column, self._repeated = 0, 0, 1
        self._filled: list[tuple[int, int, object]] = []  # of the row: column, how often, value
        self._rows: list[tuple[int, int, list[tuple[int, int, object]]]] = []  # row, how often, what it holds
        self._cell: _Cell | None = None
        self._paragraph = 0  # depth of the paragraph while it is read
        self._width = self._cells = self._text = 0

    def feed(self, chunks: Iterator[bytes]) -> None:
        """Reads it all. ValueError if it is not XML, ``_Refused`` if it may not be read."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            for chunk in chunks:
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def columns(self) -> Iterator[tuple[object, ...]]:
        """The sheet's columns, up to the last row and column that hold anything."""
        empty: list[object] = [""] * self._width
        lines: list[list[object]] = []
        for row, repeated, filled in self._rows:
            values = list(empty)
            for column, times, value in filled:
                values[column : column + times] = [value] * times
            lines += [empty] * (row - len(lines)) + [values] * repeated
        return iter(zip(*lines, strict=True))

    def _doctype(self, *_: object) -> None:
        raise _Refused(archive.ENTITIES)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name == f"{_TABLE}named-range":
            area = archive.area_of(attributes.get(f"{_TABLE}cell-range-address"))
            self.names |= {attributes.get(f"{_TABLE}name", ""): area} if area is not None else {}
        if self._depth > _DEEPEST:
            raise _Refused(archive.DEEP)
        if self._cell is not None:
            self._inside_cell(name, attributes)
        elif self._table:
            self._inside_table(name, attributes)
        elif name == f"{_TABLE}table":
            self._sheet(attributes)
        elif self._other:
            self._inside_other(name)
        elif name == f"{_OFFICE}spreadsheet":
            self.sound = True
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self._hidden.add(self._style)
        elif (
            name == f"{_STYLE}text-properties" and attributes.get(f"{_STYLE}text-line-through-style", "none") != "none"
        ):
            self._through.add(self._style)

    def _sheet(self, attributes: Mapping[str, str]) -> None:
        title = attributes.get(f"{_TABLE}name", "")
        visible = attributes.get(f"{_TABLE}style-name") not in self._hidden
        if visible and title != self._ours:
            self.titles.append(title)
            if self.chosen is None and self._wanted in (None, title):
                self.chosen, self._table = title, self._depth
                return
        if title != self._ours:
            self._other = title
            self._others[title] = (visible, 0)

    def others(self) -> tuple[OtherSheet, ...]:
        """The sheets that were passed over and hold something."""
        return tuple(OtherSheet(title, visible, rows) for title, (visible, rows) in self._others.items() if rows)

    def _inside_other(self, name: str) -> None:
        if name == f"{_TABLE}table-row":
            self._filled_row = False
        elif name == f"{_TEXT}p" and not self._filled_row:
            self._filled_row = True
            visible, rows = self._others[self._other]
            self._others[self._other] = (visible, rows + 1)

    def _inside_table(self, name: str, attributes: Mapping[str, str]) -> None:
        unseen = attributes.get(f"{_TABLE}visibility") in ("collapse", "filter")
        if name == f"{_TABLE}table-column":
            count = _count(attributes, f"{_TABLE}number-columns-repeated")
            if unseen:
                most = min(count, self._bounds.columns)
                self.hidden_columns += range(self._sheet_column + 1, self._sheet_column + most + 1)
            self._sheet_column += count
        elif name == f"{_TABLE}table-row":
            self._column, self._filled = 0, []
            self._repeated = _count(attributes, f"{_TABLE}number-rows-repeated")
            if unseen:
                self.hidden_rows += range(self._row + 1, self._row + min(self._repeated, _TOLD) + 1)
        elif name in _CELLS:
            self._cell = _Cell(self._depth, attributes)

    def _inside_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        """Only paragraphs that stand in the cell itself are its text: comments and drawings have some of their own."""
        cell = self._cell
        if cell is None:
            return
        if name == f"{_OFFICE}annotation":
            self.comments.append(cell_name(self._column, self._row + 1))
        if name == f"{_TEXT}p" and self._depth == cell.depth + 1:
            self._paragraph = self._depth
            cell.paragraphs.append([])
        elif self._paragraph and name == f"{_TEXT}s":
            count = _count(attributes, f"{_TEXT}c")
            if count > self._bounds.cell_characters:
                raise _Refused(self._bounds.characters(count))
            cell.paragraphs[-1].append(" " * count)
        elif self._paragraph and name in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            cell.paragraphs[-1].append("\t" if name.endswith("tab") else "\n")

    def _characters(self, text: str) -> None:
        if self._cell is not None and self._paragraph:
            self._cell.paragraphs[-1].append(text)

    def _end(self, name: str) -> None:
        if self._depth == self._paragraph:
            self._paragraph = 0
        elif self._cell is not None and self._depth == self._cell.depth:
            self._finish_cell(self._cell)
            self._cell = None
        elif self._table and self._cell is None:
            if name == f"{_TABLE}table-row":
                self._finish_row()
            elif self._depth == self._table:
                self._table = 0
        elif name == f"{_TABLE}table":
            self._other = ""
        self._depth -= 1

    def _finish_cell(self, cell: _Cell) -> None:
        times, at = cell.count("columns-repeated"), self._column
        self._column += times
        value = cell.value()
        formula = _PREFIX.sub("", cell.attributes.get(f"{_TABLE}formula", ""))
        if formula in _CONSTANTS:
            value = _CONSTANTS[formula]
        elif formula or cell.attributes.get(_ERROR) == "error":
            value = formula or value
            self.faults.append((self._row + 1, at + 1, str(value)))
        wide, high = cell.count("columns-spanned"), cell.count("rows-spanned")
        if wide > 1 or high > 1:
            self.merged.append(f"{cell_name(at, self._row + 1)}:{cell_name(at + wide - 1, self._row + high)}")
        if value == "":
            return
        if cell.attributes.get(f"{_TABLE}style-name") in self._through:
            self.struck.append((self._row + 1, at + 1))
        if self._column > self._bounds.columns:
            raise _Refused(self._bounds.area(cell_name(self._column - 1, self._row + 1)))
        self._filled.append((at, times, value))
        self._width = max(self._width, self._column)

    def _finish_row(self) -> None:
        if self._filled:
            if self._row + self._repeated > self._bounds.rows + 1:
                raise _Refused(self._bounds.area(cell_name(self._filled[0][0], self._row + self._repeated)))
            self._weigh()
            self._rows.append((self._row, self._repeated, self._filled))
        self._row += self._repeated

    def _weigh(self) -> None:
        """Refuses in time what would take too much memory when its repetitions are counted out."""
        self._cells += self._width * self._repeated
        self._text += self._repeated * sum(times * len(str(value)) for _, times, value in self._filled)
        if refusal := self._bounds.text(self._text):
            raise _Refused(refusal)
        if self._cells * _CELL_BYTES > self._bounds.workbook_mb * MB:
            raise MemoryError


def _count(attributes: Mapping[str, str], name: str) -> int:
    count = int(attributes.get(name, "1"))
    if count < 1:
        raise ValueError(f"{name} is {count}")
    return count


def _moment(text: str) -> date | datetime:
    if "T" not in text:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).replace(microsecond=0, tzinfo=None)


def _time(text: str) -> time | timedelta:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is no time")
    hours, minutes, seconds = map(int, match.groups())
    return time(hours, minutes, seconds) if hours < 24 else timedelta(hours=hours, minutes=minutes, seconds=seconds)


_VALUES: Mapping[str, tuple[str, Callable[[str], object]]] = {  # kind of value -> attribute, and what it holds
    "float": ("value", float),
    "percentage": ("value", cells.shown_percent),
    "currency": ("value", float),
    "date": ("date-value", _moment),
    "time": ("time-value", _time),
    "boolean": ("boolean-value", lambda text: text == "true"),
    "string": ("string-value", str),
}
