"""The rows that one raw row becomes, and the places that they know."""

import json
from pathlib import Path
from typing import Any

from ogp_pipeline.formats.json import JsonReader
from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.sources.mapper import Mapped, apply
from ogp_pipeline.sources.reading import read
from ogp_pipeline.sources.spool import keep


def mapped(raw: list[RawRow], **parts: Any) -> Mapped:
    return apply("updates", TableMapping.model_validate(parts), raw, Path())


def nested(folder: Path, *items: object) -> list[RawRow]:
    file = keep([json.dumps(items).encode()], "t.json", folder)
    return read(file, JsonReader(kind="json")).rows


def test_each_period_knows_the_column_it_came_from() -> None:
    raw = [RawRow("t.csv", 1, {"id": "A1", "Q1 st": "done", "Q1 note": "x", "Q2 note": "y"}, 2)]
    headings = {"st": "^(Q.) st$", "note": "^(Q.) note$"}
    columns = {"period_id": {"from": "_key"}, "status": {"from": "_st"}, "progress_text": {"from": "_note"}}
    found = mapped(raw, unpivot={"headings": headings}, columns=columns)
    assert [tuple(row.values.values()) for row in found.rows] == [("Q1", "done", "x"), ("Q2", "", "y")]
    assert found.rows[0].origins["progress_text"].column == "Q1 note"
    assert found.rows[1].origins["status"].column == "Q2 note"


def test_a_file_without_any_such_column_is_told_so() -> None:
    raw = [RawRow("t.csv", 1, {"id": "A1"}, 2)]
    (problem,) = mapped(raw, unpivot={"headings": {"st": "^(Q.) st$"}}, columns={"status": {"from": "_st"}}).problems
    assert (problem.rule, problem.details) == ("missing-column", {"column": "^(Q.) st$"})


def test_parts_may_be_left_out_by_what_they_offer() -> None:
    raw = [RawRow("t.csv", 1, {"a": "x", "b": "y"}, 2)]
    found = mapped(
        raw, unpivot={"columns": ["a", "b"]}, where={"_column": ["b"]}, columns={"status": {"from": "_piece"}}
    )
    assert [row.values["status"] for row in found.rows] == ["y"]


def test_an_object_in_a_list_knows_its_pointer(tmp_path: Path) -> None:
    raw = nested(tmp_path, {"id": 1, "steps": [{"t": "a"}, {"t": "b"}]})
    found = mapped(raw, items={"step": "steps"}, columns={"title_en": {"from": "_step/t"}})
    assert [row.values["title_en"] for row in found.rows] == ["a", "b"]
    assert [row.origins["title_en"].pointer for row in found.rows] == ["/0/steps/0", "/0/steps/1"]


def test_numbers_are_compared_as_numbers_and_written_as_they_came(tmp_path: Path) -> None:
    raw = nested(tmp_path, {"all": [{"year": 2023, "v": 1.5}, {"year": 2024, "v": 12345678901234567890}]})
    columns = {"a": {"jmespath": "all[?year > `2023`].v | [0]"}, "b": {"jmespath": "all[0].v"}}
    found = mapped(raw, columns=columns)
    assert found.rows[0].values == {"a": "12345678901234567890", "b": "1.5"}


def test_values_of_another_kind_than_an_expression_works_with_are_the_files_problem(tmp_path: Path) -> None:
    raw = nested(tmp_path, {"names": 5}, {"names": ["a", "b"]})
    found = mapped(raw, columns={"title_en": {"jmespath": "join(', ', names)"}})
    assert [row.values["title_en"] for row in found.rows] == ["", "a, b"]
    assert [(one.rule, one.where.pointer) for one in found.problems] == [("unfit-nested", "/0")]
    items = mapped(raw, items="sort(names)", columns={"title_en": {"from": "_item/value"}})
    assert [row.values["title_en"] for row in items.rows] == ["a", "b"]
    assert [one.rule for one in items.problems] == ["unfit-nested"]
