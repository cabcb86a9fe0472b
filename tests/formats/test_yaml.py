"""YAML as people keep their plans in it."""

import pytest

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.yaml import YamlReader
from ogp_pipeline.sources.reading import read


def read_yaml(deliver, text, **options):
    return read(deliver(text.encode(), "t.yaml"), YamlReader(kind="yaml", **options), Limits())


def texts(reading):
    return [dict(row.values) for row in reading.rows]


def test_values_stay_as_they_are_written_and_rows_know_their_line(deliver):
    reading = read_yaml(
        deliver, "- id: 012\n  on: no\n  due: 2024-02-29\n  n: 1.10\n  ok: true\n  none: ~\n- id: '7'\n"
    )
    assert texts(reading)[0] == {"id": "012", "on": "no", "due": "2024-02-29", "n": "1.10", "ok": "true", "none": ""}
    assert [(row.line, row.typed) for row in reading.rows] == [(1, {"n", "ok"}), (7, frozenset())]


def test_rows_are_found_by_a_pointer_or_an_expression(deliver):
    text = "plan: {commitments: {C1: {title: Budget}, C2: {title: Contracts}}, all: [{id: 1}]}\n"
    assert texts(read_yaml(deliver, text, at="/plan/all")) == [{"id": "1"}]
    reading = read_yaml(deliver, text, rows="plan.commitments")
    assert texts(reading) == [{"_key": "C1", "title": "Budget"}, {"_key": "C2", "title": "Contracts"}]
    assert reading.rows[1].pointer == "/plan/commitments/C2"


def test_several_documents_are_a_list_and_aliases_and_merges_are_followed(deliver):
    text = "id: 1\nlead: &g {name: GSA}\nsupport: *g\n---\nid: 2\n<<: {theme: open}\n"
    assert texts(read_yaml(deliver, text)) == [
        {"id": "1", "lead/name": "GSA", "support/name": "GSA"},
        {"id": "2", "theme": "open"},
    ]


def test_a_key_that_stands_there_twice_is_a_problem(deliver):
    assert [one.rule for one in read_yaml(deliver, "- {id: 1, id: 2}\n").problems] == ["repeated-column"]


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "a: &a [*a]\n",
        "[" * 60 + "]" * 60,
        "a: !!python/object/apply:os.system [x]\n- b\n",
        "? [a]\n: b\n",
        "a: 'x\n",
    ],
)
def test_what_could_explode_or_is_no_yaml_is_refused_in_no_time(deliver, text):
    (problem,) = read_yaml(deliver, text).problems
    assert problem.rule == "unreadable"


def test_tags_construct_nothing(deliver):
    assert texts(read_yaml(deliver, "- {id: !!python/name:os.system x, n: !own 5}\n")) == [{"id": "x", "n": "5"}]


@pytest.mark.parametrize(
    ("text", "rule"), [("--- \n...\n", "empty-file"), ("[]\n", "empty-file"), ("a: 1\n", "unreadable")]
)
def test_a_file_without_rows_is_told(deliver, text, rule):
    assert [one.rule for one in read_yaml(deliver, text).problems] == [rule]
