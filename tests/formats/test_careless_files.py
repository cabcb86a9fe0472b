"""Files as people send them by mistake: read where they can mean one thing only, else told as what they are."""

import io
import json
import random
import tarfile
import zipfile

import openpyxl
import pytest

from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.json import JsonReader
from ogp_pipeline.formats.vocabulary import vocabulary
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.sources.reading import read

CSV, JSON, XLSX = CsvReader(kind="csv"), JsonReader(kind="json"), XlsxReader(kind="xlsx")
HEADINGS = ("id", "name", "note")
WORDS = vocabulary(HEADINGS)
ROW = {"id": "A1", "name": "Educación", "note": "a|b"}


def rules(reading):
    return [problem.rule for problem in reading.problems]


@pytest.mark.parametrize(
    "text",
    [
        "| id | name | note |\n|---|:-:|--:|\n| A1 | Educación | a\\|b |\n",
        "id | name | note\n--- | --- | ---\nA1 | Educación | a\\|b\n",
        "# Report\n\n| id | name | note |\n|:--|---|---|\n| A1 | Educación | a\\|b |\n",
    ],
)
def test_a_table_of_markdown_is_read_and_said(deliver, text):
    reading = read(deliver(text), CSV, vocabulary=WORDS)
    assert [dict(row.values) for row in reading.rows] == [ROW]
    assert "markdown-table" in rules(reading) and "wrong-delimiter" not in rules(reading)
    assert reading.rows[0].line == text.splitlines().index(text.splitlines()[-1]) + 1


def test_bars_without_a_line_of_dashes_are_columns_of_a_csv_file(deliver):
    assert rules(read(deliver("id|name|note\nA1|-|--\n"), CSV, vocabulary=WORDS)) == ["wrong-delimiter"]


@pytest.mark.parametrize("headings", ["id,name,note", '"id,name,note"'])
def test_lines_in_quotation_marks_are_read_as_what_they_hold(deliver, headings):
    reading = read(deliver(f'{headings}\n"A1,Educación,a|b"\nA2,x,y\n'), CSV, vocabulary=WORDS)
    assert [dict(row.values) for row in reading.rows] == [ROW, {"id": "A2", "name": "x", "note": "y"}]
    assert rules(reading) == ["lines-in-quotes"]


def test_a_text_with_other_commas_than_the_headings_is_not_split(deliver):
    assert rules(read(deliver('id,name,note\n"A1,Educación"\n'), CSV, vocabulary=WORDS)) == ["ragged-row"]


@pytest.mark.parametrize(("sign", "told"), [(b"\0", "0x00"), (b"\x1a", "0x1A"), (b"\x1b", "0x1B")])
def test_a_control_sign_is_not_called_another_encoding(deliver, sign, told):
    (problem,) = read(deliver(b"id,name\nA1,x" + sign + b"\n"), CSV).problems
    assert (problem.rule, problem.details["byte"]) == ("encoding/control", told)


def test_a_file_cut_inside_a_letter_is_truncated(deliver):
    assert rules(read(deliver("id,name\nA1,Educación é".encode()[:-1]), CSV)) == ["truncated"]
    assert rules(read(deliver(b"id,name\nA1,Caf\xe9"), CSV)) != ["truncated"]  # an old encoding's last letter


def test_two_versions_that_git_left_are_one_problem(deliver):
    text = "id,name\n<<<<<<< HEAD\nA1,x\n=======\nA1,y\n>>>>>>> other\n"
    (problem,) = read(deliver(text), CSV, vocabulary=WORDS).problems
    assert (problem.rule, problem.where.line) == ("merge-conflict", 2)
    assert rules(read(deliver("id,name\nA1,<<<<<<< x\n"), CSV)) == []


def archive(kind):
    written = io.BytesIO()
    if kind == "tar":
        with tarfile.open(fileobj=written, mode="w") as packed:
            packed.addfile(tarfile.TarInfo("a.csv"))
    else:
        with zipfile.ZipFile(written, "w") as packed:
            packed.writestr("a.xlsx", workbook({"a": [HEADINGS]}))
    return written.getvalue()


@pytest.mark.parametrize(("kind", "options"), [("tar", CSV), ("zip", XLSX)])
def test_a_packed_file_is_told_as_packed(deliver, kind, options):
    assert rules(read(deliver(archive(kind)), options)) == ["wrong-format/packed"]


def test_xml_is_no_web_page(deliver):
    assert rules(read(deliver("<?xml version='1.0'?><rows/>"), CSV)) == ["wrong-format"]
    assert rules(read(deliver("<?xml version='1.0'?><Error><Code>x</Code></Error>"), CSV)) == ["not-a-table"]


def test_bytes_of_no_text_are_not_called_an_encoding(deliver):
    assert rules(read(deliver(random.Random(1).randbytes(3_000)), CSV)) == ["wrong-format"]
    text_with_a_slip = b"id,name\nA1,\xff\x01\n" + b"A2,x\n" * 50
    assert rules(read(deliver(text_with_a_slip), CSV)) == ["encoding/other"]


def test_utf_32_is_called_so(deliver):
    (problem,) = read(deliver("id,name\nA1,x\n".encode("utf-32")), CSV).problems
    assert problem.details["found"] == "UTF-32"


def test_lists_of_values_are_rows_under_the_first_or_the_wanted_shape_is_said(deliver):
    reading = read(deliver(json.dumps([HEADINGS, [*ROW.values()]]), "f.json"), JSON, vocabulary=WORDS)
    assert [dict(row.values) for row in reading.rows] == [ROW]
    assert rules(reading) == ["lists-for-rows"]
    for strange in ([["A1", "x"], ["A2", "y"]], [[*HEADINGS], ["A1"]], [[*HEADINGS]]):
        (problem,) = read(deliver(json.dumps(strange), "f.json"), JSON, vocabulary=WORDS).problems
        assert problem.rule == "unreadable" and '("column": "value")' in problem.details["reason"]


def workbook(sheets):
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("cover", [[], [["How to fill this in"], ["1. Write"]]])
def test_the_first_sheet_with_the_headings_is_read_and_said(deliver, cover):
    content = workbook({"cover": cover, "data": [HEADINGS, ["A1", "x", "y"]], "more": [HEADINGS, ["A2", "x", "y"]]})
    reading = read(deliver(content), XLSX, vocabulary=WORDS)
    assert [row.values["id"] for row in reading.rows] == ["A1"]
    (taken, left) = reading.problems
    assert (taken.rule, taken.details) == ("sheet-taken", {"first": "cover", "read": "data"})
    assert (left.rule, left.details["other"], left.details["read"]) == ("sheet-not-read", "more", "data")


def test_a_table_on_its_side_is_one_problem(deliver):
    content = workbook({"data": [[heading, value] for heading, value in ROW.items()]})
    assert rules(read(deliver(content), XLSX, vocabulary=WORDS)) == ["table-on-its-side"]
