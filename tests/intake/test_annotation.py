"""The marked copy of a workbook: cells marked with what to write, a list with links, all else as it was."""

import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from ogp_pipeline.formats.records import Where
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.intake import annotation, verbatim_workbook
from ogp_pipeline.intake.annotation import annotate
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.receipt import MarkedCopy, Receipt, Verdict, to_html
from ogp_pipeline.sources import reading
from ogp_pipeline.sources.delivery import DeliveredFile

SHEET = "Avances d'agosto"
RED, AMBER = "00FFC7CE", "00FFE699"


@pytest.fixture
def workbook() -> openpyxl.Workbook:
    """Headings, a hidden row of machine names, a drop-down, a formula on another sheet, a comment of theirs."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = SHEET
    sheet.append(["Hito", "Estado", "Avance"])
    sheet.append(["milestone_id", "status", "progress_es"])
    sheet.row_dimensions[2].hidden = True
    sheet.append(["MX0001.1", "No Trackab", "=HYPERLINK()"])
    sheet["C3"].data_type = "s"
    sheet.append(["MX0001.2", "complete", "  dos espacios  "])
    sheet["B4"].comment = Comment("nota de la oficina", "Oficina")
    drop_down = DataValidation(type="list", formula1='"complete,not_started"')
    drop_down.add("B3:B100")
    sheet.add_data_validation(drop_down)
    made.create_sheet("Notas")["A1"] = "=1+1"
    return made


def _problem(cell: str | None, level: Severity = Severity.BLOCKS, **changes: object) -> Problem:
    where = Where("avances.xlsx", 3, SHEET, cell, column="Estado")
    details = {"allowed": "complete"}
    return replace(Problem("status-unknown", level, where, "updates", "status", "No Trackab", details), **changes)


@pytest.fixture
def receipt(country, workbook, tmp_path):
    path = tmp_path / "avances.xlsx"
    workbook.save(path)
    return Receipt(
        delivery="d" * 64,
        source="avances",
        supplier="foro",
        supplier_names={"es": "Foro", "en": "Forum"},
        language="es",
        verdict=Verdict.REJECTED,
        received_at=datetime(2024, 7, 1, 12, tzinfo=UTC),
        known_on=date(2024, 7, 1),
        files=(DeliveredFile("avances.xlsx", path, "c" * 64, path.stat().st_size),),
        schemas=country.schemas.version,
        counts={"updates": 2},
        rows_read=2,
        rows_to_mend=1,
        problems=(_problem("B3"), _problem("B4", Severity.PLEASE_CHECK)),
        due=date(2024, 7, 15),
    )


def _copy(receipt, country) -> tuple[MarkedCopy, openpyxl.Workbook]:
    ((copy, content),) = annotate(receipt, country.schemas, "acuse")
    assert content is not None
    return copy, openpyxl.load_workbook(io.BytesIO(content))


def test_cells_are_red_or_amber_with_a_comment_that_says_what_to_write(country, receipt):
    copy, marked = _copy(receipt, country)
    assert copy == MarkedCopy("avances.xlsx", "acuse.xlsx", marked=2, cells=2)
    sheet = marked[SHEET]
    assert (sheet["B3"].fill.fgColor.rgb, sheet["B4"].fill.fgColor.rgb) == (RED, AMBER)
    assert sheet["B3"].comment.text.startswith("«No Trackab» en «Estado» no es un estado de este plan.\nEscriba uno")
    assert sheet["B4"].comment.text.startswith("nota de la oficina\n\n«No Trackab»")
    assert sheet["A3"].comment is None and sheet["A3"].fill.fill_type is None


def test_what_they_wrote_stays_as_it_was(country, receipt, workbook):
    _, marked = _copy(receipt, country)
    sheet = marked[SHEET]
    assert [[cell.value for cell in row] for row in sheet] == [[cell.value for cell in row] for row in workbook[SHEET]]
    assert sheet["C3"].data_type == "s"
    assert sheet.row_dimensions[2].hidden
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["B3:B100"]
    assert marked["Notas"]["A1"].value == "=1+1"


@pytest.mark.parametrize(("language", "title"), [("es", "Revisión"), ("en", "Review")])
def test_the_first_sheet_lists_everything_with_links(country, receipt, language, title):
    better = _problem(None, Severity.COULD_BE_BETTER, where=Where("avances.xlsx"))
    _, marked = _copy(replace(receipt, language=language, problems=(*receipt.problems, better)), country)
    sheet = marked.worksheets[0]
    assert (sheet.title, marked.active.title) == (title, title)
    assert [one.sheet_view.tabSelected for one in marked] == [True, False, False]
    assert sheet["A1"].value.startswith("2 " if language == "en" else "1 ") or sheet["A1"].value[0].isdigit()
    links = {cell.coordinate: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink}
    assert sorted(links.values()) == ["'Avances d''agosto'!B3", "'Avances d''agosto'!B4"]
    listed = [row for row in sheet.iter_rows(values_only=True) if row[3] == "No Trackab"]
    assert len(listed) == 3


def test_values_that_look_like_formulas_are_text_in_the_list(country, receipt):
    nasty = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\x07bell"]
    problems = tuple(_problem("B3", value=value) for value in nasty)
    ((_, content),) = annotate(replace(receipt, problems=problems), country.schemas, "acuse")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    shown = [cell for cell in sheet["D"] if cell.value in [*nasty[:-1], "\\x07bell"]]
    assert len(shown) == 5
    assert {cell.data_type for cell in shown} == {"s"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        review = next(name for name in archive.namelist() if b"C calc" in archive.read(name) or name.endswith("1.xml"))
        assert b"<f>" not in archive.read(review)


def test_the_corrected_copy_is_read_as_the_workbook_itself(country, receipt, tmp_path):
    _, marked = _copy(receipt, country)
    marked[SHEET]["B3"] = "complete"
    path = tmp_path / "back.xlsx"
    marked.save(path)
    read = reading.read(DeliveredFile("back.xlsx", path, "", path.stat().st_size), XlsxReader(kind="xlsx"))
    assert {row.sheet for row in read.rows} == {SHEET}
    assert [row.values["Estado"] for row in read.rows] == ["status", "complete", "complete"]


def test_a_copy_that_comes_back_is_marked_anew(country, receipt, tmp_path):
    ((_, content),) = annotate(receipt, country.schemas, "acuse")
    path = tmp_path / "avances.xlsx"
    path.write_bytes(content)
    again = replace(receipt, problems=(_problem("A4"),))
    _, marked = _copy(again, country)
    assert marked.sheetnames == ["Revisión", SHEET, "Notas"]
    sheet = marked[SHEET]
    assert sheet["A4"].fill.fgColor.rgb == RED
    assert sheet["B3"].fill.fill_type is None and sheet["B3"].comment is None


def test_a_sheet_of_theirs_with_that_name_stays(country, receipt, workbook, tmp_path):
    workbook.create_sheet("Revisión")["A1"] = "suyo"
    workbook.save(tmp_path / "avances.xlsx")
    _, marked = _copy(receipt, country)
    assert marked["Revisión"]["A1"].value == "suyo"
    assert marked.worksheets[0].title == "Revisión1"
    assert marked.custom_doc_props["ogp_review"].value == "Revisión1"


def test_with_very_many_cells_the_rest_is_only_in_the_list_and_that_is_said(country, receipt, monkeypatch):
    monkeypatch.setattr(annotation, "MARKED", 1)
    monkeypatch.setattr(annotation, "LISTED", 1)
    first = _problem("A3", Severity.PLEASE_CHECK)
    copy, marked = _copy(replace(receipt, problems=(first, *receipt.problems)), country)
    assert (copy.marked, copy.cells) == (1, 3)
    assert marked[SHEET]["B3"].comment and not marked[SHEET]["A3"].comment, "what blocks is marked first"
    told = [row[0] for row in marked.worksheets[0].iter_rows(values_only=True) if row[0]]
    assert any("las primeras 1 celdas" in line for line in told) and any(
        "los primeros 1 puntos" in line for line in told
    )
    page = BeautifulSoup(to_html(replace(receipt, copies=(copy,)), country.schemas, "es"), "html.parser")
    assert page.select_one("[aria-labelledby=copy] a")["href"] == "acuse.xlsx"
    assert "las primeras 1 celdas" in page.get_text()


@pytest.mark.parametrize("rows", [100, pytest.param(20_000, marks=pytest.mark.night)])
def test_marks_and_list_add_less_than_a_megabyte(country, receipt, workbook, tmp_path, rows):
    sheet = workbook[SHEET]
    for number in range(5, 5 + rows):
        sheet.append([f"MX0001.{number}", "No Trackab", "Avanza"])
    path = tmp_path / "large.xlsx"
    workbook.save(path)
    before = path.stat().st_size
    problems = tuple(
        replace(_problem(None), where=Where("avances.xlsx", row, SHEET, f"{column}{row}", column=column))
        for row in range(5, 5 + rows)
        for column in "AB"
    )
    file = replace(receipt.files[0], path=path, size=before)
    ((copy, content),) = annotate(replace(receipt, files=(file,), problems=problems), country.schemas, "acuse")
    assert content is not None and copy.cells == 2 * rows
    assert copy.marked == 200, "of two columns with very many, the first hundred of each"
    assert len(content) - before < 1_000_000


EVERYWHERE = b'ref="A1:XFD1048576"'
MERGED = b"<mergeCells><mergeCell " + EVERYWHERE + b"/></mergeCells>"
LINKED = b"<hyperlinks><hyperlink " + EVERYWHERE + b' location="A1"/></hyperlinks>'


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b"<pageMargins", MERGED + b"<pageMargins"),
        ("xl/worksheets/sheet2.xml", b"<pageMargins", LINKED + b"<pageMargins"),
        ("xl/worksheets/sheet2.xml", b"</sheetData>", b"<row/>" * 100_001 + b"</sheetData>"),
    ],
)
def test_a_workbook_that_claims_too_much_is_not_opened_and_the_receipt_says_so(country, receipt, part, old, new):
    path = receipt.files[0].path
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    assert old in parts[part]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old, new, 1) if name == part else content)
    assert list(annotate(receipt, country.schemas, "acuse")) == [
        (MarkedCopy("avances.xlsx", None, why="too_large"), None)
    ]
    page = to_html(replace(receipt, copies=(MarkedCopy("avances.xlsx", None, why="too_large"),)), country.schemas, "es")
    assert "es demasiado grande para devolverle una copia" in page


def test_what_was_refused_or_is_no_workbook_is_never_opened(country, receipt, monkeypatch):
    def refuse(*_: object) -> None:
        pytest.fail("opened")

    monkeypatch.setattr(annotation, "open_workbook", refuse)
    refused = _problem(None, rule="unreadable", details={"reason": "x", "reason_es": "x"})
    assert not list(annotate(replace(receipt, problems=(refused, *receipt.problems)), country.schemas, "acuse"))
    assert not list(annotate(replace(receipt, verdict=Verdict.NOT_PROCESSED), country.schemas, "acuse"))
    assert not list(annotate(replace(receipt, problems=()), country.schemas, "acuse"))
    receipt.files[0].path.write_bytes(b"a,b\n1,2\n")
    assert not list(annotate(receipt, country.schemas, "acuse"))


def test_what_openpyxl_cannot_open_gives_no_copy_and_no_error(country, receipt):
    path = receipt.files[0].path
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, b"<broken" if name == "xl/styles.xml" else content)
    ((copy, content),) = annotate(receipt, country.schemas, "acuse")
    assert (copy.why, content) == ("impossible", None)


def test_the_same_receipt_gives_the_same_bytes_in_another_process(country, receipt, tmp_path):
    program = (
        "import hashlib, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from ogp_pipeline.intake.verbatim_workbook import open_workbook, write_workbook\n"
        "moment = datetime(2024, 7, 1, tzinfo=UTC)\n"
        "book = open_workbook(Path(sys.argv[1]).read_bytes(), moment)\n"
        "print(hashlib.sha256(write_workbook(book, moment)).hexdigest())\n"
    )
    ((_, first),) = annotate(receipt, country.schemas, "acuse")
    ((_, second),) = annotate(receipt, country.schemas, "acuse")
    assert first == second
    path = tmp_path / "copy.xlsx"
    path.write_bytes(first)
    made = {
        subprocess.run(
            [sys.executable, "-c", program, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(verbatim_workbook.__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
