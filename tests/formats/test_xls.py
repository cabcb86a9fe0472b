"""Workbooks of Excel 97 to 2003, as xlwt writes them."""

import datetime
import io

import pytest
import xlwt

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.xls import XlsReader
from ogp_pipeline.sources.reading import read
from tests.workbooks.binary_book import book as binary_book
from tests.workbooks.binary_book import sheet as binary_sheet


def workbook(rows, change=lambda book, page: None):
    book = xlwt.Workbook()
    page = book.add_sheet("Data")
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                page.write(line, column, *(value if isinstance(value, tuple) else (value,)))
    change(book, page)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def style(form):
    return xlwt.easyxf(num_format_str=form)


def read_book(deliver, content, **options):
    return read(deliver(content, "t.xls"), XlsReader(kind="xls", **options))


def texts(reading):
    return [tuple(row.values.values()) for row in reading.rows]


def test_cells_are_read_as_their_sender_sees_them(deliver):
    day = (datetime.date(2024, 2, 29), style("DD/MM/YYYY"))
    rows = [
        ["id", "name", "done", "due", "code", "nil"],
        ["A1", "Ética", (0.62, style("0%")), day, (7, style("000")), True],
    ]
    reading = read_book(deliver, workbook(rows))
    assert texts(reading) == [("A1", "Ética", "62%", "2024-02-29", "007", "true")]
    assert (reading.rows[0].cells["due"], reading.problems) == ("D2", [])


def test_an_error_value_is_a_problem_and_no_empty_cell(deliver):
    def spoil(_, page):
        page.row(1).set_cell_error(1, "#REF!")

    (problem,) = read_book(deliver, workbook([["id", "n"], ["A1"]], spoil)).problems
    assert (problem.rule, problem.value, problem.where.cell) == ("formula-cell", "#REF!", "B2")


def test_what_is_hidden_merged_or_in_another_sheet_is_said(deliver):
    def change(book, page):
        page.write_merge(3, 4, 0, 0, "m")
        page.row(2).hidden = True
        away = book.add_sheet("Away")
        away.write(0, 0, "x")
        away.visibility = 1

    reading = read_book(deliver, workbook([["id"], ["A1"], ["A2"]], change))
    assert {one.rule for one in reading.problems} == {"merged-cells", "row-hidden", "sheet-not-read/hidden"}
    assert texts(read_book(deliver, workbook([["id"], ["A1"], ["A2"]], change), merged="fill"))[-2:] == [("m",), ("m",)]


def test_a_newer_workbook_in_its_place_is_read_too(deliver):
    content = binary_book(("Data", False, binary_sheet([["id"], ["A1"]])))
    assert texts(read_book(deliver, content)) == [("A1",)]


@pytest.mark.parametrize("cut", [100, 1000, 3000])
def test_a_damaged_workbook_is_told_and_never_an_exception(deliver, cut):
    content = workbook([["id", "name"], ["A1", "x"]])
    problems = read_book(deliver, content[:-cut]).problems + read_book(deliver, content[:600] + content[700:]).problems
    assert {one.rule for one in problems} <= {"unreadable", "wrong-format"}


def test_a_sheet_that_reaches_too_far_is_refused(deliver):
    content = workbook([["id"], *([str(n)] for n in range(6))])
    reading = read(deliver(content, "t.xls"), XlsReader(kind="xls"), Limits(rows=5))
    assert [one.rule for one in reading.problems] == ["over-limit"]
