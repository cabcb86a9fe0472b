import io
import tracemalloc
import zipfile
from datetime import date, datetime

import openpyxl
import xlsxwriter

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.sources.reading import read

XLSX = XlsxReader(kind="xlsx")


def saved(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def workbook(rows, **sheets):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, state in sheets.items():
        book.create_sheet(title).sheet_state = state
    return book


def patched(content, part, change):
    """The workbook with one part rewritten."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            data = source.read(info)
            archive.writestr(info.filename, change(data) if info.filename == part else data)
    return target.getvalue()


def test_typed_cells_become_canonical_text_with_their_excel_coordinates(deliver):
    rows = [
        ["id", "percent", "exact", "day", "moment", "done", "text"],
        ["A1", 50.0, 62.5, date(2024, 1, 15), datetime.fromisoformat("2024-01-15T09:30"), True, "007"],
        [],
        ["A2", None, None, None, None, False, "=not typed"],
    ]
    book = workbook(rows)
    book.active["G4"].data_type = "s"
    found = read(deliver(saved(book), "f.xlsx"), XLSX)
    assert found.problems == []
    assert found.rows[0].values == {
        "id": "A1",
        "percent": "50",
        "exact": "62.5",
        "day": "2024-01-15",
        "moment": "2024-01-15T09:30:00",
        "done": "true",
        "text": "007",
    }
    assert found.rows[0].typed == {"percent", "exact", "day", "moment", "done"}
    where = found.rows[1].locate("done")
    assert (where.sheet, where.cell, where.column) == ("Sheet", "F4", "done")
    assert found.rows[1].values["text"] == "=not typed"


def test_formulas_and_error_values_are_problems_at_their_cell(deliver):
    found = read(deliver(saved(workbook([["id", "n"], ["A1", "=1+1"], ["A2", "#REF!"]])), "f.xlsx"), XLSX)
    assert [(problem.rule, problem.where.cell, problem.value, problem.number) for problem in found.problems] == [
        ("formula-cell", "B2", "=1+1", 1),
        ("formula-cell", "B3", "#REF!", 2),
    ]


def test_merged_cells_are_a_problem(deliver):
    book = workbook([["id", "n"], ["A1", "x"], ["A2", None]])
    book.active.merge_cells("B2:B3")
    (problem,) = read(deliver(saved(book), "f.xlsx"), XLSX).problems
    assert (problem.rule, problem.details) == ("merged-cells", {"area": "B2:B3"})


def test_hidden_sheets_are_ignored_and_the_declared_sheet_is_read(deliver):
    book = workbook([["secret"], ["x"]])
    book.active.sheet_state = "hidden"
    for title in ("Avances", "Otra"):
        book.create_sheet(title).append(["id"])
        book[title].append([title])
    file = deliver(saved(book), "f.xlsx")
    assert read(file, XLSX).rows[0].values == {"id": "Avances"}
    assert read(file, XlsxReader(kind="xlsx", sheet="Otra")).rows[0].values == {"id": "Otra"}
    (problem,) = read(file, XlsxReader(kind="xlsx", sheet="Sheet")).problems
    assert problem.rule == "unreadable" and "«Avances», «Otra»" in problem.details["reason"]


def test_empty_and_header_only_sheets_are_told_apart(deliver):
    assert [p.rule for p in read(deliver(saved(workbook([])), "f.xlsx"), XLSX).problems] == ["empty-file"]
    only = read(deliver(saved(workbook([["id", "name"]])), "f.xlsx"), XLSX)
    assert [problem.rule for problem in only.problems] == ["header-only"]


def test_a_cell_in_the_far_corner_is_refused_at_once(deliver):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "id", "x"
    file = deliver(saved(book), "f.xlsx")
    tracemalloc.start()
    try:
        found = read(file, XLSX)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20, "its 17 billion cells were not made"
    finally:
        tracemalloc.stop()
    assert [problem.rule for problem in found.problems] == ["over-limit"]
    assert "XFD1048576" in found.problems[0].details["found"]
    assert found.problems[0].details["limit"] == "1000000 rows and 500 columns"
    assert found.rows == []


def test_a_formatted_but_empty_far_cell_does_no_harm(deliver):
    book = workbook([["id"], ["A1"]])
    book.active["XFD1"].font = openpyxl.styles.Font(bold=True)
    found = read(deliver(saved(book), "f.xlsx"), XLSX)
    assert (found.problems, [dict(row.values) for row in found.rows]) == ([], [{"id": "A1"}])


def test_a_dimension_that_lies_hides_no_rows(deliver):
    content = saved(workbook([["id", "n"], ["A1", 1], ["A2", 2]]))
    lied = patched(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1"'))
    assert lied != content
    assert [row.values["n"] for row in read(deliver(lied, "f.xlsx"), XLSX).rows] == ["1", "2"]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_unpacking(deliver):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3 * 1024 * 1024)
    (problem,) = read(deliver(stream.getvalue(), "f.xlsx"), XLSX, Limits(unpacked_mb=2)).problems
    assert problem.rule == "over-limit"
    assert ("3 MB" in problem.details["found"], problem.details["limit"]) == (True, "2 MB")


def test_a_dense_part_and_declared_entities_are_refused(deliver):
    content = saved(workbook([["id"], ["A1"]]))
    dense = patched(content, "xl/styles.xml", lambda xml: xml + b" " * 4 * 1024 * 1024)
    assert "times" in read(deliver(dense, "f.xlsx"), XLSX).problems[0].details["found"]
    entity = patched(
        content, "xl/workbook.xml", lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml.split(b"?>")[-1]
    )
    assert "entities" in read(deliver(entity, "f.xlsx"), XLSX).problems[0].details["reason"]


def test_every_truncation_of_a_workbook_is_a_problem_not_an_error(deliver):
    content = saved(workbook([["id", "n"], ["A1", 1]]))
    for length in range(1, len(content), len(content) // 40):
        assert read(deliver(content[:length], "f.xlsx"), XLSX).problems


def test_a_workbook_by_another_writer_is_read(deliver, tmp_path):
    path = tmp_path / "made.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Avances")
        sheet.write_row(0, 0, ["id", "avance"])
        sheet.write_row(1, 0, ["A1", 40])
    found = read(deliver(path.read_bytes(), "f.xlsx"), XLSX)
    assert [dict(row.values) for row in found.rows] == [{"id": "A1", "avance": "40"}]
