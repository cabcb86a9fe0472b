"""A workbook of Excel 97 to 2003 (``.xls``), read with xlrd.

Not by calamine: that gives an error value (``#REF!``) as an empty cell and knows neither percentages nor hidden rows. A
formula is what it gave when the workbook was saved, since xlrd does not tell formulas from values.
"""

import io
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ogp_pipeline.workbooks import appearance, cells
from ogp_pipeline.workbooks.answer import Answer, OtherSheet, ReadRequest, Refusal
from ogp_pipeline.workbooks.bounds import DAMAGED, Bounds
from ogp_pipeline.workbooks.extent import cell_name

_SIGNATURES = (b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00\x04\x00")
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_MOST = 10_000  # places that are told one by one


def is_workbook(content: bytes) -> bool:
    """Whether it begins as one does."""
    return content.startswith(_SIGNATURES)


def read(content: bytes, request: ReadRequest, bounds: Bounds) -> Answer:
    """The sheet that was asked for, or why not."""
    from xlrd import XLRDError, open_workbook  # here: the other kinds of workbook do without it

    try:
        book = open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True)
        return _answer(book, request, bounds)
    except XLRDError as error:
        return Answer(refusal=Refusal("reading.why.password") if "encrypted" in str(error) else DAMAGED)
    except (AssertionError, ArithmeticError, struct.error):  # and what `child` knows of every damaged workbook
        return Answer(refusal=DAMAGED)


def _answer(book: Any, request: ReadRequest, bounds: Bounds) -> Answer:  # noqa: ANN401 (xlrd has no types)
    visible = [page for page in book.sheets() if page.visibility == 0]
    titles = tuple(page.name for page in visible)
    page = next((sheet for sheet in visible if request.sheet in (None, sheet.name)), None)
    if page is None:
        return Answer(absent=True, sheet=request.sheet, titles=titles)
    if page.nrows > bounds.rows + 1 or page.ncols > bounds.columns:
        return Answer(refusal=bounds.area(cell_name(page.ncols - 1, page.nrows)), sheet=page.name)
    faults: list[cells.Fault] = []
    values = [[_value(book, page, row, column, faults) for row in range(page.nrows)] for column in range(page.ncols)]
    columns = tuple(map(cells.column, values))
    if refusal := cells.too_much(columns, bounds):
        return Answer(refusal=refusal, sheet=page.name)
    return Answer(
        sheet=page.name,
        titles=titles,
        merged=tuple(
            f"{cell_name(left, top + 1)}:{cell_name(right - 1, bottom)}"
            for top, bottom, left, right in page.merged_cells
        ),
        faults=tuple(faults),
        lane="xlrd",
        hidden_rows=tuple(row + 1 for row, info in sorted(page.rowinfo_map.items()) if info.hidden)[:_MOST],
        hidden_columns=tuple(column + 1 for column, info in sorted(page.colinfo_map.items()) if info.hidden),
        struck=tuple(_struck(book, page))[:_MOST],
        comments=tuple(cell_name(column, row + 1) for row, column in sorted(page.cell_note_map))[:_MOST],
        others=tuple(_others(book, page)),
        columns=columns,
    )


def _value(book: Any, page: Any, row: int, column: int, faults: list[cells.Fault]) -> object:  # noqa: ANN401
    kind, value = page.cell_type(row, column), page.cell_value(row, column)
    if kind == _TEXT:
        return value
    if kind == _BOOLEAN:
        return bool(value)
    if kind == _ERROR:
        from xlrd import error_text_from_code

        shown = str(error_text_from_code.get(value, "#ERROR!"))
        faults.append((row + 1, column + 1, shown))
        return shown
    if kind == _DATE:
        return _moment(value, book.datemode)
    if kind != _NUMBER:
        return ""
    way = appearance.way(_format(book, page, row, column))
    if way == "%":
        return cells.shown_percent(repr(value))
    return cells.as_shown(value, appearance.padded(cells.plain_number(value), way)) if way is not None else value


def _moment(value: float, datemode: int) -> object:
    """A day, or a day and a time; the number where there is no such day."""
    from xlrd.xldate import XLDateError, xldate_as_datetime, xldate_as_tuple

    try:
        xldate_as_tuple(value, datemode)  # judges days before March 1900, which nobody can tell
        moment: datetime = xldate_as_datetime(value, datemode)
    except XLDateError:
        return value
    return moment.time() if value < 1 else moment


def _format(book: Any, page: Any, row: int, column: int) -> str:  # noqa: ANN401
    style = book.xf_list[page.cell_xf_index(row, column)]
    form = book.format_map.get(style.format_key)
    return str(form.format_str) if form is not None else ""


def _struck(book: Any, page: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401
    """Cells with something in them that are struck out as a whole."""
    through = {number for number, style in enumerate(book.xf_list) if book.font_list[style.font_index].struck_out}
    if not through:
        return
    for row in range(page.nrows):
        for column in range(page.ncols):
            if page.cell_type(row, column) in (_TEXT, _NUMBER, _DATE) and page.cell_xf_index(row, column) in through:
                yield row + 1, column + 1


def _others(book: Any, read: Any) -> Iterator[OtherSheet]:  # noqa: ANN401
    for page in book.sheets():
        rows = sum(any(str(value).strip() for value in page.row_values(row)) for row in range(page.nrows))
        if page is not read and rows:
            yield OtherSheet(page.name, page.visibility == 0, rows)
