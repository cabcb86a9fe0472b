"""Spreadsheets of LibreOffice: those that it saved itself (``files/``), and what each sender could do to one."""

import io
import zipfile
from pathlib import Path

import pytest

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.ods import OdsReader
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.sources.reading import read

FILES = Path(__file__).parent / "files"
ODS = OdsReader(kind="ods")
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def cell(text, **attributes):
    given = "".join(f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<table:table-cell{given}><text:p>{text}</text:p></table:table-cell>"


def row(*cells, repeated=1):
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def sheet(*rows, title="Hoja1", style="shown"):
    return f'<table:table table:name="{title}" table:style-name="{style}">{"".join(rows)}</table:table>'


def spreadsheet(*sheets, head="", **parts):
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {NAMES}>'
        '<office:automatic-styles><style:style style:name="away"><style:table-properties table:display="false"/>'
        f"</style:style></office:automatic-styles><office:body><office:spreadsheet>{''.join(sheets)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return stream.getvalue()


HEAD = row(cell("id"), cell("name"))
FILLER = '<table:table-cell table:number-columns-repeated="16382"/>'


def read_bytes(deliver, content, options=ODS, **limits):
    return read(deliver(content, "libro.ods"), options, Limits(**limits))


def the_problem(deliver, content, **limits):
    (problem,) = read_bytes(deliver, content, **limits).problems
    return problem


@pytest.mark.parametrize("options", [ODS, XlsxReader(kind="xlsx")], ids=["ods", "in place of an xlsx"])
def test_what_libreoffice_saved_is_read_with_its_types_and_the_places_that_people_see(deliver, options):
    found = read(deliver((FILES / "updates.ods").read_bytes(), "updates.ods"), options)
    assert {one.rule for one in found.problems} == {"sheet-not-read/hidden", "comments-not-read"}
    first, second, third = found.rows
    assert first.values == {
        "update_id": "u1",
        "milestone_id": "GT0001.1",
        "status": "started",
        "percent": "62%",
        "reported_on": "2026-07-03",
        "done": "true",
        "budget": "1234567.5",
        "progress_text_es": "Línea uno\nlínea dos   con espacios",
    }
    assert first.typed == {"percent", "reported_on", "done", "budget"}
    assert (first.sheet, first.cells["progress_text_es"]) == ("Avances", "H2"), "the first sheet is hidden"
    assert (second.values["reported_on"], second.values["progress_text_es"]) == (
        "2026-07-03T14:30:00",
        "«Ñandú» & <b>",
    )
    assert (third.values["update_id"], third.values["milestone_id"]) == ("007", "1.10"), "without the comment's words"
    assert (third.number, third.cells["update_id"]) == (3, "A5"), "the empty row counts for places only"


def test_formulas_and_merged_cells_are_told_with_their_places(deliver):
    found = read(deliver((FILES / "formulas.ods").read_bytes(), "f.ods"), ODS)
    told = [(problem.rule, problem.where.cell, problem.value) for problem in found.problems]
    assert told == [
        ("merged-cells", "A5:B6", "A5:B6"),
        ("formula-cell", "B2", "=1+1"),
        ("formula-cell", "B3", "=1/0"),
    ]


def test_a_template_that_was_filled_in_and_saved_by_libreoffice_is_a_template(deliver):
    found = read(deliver((FILES / "template.ods").read_bytes(), "f.ods"), XlsxReader(kind="xlsx"))
    assert [(one.rule, one.where.line) for one in found.problems] == [("row-hidden", 5), ("sheet-not-read", None)]
    assert found.properties["ogp_table"] == "updates"
    assert found.rows and {"milestone_id", "status"} <= set(found.headings)
    assert found.rows[0].locate("status").column != "status", "a person is shown the heading in words"


def test_a_document_without_any_sheet_is_damaged(deliver):
    problem = the_problem(deliver, (FILES / "without-sheets.ods").read_bytes())
    assert (problem.rule, "damaged" in problem.details["reason"]) == ("unreadable", True)


def test_what_fills_the_sheet_with_nothing_is_not_counted_out(deliver):
    empty = row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_000)
    content = spreadsheet(sheet(HEAD, row(cell("a"), cell("b"), FILLER), empty, row(FILLER, repeated=100)))
    found = read_bytes(deliver, content)
    assert [dict(one.values) for one in found.rows] == [{"id": "a", "name": "b"}] and found.problems == []


def test_repeated_cells_and_rows_are_as_many_as_people_see(deliver):
    content = spreadsheet(sheet(HEAD, row(cell("x", table__number_columns_repeated=2), repeated=3)))
    assert [list(one.values.values()) for one in read_bytes(deliver, content).rows] == [["x", "x"]] * 3


