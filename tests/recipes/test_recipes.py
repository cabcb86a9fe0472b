"""Each recipe of docs/recipes, followed to the letter in a copy of the project, does what it says."""

import ast
import re
from pathlib import Path

import pytest

from tests.recipes.steps import Step, StepFailed, copied, follow, run, steps

ROOT = Path(__file__).resolve().parents[2]
# Those whose steps the others take too, and those that run longest, wait for the night.
BY_NIGHT = {"catalogue", "column", "command", "country", "language", "metric", "page", "rule", "source", "text"}
RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.md"))
FOLLOWED = [
    pytest.param(file, id=file.stem, marks=[pytest.mark.night] if file.stem in BY_NIGHT else []) for file in RECIPES
]

# What `make test` says of the code that a recipe leaves, where it is quick to say.
IN_ORDER = (
    ["ruff", "check", "--no-cache", "."],
    ["ruff", "format", "--no-cache", "--check", "."],
    ["python", "-m", "pytest", "-q", "tests/test_architecture.py", "-k", "import_only or circular"],
)


@pytest.mark.parametrize("recipe", FOLLOWED)
def test_a_recipe_works_when_it_is_followed_to_the_letter(recipe: Path, tmp_path: Path) -> None:
    project = copied(ROOT, tmp_path)
    told = list(steps(recipe.read_text(encoding="utf-8")))
    assert any(step.verb == "run" for step in told), "a recipe without a command proves nothing"
    for step in told:
        follow(step, project)
    if any(step.verb in {"file", "change"} for step in told):
        for command in IN_ORDER:
            done = run(command, project)
            assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr}"
    for module in (step.subject for step in told if step.verb == "file" and step.subject.startswith("ogp_pipeline/")):
        if module.endswith(".py"):
            _is_on_the_map(project / module)


def _is_on_the_map(module: Path) -> None:
    """A new module has its line in the docstring of its room."""
    room = ast.get_docstring(ast.parse((module.parent / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert re.search(rf"^(?:.*, )? *{module.stem}(?:,.*)?  +\S", room, re.M), f"no line for {module.stem} in its room"


def test_contributing_names_every_recipe() -> None:
    linked = set(re.findall(r"\]\((docs/recipes/[\w-]+\.md)\)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert linked == {str(recipe.relative_to(ROOT)) for recipe in RECIPES}


RECIPE = """
```python file=new.py
print("new")
```
```csv append=old.csv
2
```
```diff
--- a/old.csv
+++ b/old.csv
@@ -1,2 +1,2 @@
-1
+one
 2
```
```text
shown, and nothing else
```
```console
$ python new.py
new
$ grep -q one old.csv
```
"""


def test_the_steps_are_read_in_their_order_with_their_lines() -> None:
    told = [(step.line, step.verb, step.subject) for step in steps(RECIPE)]
    assert told == [
        (2, "file", "new.py"),
        (5, "append", "old.csv"),
        (8, "change", ""),
        (19, "run", "python new.py"),
        (19, "run", "grep -q one old.csv"),
    ]


def test_each_kind_of_step_is_really_done(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("1\n")
    for step in steps(RECIPE):
        follow(step, tmp_path)
    assert (tmp_path / "old.csv").read_text() == "one\n2\n"
    assert (tmp_path / "new.py").is_file()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step(1, "run", "false", ""), "line 1: false"),
        (Step(2, "run", "false | true", ""), "line 2"),
        (Step(3, "file", "old.csv", "1\n"), "there already"),
        (Step(4, "append", "nowhere.csv", "1\n"), "no nowhere.csv"),
        (Step(5, "change", "", "--- a/old.csv\n+++ b/old.csv\n@@ -1 +1 @@\n-2\n+3\n"), "cannot be applied"),
    ],
)
def test_a_step_that_cannot_be_done_is_named(step: Step, said: str, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("1\n")
    with pytest.raises(StepFailed, match=said):
        follow(step, tmp_path)


def test_a_recipe_runs_the_code_of_its_copy(tmp_path: Path) -> None:
    (tmp_path / "ogp_pipeline").mkdir()
    (tmp_path / "ogp_pipeline" / "__init__.py").write_text("print('of the copy')\n")
    follow(Step(1, "run", "python -c 'import ogp_pipeline' | grep -q 'of the copy'", ""), tmp_path)
