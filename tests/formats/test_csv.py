import csv

import pytest

from ogp_pipeline.errors import SourceError
from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import RULES
from ogp_pipeline.sources.reading import read

CSV = CsvReader(kind="csv")


def rules(found):
    assert {problem.rule for problem in found.problems} <= RULES
    return [problem.rule for problem in found.problems]


def test_rows_keep_the_senders_headings_and_physical_lines(deliver):
    found = read(deliver('id,text\nA1,"one\ntwo"\n\nA2,three\n'), CSV)
    assert found.headings == ("id", "text")
    assert [(row.number, row.line, dict(row.values)) for row in found.rows] == [
        (1, 2, {"id": "A1", "text": "one\ntwo"}),
        (2, 5, {"id": "A2", "text": "three"}),
    ]
    assert found.rows[1].locate("text").line == 5
    assert found.problems == []


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_any_line_end_and_a_byte_order_mark_are_read(deliver, end):
    found = read(deliver(b"\xef\xbb\xbf" + f"id,name{end}1,Educación{end}".encode()), CSV)
    assert found.rows[0].values == {"id": "1", "name": "Educación"}


def test_a_foreign_byte_after_200_kb_is_named_with_line_and_character_column(deliver):
    ascii_part = "id,name\n" + "".join(f"{n},plain text of row {n:07d}\n" for n in range(9000))
    assert len(ascii_part) > 200_000
    content = ascii_part.encode() + "X1,México y Educaci".encode() + b"\xf3n\n"
    (problem,) = read(deliver(content), CSV).problems
    assert problem.rule == "encoding"
    assert problem.where.line == 9002
    assert problem.details == {"line": "9002", "column": "20", "byte": "0xF3", "expected": "UTF-8"}


def test_the_declared_encoding_is_used_only_when_the_bytes_are_not_utf8(deliver):
    declared = CsvReader(kind="csv", encoding="cp1252")
    assert read(deliver("id\nEducación\n".encode("cp1252")), declared).rows[0].values == {"id": "Educación"}
    assert read(deliver("id\nEducación\n".encode()), declared).rows[0].values == {"id": "Educación"}


def test_a_byte_that_the_declared_encoding_lacks_is_a_problem_of_that_encoding(deliver):
    (problem,) = read(deliver(b"id\nab\x81\n"), CsvReader(kind="csv", encoding="cp1252")).problems
    assert (problem.rule, problem.details["expected"], problem.details["byte"]) == (
        "encoding",
        "CP1252",
        "0x81",
    )


def test_an_encoding_that_does_not_exist_is_the_programmes_mistake(deliver):
    with pytest.raises(SourceError, match="utf-9"):
        read(deliver(b"id\n1\n"), CsvReader(kind="csv", encoding="utf-9"))


def test_nul_is_a_control_sign(deliver):
    (problem,) = read(deliver(b"id,name\n1,a\x00b\n"), CSV).problems
    assert (problem.rule, problem.details["line"], problem.details["column"]) == ("encoding/control", "2", "4")
    assert problem.details["byte"] == "0x00"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\n"])
def test_an_empty_file_is_said_to_be_empty(deliver, content):
    assert rules(read(deliver(content), CSV)) == ["empty-file"]


def test_headings_without_rows_are_not_a_table(deliver):
    assert rules(read(deliver("id,name\n,\n\n"), CSV)) == ["header-only"]


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html>\n<html><title>Sign in</title>",
        "\ufeff\n  <html lang=es>",
        "<!-- generated -->\n<HTML>",
        '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    ],
)
def test_a_web_page_is_recognised_by_its_content(deliver, page):
    assert rules(read(deliver(page, "updates.csv"), CSV)) == ["not-a-table"]


def test_a_table_whose_first_cell_holds_markup_is_a_table(deliver):
    assert rules(read(deliver("<b>id</b>,name\n1,x\n"), CSV)) == []


def test_an_open_quotation_mark_at_the_end_means_truncated_where_the_row_began(deliver):
    found = read(deliver('id,text\n1,whole\n2,"broken\noff'), CSV)
    assert [(problem.rule, problem.where.line) for problem in found.problems] == [("truncated", 3)]
    assert [row.values["id"] for row in found.rows] == ["1"]


def test_a_short_last_row_without_line_end_means_truncated(deliver):
    assert rules(read(deliver("a,b,c\n1,2,3\n4,5"), CSV)) == ["truncated"]
    assert rules(read(deliver("a,b,c\n1,2,3\n4,5\n"), CSV)) == ["ragged-row"]
    assert rules(read(deliver("a,b,c\n1,2,3\n4,5,6"), CSV)) == []


def test_a_quotation_mark_that_is_not_doubled_is_told_with_its_row(deliver):
    (problem,) = read(deliver('id,text\n1,"a "b" c"\n'), CSV).problems
    assert (problem.rule, problem.where.line) == ("unreadable", 2)
    assert problem.details["reason"] and problem.details["reason_es"]


