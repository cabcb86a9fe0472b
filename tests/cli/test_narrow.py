"""A terminal of 80 columns: every command's help fits, and nothing in it is cut."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ogp_pipeline.cli import app
from tests.sample import by_day

CUT = re.compile(r"…\s*(?:│|$)")  # an ellipsis of ours stands within a sentence


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group, as it is typed."""
    yield path
    for name, under in getattr(command, "commands", {}).items():
        yield from commands(under, (*path, name))


def shown(*arguments: str) -> list[str]:
    """What is printed on 80 columns, by line."""
    result = CliRunner().invoke(app.app, list(arguments), env={"COLUMNS": "80", "NO_COLOR": "1"})
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def misfits(lines: list[str]) -> list[str]:
    return [line for line in lines if len(line) > 80 or CUT.search(line)]


COMMANDS = [" ".join(path) for path in commands(get_command(app.app))]
LONGEST = [
    "",
    "run",
    "map",
    "template",
    "report",
    "retire",
    "inbox link",
]  # the others have nothing that these have not


@pytest.mark.parametrize("command", by_day(COMMANDS, LONGEST))
def test_the_help_of_a_command_fits(command: str) -> None:
    assert misfits(shown(*command.split(), "--help")) == []


def test_a_line_that_was_cut_or_is_wider_would_be_noticed() -> None:
    assert misfits(["│ the shape of what commands pri… │", "x" * 81, "Address (https://…) of it"]) == [
        "│ the shape of what commands pri… │",
        "x" * 81,
    ]
