"""The whole is left out only for the very code, cases and libraries with which it has passed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.differential import proved
from tests.differential.proved import CODE, LIBRARIES, ROOT, SAMPLE, WHOLE, inputs, installed, record
from tests.differential.themes import THEMES


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in CODE:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_same_code_elsewhere_is_the_same(root: Path) -> None:
    assert inputs(root, installed()) == inputs(ROOT, installed())


@pytest.mark.parametrize("file", ["validation/fast/screen.py", "validation/fast/new.py"])
def test_other_code_is_not_proved(root: Path, file: str) -> None:
    before = inputs(root, installed())
    with (root / "ogp_pipeline" / file).open("a", encoding="utf-8") as changed:
        changed.write("# changed\n")
    assert inputs(root, installed()) != before


def test_other_cases_are_not_proved(root: Path) -> None:
    before = inputs(root, installed())
    (root / "tests/differential/value_cases.py").write_text("", encoding="utf-8")
    assert inputs(root, installed()) != before


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_is_not_proved(library: str) -> None:
    assert inputs(ROOT, {**installed(), library: "0.0.0"}) != inputs(ROOT, installed())


def test_what_is_proved_is_sampled_and_all_else_is_compared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proved, "is_proved", lambda: True)
    assert proved.files_to_compare(None) == SAMPLE and proved.files_to_compare(7) == 7
    monkeypatch.setattr(proved, "is_proved", lambda: False)
    assert proved.files_to_compare(None) == WHOLE


def test_only_a_whole_run_of_every_theme_proves_anything(tmp_path: Path) -> None:
    path = tmp_path / "proved.json"
    assert not record(SAMPLE, THEMES, list(THEMES), path)
    assert not record(WHOLE, THEMES, list(THEMES)[1:], path)
    assert not path.exists()
    assert record(WHOLE, THEMES, list(THEMES), path)
    assert list(json.loads(path.read_text(encoding="utf-8")).values()) == [inputs(ROOT, installed())]


def test_what_other_pythons_proved_stays(tmp_path: Path) -> None:
    path = tmp_path / "proved.json"
    path.write_text('{"3.0": "a"}', encoding="utf-8")
    assert record(WHOLE, THEMES, list(THEMES), path)
    assert proved.proofs(path)["3.0"] == "a" and len(proved.proofs(path)) == 2
