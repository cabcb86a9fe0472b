"""The workbook: instructions, the table's sheet, look-up, hidden codes. The same request on the same prefill is the
same bytes: the creation date is fixed, and XlsxWriter dates the zip entries 1980-01-01.

Every text is written as a text, never as a formula, and input cells for texts have the text format, so that neither
``=1+1`` nor ``2024-02`` turns into something else when somebody types it. The sheets are protected without a password:
against slips, not against people.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ogp_pipeline.errors import OgpError
from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.templates import choices, party
from ogp_pipeline.templates.columns import TemplateColumn, columns
from ogp_pipeline.templates.instructions import Line, instructions
from ogp_pipeline.templates.lists import CodesSheet
from ogp_pipeline.templates.look_up import Block, blocks
from ogp_pipeline.templates.pages import number_pages, write_codes, write_lines, write_look_up
from ogp_pipeline.templates.prefill import Prefill, Row
from ogp_pipeline.templates.request import TemplateRequest
from ogp_pipeline.templates.rows import Prepared, prepare
from ogp_pipeline.templates.styles import Styles
from ogp_pipeline.templates.texts import as_cell, height
from ogp_pipeline.templates.validations import as_note, validation

LONGEST_CELL = 32_767  # characters
READY_ROWS = 200  # drawn below what is known, where rows may be added
READY_ROWS_OF_PARTY = 40  # the same on each of the many sheets of a party's workbook
CHECKED_ROWS = 2_000  # below what is known, with drop-downs and checks
PAGE_WIDTH = 240  # characters beside each other that can still be read on paper
_FIRST_DATE = date(1900, 3, 1)  # earlier ones differ between Excel and everybody else
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - XlsxWriter wants it naive and writes it as UTC


@dataclass(frozen=True)
class Sheet:
    """The sheet of one table, before it is drawn."""

    request: TemplateRequest
    title: str
    columns: Sequence[TemplateColumn]
    prepared: Prepared


@dataclass(frozen=True)
class Book:
    """Everything that the workbook says. ``about_columns``: of a party's workbook, which has them on a sheet."""

    title: str
    sheets: Sequence[Sheet]
    instructions: Sequence[Line]
    about_columns: Sequence[Line]
    look_up: Sequence[Block]
    lists: CodesSheet

    @property
    def request(self) -> TemplateRequest:
        """What all sheets have in common stands in the first one's."""
        return self.sheets[0].request


def draw(prefill: Prefill, prepared: Prepared | None = None) -> Book:
    """The template's content. OgpError if there is nothing to fill in, or something that no cell can hold.

    ``prepared``: the rows that stand there already; default: what is known.
    """
    request = prefill.request
    sheet = _sheet(prefill, request.table.name, prepared)
    return Book(
        request.table.title[request.language],
        [sheet],
        instructions(request, sheet.columns, sheet.prepared),
        [],
        blocks(prefill, sheet.columns),
        CodesSheet.of({request.table.name: sheet.columns}, {}),
    )


def draw_party(prefill: Prefill, requests: Sequence[TemplateRequest]) -> Book:
    """A workbook with a sheet for each request; what is known is that of ``prefill``."""
    titles = party.sheet_titles(requests)
    prefills = [prefill.of_request(request) for request in requests]
    plain = [_sheet(own, titles[own.request.table.name]) for own in prefills]
    prepared = {sheet.request.table.name: sheet.prepared for sheet in plain}
    sheets = [
        replace(sheet, columns=party.joined(own, sheet.columns, prepared))
        for own, sheet in zip(prefills, plain, strict=True)
    ]
    drawn = [(sheet.request, sheet.columns, sheet.prepared) for sheet in sheets]
    looked_up = {
        block.title: block for own, sheet in zip(prefills, sheets, strict=True) for block in blocks(own, sheet.columns)
    }
    language = prefill.request.language
    return Book(
        say("template.party.title", language),
        sheets,
        party.first_sheet(drawn, titles),
        party.columns_sheet(drawn, titles),
        list(looked_up.values()),
        CodesSheet.of({sheet.request.table.name: sheet.columns for sheet in sheets}, _keys(sheets)),
    )


