"""What a person sees of a workbook: numbers as they are shown, what is hidden, what is struck out."""

import io

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.workbooks import guard
from ogp_pipeline.workbooks.answer import OtherSheet, ReadRequest
from ogp_pipeline.workbooks.appearance import padded
from ogp_pipeline.workbooks.cells import percent
from tests.every import for_every


def look(tmp_path, content, request=None):
    path = tmp_path / "libro.xlsx"
    path.write_bytes(content)
    return guard.read(path, request or ReadRequest(), Limits().bounds)


def by_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Avances"
    for row in (
        ["id", "percent", "note"],
        [7, 0.62, "a"],
        [1.1, 1, "b"],
        ["x", 0.625, "c"],
        [12, 62.00000000000001, "d"],
    ):
        sheet.append(row)
    for cell, code in (("A2", "000"), ("A3", "0.00"), ("B2", "0%"), ("B3", "0.00%"), ("B4", "0.0 %"), ("A5", "0")):
        sheet[cell].number_format = code
    sheet["C4"].font = Font(strike=True)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    for title, state in (("Otra", "visible"), ("Listas", "hidden"), ("Muy oculta", "veryHidden"), ("Vacía", "visible")):
        page = book.create_sheet(title)
        page.sheet_state = state
        if title != "Vacía":
            page.append(["id"])
            page.append(["A"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet("Avances")
        share, number, decimals = (book.add_format({"num_format": code}) for code in ("0%", "000", "0.00"))
        through = book.add_format({"font_strikeout": True})
        page.write_row(0, 0, ["id", "percent", "note"])
        for line, (first, how, second, form) in enumerate(
            ((7, number, 0.62, share), (1.1, decimals, 1, share), ("x", None, 0.625, share), (12, None, 62, None)),
            start=1,
        ):
            page.write(line, 0, first, how)
            page.write(line, 1, second, form)
            page.write(line, 2, "abcd"[line - 1], through if line == 3 else None)
        page.set_row(2, None, None, {"hidden": True})
        page.set_column(2, 2, None, None, {"hidden": True})
        for title in ("Otra", "Listas", "Muy oculta", "Vacía"):
            other = book.add_worksheet(title)
            if title != "Vacía":
                other.write_column(0, 0, ["id", "A"])
        book.get_worksheet_by_name("Listas").hide()
        book.get_worksheet_by_name("Muy oculta").very_hidden()
    return stream.getvalue()


@pytest.mark.parametrize("content", [by_openpyxl(), by_xlsxwriter()], ids=["openpyxl", "xlsxwriter"])
@pytest.mark.parametrize("careful", [False, True], ids=["calamine", "openpyxl alone"])
def test_a_workbook_is_read_as_people_see_it(tmp_path, content, careful):
    answer = look(tmp_path, content, ReadRequest(careful=careful))
    assert [column.texts for column in answer.columns] == [
        ["id", "007", "1.10", "x", "12"],
        ["percent", "62%", "100%", "62.5%", "62"],
        ["note", "a", "b", "c", "d"],
    ]
    assert (answer.hidden_rows, answer.hidden_columns, answer.struck) == ((3,), (3,), ((4, 3),))
    assert answer.others == (
        OtherSheet("Otra", True, 2),
        OtherSheet("Listas", False, 2),
        OtherSheet("Muy oculta", False, 2),
    )


def test_comments_are_told_by_their_cells(tmp_path):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "name"])
        page.write_comment("B2", "Pendiente")
        page.write_row(1, 0, ["1", "Uno"])
    assert look(tmp_path, stream.getvalue()).comments == ("B2",)


@for_every(
    ("text", "code", "shown"),
    [("7", "000", "007"), ("1234", "000", "1234"), ("1.1", "0.00", "1.10"), ("1.125", "0.00", "1.125"),
     ("-7", "000", "-7"), ("7.5", "000", "7.5"), ("x", "000", "x"), ("", "0.00", ""), ("1000", "0.00", "1000.00")],
)  # fmt: skip
def test_noughts_are_added_and_nothing_is_rounded(text, code, shown):
    assert padded(text, code) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("0.62", "62%"), ("1", "100%"), ("0.07", "7%"), ("0.5725", "57.25%"), ("x", "x")]
)
def test_a_share_is_exactly_its_percentage(text, shown):
    assert percent(text) == shown
