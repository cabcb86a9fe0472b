"""A binary workbook of Excel (``.xlsb``): its values by calamine, and by its own records what calamine does not tell.

A sheet is a sequence of records, each with its number and its size ([MS-XLSB]). They say which cells hold a formula or
an error value, which numbers are percentages, what is merged and which rows are hidden.
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from ogp_pipeline.workbooks import appearance, cells
from ogp_pipeline.workbooks.answer import Answer, OtherSheet, ReadRequest
from ogp_pipeline.workbooks.bounds import DAMAGED, Bounds
from ogp_pipeline.workbooks.extent import cell_name

_BOOK = "xl/workbook.bin"
_ROW, _BLANK, _ERROR, _LAST_VALUE, _LAST_CELL = 0, 1, 3, 7, 11
_MERGED, _HIDDEN_ROW, _SHEET = 176, 0x10, 156
_FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 44, 47, 617, 618
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BUILT_IN = {9: "0%", 10: "0.00%"}
_MOST = 10_000  # places that are told one by one


@dataclass(slots=True)
class _Looks:
    """What the records of a sheet say. ``shares``: cells (row and column from 1) that are shown as percentages."""

    shares: set[tuple[int, int]] = field(default_factory=set)
    faults: list[cells.Fault] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    filled: set[int] = field(default_factory=set)


def is_workbook(packed: zipfile.ZipFile) -> bool:
    """Whether the archive is one."""
    return _BOOK in packed.namelist()


def read(content: bytes, packed: zipfile.ZipFile, request: ReadRequest, bounds: Bounds) -> Answer:
    """The sheet that was asked for, or why not. KeyError, ValueError … if it is no sound workbook."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
        visible = [page.name for page in pages if page.visible == SheetVisibleEnum.Visible]
        title = next((name for name in visible if request.sheet in (None, name)), None)
        if title is None:
            return Answer(absent=True, sheet=request.sheet, titles=tuple(visible))
        parts = _parts(packed)
        looks = _look(packed.read(parts[title]), _shares(packed))
        if looks.rows > bounds.rows + 1 or looks.columns > bounds.columns:
            return Answer(refusal=bounds.area(cell_name(looks.columns - 1, looks.rows)), sheet=title)
        values = [list(row) for row in book.get_sheet_by_name(title).to_python(skip_empty_area=False)]
        others = [
            OtherSheet(page.name, page.name in visible, rows)
            for page in pages
            if page.name != title and (rows := len(_look(packed.read(parts[page.name]), frozenset()).filled))
        ]
    except (CalamineError, struct.error):
        return Answer(refusal=DAMAGED)
    _dress(values, looks)
    columns = tuple(cells.column(list(column)) for column in zip(*values, strict=True))
    if refusal := cells.too_much(columns, bounds):
        return Answer(refusal=refusal, sheet=title)
    return Answer(
        sheet=title,
        titles=tuple(visible),
        merged=tuple(looks.merged),
        faults=tuple(looks.faults),
        lane="binary",
        hidden_rows=tuple(looks.hidden[:_MOST]),
        others=tuple(others),
        columns=columns,
    )


def _dress(values: list[list[Any]], looks: _Looks) -> None:
    """Writes shares as percentages, and error values as they are shown."""
    for row, column in looks.shares:
        if row <= len(values) and column <= len(values[row - 1]) and type(values[row - 1][column - 1]) is float:
            values[row - 1][column - 1] = cells.shown_percent(repr(values[row - 1][column - 1]))
    for row, column, shown in looks.faults:
        if row <= len(values) and column <= len(values[row - 1]):
            values[row - 1][column - 1] = shown


def _look(data: bytes, shares: frozenset[int]) -> _Looks:
    """One pass over the records of a sheet. ``shares``: the styles that show a percentage."""
    looks, line = _Looks(), 0
    for number, record in _records(data):
        if number == _ROW:
            line = struct.unpack_from("<I", record)[0] + 1
            if record[11] & _HIDDEN_ROW:
                looks.hidden.append(line)
        elif _BLANK < number <= _LAST_CELL:
            column, style = struct.unpack_from("<II", record)
            place = (line, column + 1)
            looks.rows, looks.columns = max(looks.rows, line), max(looks.columns, column + 1)
            looks.filled.add(line)
            if style & 0xFFFFFF in shares:
                looks.shares.add(place)
            if number == _ERROR or number > _LAST_VALUE:
                error = _ERRORS.get(record[8], "#ERROR!") if number in (_ERROR, _LAST_CELL) else "=…"
                looks.faults.append((*place, error))
        elif number == _MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", record)
            looks.merged.append(f"{cell_name(left, top + 1)}:{cell_name(right, bottom + 1)}")
    return looks


def _shares(packed: zipfile.ZipFile) -> frozenset[int]:
    """The styles of cells that show a percentage."""
    if "xl/styles.bin" not in packed.namelist():
        return frozenset()
    formats, styles, inside = dict(_BUILT_IN), list[int](), False
    for number, record in _records(packed.read("xl/styles.bin")):
        if number == _FORMAT:
            (length,) = struct.unpack_from("<I", record, 2)
            formats[struct.unpack_from("<H", record)[0]] = record[6 : 6 + 2 * length].decode("utf-16-le", "replace")
        elif number in (_STYLES_BEGIN, _STYLES_END):
            inside = number == _STYLES_BEGIN
        elif number == _STYLE and inside:
            styles.append(struct.unpack_from("<H", record, 2)[0])
    return frozenset(
        place for place, form in enumerate(styles) if form in formats and appearance.way(formats[form]) == "%"
    )


def _parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """The title of each sheet -> its part in the archive."""
    relations = {
        item.get("Id", ""): item.get("Target", "")
        for item in ElementTree.fromstring(packed.read("xl/_rels/workbook.bin.rels"))
    }
    parts = {}
    for number, record in _records(packed.read(_BOOK)):
        if number == _SHEET:
            (length,) = struct.unpack_from("<I", record, 8)
            relation = record[12 : 12 + 2 * length].decode("utf-16-le")
            at = 12 + 2 * length
            (letters,) = struct.unpack_from("<I", record, at)
            target = relations[relation]
            title = record[at + 4 : at + 4 + 2 * letters].decode("utf-16-le")
            parts[title] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each record. ValueError if the last one is not whole."""
    at, end = 0, len(data)
    while at < end:
        number, at = _varied(data, at, 2)
        size, at = _varied(data, at, 4)
        if at + size > end:
            raise ValueError("a record is cut off")
        yield number, data[at : at + size]
        at += size


def _varied(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of one to ``most`` bytes of seven bits each, and where the next begins. IndexError beyond the end."""
    number = 0
    for place in range(most):
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return number, at