def _sheet(prefill: Prefill, title: str, prepared: Prepared | None = None) -> Sheet:
    prepared = prepared or prepare(prefill)
    _refuse_long_texts(prepared.known, prefill.request)
    return Sheet(prefill.request, title, columns(prefill, prepared.known, prepared.context), prepared)


def _keys(sheets: Sequence[Sheet]) -> dict[str, tuple[str, str]]:
    """Table -> the first and the last cell in which its key may be written."""
    keys = {}
    for sheet in sheets:
        key = sheet.request.table.primary_key[0]
        letter = xl_col_to_name(next(index for index, column in enumerate(sheet.columns) if column.name == key))
        last = layout.FIRST_ROW + len(sheet.prepared.known) + CHECKED_ROWS - 1
        places = (f"'{sheet.title}'!${letter}${line}" for line in (layout.FIRST_ROW, last))
        keys[sheet.request.table.name] = (next(places), next(places))
    return keys


def write(book: Book, path: Path) -> None:
    """Write the workbook to ``path``."""
    language = book.request.language
    with xlsxwriter.Workbook(str(path), {"tmpdir": str(path.parent)}) as file:
        file.set_properties({"created": _CREATED, "title": book.title})
        for name, value in _properties(book).items():
            file.set_custom_property(name, value, "text")
        styles = Styles.of(file)
        first = file.add_worksheet(say("template.sheet_instructions", language))
        write_lines(first, book.instructions, styles)
        for sheet in book.sheets:
            _write_table(file.add_worksheet(sheet.title), sheet, book, styles)
        look_up = file.add_worksheet(say("template.sheet_look_up", language))
        write_look_up(look_up, book.look_up, say("template.look_up", language), styles)
        if book.about_columns:
            write_lines(file.add_worksheet(say("template.sheet_columns", language)), book.about_columns, styles)
        write_codes(file.add_worksheet(layout.CODES_SHEET), book.lists)
        first.activate()


def _properties(book: Book) -> dict[str, str]:
    request = book.request
    properties = {layout.TEMPLATE: layout.VERSION, layout.SUPPLIER: request.supplier.id}
    if request.of_party:
        properties |= {f"{layout.SHEET_OF}{sheet.request.table.name}": sheet.title for sheet in book.sheets}
    else:
        properties[layout.TABLE] = request.table.name
    properties[layout.SCHEMAS] = request.schemas.version
    if request.period is not None and any(sheet.request.has_period for sheet in book.sheets):
        properties[layout.PERIOD] = request.period.id
    if listed := book.sheets[0].prepared.listed:
        properties[layout.LISTED] = " ".join(listed)
    return properties


def _refuse_long_texts(rows: Sequence[Row], request: TemplateRequest) -> None:
    for row in rows:
        for column, text in row.items():
            if len(text) > LONGEST_CELL:
                key = " / ".join(row.get(name, "") for name in request.table.primary_key)
                raise OgpError(
                    f"{request.table.name} {key}: `{column}` has {len(text)} characters, and a cell holds at most "
                    f"{LONGEST_CELL}: shorten it in the source that supplies it, then make the template again"
                )


