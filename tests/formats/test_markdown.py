import pytest

from ogp_pipeline.formats.markdown import MarkdownReader
from ogp_pipeline.sources.reading import read

TRACKER = MarkdownReader(kind="markdown", sections={"progress": r"^Progress Update\s*:", "evidence": r"^Evidence\s*:"})
UPDATE = """---
layout: commitment
title:  "A commitment: with a colon"
code: 5.10
day: 2024-02-01
flag: no
nothing: ~
tags: [one, two]
agency: Executive Office <br> Policy
status: "In Progress"
long: "first

  second"
---
Progress Update:<br>
The work goes on.
It is slow.

Evidence: <br>

A report - <a href="https://example.org/a">https://example.org/a</a>
"""


def one(deliver, text, reader=TRACKER):
    found = read(deliver(text, "us0001-1.md"), reader)
    assert found.problems == []
    (row,) = found.rows
    return row


def test_front_matter_is_text_as_written_with_the_line_of_its_key(deliver):
    row = one(deliver, UPDATE)
    assert row.values["title"] == "A commitment: with a colon"
    assert (row.values["code"], row.values["day"], row.values["flag"]) == ("5.10", "2024-02-01", "no")
    assert (row.values["nothing"], row.values["tags"], row.values["long"]) == ("", "one;two", "first\nsecond")
    assert row.locate("status").line == 10
    assert UPDATE.splitlines()[9].startswith("status")


def test_sections_end_where_the_next_begins_and_know_the_line_of_their_first_text(deliver):
    row = one(deliver, UPDATE)
    assert row.values["progress"] == "The work goes on.\nIt is slow."
    assert row.values["evidence"].startswith("A report - <a")
    assert (row.lines["progress"], row.lines["evidence"], row.lines["_body"]) == (16, 21, 15)
    assert UPDATE.splitlines()[20].startswith("A report")
    assert row.values["_file"] == "us0001-1.md"


def test_windows_line_ends_change_nothing(deliver):
    row = one(deliver, UPDATE.replace("\n", "\r\n"))
    assert row.values["progress"] == "The work goes on.\nIt is slow."
    assert row.lines["evidence"] == 21


def test_a_section_that_is_missing_is_an_empty_column(deliver):
    row = one(deliver, "---\na: 1\n---\nProgress Update: only this\n")
    assert (row.values["progress"], row.values["evidence"]) == ("only this", "")


def test_a_file_without_front_matter_has_its_body(deliver):
    assert one(deliver, "Just text\n").values["_body"] == "Just text"


def test_headings_make_rows_with_groups_parent_body_and_line(deliver):
    text = """---
title: Response
---
## **Theme 1: Data**

### B1.1 - What We Heard

More data.

### B1.2 - Our Response

Agreed.

```
### B9.1 - What We Heard
```

## Conclusion
### C1.1 - Something else
"""
    reader = MarkdownReader(kind="markdown", headings=r"^(?P<pair>[A-F]\d)\.(?P<part>\d) - (?P<what>What|Our)")
    found = read(deliver(text, "r.md"), reader)
    assert [(row.values["pair"], row.values["part"], row.values["what"]) for row in found.rows] == [
        ("B1", "1", "What"),
        ("B1", "2", "Our"),
    ]
    assert [row.values["_parent"] for row in found.rows] == ["**Theme 1: Data**"] * 2
    assert [row.values["_body"].split("\n")[0] for row in found.rows] == ["More data.", "Agreed."]
    assert [(row.line, row.lines["_body"], row.number) for row in found.rows] == [(6, 8, 1), (10, 12, 2)]
    assert found.rows[0].values["title"] == "Response"


def test_no_matching_heading_is_a_problem(deliver):
    found = read(deliver("# A\n", "r.md"), MarkdownReader(kind="markdown", headings="^B"))
    assert [problem.rule for problem in found.problems] == ["header-only"]


def test_broken_yaml_is_told_with_its_line_in_the_file(deliver):
    (problem,) = read(deliver('---\na: 1\nb: "open\nc: 2\n---\nbody\n', "r.md"), TRACKER).problems
    assert problem.rule == "unreadable"
    assert problem.where.line in (4, 5)
    assert "line" in problem.details["reason"] and "línea" in problem.details["reason_es"]
    (problem,) = read(deliver("---\na: 1\nb: x: y\n---\n", "r.md"), TRACKER).problems
    assert (problem.where.line, problem.details["column"]) == (3, "5")


def test_front_matter_that_never_closes_is_truncated(deliver):
    assert [p.rule for p in read(deliver("---\na: 1\nb: 2\n", "r.md"), TRACKER).problems] == ["truncated"]


@pytest.mark.parametrize(
    "matter",
    ["- a\n- b", "a: &x [1]\nb: *x", "a: " + "[" * 300 + "]" * 300],
    ids=["list", "alias", "deep"],
)
def test_front_matter_that_is_no_plain_mapping_is_refused(deliver, matter):
    assert [p.rule for p in read(deliver(f"---\n{matter}\n---\n", "r.md"), TRACKER).problems] == ["unreadable"]


def test_a_key_given_twice_is_a_problem_at_the_second(deliver):
    (problem,) = read(deliver("---\na: 1\nb: 2\na: 3\n---\n", "r.md"), TRACKER).problems
    assert (problem.rule, problem.where.line, problem.value) == ("repeated-column", 4, "3")


def test_a_body_that_begins_with_html_is_not_mistaken_for_a_web_page(deliver):
    assert read(deliver("---\na: 1\n---\n<html>\n", "r.md"), TRACKER).problems == []
