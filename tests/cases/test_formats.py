"""Files of every format that somebody has sent: read, or named in one sentence that is true."""

from pathlib import Path

import pytest

FORMATS = Path(__file__).parent / "formats"
COLUMNS = {"institution_id": {"from": "id"}, "name_en": {"from": "name"}, "sector": {"value": "government"}}

SAID = [
    ("a.ods", "xlsx", {}, [], 2, ""),
    ("airtable.json", "json", {"at": "/records"}, ["missing-column/elsewhere"], 0, "it stands there as “fields/name”"),
    ("dict.json", "json", {}, ["rows-elsewhere"], 0, "they stand in “/*”"),
    ("dup.csv", "csv", {}, ["repeated-column"], 0, "“name”"),
    ("google.html", "csv", {}, ["not-a-table"], 0, "a web page"),
    ("head3.csv", "csv", {}, ["title-rows"], 2, "“Tablero de compromisos”"),
    ("latin1.csv", "csv", {}, ["encoding-taken"], 1, "Windows-1252"),
    ("lines.jsonl", "json", {}, [], 2, ""),
    ("old.xls", "xlsx", {}, ["wrong-format"], 0, "an old Office document"),
    ("plan.docx", "xlsx", {}, ["wrong-format"], 0, "a Word document"),
    ("plan.pdf", "xlsx", {}, ["wrong-format"], 0, "a PDF document"),
    ("semi.csv", "csv", {}, ["wrong-delimiter"], 2, "semicolons"),
    ("spaces.csv", "csv", {}, ["headings-mended"], 1, "“Name” = name"),
    ("table.html", "csv", {}, ["not-a-table/html"], 0, "a web page with a table"),
    ("total.xlsx", "xlsx", {}, ["total-row"], 2, "“Total” in cell A5"),
    ("twosheets.xlsx", "xlsx", {}, ["sheet-not-read"], 1, "“Ministerio B” was not read"),
    ("utf16.csv", "csv", {"delimiter": "\t"}, ["encoding-taken"], 2, "UTF-16"),
]


@pytest.mark.parametrize(("name", "kind", "reader", "rules", "rows", "words"), SAID, ids=[one[0] for one in SAID])
def test_a_file_is_read_or_named_for_what_it_is(forum, name, kind, reader, rules, rows, words):
    content = (FORMATS / name).read_bytes()
    sent = forum.send(
        "institutions", content, supplier="gobierno", name=name, kind=kind, reader=reader, columns=COLUMNS
    )
    assert [one.rule for one in sent[1].problems] == rules
    assert len(sent[1].rows) == rows
    for rule in rules:
        (advice,) = forum.advice(sent, rule, "en")
        assert words in advice.wrong, advice.wrong
