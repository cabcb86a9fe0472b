from pathlib import Path

import openpyxl
import pytest

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.markdown import MarkdownReader
from ogp_pipeline.formats.records import RULES as READING
from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.formats.xlsx import XlsxReader
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.sources.mapper import apply, unknown_columns
from ogp_pipeline.sources.reading import read
from ogp_pipeline.sources.records import RULES as MAPPING

HERE = Path()


def rows(*values, file="f.csv"):
    return [
        RawRow(file, number, row, number + 1, cells=dict.fromkeys(row, f"X{number}"))
        for number, row in enumerate(values, start=1)
    ]


def mapping(**parts):
    return TableMapping.model_validate({"columns": {}, **parts})


def mapped(raw, base=HERE, **parts):
    found = apply("updates", mapping(**parts), raw, base)
    assert {problem.rule for problem in found.problems} <= READING | MAPPING
    return found


def values(found):
    return [tuple(row.values.values()) for row in found.rows]


def test_columns_are_renamed_squeezed_and_know_their_cell():
    found = mapped(rows({"Código": "  A \n 1 "}), columns={"id": {"from": "Código"}, "plan": {"value": "P"}})
    assert values(found) == [("A 1", "P")]
    origin = found.rows[0].origins["id"]
    assert (origin.line, origin.cell, origin.column) == (2, "X1", "Código")
    assert found.rows[0].origins["plan"].line == 2


def test_squeezing_can_be_switched_off_and_text_keeps_its_lines():
    raw = rows({"a": "x  y\r\nz<br>w"})
    assert values(mapped(raw, columns={"a": {"from": "a", "squeeze": False}})) == [("x  y\nz<br>w",)]
    assert values(mapped(raw, columns={"a": {"from": "a", "text": True}})) == [("x y\nz\nw",)]


def test_the_first_source_with_a_match_wins():
    raw = rows({"a": "none here", "b": "US0113.2"}, {"a": "US0114.1", "b": ""})
    column = {"from": ["a", "b"], "match": r"US(\d{4})"}
    found = mapped(raw, columns={"id": column})
    assert values(found) == [("0113",), ("0114",)]
    assert [row.origins["id"].column for row in found.rows] == ["b", "a"]


def test_a_value_outside_the_crosswalk_is_a_problem_and_leaves_the_cell_empty():
    found = mapped(
        rows({"s": "Done"}, {"s": "No Trackab"}, {"s": ""}),
        columns={"status": {"from": "s", "map": {"Done": "complete"}}},
    )
    assert values(found) == [("complete",), ("",), ("",)]
    (problem,) = found.problems
    assert (problem.rule, problem.value, problem.number) == ("unmapped-value", "No Trackab", 2)
    assert (problem.table, problem.column, problem.where.column) == ("updates", "status", "s")
    assert problem.details == {"allowed": "Done"}


def test_a_crosswalk_file_is_read_beside_the_programme(tmp_path):
    (tmp_path / "agencies.csv").write_text('from,to\n"Exeecutive, Office",EOP\nGSA,GSA\n', "utf-8")
    columns = {"id": {"from": "a", "map_file": "agencies.csv"}}
    assert values(mapped(rows({"a": "Exeecutive, Office"}), tmp_path, columns=columns)) == [("EOP",)]


@pytest.mark.parametrize("content", [None, "a,b\n1,2\n", "from,to\n", "from,to\nx,1\nx,2\n"])
def test_a_crosswalk_file_that_cannot_be_used_is_the_programmes_mistake(tmp_path, content):
    if content is not None:
        (tmp_path / "m.csv").write_text(content, "utf-8")
    with pytest.raises(ProgrammeError):
        mapped(rows({"a": "x"}), tmp_path, columns={"id": {"from": "a", "map_file": "m.csv"}})


@pytest.mark.parametrize(
    "parts",
    [
        {"columns": {"id": {"from": "a", "match": "("}}},
        {"columns": {"id": {"from": "a", "template": "{value.x}"}}},
        {"columns": {"id": {"from": "_piece"}}, "split": {"column": "a", "on": "["}},
    ],
)
def test_a_mapping_that_cannot_work_is_the_programmes_mistake(parts):
    with pytest.raises(ProgrammeError):
        mapped(rows({"a": "x"}), **parts)


