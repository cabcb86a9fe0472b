"""CONTRIBUTING, the recipes and the pages for operators name what exists; the loader of schemas does what they say."""

import json
import re
import shutil
from pathlib import Path

import pytest

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.schema import schemas
from tests.every import for_every
from tests.recipes.steps import steps

ROOT = Path(__file__).resolve().parents[1]
TEXTS = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "docs" / "operations.md",
    ROOT / "docs" / "verification.md",
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
    *sorted((ROOT / "docs" / "recipes").glob("*.md")),
]


def _to_be_written(text: str) -> set[str]:
    """Files that a recipe tells its reader to write."""
    return {step.subject for step in steps(text) if step.verb == "file"}


# What a recipe's commands make.
MADE_BY_A_COMMAND = {"guatemala/programme.yaml"}


def _quoted(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


@for_every("file", TEXTS, named=lambda file: file.name)
def test_every_path_that_is_named_exists(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    named = {word for word in _quoted(text) if re.fullmatch(r"[\w./-]+/[\w.-]*\.(py|md|csv|yaml|po)", word)}
    written = _to_be_written(text) | MADE_BY_A_COMMAND
    missing = {path for path in named - written if not (ROOT / path).exists()}
    assert not missing


@for_every("file", TEXTS, named=lambda file: file.name)
def test_every_link_leads_to_a_file(file: Path) -> None:
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", file.read_text()) if "://" not in link}
    assert not {link for link in links if not (file.parent / link).exists()}


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for file in [*TEXTS, ROOT / "README.md"]:
        named = set(re.findall(r"`make ([a-z]+)", file.read_text()))
        assert named <= targets, f"{file.name} names {sorted(named - targets)}"


def test_adding_a_field_in_one_file_is_enough_for_the_loader(tmp_path: Path) -> None:
    copy = _copied_schemas(tmp_path)
    before = schemas.load(copy)
    _edit(copy, {"title": "Budget note", "description": "What the plan says about money."})
    after = schemas.load(copy)
    assert set(after.tables["commitments"].field_names) == {
        *before.tables["commitments"].field_names,
        "budget_note",
    }
    assert after.version != before.version


def test_a_field_without_its_spanish_twin_is_refused_by_name(tmp_path: Path) -> None:
    copy = _copied_schemas(tmp_path)
    _edit(copy, {"title": "Budget note", "description": "What the plan says about money."}, spanish=False)
    with pytest.raises(SchemaError, match="commitments"):
        schemas.load(copy)


def _copied_schemas(folder: Path) -> Path:
    return Path(shutil.copytree(schemas.schemas_root(), folder / "schemas"))


def _edit(copy: Path, texts: dict[str, str], *, spanish: bool = True) -> None:
    file = copy / "tables" / "commitments.json"
    table = json.loads(file.read_text())
    field = {"name": "budget_note", "type": "string", "example": "Funded by the ministry.", **texts}
    field["fr"] = {"title": "Note de budget", "description": "Ce que le plan dit de l’argent."}
    if spanish:
        field["es"] = {"title": "Nota de presupuesto", "description": "Lo que el plan dice del dinero."}
    table["fields"].append(field)
    file.write_text(json.dumps(table, ensure_ascii=False, indent=2))