@pytest.mark.parametrize(
    ("rows", "limits", "said"),
    [
        (row(cell("x"), repeated=2_000_000), {}, "It has something in cell A2000001"),
        (row(cell("x", table__number_columns_repeated=16384)), {}, "It has something in cell XFD2"),
        (row(cell("x" * 200)), {"cell_characters": 100}, "One of its cells holds 200 characters"),
        (row(cell('<text:s text:c="900000000"/>')), {}, "One of its cells holds 900000000 characters"),
        (row(cell("x" * 90_000, table__number_columns_repeated=400), repeated=900_000), {}, "Its cells hold"),
        (row(cell("x", table__number_columns_repeated=250), repeated=900_000), {}, "It takes more memory to read"),
    ],
    ids=["rows", "columns", "characters", "spaces", "text in all", "cells in all"],
)
def test_what_reaches_beyond_a_limit_is_refused_with_the_limit(deliver, rows, limits, said):
    problem = the_problem(deliver, spreadsheet(sheet(HEAD, rows)), **{"workbook_mb": 512, **limits})
    assert (problem.rule, problem.details["found"][: len(said)]) == ("over-limit", said)
    assert problem.details["found_es"] and problem.details["limit_es"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>', "&b;"),
        (f"<!--{'x' * 100_000}--><!DOCTYPE x SYSTEM 'file:///etc/passwd'>", "x"),
    ],
    ids=["entities", "behind a long comment"],
)
def test_a_document_with_declarations_of_its_own_is_refused(deliver, head, body):
    problem = the_problem(deliver, spreadsheet(sheet(HEAD, row(cell(body))), head=head))
    assert (problem.rule, "XML entities" in problem.details["reason"]) == ("unreadable", True)
    assert "entidades XML" in problem.details["reason_es"]


def test_a_cell_nested_deeper_than_any_program_nests_is_refused(deliver):
    deep = "<text:span>" * 5_000 + "x" + "</text:span>" * 5_000
    problem = the_problem(deliver, spreadsheet(sheet(HEAD, row(cell(deep)))))
    assert (problem.rule, "nested deeper" in problem.details["reason"]) == ("unreadable", True)


def test_a_password_is_said_to_be_one(deliver):
    manifest = '<manifest><file-entry full-path="content.xml"><encryption-data/></file-entry></manifest>'
    problem = the_problem(deliver, spreadsheet(sheet(HEAD), **{"META-INF__manifest_xml": manifest}))
    assert (problem.rule, "password" in problem.details["reason"]) == ("unreadable", True)
    assert "contraseña" in problem.details["reason_es"]


@pytest.mark.parametrize(
    "content",
    [
        spreadsheet(sheet(HEAD, row(cell("a"), repeated=0))),
        spreadsheet(sheet(HEAD, "<table:table-row>")),
        spreadsheet(sheet(HEAD))[:-60],
        spreadsheet(sheet(HEAD)).replace(b"content.xml", b"kontent.xml"),
    ],
    ids=["a count of nought", "not closed", "cut off", "without content"],
)
def test_a_damaged_spreadsheet_is_said_to_be_damaged(deliver, content):
    problem = the_problem(deliver, content)
    assert (problem.rule, "damaged" in problem.details["reason"]) == ("unreadable", True)


def test_a_sheet_that_is_asked_for_and_not_there_is_named_with_those_that_are(deliver):
    content = spreadsheet(sheet(HEAD, title="Uno"), sheet(HEAD, title="Dos", style="away"), sheet(HEAD, title="Tres"))
    (problem,) = read_bytes(deliver, content, OdsReader(kind="ods", sheet="Dos")).problems
    assert "«Dos»" in problem.details["reason"] and "«Uno», «Tres»" in problem.details["reason_es"]
    problem, *others = read_bytes(deliver, content, OdsReader(kind="ods", sheet="Tres")).problems
    assert (problem.rule, problem.where.sheet) == ("header-only", "Tres")
    assert [(one.rule, one.where.sheet) for one in others] == [
        ("sheet-not-read", "Uno"),
        ("sheet-not-read/hidden", "Dos"),
    ]


def test_what_is_drawn_and_remarked_in_a_cell_is_not_its_text(deliver):
    remark = "<office:annotation><text:p>a remark</text:p></office:annotation>"
    inner = f'{remark}<text:p>a<text:tab/>b <text:s text:c="2"/>c<text:line-break/><text:span>d</text:span></text:p>'
    content = spreadsheet(sheet(HEAD, row(f"<table:table-cell>{inner}</table:table-cell>")))
    assert read_bytes(deliver, content).rows[0].values["id"] == "a\tb   c\nd"


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({"office__value_type": "percentage", "office__value": "0.62"}, "62%"),
        ({"office__value_type": "currency", "office__value": "1200"}, "1200"),
        ({"office__value_type": "boolean", "office__boolean_value": "false"}, "false"),
        ({"office__value_type": "date", "office__date_value": "2024-02-30"}, "shown"),
        ({"office__value_type": "time", "office__time_value": "PT09H05M00S"}, "09:05:00"),
        ({"office__value_type": "time", "office__time_value": "PT30H05M00S"}, "1 day, 6:05:00"),
        ({"office__value_type": "string", "office__string_value": "other"}, "shown"),
        ({"office__value_type": "of-the-future", "office__value": "1"}, "shown"),
    ],
)
def test_a_typed_cell_is_its_value_and_what_is_no_value_is_what_it_shows(deliver, attributes, text):
    content = spreadsheet(sheet(HEAD, row(cell("shown", **attributes))))
    assert read_bytes(deliver, content).rows[0].values["id"] == text


def test_another_format_under_this_name_is_named(deliver):
    problem = the_problem(deliver, b"id,name\n1,a\n")
    assert (problem.rule, problem.details["expected"]) == ("wrong-format", "a LibreOffice spreadsheet (.ods)")
