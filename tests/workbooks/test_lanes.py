"""Both lanes give the same cells, over workbooks made to tell them apart; the plain ones go by calamine."""

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlsxwriter

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.workbooks import child
from ogp_pipeline.workbooks.answer import ReadRequest
from tests.sample import by_day
from tests.workbooks.bombs import patched, saved, sheet, small, with_strings


def rows(*values):
    book = openpyxl.Workbook()
    for row in values:
        book.active.append(row)
    return book


def formatted(code, *values):
    book = rows(["id", "value"], *([n, value] for n, value in enumerate(values)))
    for cell in book.active["B"][1:]:
        cell.number_format = code
    return saved(book)


def by_xlsxwriter(**options):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for line in range(300):
            page.write_row(line, 0, [f"A{line}", " con espacios ", line * 1.5, line % 2 == 0, "á&<>\"'\n\t€😀"])
            page.write_datetime(line, 5, datetime(2024, 1, 1) + timedelta(days=line), day)  # noqa: DTZ001
            if line % 3:
                page.write_string(line, 7, "x")
    return stream.getvalue()


def strings(*texts):
    """The same texts as shared strings in raw XML."""
    items = "".join(f"<si>{text}</si>" for text in texts)
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, len(texts) + 1))
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return with_strings(sheet(cells.encode()), f'<sst xmlns="{namespace}">{items}</sst>'.encode())


def raw(xml):
    return sheet(xml.encode())


