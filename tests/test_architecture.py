"""The house keeps its shape: imports run one way, and the core does not know Prefect.

The order is read from the docstring of ``ogp_pipeline``, so that the list there cannot become untrue.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import ogp_pipeline
from tests.every import for_every
from tests.parsed import nodes_of, text_of, tree_of

ROOT = Path(__file__).resolve().parents[1]

# Protocols that several classes fulfil. Any other would only be a way round the order of the rooms.
PROTOCOLS = {"store.protocol.Reading", "store.protocol.Store", "publishing.reader.Reader", "sources.inbox.Inbox"}

# What a variable holds is a delivery, a row, a problem …: these words say nothing of it.
EMPTY_WORDS = {"found", "one", "known"}
NOT_YET_NAMED = ("ogp_pipeline.validation.fast",)

LONGEST_FILE = 400
LONGEST_FUNCTION = 70


def _modules(*packages: str) -> dict[str, Path]:
    found = {}
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = _modules("ogp_pipeline", "flows")


@cache
def _imports(module: str) -> frozenset[str]:
    """Full names of what ``module`` imports, anywhere in it; a name that is a module counts as one."""
    file, names = MODULES[module], set()
    for node in nodes_of(text_of(file)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = _absolute(module, file, node)
            full = {f"{origin}.{alias.name}" for alias in node.names}
            names |= {name if name in MODULES else origin for name in full}
    return frozenset(names)


def _absolute(module: str, file: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - node.level + 1])
    return f"{base}.{node.module}" if node.module else base


def _order() -> list[str]:
    """The rooms as the docstring of ``ogp_pipeline`` lists them, from top to bottom."""
    return re.findall(r"^ *(\w+)  +\S", ogp_pipeline.__doc__ or "", re.M)


def _room(module: str) -> str:
    """``ogp_pipeline.store.s3`` stands in the room ``store``."""
    return module.split(".")[1]


def test_the_docstring_lists_every_room_once() -> None:
    entries = (ROOT / "ogp_pipeline").iterdir()
    rooms = {path.stem for path in entries if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert sorted(_order()) == sorted(rooms - {"__init__"})


def test_contributing_shows_the_same_order() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `(\w+)/?` \|", text, re.M)
    assert [room for room in shown if room in _order()] == _order()


def test_the_core_never_imports_prefect_or_flows() -> None:
    forbidden = {
        f"{module} imports {name}"
        for module in MODULES
        if module.startswith("ogp_pipeline")
        for name in _imports(module)
        if name.split(".")[0] in {"prefect", "flows"}
    }
    assert not forbidden


def test_rooms_import_only_from_those_above_them() -> None:
    rank = {room: number for number, room in enumerate(_order())}
    backwards = {
        f"{module} imports {name}"
        for module in MODULES
        if module.startswith("ogp_pipeline.")
        for name in _imports(module)
        if name.startswith("ogp_pipeline.") and rank[_room(name)] > rank[_room(module)]
    }
    assert not backwards


def test_no_protocol_is_a_way_round_the_order() -> None:
    declared = {
        f"{module.removeprefix('ogp_pipeline.')}.{node.name}"
        for module, file in MODULES.items()
        if "Protocol" in text_of(file)
        for node in nodes_of(text_of(file))
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).startswith("Protocol") for base in node.bases)
    }
    assert declared == PROTOCOLS


@for_every("package", [name for name, file in MODULES.items() if file.name == "__init__.py"])
def test_the_docstring_of_a_package_names_each_of_its_modules_once(package: str) -> None:
    """A line begins with the name of a module, or of several; what they hold follows behind two spaces, or below."""
    inside = {name.rpartition(".")[2] for name in MODULES if name.rpartition(".")[0] == package} - {"__main__"}
    docstring = ast.get_docstring(tree_of(text_of(MODULES[package])), clean=False) or ""
    lines = re.findall(r"^ *(\w+(?:, \w+)*)  +\S", docstring, re.M)
    lines += re.findall(r"^ *(\w+(?:, \w+)+)$", docstring, re.M)
    assert sorted(name for line in lines for name in line.split(", ")) == sorted(inside)


def test_no_circular_imports() -> None:
    graph = {module: {name for name in _imports(module) if name in MODULES} - {module} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        pytest.fail(f"circular import: {' -> '.join(cycle.args[1])}")


def test_every_package_can_be_imported_first_and_without_prefect() -> None:
    """In a fresh process each, forked after the slow third-party imports.

    Packages, and the modules above them: importing a module loads its package first, and circles are looked for above.
    """
    packages = {module.rpartition(".")[0] for module in MODULES}
    core = [module for module in MODULES if module.startswith("ogp_pipeline")]
    modules = [module for module in core if module in packages or module.count(".") == 1]
    program = (
        "import importlib, os, sys\n"
        "import babel, boto3, frictionless, jinja2, openpyxl, pandas, polars, pyarrow.parquet\n"
        "import pydantic, rdflib, requests, typer\n"
        "for module in sys.argv[1:]:\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        importlib.import_module(module)\n"
        "        os._exit('prefect' in sys.modules)\n"
        "    if os.waitpid(child, 0)[1]:\n"
        "        sys.exit(f'{module} cannot be imported first, or loads prefect')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


def test_modules_are_named_after_what_they_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [module for module in MODULES if set(module.split(".")) & vague]


def _variables(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, int]]:
    """Names of variables and parameters, and their lines. Fields of a class are none: its name says what they mean."""
    fields = {
        id(statement.target)
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in fields:
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def test_variables_are_named_after_what_they_hold() -> None:
    empty = [
        f"{file.relative_to(ROOT)}:{line} {name}"
        for module, file in MODULES.items()
        if not module.startswith(NOT_YET_NAMED) and any(word in text_of(file) for word in EMPTY_WORDS)
        for name, line in _variables(nodes_of(text_of(file)))
        if name in EMPTY_WORDS
    ]
    assert not empty, "name the thing that it holds"


@for_every("module", MODULES)
def test_a_file_and_its_functions_fit_a_reader(module: str) -> None:
    text = text_of(MODULES[module])
    assert ast.get_docstring(tree_of(text)), f"{module} has no docstring"
    assert len(text.splitlines()) <= LONGEST_FILE, f"{module} is too long: split it"
    for node in nodes_of(text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{module}.{node.name} has {length} lines"
