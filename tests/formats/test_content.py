"""What a file is, is told by its content: each wrong format gets one clear sentence, and no parser ever sees it."""

import gzip
import io
import zipfile

import openpyxl
import pytest

from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.json import JsonReader
from ogp_pipeline.formats.markdown import MarkdownReader
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.schema import schemas
from ogp_pipeline.sources.reading import read

CSV, XLSX = CsvReader(kind="csv"), XlsxReader(kind="xlsx")
JSON, MARKDOWN = JsonReader(kind="json"), MarkdownReader(kind="markdown")


def packed(*names: str, mimetype: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name in names:
            archive.writestr(name, "<x/>")
    return stream.getvalue()


def workbook() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(64)


OLD = {
    "an old Excel workbook (.xls)": old_office("Workbook"),
    "an Excel workbook with a password": old_office("EncryptedPackage"),
    "an old Office document": old_office("WordDocument"),
    "a binary Excel workbook (.xlsb)": packed("[Content_Types].xml", "xl/workbook.bin"),
    "a Word document": packed("[Content_Types].xml", "word/document.xml"),
    "a presentation": packed("[Content_Types].xml", "ppt/presentation.xml"),
    "a LibreOffice spreadsheet (.ods)": packed(
        "content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"
    ),
    "a LibreOffice document": packed("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
    "an XML spreadsheet of Excel 2003": b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a compressed archive": packed("updates.csv"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(30),
    "text in UTF-16 (in Excel: “Unicode text”)": "id\tname\r\n1\ta\r\n".encode("utf-16"),
}


READ = {("xlsx", "a LibreOffice spreadsheet (.ods)"), ("csv", "text in UTF-16 (in Excel: “Unicode text”)")}


@pytest.mark.parametrize(
    ("reader", "kind"),
    [(reader, kind) for reader in (CSV, XLSX, JSON, MARKDOWN) for kind in OLD if (reader.kind, kind) not in READ],
    ids=lambda given: given if isinstance(given, str) else given.kind,
)
def test_what_no_reader_reads_is_named(deliver, kind, reader):
    found = read(deliver(OLD[kind], f"updates.{reader.kind}"), reader)
    (problem,) = found.problems
    assert (problem.rule.partition("/")[0], problem.details["found"], found.rows) == ("wrong-format", kind, [])
    assert problem.details["found_es"] and problem.details["expected_es"]


@pytest.mark.parametrize(
    ("content", "reader", "found", "expected"),
    [
        (workbook(), CSV, "an Excel workbook (.xlsx)", "a CSV file in UTF-8"),
        (workbook(), JSON, "an Excel workbook (.xlsx)", "a JSON file"),
        (b"id,name\n1,a\n", XLSX, "plain text, perhaps CSV", "an Excel workbook (.xlsx)"),
        (b"id,name\n1,a\n", JSON, "plain text, perhaps CSV", "a JSON file"),
        (b'[{"id": "1"}]', CSV, "a JSON file", "a CSV file in UTF-8"),
        (b'\xef\xbb\xbf {"rows": []}', XLSX, "a JSON file", "an Excel workbook (.xlsx)"),
        (b"\x01\x02\x03", XLSX, "a file of another format", "an Excel workbook (.xlsx)"),
        (gzip.compress(b"id\n1\n"), CSV, "a compressed archive", "a CSV file in UTF-8"),
    ],
    ids=["xlsx-csv", "xlsx-json", "csv-xlsx", "csv-json", "json-csv", "json-xlsx", "bytes-xlsx", "gzip-csv"],
)
def test_a_format_at_another_formats_source_is_named_with_what_is_expected(deliver, content, reader, found, expected):
    (problem,) = read(deliver(content, "f.bin"), reader).problems
    assert problem.rule.startswith("wrong-format")
    assert (problem.details["found"], problem.details["expected"]) == (found, expected)


def test_a_password_is_what_has_to_go(deliver):
    (problem,) = read(deliver(OLD["an Excel workbook with a password"], "f.xlsx"), XLSX).problems
    assert problem.details["expected_es"] == "un libro de Excel (.xlsx) sin contraseña"


@pytest.mark.parametrize(
    "text", ["[id],name\n1,a\n", "{id},name\n1,a\n", "PK,name\n1,a\n", "GIF,name\n1,a\n"], ids=range(4)
)
def test_a_table_that_only_begins_like_something_else_is_a_table(deliver, text):
    assert read(deliver(text), CSV).problems == []


def test_utf16_is_read_where_the_source_declares_it(deliver):
    declared = CsvReader(kind="csv", delimiter="\t", encoding="utf-16")
    found = read(deliver("id\tname\r\n1\tEducación\r\n".encode("utf-16")), declared)
    assert (found.problems, found.rows[0].values) == ([], {"id": "1", "name": "Educación"})


def test_a_web_page_at_a_workbooks_source_is_still_called_a_web_page(deliver):
    (problem,) = read(deliver("<html><p>Sign in</p></html>", "f.xlsx"), XLSX).problems
    assert problem.rule == "not-a-table"


@pytest.mark.parametrize("page", ["<html><table><tr><td>1</td></tr>", '<table border="1">', "<meta x><TABLE>"])
def test_a_web_page_with_a_table_says_what_to_open_it_with(deliver, page):
    (problem,) = read(deliver(page, "f.xls"), XLSX).problems
    assert (problem.rule, problem.details["expected"]) == ("not-a-table/html", "an Excel workbook (.xlsx)")


@pytest.mark.parametrize(
    ("content", "found", "rule"),
    [
        (b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', "a shortcut", "/pointer"),
        (b"[InternetShortcut]\r\nURL=https://example.org/\r\n", "a shortcut", "/pointer"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "a pointer of Git LFS", "/pointer"),
        (packed("updates.csv"), "a compressed archive", "/packed"),
        (packed("Index/Document.iwa", "Data/x.jpg"), "a Numbers document", ""),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "an old Excel workbook", ""),
    ],
)
@pytest.mark.parametrize("reader", [CSV, XLSX], ids=["csv", "xlsx"])
def test_what_only_leads_to_a_table_or_holds_one_is_named(deliver, reader, content, found, rule):
    (problem,) = read(deliver(content, "f.csv"), reader).problems
    assert problem.rule == f"wrong-format{rule}" and problem.details["found"].startswith(found)


def test_the_sentences_hold_no_word_of_a_programmer(deliver):
    rule = schemas.load().rule("wrong-format")
    for content in OLD.values():
        (problem,) = read(deliver(content, "datos.json"), JSON).problems
        words = {key.removesuffix("_es"): value for key, value in problem.details.items() if key.endswith("_es")}
        said = (rule.title["es"] + " " + rule.help["es"]).format(file="datos.json", **words)
        assert "{" not in said and "Error" not in said and "zip" not in said.lower()