# Made by the tests that read them, so that nobody else waits for that.
PLAIN = {
    "text, numbers, yes and no, dates, gaps": lambda: saved(
        rows(
            ["id", "n", None, "day", "ok"],
            ["A1", 1, None, date(2024, 1, 15), True],
            [],
            ["007", 62.5, None, date(1999, 12, 31), False],
            ["-", -0.1, None, None, None],
            ["x", 1e-7, "y", 123456789012, 0.1 + 0.2],
        )
    ),
    "a value below the table's first column": lambda: saved(rows([None, None], [None, "id"], [None, "x"])),
    "shared strings by XlsxWriter": lambda: by_xlsxwriter(),
    "inline strings by XlsxWriter": lambda: by_xlsxwriter(constant_memory=True),
    "percent, thousands, money": lambda: formatted('#,##0.00 "€"', 0.5, 1234.5, -3, 7),
    "dates in several forms": lambda: formatted("yyyy\\-mm\\-dd", 45292, 61, 1234),
    "days and months": lambda: formatted("dd/mm/yyyy;@", 45292, 45293),
    "entities in shared strings": lambda: strings("<t>a &amp; b</t>", "<t>&lt;i&gt;</t>", "<t>x</t>"),
    "spaces inside, and those of other alphabets": lambda: strings(
        "<t>a b</t>", "<t>\u00a0c\u3000</t>", "<t>\u2028d</t>", '<t xml:space="preserve"> b </t>', "<t>c\td</t>"
    ),
}
NASTY = {
    "spaces without xml:space": lambda: strings(
        "<t> a</t>", "<t>b\t</t>", "<t>\n</t>", "<t xml:space='preserve'> c </t>"
    ),
    "inline spaces without xml:space": lambda: raw('<row r="1"><c r="A1" t="inlineStr"><is><t> a </t></is></c></row>'),
    "formula": lambda: saved(rows(["id", "n"], ["A1", "=1+1"])),
    "error value": lambda: saved(rows(["id", "n"], ["A1", "#REF!"])),
    "date and time": lambda: saved(
        rows(["t"], [datetime(2024, 1, 15, 9, 30)], [datetime(2024, 1, 15, 23, 59, 59, 999600)])  # noqa: DTZ001
    ),
    "time and duration": lambda: saved(rows(["t", "d"], [time(9, 30), timedelta(hours=30)], [time(0), timedelta(0)])),
    "day 0, 1, 59, 60, 61": lambda: formatted("yyyy-mm-dd", 0, 1, 59, 60, 61, -1, 2958465, 2958466),
    "day with a fraction": lambda: formatted("yyyy-mm-dd", 45292.5, 45292.999999),
    "elapsed hours": lambda: formatted("[h]:mm", 1.5, 45292.25),
    "month by name": lambda: formatted("[$-80A]d \\d\\e mmmm", 45292),
    "quoted letters that look like a date": lambda: formatted('0 "dmy"', 1, 2),
    "colour": lambda: formatted("[Red]0.00", 1, 2),
    "beyond fifteen digits": lambda: saved(rows(["n"], [12345678901234567890], [1e300], [123456789012345678])),
    "1.0 and 1E5": lambda: raw(
        '<row r="1"><c r="A1"><v>1.0</v></c><c r="B1"><v>1E5</v></c><c r="C1"><v>1E-7</v></c></row>'
    ),
    "a number that is none": lambda: raw('<row r="1"><c r="A1"><v>1_000</v></c></row>'),
    "infinity": lambda: raw('<row r="1"><c r="A1"><v>inf</v></c></row>'),
    "a cell that says another row": lambda: raw('<row r="1"><c r="A1"><v>1</v></c><c r="B7"><v>2</v></c></row>'),
    "rows out of order": lambda: raw('<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'),
    "cells out of order": lambda: raw('<row r="1"><c r="C1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
    "a cell twice": lambda: raw('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
    "a cell twice, then empty": lambda: raw('<row r="1"><c r="A1"><v>1</v></c><c r="A1"/><c r="B1"><v>3</v></c></row>'),
    "cells without coordinates": lambda: raw("<row><c><v>1</v></c><c><v>2</v></c></row>"),
    "yes as a word": lambda: raw('<row r="1"><c r="A1" t="b"><v>true</v></c></row>'),
    "an empty text": lambda: raw('<row r="1"><c r="A1" t="inlineStr"><is><t></t></is></c><c r="B1"><v>1</v></c></row>'),
    "an inline entity": lambda: raw('<row r="1"><c r="A1" t="inlineStr"><is><t>a&amp;b&#10;c</t></is></c></row>'),
    "a text given by a formula": lambda: raw('<row r="1"><c r="A1" t="str"><v>x</v></c></row>'),
    "comment and CDATA": lambda: raw(
        '<!-- x --><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c></row>'
    ),
    "carriage returns": lambda: strings("<t>a\r\nb</t>", "<t>a&#13;b</t>", "<t>a_x000D_\nb</t>"),
    "escapes": lambda: strings("<t>_x0041_</t>", "<t>_x005F_x0041_</t>", "<t>ax005F_b</t>"),
    "rich text and phonetics": lambda: strings(
        "<r><t>a</t></r><r><t> b</t></r>", "<t>x</t><rPh sb='0' eb='1'><t>y</t></rPh>", "<t/>"
    ),
    "a shared string that is not there": lambda: raw('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
    "prefixes": lambda: patched(
        small(),
        xl__worksheets__sheet1_xml=b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    ),
    "cut off in the middle": lambda: patched(
        small(),
        xl__worksheets__sheet1_xml=b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"',
    ),
    "not UTF-8": lambda: sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xf3</t></is></c></row>'),
    "a control character": lambda: sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>a\x07</t></is></c></row>'),
}


def year_1904():
    book = rows(["day"], [date(2024, 1, 15)])
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    return saved(book)


NASTY["calendar of 1904"] = year_1904


def cells(answer):
    """Refusal, faults, and the grid without its empty margins."""
    grid = [list(row) for row in zip(*(column.texts for column in answer.columns), strict=True)]
    while grid and not any(grid[-1]):
        grid.pop()
    while grid and not any(row[-1] for row in grid):
        grid = [row[:-1] for row in grid]
        if not grid[0]:
            break
    width = len(grid[0]) if grid else 0
    return answer.refusal, answer.faults, grid, [column.typed for column in answer.columns][:width]


def both(content):
    """By both lanes, in this process: that it is another which may die is the business of test_guard."""
    return [child.read(content, ReadRequest(careful=careful), Limits().bounds) for careful in (False, True)]


@pytest.mark.parametrize("name", by_day([*PLAIN, *NASTY], [*PLAIN, *list(NASTY)[::2]]))
def test_both_lanes_give_the_same_cells(name):
    free, careful = both((PLAIN | NASTY)[name]())
    assert cells(free) == cells(careful)
    assert careful.lane == "openpyxl" or careful.refusal
    if name in PLAIN:
        assert free.lane == "calamine"


def test_every_day_and_number_form_is_the_same():
    days = saved(rows(["day"], *([date.fromordinal(n)] for n in range(date(1900, 3, 1).toordinal(), 760_000, 97))))
    numbers = saved(rows(["n"], *([n] for n in (0.1, 1 / 3, 2.5e-9, 1e14, 123456.789, -5, 100, 1.1, 2**40 + 0.5))))
    for content in (days, numbers):
        free, careful = both(content)
        assert free.lane == "calamine" and cells(free) == cells(careful)
