"""A table of a web page."""

import pytest

from ogp_pipeline.formats.html import HtmlReader
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.vocabulary import vocabulary
from ogp_pipeline.sources.reading import read

PAGE = """<!DOCTYPE html>
<html><head><title>x</title></head><body>
<table><tr><td>menu</td></tr></table>
<h2>Plan <em>2024</em></h2>
<table>
<thead><tr><th>Id</th><th>Action</th></tr></thead>
<tr><td>A1</td><td>Open &amp;<br>publish</td></tr>
<tr><td>A2<td>Train <a href="x">the judges</a>
</table>
<table><caption>Old plan</caption><tr><th>Id<tr><td>B1</table>
</body></html>"""


def read_page(deliver, text, names=(), limits=None, encoding="utf-8", **options):
    file = deliver(text.encode(encoding), "t.html")
    return read(file, HtmlReader(kind="html", **options), limits or Limits(), vocabulary(names))


def texts(reading):
    return [tuple(row.values.values()) for row in reading.rows]


@pytest.mark.parametrize(
    "options", [{"table": 2}, {"below": "Plan 2024"}, {"names": ["Id", "Action"]}], ids=["number", "heading", "fitting"]
)
def test_a_table_is_found_by_its_number_its_heading_or_what_it_holds(deliver, options):
    reading = read_page(deliver, PAGE, **options)
    assert texts(reading) == [("A1", "Open &\npublish"), ("A2", "Train the judges")]
    assert [row.line for row in reading.rows] == [7, 8]
    assert not reading.problems


def test_a_caption_names_its_own_table(deliver):
    assert texts(read_page(deliver, PAGE, below="OLD PLAN")) == [("B1",)]


def test_what_spans_rows_or_columns_is_in_each_also_in_headings(deliver):
    page = """<table><tr><th rowspan=2>Id</th><th colspan="2">2024</th></tr><tr><th>Status</th><th>Note</th></tr>
    <tr><td rowspan="2">A</td><td>x</td><td>y</td></tr><tr><td>z</td><td></td></tr></table>"""
    reading = read_page(deliver, page, heading_row=[1, 2])
    assert reading.problems
    reading = read_page(deliver, page.replace("<tr>", "\n<tr>").strip(), heading_row=[2, 3])
    assert reading.headings == ("Id", "2024 Status", "2024 Note")
    assert texts(reading) == [("A", "x", "y"), ("A", "z", "")]


def test_a_table_inside_a_cell_is_the_cells_text(deliver):
    page = (
        "<table><tr><th>id</th><th>n</th></tr><tr><td>A</td><td><table><tr><td>in</td></tr></table></td></tr></table>"
    )
    assert texts(read_page(deliver, page)) == [("A", "in")]


@pytest.mark.parametrize("options", [{"table": 9}, {"below": "Nothing"}])
def test_a_table_that_is_not_there_is_told(deliver, options):
    assert [one.rule for one in read_page(deliver, PAGE, **options).problems] == ["unreadable"]


def test_a_page_without_a_table_and_a_file_that_is_no_page_are_told(deliver):
    assert [one.rule for one in read_page(deliver, "<html><p>Log in</p></html>").problems] == ["unreadable"]
    assert [one.rule for one in read_page(deliver, "id,name\n").problems] == ["wrong-format"]


def test_the_page_is_read_in_the_encoding_that_it_declares_or_truly_has(deliver):
    page = '<html><meta charset="windows-1252"><table><tr><th>id</th></tr><tr><td>Ética</td></tr></table></html>'
    assert texts(read_page(deliver, page, encoding="windows-1252")) == [("Ética",)]
    assert texts(read_page(deliver, page)) == [("Ética",)]


@pytest.mark.parametrize(
    ("page", "limits"),
    [
        ("<html>" + "<div>" * 5000, {}),
        ("<table>" + "<tr><td>" * 3 + "x" + "<table><tr><td>" * 500, {}),
        ("<table><tr><th>a</th></tr>" + "<tr><td>1</td></tr>" * 9 + "</table>", {"rows": 5}),
        ("<table><tr><th colspan=9999>a</th></tr><tr><td>1</td></tr></table>", {}),
    ],
)
def test_a_page_that_would_cost_too_much_is_refused(deliver, page, limits):
    assert {one.rule for one in read_page(deliver, page, limits=Limits(**limits)).problems} <= {
        "unreadable",
        "over-limit",
    }
    assert read_page(deliver, page, limits=Limits(**limits)).problems
