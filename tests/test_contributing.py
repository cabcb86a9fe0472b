"""The recipes in CONTRIBUTING.md name what exists, and following "change a schema" does what it says."""

import json
import re
import shutil
from pathlib import Path

import pytest

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.schema import schemas

ROOT = Path(__file__).resolve().parents[1]
TEXTS = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs" / "operations.md",
    ROOT / "docs" / "verification.md",
    *(ROOT / "docs" / "decisions").glob("*.md"),
]

# Files which the recipes tell the reader to write.
TO_BE_WRITTEN = {
    "ogp_pipeline/sources/ods_reader.py",
    "tests/sources/test_ods_reader.py",
    "ogp_pipeline/sources/sftp.py",
    "tests/sources/test_sftp.py",
}


def _quoted(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_every_path_that_is_named_exists(file: Path) -> None:
    named = {word for word in _quoted(file.read_text()) if re.fullmatch(r"[\w./-]+/[\w.-]*\.(py|md|csv|yaml)", word)}
    missing = {path for path in named - TO_BE_WRITTEN if not (ROOT / path).exists()}
    assert not missing


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_every_link_leads_to_a_file(file: Path) -> None:
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", file.read_text()) if "://" not in link}
    assert not {link for link in links if not (file.parent / link).exists()}


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
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
    if spanish:
        field["es"] = {"title": "Nota de presupuesto", "description": "Lo que el plan dice del dinero."}
    table["fields"].append(field)
    file.write_text(json.dumps(table, ensure_ascii=False, indent=2))
