"""What a command prints with ``--json`` is what ``schemas/cli`` says of it: a fixture for tests that run commands.

Import ``shaped`` into a test module, and each document that its tests make a command print is compared.
"""

import inspect
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from typer.main import get_command

from ogp_pipeline.cli import app, views_run

FOLDER = Path(__file__).parents[1] / "schemas" / "cli"


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command that takes ``--json``, under the name of its file."""
    group = group or get_command(app.app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        elif any("--json" in parameter.opts for parameter in command.params):
            yield "-".join((*path, name)), command


@cache
def validator(name: str) -> Draft202012Validator:
    """What the document of a command must be."""
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def check(name: str, document: object) -> None:
    """AssertionError that says where the document is not what the schema says."""
    faults = [f"{'/'.join(map(str, fault.path))}: {fault.message[:300]}" for fault in
              validator(name).iter_errors(document)]  # fmt: skip
    assert faults == [], f"schemas/cli/{name}.json"


@cache
def _by_function() -> dict[object, str]:
    return {inspect.unwrap(command.callback).__code__: name for name, command in commands()}


def _running() -> str | None:
    """The command that is on the way, by the functions that are being called."""
    frame, names = inspect.currentframe(), _by_function()
    while frame is not None:
        if frame.f_code in names:
            return names[frame.f_code]
        frame = frame.f_back
    return None


@pytest.fixture(autouse=True)
def shaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare each document before it is printed."""
    written = views_run.json_text

    def compared(text: str) -> str:
        name = _running()
        if name is not None:
            check(name, json.loads(text))
        return written(text)

    monkeypatch.setattr(views_run, "json_text", compared)
