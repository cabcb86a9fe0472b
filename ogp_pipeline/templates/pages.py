"""The sheets beside the table's: instructions and look-up to read, codes to hide. All are protected."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from ogp_pipeline.formats.template_layout import HEADINGS_ROW
from ogp_pipeline.templates.instructions import Line, Style
from ogp_pipeline.templates.lists import CodesSheet
from ogp_pipeline.templates.look_up import Block
from ogp_pipeline.templates.styles import Styles
from ogp_pipeline.templates.texts import height

_FORMATS = {  # style -> format of each cell from the left
    Style.TITLE: ("title",),
    Style.SUBTITLE: ("subtitle",),
    Style.FACT: ("name", "value"),
    Style.HEADING: ("heading", "heading", "heading"),
    Style.STEP: ("number", "text"),
    Style.LINK: ("number", "link"),
    Style.SHEET: ("sheet", "entry", "entry"),
    Style.PLAIN: ("", "text"),
    Style.COLUMNS: ("columns", "columns", "columns"),
    Style.ENTRY: ("first", "entry", "entry"),
    Style.BLANK: (),
}
_LINKS = {Style.LINK: 1, Style.SHEET: 0}  # style -> the cell that leads to the line's sheet
_ONE_LINE = (Style.TITLE, Style.SUBTITLE, Style.HEADING)
_WIDTHS = (26, 82, 40)
_LOOK_UP_WIDTHS = (20, 44, 20, 60, 20, 30)


def write_lines(page: Worksheet, lines: Sequence[Line], styles: Styles) -> None:
    """The first sheet, and that on the columns."""
    for index, width in enumerate(_WIDTHS):
        page.set_column(index, index, width)
    for number, line in enumerate(lines):
        cells = ("", *line.cells) if line.style is Style.PLAIN else line.cells
        for index, name in enumerate(_FORMATS[line.style]):
            look = styles.page[name] if name else None
            text = cells[index] if index < len(cells) else ""
            if _LINKS.get(line.style) == index:
                page.write_url(number, index, f"internal:'{line.sheet}'!A{HEADINGS_ROW}", look, text)
            elif text:
                page.write_string(number, index, text, look)
            else:
                page.write_blank(number, index, None, look)
        if line.style not in _ONE_LINE:
            page.set_row(number, height(list(zip(cells, _WIDTHS, strict=False))))
    page.set_row(0, 28)
    _to_read(page)
    page.set_portrait()


def write_look_up(page: Worksheet, blocks: Sequence[Block], title: str, styles: Styles) -> None:
    """The blocks one below the other."""
    for index, width in enumerate(_LOOK_UP_WIDTHS):
        page.set_column(index, index, width)
    page.write_string(0, 0, title, styles.page["title"])
    page.set_row(0, 28)
    number = 2
    for block in blocks:
        for index in range(len(block.headings)):
            page.write_string(number, index, block.title if index == 0 else "", styles.page["heading"])
            page.write_string(number + 1, index, block.headings[index], styles.page["columns"])
        number += 2
        for row in block.rows:
            for index, text in enumerate(row):
                page.write_string(number, index, text, styles.page["first" if index == 0 else "entry"])
            page.set_row(number, height(list(zip(row, _LOOK_UP_WIDTHS, strict=False))))
            number += 1
        number += 1
    _to_read(page)
    page.set_landscape()


def write_codes(page: Worksheet, lists: CodesSheet) -> None:
    """The lists behind the drop-downs."""
    for index, (head, values) in enumerate(lists.lists):
        page.write_string(0, index, head)
        for number, value in enumerate(values, start=1):
            page.write_string(number, index, value)
    page.protect()
    page.hide()


def number_pages(page: Worksheet) -> None:
    """The sheet's name and the page's number, on paper."""
    page.set_footer("&L&A&R&P / &N")


def _to_read(page: Worksheet) -> None:
    page.hide_gridlines(2)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    number_pages(page)
    page.protect("", {"format_columns": True, "format_rows": True})