def test_words_for_nothing_are_empty_before_the_crosswalk():
    columns = {"kind": {"from": "a", "empty": ["None.", "N/A"], "map": {"Link": "link"}}}
    found = mapped(rows({"a": "None."}, {"a": "Link"}), columns=columns)
    assert (values(found), found.problems) == ([("",), ("link",)], [])


def test_dates_are_mended_when_unambiguous_and_problems_otherwise():
    columns = {"day": {"from": "d", "date": ["%d/%m/%Y", "%m/%d/%Y"]}}
    raw = rows({"d": "15/01/2024"}, {"d": "03/04/2024"}, {"d": "2024-02-31"}, {"d": ""})
    found = mapped(raw, columns=columns)
    assert values(found) == [("2024-01-15",), ("",), ("",), ("",)]
    assert [(problem.rule, problem.number) for problem in found.problems] == [
        ("ambiguous-date", 2),
        ("bad-date", 3),
    ]
    details = found.problems[0].details
    assert (details["first"], details["second"]) == ("2024-03-04", "2024-04-03")
    assert (details["first_words_es"], details["second_words_en"]) == ("4 de marzo de 2024", "3 April 2024")


def test_a_due_date_in_words_becomes_its_last_day_its_expression_and_its_precision():
    columns = {name: {"from": "due", "due": what} for name, what in
               (("due_date", "date"), ("due_edtf", "edtf"), ("due_precision", "precision"))}  # fmt: skip
    found = mapped(rows({"due": "by fall 2026"}, {"due": "Ongoing"}, {"due": ""}, {"due": "soon"}), columns=columns)
    assert values(found) == [
        ("2026-11-30", "../2026-23", "season"), ("", "../..", "none"), ("", "", ""), ("", "", "")
    ]  # fmt: skip
    assert [(one.rule, one.value, one.column) for one in found.problems] == [
        ("due-not-read", "soon", name) for name in columns
    ]


@pytest.mark.parametrize(
    ("form", "text", "due", "other"),
    [
        ("%Y", "2026", "2026-12-31", "2026-01-01"),
        ("%B %Y", "February 2028", "2028-02-29", "2028-02-01"),
        ("%m/%Y", "06/2026", "2026-06-30", "2026-06-01"),
        ("%d/%m/%Y", "05/06/2026", "2026-06-05", "2026-06-05"),
    ],
)
def test_a_format_without_a_day_gives_the_last_one_of_a_due_date(form, text, due, other):
    """``2026`` was overdue on the first of January."""
    columns = {name: {"from": "d", "date": [form]} for name in ("due_date", "completed_on")}
    assert values(mapped(rows({"d": text}), columns=columns)) == [(due, other)]


def test_numbers_follow_the_declared_decimal_sign():
    columns = {"percent": {"from": "p", "decimal": ","}}
    found = mapped(rows({"p": "62,5"}, {"p": "62.5"}), columns=columns)
    assert values(found) == [("62.5",), ("",)]
    assert [problem.rule for problem in found.problems] == ["not-a-number"]


def test_a_typed_number_is_not_read_again_under_the_senders_decimal_sign(deliver, tmp_path):
    book = openpyxl.Workbook()
    for line in (["p"], [1.234], ["1,5"]):
        book.active.append(line)
    book.save(tmp_path / "typed.xlsx")
    raw = read(deliver((tmp_path / "typed.xlsx").read_bytes(), "f.xlsx"), XlsxReader(kind="xlsx")).rows
    found = mapped(raw, columns={"percent": {"from": "p", "decimal": ","}})
    assert values(found) == [("1.234",), ("1.5",)]


def test_a_template_is_filled_only_where_there_is_a_value():
    columns = {
        "url": {"from": "u", "template": "https://example.org{value}"},
        "n": {"template": "{number:03d}"},
    }
    assert values(mapped(rows({"u": "/a"}, {"u": ""}), columns=columns)) == [
        ("https://example.org/a", "001"),
        ("", "002"),
    ]


def test_where_and_skip_compare_plain_text_and_skipped_rows_are_counted():
    found = mapped(
        rows(
            {"kind": "A", "t": "**Pending**<br>"},
            {"kind": "B", "t": "Pending"},
            {"kind": " A ", "t": "Pending"},
            {"kind": "A", "t": "Work"},
        ),
        where={"kind": ["A"]},
        skip=[
            {"column": "t", "values": ["Nothing"], "why": {"en": "x"}},
            {"column": "t", "values": ["Pending"], "why": {"en": "y"}},
        ],
        columns={"t": {"from": "t"}},
    )
    assert values(found) == [("Work",)]
    assert [(skip.why.get("en"), count) for skip, count in found.skipped] == [("y", 2)]


