"""The committed rulebook is the one that rules.csv makes, and leaves no rule out."""

from pathlib import Path

import pytest

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.schema import rulebook
from ogp_pipeline.schema.schemas import Schemas

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_rulebook_is_up_to_date(language: str, committed: Schemas) -> None:
    file = ROOT / "docs" / rulebook.FILE_NAME.format(language=language)
    assert file.read_text(encoding="utf-8") == rulebook.markdown(committed, language), (
        "run: python -m ogp_pipeline.schema.rulebook docs"
    )
    assert f"docs/{file.name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_stands_there_once_with_its_words(language: str, committed: Schemas) -> None:
    lines = rulebook.markdown(committed, language).splitlines()
    for rule in committed.rules.values():
        (line,) = [line for line in lines if line.startswith(f"| `{rule.id}` |")]
        assert rule.title[language] in line and rule.help[language] in line


def test_a_rule_is_told_under_its_level(committed: Schemas) -> None:
    text = rulebook.markdown(committed, "es")
    assert text.index("**Por corregir**") < text.index("`ambiguous-date`") < text.index("**Por revisar**")
    assert text.index("**Por revisar**") < text.index("`period-late`") < text.index("**Se puede mejorar**")


def test_rows_hold_every_rule_in_the_file_s_order(committed: Schemas) -> None:
    assert [row["rule_id"] for row in rulebook.rows(committed)] == list(committed.rules)
    assert all(all(row.values()) for row in rulebook.rows(committed))


def test_the_rulebook_is_written_in_both_languages(tmp_path: Path, committed: Schemas) -> None:
    paths = rulebook.write(committed, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert "# Reglas" in (tmp_path / "rules.es.md").read_text(encoding="utf-8")
