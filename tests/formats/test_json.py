import pytest
from pydantic import ValidationError

from ogp_pipeline.formats.json import JsonReader
from ogp_pipeline.formats.vocabulary import vocabulary
from ogp_pipeline.sources.reading import read

JSON = JsonReader(kind="json")


def test_objects_become_rows_with_a_pointer_to_every_value(deliver):
    first = '{"id": 1.50, "ok": true, "none": null, "tags": ["a", "b"], "by": {"name": "x"}}'
    text = f'{{"data": [{first}, {{"id": 2}}]}}'
    found = read(deliver(text, "f.json"), JsonReader(kind="json", at="/data"))
    assert found.problems == []
    assert found.headings == ("id", "ok", "none", "tags", "by/name")
    assert found.rows[0].values == {"id": "1.50", "ok": "true", "none": "", "tags": "a;b", "by/name": "x"}
    assert found.rows[0].typed == {"id", "ok"}
    assert found.rows[1].locate("id").pointer == "/data/1/id"
    assert found.rows[0].locate("by/name").pointer == "/data/0/by/name"


def test_a_repeated_key_and_an_item_that_is_no_object_are_problems(deliver):
    found = read(deliver('[{"id": "1", "id": "2"}, 3, {"in": {"k": 1, "k": 2}}]', "f.json"), JSON)
    assert [(problem.rule, problem.where.pointer) for problem in found.problems] == [
        ("repeated-column", "/0/id"),
        ("unreadable", "/1"),
        ("repeated-column", "/2/in/k"),
    ]
    assert len(found.rows) == 2


def test_a_syntax_error_is_told_with_line_and_column(deliver):
    (problem,) = read(deliver('[\n {"id": "é", x}\n]', "f.json"), JSON).problems
    assert (problem.rule, problem.where.line) == ("unreadable", 2)
    assert (problem.details["line"], problem.details["column"]) == ("2", "14")


@pytest.mark.parametrize("text", ['[{"id": "1"}, {"id"', '[{"id": "1"}', '[{"id": "no end'])
def test_a_document_that_stops_is_truncated(deliver, text):
    assert [p.rule for p in read(deliver(text, "f.json"), JSON).problems] == ["truncated"]


@pytest.mark.parametrize(
    ("text", "at"),
    [('{"data": []}', ""), ('{"data": {}}', "/data"), ('{"data": []}', "/rows"), ("[NaN]", "")],
)
def test_what_is_no_list_of_objects_is_unreadable(deliver, text, at):
    assert [p.rule for p in read(deliver(text, "f.json"), JsonReader(kind="json", at=at)).problems] == ["unreadable"]


def test_an_empty_list_is_an_empty_file(deliver):
    assert [p.rule for p in read(deliver("[]", "f.json"), JSON).problems] == ["empty-file"]


@pytest.mark.parametrize("depth", [100, 200_000])
def test_deep_nesting_is_refused(deliver, depth):
    text = '[{"a": ' + "[" * depth + "]" * depth + "}]"
    assert [p.rule for p in read(deliver(text, "f.json"), JSON).problems] == ["unreadable"]


def test_escaped_control_characters_and_lone_surrogates_are_problems_at_their_value(deliver):
    found = read(deliver(r'[{"a": "x\u0000y", "b": "\ud800"}]', "f.json"), JSON)
    assert [(p.rule, p.where.pointer) for p in found.problems] == [
        ("unreadable", "/0/a"),
        ("unreadable", "/0/b"),
    ]


def test_a_huge_number_stays_as_written(deliver):
    digits = "9" * 10_000
    assert read(deliver(f'[{{"n": {digits}}}]', "f.json"), JSON).rows[0].values["n"] == digits


def test_one_object_on_each_line_is_a_list_of_them(deliver):
    found = read(deliver('{"id": "1", "n": 1.50}\n\n{"id": "2"}\n'), JSON)
    assert [dict(row.values) for row in found.rows] == [{"id": "1", "n": "1.50"}, {"id": "2"}]
    assert found.problems == []


@pytest.mark.parametrize("text", ['{"id": "1"}\n[2]\n', '{"id": "1"} {"id": "2"}', '{"id": "1"}\n{"id": '])
def test_what_is_not_one_object_a_line_is_said_to_be_no_json(deliver, text):
    (problem,) = read(deliver(text), JSON).problems
    assert problem.rule in ("unreadable", "truncated")


def test_objects_in_a_list_stay_what_they_are(deliver):
    (row,) = read(deliver('[{"id": "1", "parts": [{"es": "a"}, {"es": "b"}], "tags": ["x", "y"]}]'), JSON).rows
    assert row.values == {"id": "1", "parts": '[{"es": "a"}, {"es": "b"}]', "tags": "x;y"}


def test_a_key_that_is_nearly_a_column_is_taken_for_it_and_keeps_its_own_place(deliver):
    known = vocabulary(["milestone_id", "status", "percent"], [("Hito", "milestone_id"), ("Estado", "status")])
    text = (
        '[{"Hito": "A.1", "Estado": "complete", "Percent ": 4}, {"status": "x", "Estado": "y", "milestone_id": "A.2"}]'
    )
    found = read(deliver(text, "f.json"), JSON, vocabulary=known)
    assert found.rows[0].values == {"milestone_id": "A.1", "status": "complete", "percent": "4"}
    assert found.rows[0].typed == {"percent"}
    where = found.rows[0].locate("milestone_id")
    assert (where.pointer, where.column) == ("/0/Hito", "Hito")
    assert found.rows[1].values == {"status": "x", "Estado": "y", "milestone_id": "A.2"}, "two keys for one column"
    [told] = found.problems
    assert (told.rule, told.details["pairs"]) == (
        "headings-mended",
        "«Hito» = milestone_id; «Estado» = status; «Percent » = percent",
    )


def test_rows_are_found_by_an_expression_wherever_they_lie(deliver):
    text = '{"plans": [{"n": 1, "all": {"C1": {"t": "a"}, "C2": {"t": "b"}}}], "n": 1.50}'
    reading = read(deliver(text, "f.json"), JsonReader(kind="json", rows="plans[0].all"))
    assert [(row.pointer, dict(row.values)) for row in reading.rows] == [
        ("/plans/0/all/C1", {"_key": "C1", "t": "a"}),
        ("/plans/0/all/C2", {"_key": "C2", "t": "b"}),
    ]
    (problem,) = read(deliver(text, "f.json"), JsonReader(kind="json", rows="plans[5].all")).problems
    assert problem.rule == "unreadable"


@pytest.mark.parametrize("options", [{"rows": "a["}, {"rows": "a", "at": "/a"}])
def test_an_expression_that_is_none_is_told_before_a_file_comes(options):
    with pytest.raises(ValidationError):
        JsonReader(kind="json", **options)
