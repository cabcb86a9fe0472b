"""Errors kept as columns: in a long table, with every kind of error among them, they are frictionless' own."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pytest

from ogp_pipeline.validation.fast import Task, comparable, json_parts, to_json, validate
from ogp_pipeline.validation.fast.columns import TEXT
from ogp_pipeline.validation.fast.error_columns import ErrorBlock
from ogp_pipeline.validation.fast.shapes import shape_of

ROWS = 6_000  # more than tell whether the texts of a column are few
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "pattern": r"U\d{5}"}},
        {"name": "status", "type": "string", "constraints": {"enum": ["a", "b"], "minLength": 1}},
        {"name": "day", "type": "date", "constraints": {"required": True}},
        {"name": "note", "type": "string", "constraints": {"maxLength": 12, "pattern": "[^q]*"}},
        {"name": "amount", "type": "number"},
    ],
    "primaryKey": ["id"],
}
SLIPS = {
    97: {0: "U1"},
    131: {1: 'say "c"'},
    137: {2: "31/02/2024"},
    151: {3: "q\n\\ \x01 long and with a q"},
    157: {4: "12.000,50", 1: "x"},
    1009: {0: ""},
    1499: {0: "U00001"},
}


def _rows() -> Iterator[list[str]]:
    for number in range(ROWS):
        row = [f"U{number:05}", "ab"[number % 2], f"2024-01-{number % 28 + 1:02}", f"é {number}", f"{number}.5"]
        for every, slips in SLIPS.items():
            if number % every == every - 1:
                for column, cell in slips.items():
                    row[column] = cell
        if number % 1_201 == 1_200:
            row = row[:3] if number % 2 else [*row, "more"]
        yield [""] * 5 if number == 777 else row


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("columns") / "t.csv"
    text = io.StringIO()
    csv.writer(text).writerows([[field["name"] for field in SCHEMA["fields"]], *_rows()])
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def _resource(path: Path) -> frictionless.Resource:
    described = {"name": "t", "path": path.name, "schema": SCHEMA, "encoding": "utf-8"}
    return frictionless.Resource.from_descriptor(
        {**described, "dialect": {"csv": {"delimiter": ","}}}, basepath=str(path.parent)
    )


@pytest.fixture(scope="module")
def authority(path: Path) -> frictionless.Report:
    return _resource(path).validate(limit_errors=0)


@pytest.fixture
def ours(path: Path) -> frictionless.Report:
    return validate(_resource(path), limit_errors=0)


def test_a_long_table_gets_the_report_of_frictionless(
    authority: frictionless.Report, ours: frictionless.Report
) -> None:
    assert ours.tasks[0].stats["strategy"] == "arrow", ours.tasks[0].stats["strategy_reason"]
    assert comparable(ours) == comparable(authority)
    kinds = {error.type for error in authority.tasks[0].errors}
    assert kinds == {*("type-error", "constraint-error", "primary-key", "extra-cell", "missing-cell", "blank-row")}


@pytest.mark.parametrize("limit", [1, 7, 60, 200])
def test_a_limit_cuts_columns_and_objects_alike(path: Path, limit: int) -> None:
    expected = _resource(path).validate(limit_errors=limit)
    got = validate(_resource(path), limit_errors=limit)
    assert comparable(got) == comparable(expected)


def test_the_json_is_written_from_the_columns(ours: frictionless.Report, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ErrorBlock] = []
    monkeypatch.setattr(ErrorBlock, "errors", lambda block: made.append(block) or iter(()))
    pieces = list(json_parts(ours))
    assert not made
    monkeypatch.undo()
    assert "".join(pieces) == to_json(ours) == ours.to_json()


def test_rows_with_errors_are_counted_without_objects(ours: frictionless.Report) -> None:
    task = ours.tasks[0]
    assert isinstance(task, Task)
    counted = task.log.rows()
    assert counted == len({error.row_number for error in task.errors}) > 200


def test_a_block_in_slices_has_the_same_errors(ours: frictionless.Report) -> None:
    task = ours.tasks[0]
    assert isinstance(task, Task)
    (block,) = task.log.parts
    assert isinstance(block, ErrorBlock) and block.drafts
    sliced = [error for part in block.slices(7) for error in part.errors()]
    assert [error.to_descriptor() for error in sliced] == [error.to_descriptor() for error in task.errors]


def test_who_changes_the_errors_changes_the_report(ours: frictionless.Report) -> None:
    del ours.tasks[0].errors[1:]
    assert to_json(ours).count('"rowNumber"') == 1


def test_a_million_errors_would_fit_in_memory(ours: frictionless.Report) -> None:
    task = ours.tasks[0]
    assert isinstance(task, Task)
    (block,) = task.log.parts
    assert isinstance(block, ErrorBlock)
    numbers = block.numbers.nbytes + block.said.nbytes + block.rows.nbytes
    assert numbers == 24 * len(block)
    assert block.cells.nbytes < 110 * block.cells.num_rows  # the cells and an offset each


PATTERNS = [r"U\d{2}", r"[A-C]x", r"a(?:b[0-9]){2}", r"\d{2}-\d", "abcdefghijkl"]
OTHERS = ["a|b", "(?i)ab", "(?i:a)b", "a?", "[ab]c", "a^b", "a$b", "^ab$", r"a\Z", "é", "", "x{2,3}", r"\w", "a" * 41]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_has_the_shape_of_a_pattern_python_accepts(pattern: str) -> None:
    shape = shape_of(pattern)
    assert shape is not None
    letters = "".join(chr(low) for low, _ in shape.ranges)
    odd = [chr(code) for code in (*range(0, 256), 0x660, 0xFF11, 0x1F600)]
    changed = [letters[:at] + letter + letters[at + 1 :] for at in range(len(letters)) for letter in odd]
    texts = [letters, letters[:-1], letters + "\n", letters + "x" * 12, letters + "\0", "", *changed]
    every = pa.array([*texts, letters], TEXT)
    for place, text in enumerate(texts):
        assert not shape.fits(text) or re.compile(f"^{pattern}$").match(text)
        doubtful = shape.doubtful(pa.array([letters, text, letters], TEXT)).tolist()
        assert doubtful == ([] if shape.fits(text) else [1])
        assert shape.doubtful(every[place:][:1]).tolist() == ([] if shape.fits(text) else [0])
    misfits = [place for place, text in enumerate(texts) if not shape.fits(text)]
    assert shape.doubtful(pa.array([letters] * 9000 + texts, TEXT)).tolist() == [9000 + place for place in misfits]
    assert shape.doubtful(pa.array([letters, None], TEXT)).tolist() == [1]
    assert not len(shape.doubtful(pa.array([letters] * 9001, TEXT))) and not len(shape.doubtful(pa.array([], TEXT)))


@pytest.mark.parametrize("pattern", OTHERS)
def test_other_patterns_have_no_shape(pattern: str) -> None:
    assert shape_of(pattern) is None