def test_a_cell_of_many_values_is_split():
    found = mapped(
        rows({"who": "One <br> Two;;Three"}),
        split={"column": "who", "on": r"<br>|(;)"},
        columns={"who": {"from": "_piece"}, "n": {"template": "{part}"}},
    )
    assert values(found) == [("One", "1"), ("Two", "2"), ("Three", "3")]
    assert found.rows[1].origins["who"].column == "who"


def test_repeated_columns_become_rows_of_the_filled_ones():
    found = mapped(
        rows({"id": "1", "d1": "A", "d2": "", "d3": "C"}),
        unpivot={"columns": ["d1", "d2", "d3"]},
        columns={"id": {"from": "id"}, "who": {"from": "_piece"}, "n": {"template": "{part}"}},
    )
    assert values(found) == [("1", "A", "1"), ("1", "C", "2")]
    assert [row.origins["who"].column for row in found.rows] == ["d1", "d3"]


def test_links_become_rows_with_the_line_of_each_link(deliver):
    text = "---\nid: M1\n---\nEvidence:\n\nOrder: https://example.org/o\n\n[Plan](/p.pdf)\n"
    raw = read(deliver(text, "m.md"), MarkdownReader(kind="markdown", sections={"evidence": "^Evidence:"})).rows
    found = mapped(
        raw,
        links={"column": "evidence"},
        columns={
            "id": {"from": "id"},
            "number": {"template": "{part}"},
            "url": {"from": "_url"},
            "title_en": {"from": "_label"},
            "file": {"from": "_file"},
        },
    )
    assert values(found) == [
        ("M1", "1", "https://example.org/o", "Order", "m.md"),
        ("M1", "2", "/p.pdf", "Plan", "m.md"),
    ]
    assert [row.origins["url"].line for row in found.rows] == [6, 8]
    assert [row.origins["id"].line for row in found.rows] == [2, 2]


def test_distinct_drops_rows_that_say_the_same():
    raw = rows({"c": "A", "x": "1"}, {"c": "B", "x": "2"}, {"c": "A", "x": "3"})
    assert values(mapped(raw, distinct=True, columns={"c": {"from": "c"}})) == [("A",), ("B",)]
    assert len(mapped(raw, columns={"c": {"from": "c"}}).rows) == 3


def test_a_column_that_a_file_lacks_is_one_problem_for_that_file():
    raw = [*rows({"id": "1"}, {"id": "2"}, file="a.csv"), *rows({"id": "1", "s": "x"}, file="b.csv")]
    found = mapped(raw, columns={"id": {"from": "id"}, "status": {"from": "s"}, "again": {"from": "s"}})
    assert [(p.rule, p.where.file, p.where.column, p.column) for p in found.problems] == [
        ("missing-column", "a.csv", "s", "status")
    ]
    assert len(found.rows) == 3


def test_one_of_several_sources_is_enough():
    assert mapped(rows({"a": "1"}), columns={"id": {"from": ["a", "b"]}}).problems == []


def test_what_where_skip_and_split_name_must_be_there_too():
    found = mapped(
        rows({"a": "1"}),
        where={"w": ["x"]},
        skip=[{"column": "k", "values": [""], "why": {"en": "?"}}],
        split={"column": "p", "on": ";"},
        columns={"id": {"from": "_piece"}},
    )
    assert [problem.where.column for problem in found.problems] == ["w", "k", "p"]


def test_no_columns_means_the_files_headings_are_already_ours(deliver):
    raw = read(deliver("milestone_id,progress_en,colour\nM1, two\n"), CsvReader(kind="csv")).rows
    raw = rows({"milestone_id": "M1", "progress_en": " one\r\ntwo ", "colour": "red"})
    found = apply("updates", mapping(), raw, HERE, ("milestone_id", "progress_en", "period_id"), {"period_id"})
    assert values(found) == [("M1", "one\ntwo")]
    assert [(p.rule, p.where.column) for p in found.problems] == [("missing-column", "period_id")]
    assert unknown_columns(("milestone_id", "colour"), mapping(), {"milestone_id"}) == ["colour"]


def test_a_file_with_a_real_mapping_may_have_columns_that_nobody_uses():
    renamed = mapping(columns={"id": {"from": "a"}})
    assert unknown_columns(("a", "b"), renamed, {"id"}) == []
