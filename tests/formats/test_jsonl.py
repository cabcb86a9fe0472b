"""JSON Lines: each line by itself."""

import pytest

from ogp_pipeline.formats.jsonl import JsonlReader
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.sources.reading import read


def read_lines(deliver, text, **limits):
    return read(deliver(text.encode(), "t.jsonl"), JsonlReader(kind="jsonl"), Limits(**limits))


def test_each_line_is_a_row_that_knows_its_line(deliver):
    reading = read_lines(deliver, '{"id": 1, "who": {"name": "GSA"}}\n\n{"id": 2.50}\n')
    assert [(row.line, dict(row.values)) for row in reading.rows] == [
        (1, {"id": "1", "who/name": "GSA"}),
        (3, {"id": "2.50"}),
    ]
    assert not reading.problems


def test_a_line_that_cannot_be_read_is_told_and_the_others_are_read(deliver):
    reading = read_lines(deliver, '{"id": 1}\n{"id": }\n[1]\n{"id": NaN}\n{"id": 5}\n{"id": "6')
    assert [row.values["id"] for row in reading.rows] == ["1", "5"]
    assert [(one.rule, one.where.line) for one in reading.problems] == [
        ("unreadable", 3),
        ("unreadable", 2),
        ("unreadable", 4),
        ("truncated", 6),
    ]


@pytest.mark.parametrize(
    ("limits", "text"), [({"rows": 2}, '{"a": 1}\n' * 4), ({"line_characters": 5}, '{"a": 123}\n')]
)
def test_a_limit_refuses_the_file(deliver, limits, text):
    assert [one.rule for one in read_lines(deliver, text, **limits).problems] == ["over-limit"]
