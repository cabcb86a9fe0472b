"""Where a table stands in a file or a workbook, as the programme file declares it."""

import io

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from pydantic import ValidationError

from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.ods import OdsReader
from ogp_pipeline.formats.vocabulary import vocabulary
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.sources.reading import read
from tests.formats.test_ods import cell, row, sheet, spreadsheet


def workbook(*sheets, merged=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        page = book.create_sheet(title)
        for values in rows:
            page.append(values)
        for area in merged:
            page.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_book(deliver, content, **options):
    return read(deliver(content, "t.xlsx"), XlsxReader(kind="xlsx", **options))


def read_csv(deliver, text, names=(), **options):
    return read(deliver(text.encode(), "t.csv"), CsvReader(kind="csv", **options), vocabulary=vocabulary(names))


def texts(reading):
    return [tuple(row.values.values()) for row in reading.rows]


def test_the_headings_stand_where_it_is_said_and_rows_know_their_line(deliver):
    reading = read_csv(deliver, "Title\n\nid,name\nA,x\n", heading_row=3)
    assert (reading.headings, texts(reading), reading.rows[0].line) == (("id", "name"), [("A", "x")], 4)
    assert not reading.problems


def test_rows_in_which_nothing_stands_hold_no_headings(deliver):
    (problem,) = read_csv(deliver, "id\nA\n", heading_row=7).problems
    assert (problem.rule, problem.where.line, "7" in str(problem.details)) == ("unreadable", 7, True)


def test_headings_in_two_rows_are_proposed_where_no_row_holds_them_alone(deliver):
    text = "Report\n,H1,,H2,\nId,Status,Note,Status,Note\nA,x,y,z,w\n"
    names = ["H1 Status", "H1 Note", "H2 Status", "H2 Note"]
    (problem,) = (one for one in read_csv(deliver, text, names).problems if one.rule == "headings-in-two-rows")
    assert problem.details == {"upper": "2", "lower": "3"}
    declared = read_csv(deliver, text, names, heading_row=[2, 3])
    assert declared.headings == ("Id", *names)
    assert not declared.problems


def test_merged_headings_of_a_workbook_belong_to_what_is_below_them_and_to_nothing_else(deliver):
    rows = [["Id", "2024", None, None], [None, "Status", "Note", "Remarks"], ["A", "x", "y", "z"]]
    content = workbook(("S", rows), merged=["A1:A2", "B1:C1"])
    reading = read_book(deliver, content, heading_row=[1, 2])
    assert reading.headings == ("Id", "2024 Status", "2024 Note", "Remarks")
    assert texts(reading) == [("A", "x", "y", "z")]
    assert not reading.problems


def test_merged_cells_are_filled_only_where_that_is_declared(deliver):
    rows = [["agency", "n", "name"], ["GSA", 1, "x"], [None, None, "y"]]
    content = workbook(("S", rows), merged=["A2:A3", "B2:B3"])
    assert {one.rule for one in read_book(deliver, content).problems} == {"merged-cells"}
    reading = read_book(deliver, content, merged="fill")
    assert texts(reading) == [("GSA", "1", "x"), ("GSA", "1", "y")]
    assert (reading.problems, reading.rows[1].typed) == ([], {"n"})


def test_an_area_is_read_and_its_cells_keep_their_names(deliver):
    rows = [["note", None, None], [None, "id", "name"], [None, "A", "x"], [None, "Sum", "1"]]
    reading = read_book(deliver, workbook(("S", rows)), range="B2:C3")
    assert texts(reading) == [("A", "x")]
    assert reading.rows[0].cells["name"] == "C3"


def test_an_area_may_have_a_name_that_says_its_sheet_too(deliver):
    book = openpyxl.load_workbook(io.BytesIO(workbook(("Notes", [["x"]]), ("The plan's", [[None, "id"], [None, "A"]]))))
    book.defined_names["Plan"] = DefinedName("Plan", attr_text="'The plan''s'!$B$1:$B$2")
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="0.16")
    stream = io.BytesIO()
    book.save(stream)
    reading = read_book(deliver, stream.getvalue(), range="Plan")
    assert [(row.sheet, dict(row.values)) for row in reading.rows] == [("The plan's", {"id": "A"})]
    (problem,) = read_book(deliver, stream.getvalue(), range="Other").problems
    assert (problem.rule, "«Plan»" in str(problem.details)) == ("unreadable", True)


def test_an_area_of_a_spreadsheet_of_libreoffice_has_its_name_too(deliver):
    rows = row(cell("note")) + row(cell("id")) + row(cell("A"))
    named = "<table:named-range table:name='Plan' table:cell-range-address=\"$'My data'.$A$2:.$A$3\"/>"
    content = spreadsheet(sheet(rows, title="My data") + f"<table:named-expressions>{named}</table:named-expressions>")
    reading = read(deliver(content, "t.ods"), OdsReader(kind="ods", range="Plan"))
    assert [row.values for row in reading.rows] == [{"id": "A"}]


def test_several_sheets_are_one_table_whose_rows_know_their_sheet(deliver):
    sheets = [(title, [["id"], [f"{title}-a"], [f"{title}-b"]]) for title in ("2023", "Notes", "2024")]
    reading = read_book(deliver, workbook(*sheets), sheets=["20*"])
    assert [(row.number, row.sheet, row.values["id"]) for row in reading.rows] == [
        (1, "2023", "2023-a"),
        (2, "2023", "2023-b"),
        (3, "2024", "2024-a"),
        (4, "2024", "2024-b"),
    ]
    assert [(one.rule, one.where.sheet) for one in reading.problems] == [("sheet-not-read", "Notes")]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(deliver):
    (problem,) = read_book(deliver, workbook(("Data", [["id"], ["A"]])), sheets=["20*"]).problems
    assert problem.rule == "unreadable"
    assert "Data" in str(problem.details)


@pytest.mark.parametrize(
    "options",
    [
        {"heading_row": 0},
        {"heading_row": [1, 3]},
        {"range": "B4:"},
        {"range": "Plan", "sheet": "A"},
        {"sheet": "A", "sheets": ["B"]},
    ],
)
def test_what_cannot_be_a_place_is_told_before_a_file_comes(options):
    with pytest.raises(ValidationError):
        XlsxReader(kind="xlsx", **options)