def test_repeated_headings_and_ragged_rows_are_all_reported(deliver):
    found = read(deliver("id, name ,id\n1,a,2\n1,a,2,3\n1,a\n"), CSV)
    assert rules(found) == ["repeated-column", "ragged-row", "ragged-row"]
    assert found.headings == ("id", "name")
    assert [problem.number for problem in found.problems] == [None, 2, 3]
    assert found.problems[1].details == {"found": "4", "expected": "3"}


def test_empty_cells_beyond_the_headings_are_not_ragged(deliver):
    assert rules(read(deliver("id,name,,\n1,a,,\n"), CSV)) == []


def test_a_value_under_no_heading_is_a_ragged_row(deliver):
    assert rules(read(deliver("id,name,\n1,a,lost\n"), CSV)) == ["ragged-row"]


def test_an_unnamed_column_between_others_is_kept_under_a_number(deliver):
    assert read(deliver("id,,name\n1,x,a\n"), CSV).headings == ("id", "_column_2", "name")


def test_a_file_above_the_limit_is_not_parsed(deliver):
    content = "id,name\n" + "1,aaaaaaaa\n" * 120_000
    (problem,) = read(deliver(content), CSV, Limits(file_mb=1)).problems
    assert (problem.rule, problem.details["limit"]) == ("file-too-large", "1 MB")


@pytest.mark.parametrize(
    ("content", "limits", "line", "found", "limit"),
    [
        ("id\n1\n2\n3\n", {"rows": 2}, None, "more rows", "2"),
        ("a,b,c\n1,2,3\n", {"columns": 2}, 1, "3 columns", "2"),
        ("a\n1\n" + "x," * 30 + "\n", {"row_cells": 20}, 3, "31 cells", "20"),
        ("a\n" + "x" * 60 + "\n", {"cell_characters": 50}, 2, "60 characters", "50"),
        ("a\nb\n" + "x" * 60 + "\n", {"line_characters": 50}, 3, "more than 50 characters", "50"),
    ],
    ids=["rows", "columns", "cells of a row", "characters of a cell", "characters of a line"],
)
def test_every_limit_is_said_with_the_place_and_what_was_found(deliver, content, limits, line, found, limit):
    reading = read(deliver(content), CSV, Limits(**limits))
    (problem,) = reading.problems
    assert reading.rows == []
    assert (problem.rule, problem.where.line, problem.details["limit"]) == ("over-limit", line, limit)
    assert found in problem.details["found"] and problem.details["found_es"]


def test_exactly_at_the_limits_a_file_is_read(deliver):
    limits = Limits(rows=2, columns=2, row_cells=2, cell_characters=3, line_characters=5)
    assert len(read(deliver("a,b\n1,abc\n\n2,abc\n"), CSV, limits).rows) == 2


def test_a_line_of_too_many_characters_is_refused_without_being_split(deliver, monkeypatch):
    """Split, each of its cells would cost fifty bytes and more."""
    split, reader = [], csv.reader
    monkeypatch.setattr(csv, "reader", lambda lines, **said: split.append(lines) or reader(lines, **said))
    assert rules(read(deliver("a\n" + "," * 2000), CSV, Limits(line_characters=1999))) == ["over-limit"]
    assert split == []
    read(deliver("a\n" + "," * 2000), CSV)
    assert split != [], "else nothing was counted"


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_another_separator_than_declared_is_named(deliver, sign):
    content = 'id,name,avance\nA1,"uno; dos","3,5"\nA2,tres,"4,5"\n'.replace(",", sign).replace(f"3{sign}5", "3,5")
    (problem,) = read(deliver(content), CSV).problems
    assert problem.rule == "wrong-delimiter"
    assert problem.details["expected_es"] == "comas"
    assert problem.details["found"] == {";": "semicolons", "\t": "tabs", "|": "vertical bars"}[sign]


def test_commas_at_a_source_of_semicolons_are_named(deliver):
    declared = CsvReader(kind="csv", delimiter=";")
    (problem,) = read(deliver("id,name\n1,a\n"), declared).problems
    assert (problem.rule, problem.details["found"], problem.details["expected"]) == (
        "wrong-delimiter",
        "commas",
        "semicolons",
    )


@pytest.mark.parametrize(
    "content",
    ["id\n1\n2\n", "id,name\n1,a;b;c\n", 'text\n"a; b"\n"c"\n', "a,b\n1\n1,2,3\n", "x; y,name\n1,2\n"],
    ids=["one column", "semicolons inside", "one column with one semicolon", "ragged", "semicolon in a heading"],
)
def test_a_file_that_does_not_prove_another_separator_is_read_as_declared(deliver, content):
    assert "wrong-delimiter" not in rules(read(deliver(content), CSV))
