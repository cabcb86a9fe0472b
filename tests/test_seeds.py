"""docs/seeds.md: what it says that serves each practice of the two texts is there, and no cell is empty."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from ogp_pipeline.cli import app
from ogp_pipeline.schema import schemas
from ogp_pipeline.starter import mexico

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "seeds.md"
SCHEMAS = schemas.load()
COMMANDS = get_command(app.app).commands  # type: ignore[attr-defined]
COLUMNS = ("number", "text", "es", "en", "tables", "rules", "metrics", "commands", "tests")
ROWS = [
    dict(zip(COLUMNS, (cell.strip() for cell in line.strip("|").split("|")), strict=True))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]


def named(column: str) -> Iterator[tuple[str, str]]:
    """Number of the row and each thing that the cell names. A cell holds nothing but names in backquotes."""
    for row in ROWS:
        assert re.fullmatch(r"`[^`]+`(, `[^`]+`)*", row[column]), f"row {row['number']}: {column} is {row[column]!r}"
        yield from ((row["number"], name) for name in re.findall(r"`([^`]+)`", row[column]))


def test_rows_are_numbered_and_speak_both_languages_of_both_texts() -> None:
    assert [row["number"] for row in ROWS] == [str(number) for number in range(1, len(ROWS) + 1)]
    assert {row["text"] for row in ROWS} == {"C", "E"}
    assert all(row["es"] and row["en"] and row["es"] != row["en"] for row in ROWS)
    assert len({row["es"] for row in ROWS}) == len({row["en"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("column", "known"),
    [("tables", SCHEMAS.tables), ("rules", SCHEMAS.rules), ("metrics", SCHEMAS.metrics)],
    ids=["tables", "rules", "metrics"],
)
def test_what_is_named_is_in_the_schemas(column: str, known: dict[str, object]) -> None:
    assert not [(number, name) for number, name in named(column) if name not in known]


def test_every_command_that_is_named_can_be_given() -> None:
    """Its options too; a table and a supplier that it names are those of the programme that ``init`` makes."""
    for number, line in named("commands"):
        program, command, *rest = shlex.split(line)
        assert program == "ogp" and command in COMMANDS, f"row {number}: {line}"
        known = {option for one in COMMANDS[command].params for option in one.opts}
        assert {word for word in rest if word.startswith("--")} <= known, f"row {number}: {line}"
        if command == "template":
            [table, _, supplier] = rest
            assert table in mexico.PARTIES[supplier], f"row {number}: {line}"
        if command in {"schema", "trace"} and rest and not rest[0].startswith("--"):
            assert rest[0] in {**SCHEMAS.tables, **SCHEMAS.codes}, f"row {number}: {line}"


def test_every_test_that_is_named_exists() -> None:
    for number, name in named("tests"):
        file, _, function = name.partition("::")
        assert (ROOT / file).is_file(), f"row {number}: {file}"
        assert not function or function in functions(ROOT / file), f"row {number}: {name}"


@cache
def functions(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
