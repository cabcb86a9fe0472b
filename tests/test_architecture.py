"""The house keeps its shape: imports run forward along the data's way, and the core does not know Prefect.

The order is read from the docstring of ``ogp_pipeline``, so that the drawing there cannot become untrue.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import ogp_pipeline

ROOT = Path(__file__).resolve().parents[1]

# Value types and a port which packages further left may use; they import nothing from the right themselves.
SHARED = {"ogp_pipeline.store.protocol", "ogp_pipeline.sources.delivery", "ogp_pipeline.intake.problem"}

# What stands left of the first package. Any other module at the top level of the package stands right of all.
FOUNDATION = (
    "bilingual",
    "catalogue",
    "cell_types",
    "complaints",
    "errors",
    "outcomes",
    "mapping",
    "object_storage",
    "programme",
    "programme_file",
    "programme_folders",
    "publisher",
    "rulebook",
    "schemas",
    "schema_files",
    "schema_model",
    "together",
)

# Packages which do not stand in the data's way, and may use all of it.
ASIDE = {"starter"}

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


def _imports(module: str) -> Iterator[str]:
    """Full names of what ``module`` imports, anywhere in it; a name that is a module counts as one."""
    file = MODULES[module]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _absolute(module, file, node)
            for alias in node.names:
                full = f"{origin}.{alias.name}"
                yield full if full in MODULES else origin


def _absolute(module: str, file: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - node.level + 1])
    return f"{base}.{node.module}" if node.module else base


def _order() -> list[str]:
    """The packages as the docstring draws them, from left to right."""
    drawing = " ".join(line.strip() for line in (ogp_pipeline.__doc__ or "").splitlines() if "->" in line)
    return re.split(r"\s*->\s*", drawing.strip())[1:]


def _rank(module: str) -> int:
    """0 for the foundation, 1 for the first package, and one more than the last for the orchestration."""
    order = _order()
    top = module.split(".")[1] if "." in module else ""
    if top in order:
        return order.index(top) + 1
    return 0 if top in FOUNDATION or not top else len(order) + 1


def test_the_docstring_draws_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "ogp_pipeline").glob("*/__init__.py")}
    assert set(_order()) == packages - ASIDE


def test_the_core_never_imports_prefect_or_flows() -> None:
    forbidden = {
        f"{module} imports {name}"
        for module in MODULES
        if module.startswith("ogp_pipeline")
        for name in _imports(module)
        if name.split(".")[0] in {"prefect", "flows"}
    }
    assert not forbidden


def test_packages_import_only_from_the_left() -> None:
    backwards = {
        f"{module} imports {name}"
        for module in MODULES
        if module.startswith("ogp_pipeline.")
        for name in _imports(module)
        if name.startswith("ogp_pipeline.") and name not in SHARED and _rank(name) > _rank(module)
    }
    assert not backwards


def test_the_shared_types_import_no_machinery() -> None:
    allowed = SHARED | {"ogp_pipeline.sources.records", "ogp_pipeline.errors"}
    for module in SHARED:
        ours = {name for name in _imports(module) if name.startswith("ogp_pipeline")}
        assert ours <= allowed, f"{module} imports {sorted(ours - allowed)}"


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


@pytest.mark.parametrize("module", MODULES)
def test_a_file_and_its_functions_fit_a_reader(module: str) -> None:
    text = MODULES[module].read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{module} has no docstring"
    assert len(text.splitlines()) <= LONGEST_FILE, f"{module} is too long: split it"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{module}.{node.name} has {length} lines"
