"""The documentation that is made from the code is as the code says, and what is public is said and typed."""

import ast
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
import yaml

import ogp_pipeline
from tests.every import for_every

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def _script(name: str) -> ModuleType:
    """A script of docs/, as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rooms() -> list[str]:
    return re.findall(r"^ +(\w+)  +\S", ogp_pipeline.__doc__ or "", re.M)


def test_the_picture_shows_every_room_in_its_order() -> None:
    picture = ElementTree.parse(DOCS / "architecture.svg")
    drawn = [one.attrib["id"].removeprefix("room-") for one in picture.iter("{http://www.w3.org/2000/svg}g")]
    assert drawn == [*_rooms(), "flows"], "run: python docs/architecture.py"


def test_the_committed_picture_is_the_one_that_is_drawn() -> None:
    made = _script("architecture").draw()
    assert (DOCS / "architecture.svg").read_text(encoding="utf-8") == made, "run: python docs/architecture.py"


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "docs/concepts.md"])
def test_the_same_picture_stands_wherever_the_order_is_explained(file: str) -> None:
    shown = re.findall(r"!\[[^]]+\]\(([^)]+\.svg)\)", (ROOT / file).read_text(encoding="utf-8"))
    assert [(ROOT / file).parent / one for one in shown] == [DOCS / "architecture.svg"]


def test_the_committed_page_of_the_api_is_up_to_date() -> None:
    assert (DOCS / "api.md").read_text(encoding="utf-8") == _script("api").document(), "run: python docs/api.py"


@for_every("name", ogp_pipeline.__all__)
def test_a_public_name_is_on_the_page_with_what_it_does(name: str) -> None:
    said = (inspect.getdoc(getattr(ogp_pipeline, name)) or "").splitlines()
    assert said, f"{name} has no docstring"
    section = (DOCS / "api.md").read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    assert said[0].replace("``", "`") in section


def test_the_types_of_the_public_names_are_those_of_what_is_loaded() -> None:
    stub = ast.parse((ROOT / "ogp_pipeline" / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == ogp_pipeline._PUBLIC
    assert sorted(typed) == sorted(ogp_pipeline.__all__)


def test_what_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = ogp_pipeline.nonsense  # type: ignore[attr-defined]


def test_importing_the_package_loads_none_of_its_rooms() -> None:
    program = (
        "import sys, ogp_pipeline; print([name for name in sys.modules if 'pandas' in name or 'pydantic' in name])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_page_of_the_site_exists_and_every_recipe_is_one() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = set(re.findall(r": ([\w./-]+\.md)$", text, re.M))
    assert not {page for page in pages if not (ROOT / page).is_file()}
    assert {f"docs/recipes/{recipe.name}" for recipe in (DOCS / "recipes").glob("*.md")} <= pages


def test_all_that_the_pages_link_to_is_laid_out_for_the_site(tmp_path: Path) -> None:
    _script("pages").lay_out(tmp_path)
    broken = {
        f"{page.relative_to(tmp_path)}: {link}"
        for page in tmp_path.rglob("*.md")
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in link
        and not (page.parent / link).exists()
        and not (ROOT / page.relative_to(tmp_path).parent / link).is_dir()
    }
    assert not broken


def test_the_lock_of_the_site_names_exact_versions_with_hashes_and_no_host() -> None:
    text = (DOCS / "requirements.lock").read_text(encoding="utf-8")
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert starts and all("==" in line for line in starts) and "zensical==" in text
    assert "://" not in text and text.count("--hash=sha256:") >= len(starts)


def test_hooks_before_a_commit_use_the_locked_tools_and_fetch_nothing() -> None:
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in settings["repos"]] == ["local"]
    hooks = [hook for repository in settings["repos"] for hook in repository["hooks"]]
    assert {hook["id"] for hook in hooks} == {"ruff", "ruff-format", "mypy"}
    assert all(hook["language"] == "system" and hook["entry"].startswith(".venv/bin/") for hook in hooks)


def test_the_workflow_beside_ci_run_calls_it_and_nothing_cleverer() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    commands = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert commands == ["bash .ci/run"]