def _write_table(page: Worksheet, sheet: Sheet, book: Book, styles: Styles) -> None:
    rows, context, request = sheet.prepared.known, sheet.prepared.context, sheet.request
    page.set_row(0, 32)
    for index, column in enumerate(sheet.columns):
        hidden = {"hidden": True} if column.hidden else {}
        page.set_column(index, index, column.width, styles.beyond(column, sheet.prepared.open_ended), hidden)
        page.write_string(layout.HEADINGS_ROW - 1, index, column.heading, styles.heading(column))
        note = as_note(column, request.language)
        page.write_comment(layout.HEADINGS_ROW - 1, index, note, {"x_scale": 2.2, "y_scale": 1.4})
        page.write_string(layout.NAMES_ROW - 1, index, column.name, styles.names)
    page.set_row(layout.NAMES_ROW - 1, None, None, {"hidden": True})
    for number, (row, beside) in enumerate(zip(rows, context, strict=True), start=layout.FIRST_ROW - 1):
        page.set_row(number, height([(_text(column, row, beside), column.width) for column in sheet.columns], least=2))
        for index, column in enumerate(sheet.columns):
            _write_cell(page, number, index, column, row, beside, sheet.request, styles)
    start = layout.FIRST_ROW - 1 + len(rows)
    ready = (READY_ROWS_OF_PARTY if request.of_party else READY_ROWS) if sheet.prepared.open_ended else 0
    for number in range(start, start + ready):
        for index, column in enumerate(sheet.columns):
            page.write_blank(number, index, None, styles.empty(column))
    last = start + CHECKED_ROWS - 1 if sheet.prepared.open_ended else start - 1
    for index in range(len(sheet.columns)):
        options = validation(index, sheet.columns, book.lists, sheet.request, last)
        if options is not None:
            page.data_validation(layout.FIRST_ROW - 1, index, last, index, options)
    _arrange(page, sheet, start + ready - 1)


def _write_cell(
    page: Worksheet,
    number: int,
    index: int,
    column: TemplateColumn,
    row: Row,
    beside: Row,
    request: TemplateRequest,
    styles: Styles,
) -> None:
    if column.field is None:
        page.write_string(number, index, as_cell(beside.get(column.name, "")), styles.fixed)
        return
    text = choices.shown(column.field, row, request)
    given = bool(text) and column.name in request.table.primary_key
    style = styles.given if given else styles.empty(column)
    if not text:
        page.write_blank(number, index, None, style)
    elif column.field.type == "date" and not given and (when := date.fromisoformat(text)) >= _FIRST_DATE:
        page.write_datetime(number, index, when, style)
    elif column.field.type == "integer" and len(text) <= 15:  # Excel keeps 15 digits
        page.write_number(number, index, int(text), style)
    elif column.field.type == "number" and len(Decimal(text).normalize().as_tuple().digits) <= 15:
        page.write_number(number, index, float(text), style)
    else:
        page.write_string(number, index, as_cell(text), style)


def _text(column: TemplateColumn, row: Row, beside: Row) -> str:
    return (beside if column.field is None else row).get(column.name, "")


def _arrange(page: Worksheet, sheet: Sheet, last: int) -> None:
    """Protection, panes, filter, print."""
    width = len(sheet.columns)
    keys = 2 if not sheet.prepared.open_ended else 1
    page.freeze_panes(layout.FIRST_ROW - 1, keys)
    page.autofilter(layout.HEADINGS_ROW - 1, 0, last, width - 1)
    page.protect("", {"autofilter": True, "format_columns": True, "format_rows": True, "objects": True})
    where = next((index for index, column in enumerate(sheet.columns) if _is_open(column, sheet)), 0)
    page.set_selection(layout.FIRST_ROW - 1, where, layout.FIRST_ROW - 1, where)
    page.set_landscape()
    page.set_paper(9)
    wide = math.ceil(sum(column.width for column in sheet.columns if not column.hidden) / PAGE_WIDTH)
    page.fit_to_pages(wide, 0)
    if wide > 1:
        page.repeat_columns(0, keys - 1)
    page.repeat_rows(layout.HEADINGS_ROW - 1)
    number_pages(page)


def _is_open(column: TemplateColumn, sheet: Sheet) -> bool:
    """Whether the first row's cell of this column is to be filled in."""
    has_rows = bool(sheet.prepared.known)
    if column.field is None:
        return column.chooser and not has_rows
    return not (has_rows and column.name in sheet.request.table.primary_key)
