"""Binary workbooks of Excel: what their sender sees in them is what is read."""

import pytest

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.xlsb import XlsbReader
from ogp_pipeline.sources.reading import read
from tests.workbooks.binary_book import book, sheet, styles

ROWS = [["id", "name", "done", "nil"], ["A1", "Ética", 0.62, True], ["A2", "x", 7, None]]


def read_book(deliver, content, **options):
    return read(deliver(content, "t.xlsb"), XlsbReader(kind="xlsb", **options))


def test_cells_are_read_with_their_places_and_percentages_as_they_are_shown(deliver):
    reading = read_book(deliver, book(("Data", False, sheet(ROWS, styles={(2, 2): 1})), look=styles("0.0%")))
    assert [tuple(row.values.values()) for row in reading.rows] == [
        ("A1", "Ética", "62%", "true"),
        ("A2", "x", "7", ""),
    ]
    assert (reading.rows[1].cells["name"], reading.rows[0].typed) == ("B3", {"done", "nil"})
    assert not reading.problems


def test_error_values_and_formulas_are_problems_and_no_empty_cells(deliver):
    reading = read_book(deliver, book(("Data", False, sheet([["id", "n"], ["A1", "#REF!"], ["A2", "=2"]]))))
    assert [(one.rule, one.value, one.where.cell) for one in reading.problems] == [
        ("formula-cell", "#REF!", "B2"),
        ("formula-cell", "=…", "B3"),
    ]


def test_what_is_hidden_merged_or_in_another_sheet_is_said(deliver):
    content = book(
        ("Away", True, sheet([["x"], ["y"]])),
        ("Data", False, sheet(ROWS, hidden=[3], merged=[(1, 2, 0, 0)])),
    )
    reading = read_book(deliver, content)
    assert {one.rule for one in reading.problems} == {"merged-cells", "row-hidden", "sheet-not-read/hidden"}
    assert reading.rows[0].sheet == "Data"


def test_a_sheet_is_chosen_by_its_title(deliver):
    content = book(("A", False, sheet([["x"], ["1"]])), ("B", False, sheet([["x"], ["2"]])))
    assert [row.values["x"] for row in read_book(deliver, content, sheet="B").rows] == ["2"]
    (problem,) = read_book(deliver, content, sheet="C").problems
    assert problem.rule == "unreadable"


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_a_damaged_workbook_is_told_and_never_an_exception(deliver, cut):
    content = book(("Data", False, sheet(ROWS)[:-cut]))
    assert {one.rule for one in read_book(deliver, content).problems} <= {"unreadable", "empty-file"}


def test_a_sheet_that_reaches_too_far_is_refused(deliver):
    content = book(("Data", False, sheet([["id"], *([str(n)] for n in range(6))])))
    reading = read(deliver(content, "t.xlsb"), XlsbReader(kind="xlsb"), Limits(rows=5))
    assert [one.rule for one in reading.problems] == ["over-limit"]
