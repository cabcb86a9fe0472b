"""The steps of a recipe: what its fenced blocks tell the reader to do, and doing it in a copy of the project.

    ```python file=path      this whole file is new
    ```csv append=path       these lines go to the end of the file (any language may stand for csv)
                             (behind two empty lines, where it is Python)
    ```diff                  a change, as ``git apply`` takes it
    ```console               commands behind ``$ ``, each of which must succeed; other lines are their output

A block of any other form is an illustration: nothing is done with it.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What `git clone` does not bring: a recipe must work without it. (Compiled modules come along: they save seconds.)
MADE = shutil.ignore_patterns(
    ".git", ".venv", ".venv-consumers", ".venv-docs", "var", "build", "dist", "*.egg-info", ".*_cache", ".hypothesis"
)
# Few lines around a change, so that a recipe outlives other changes of the file; hence no counts and no anchors.
GIT_APPLY = ("git", "apply", "--recount", "--unidiff-zero", "-C1", "--whitespace=nowarn")
_BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<verb>file|append)=(?P<path>\S+))?\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``line``: where it stands in the recipe. ``subject``: a path, a command, or empty."""

    line: int
    verb: str
    subject: str
    text: str


class StepFailed(AssertionError):
    """What a recipe says cannot be done, or did not succeed."""


def steps(recipe: str) -> Iterator[Step]:
    """Everything that a recipe tells its reader to do, in its order."""
    for block in _BLOCK.finditer(recipe):
        line = recipe.count("\n", 0, block.start()) + 1
        if block["verb"]:
            yield Step(line, block["verb"], block["path"], block["text"])
        elif block["kind"] == "diff":
            yield Step(line, "change", "", block["text"])
        elif block["kind"] == "console":
            for command in re.findall(r"^\$ (.+)$", block["text"], re.M):
                yield Step(line, "run", command, "")


def copied(root: Path, folder: Path) -> Path:
    """A copy of the project that may be thrown away."""
    return Path(shutil.copytree(root, folder / "project", ignore=MADE, symlinks=True))


def follow(step: Step, project: Path) -> None:
    """Do what a step says. StepFailed: it cannot be done, or its command fails."""
    match step.verb:
        case "file":
            _write(step, project)
        case "append":
            _append(step, project)
        case "change":
            for part in re.split(r"^(?=--- a/)", step.text, flags=re.M)[1:]:  # `--recount` takes one file at a time
                _run(step, [*GIT_APPLY, "-"], project, part)
        case "run":
            _run(step, ["bash", "-euo", "pipefail", "-c", step.subject], project)


def run(command: list[str], project: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of the project: with the copy's own code, and the tools of this environment."""
    tools = _tools(project)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GIT_"))},
        "PATH": os.pathsep.join((str(tools), str(Path(sys.executable).parent), os.environ["PATH"])),
        "PYTHONPATH": str(project),
        "PYTHONDONTWRITEBYTECODE": "",  # images of Python like to set it, and each command would compile all anew
        "GIT_CEILING_DIRECTORIES": str(project.parent),  # the copy belongs to no repository
        "COLUMNS": "120",
    }
    return subprocess.run(
        command, cwd=project, env=environment, input=given, capture_output=True, text=True, check=False, timeout=300
    )


def _tools(project: Path) -> Path:
    """A folder beside the copy with the commands that the copy's ``pyproject.toml`` makes, such as ``ogp``."""
    folder = project.parent / "tools"
    scripts = project / "pyproject.toml"
    folder.mkdir(exist_ok=True)
    entries = tomllib.loads(scripts.read_text(encoding="utf-8"))["project"]["scripts"] if scripts.is_file() else {}
    for name, entry in entries.items():
        module, function = entry.split(":")
        script = folder / name
        script.write_text(f"#!{sys.executable}\nfrom {module} import {function}\n\n{function}()\n", encoding="utf-8")
        script.chmod(0o755)
    return folder


def _write(step: Step, project: Path) -> None:
    path = project / step.subject
    if path.exists():
        raise StepFailed(f"line {step.line}: {step.subject} is there already, and the recipe would write over it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(step.text, encoding="utf-8")


def _append(step: Step, project: Path) -> None:
    path = project / step.subject
    if not path.is_file():
        raise StepFailed(f"line {step.line}: there is no {step.subject} to add to")
    content = path.read_text(encoding="utf-8")
    if content and not content.endswith("\n"):
        raise StepFailed(f"line {step.line}: the last line of {step.subject} has no end")
    between = "\n\n" if path.suffix == ".py" else ""  # the formatter wants them, and takes them out of the recipe
    path.write_text(content + between + step.text, encoding="utf-8")


def _run(step: Step, command: list[str], project: Path, given: str = "") -> None:
    done = run(command, project, given)
    if done.returncode:
        what = step.subject or "the change cannot be applied"
        raise StepFailed(f"line {step.line}: {what}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}{given}")
