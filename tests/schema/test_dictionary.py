"""The committed data dictionary is the one that the schemas make, and leaves nothing out."""

from functools import cache
from pathlib import Path

import pytest

from ogp_pipeline.errors import UnknownName
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.schema import dictionary, schemas
from ogp_pipeline.schema.schemas import Schemas

DOCS = Path(__file__).resolve().parents[2] / "docs"


@cache
def whole(language: str) -> str:
    """The dictionary of the committed schemas."""
    return dictionary.markdown(schemas.load(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_dictionary_is_up_to_date(language: str) -> None:
    file = DOCS / dictionary.FILE_NAME.format(language=language)
    assert file.read_text(encoding="utf-8") == whole(language), "run: python -m ogp_pipeline.schema.dictionary docs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_and_code_is_explained(language: str, committed: Schemas) -> None:
    sections = whole(language).split("\n### ")
    by_name = {section.partition("\n")[0]: section for section in sections[1:]}
    for table in committed.tables.values():
        for field in table.fields:
            assert f"| `{field.name}` | {field.title[language]} |" in by_name[table.name]
            assert field.description[language] in by_name[table.name]
            assert f"`{field.example}`" in by_name[table.name]
    for name, codes in committed.codes.items():
        for code in codes:
            assert f"| `{code.code}` | {code.label[language]} |" in by_name[name]


def test_a_list_shows_how_its_codes_read_in_the_list_that_took_its_place(committed: Schemas) -> None:
    page = dictionary.markdown(committed, "en", "specificity")
    assert "| `specificity` | `medium` | `verifiability` | `yes` | says less |" in page
    page = dictionary.markdown(committed, "es", "verifiability")
    assert "| `verifiability` | `yes` | `specificity` | `medium` | dice más |" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_to_a_heading(language: str) -> None:
    text = whole(language)
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
    links = {part.partition(")")[0] for part in text.split("](#")[1:]}
    assert links <= headings and len(links) > 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_grid_has_as_many_cells_as_its_heading(language: str) -> None:
    width = 0
    for line in whole(language).splitlines():
        cells = line.replace("\\|", "").count("|") if line.startswith("|") else 0
        assert not (cells and width) or cells == width
        width = cells


def test_rows_name_every_column_once(committed: Schemas) -> None:
    rows = dictionary.rows(committed)
    assert [(row["table"], row["column"]) for row in rows] == [
        (table.name, field.name) for table in committed.tables.values() for field in table.fields
    ]
    milestone = next(row for row in rows if (row["table"], row["column"]) == ("updates", "milestone_id"))
    assert (milestone["key"], milestone["required"], milestone["refers_to"]) == ("true", "true", "milestones")


def test_the_dictionary_is_written_in_both_languages(tmp_path: Path, committed: Schemas) -> None:
    paths = dictionary.write(committed, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert "Diccionario de datos" in (tmp_path / "data-dictionary.es.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["updates", "sector"])
def test_one_table_or_code_list_can_be_asked_for(name: str, committed: Schemas) -> None:
    section = dictionary.markdown(committed, "en", only=name)
    assert section.startswith(f"### {name}\n") and section.count("\n### ") == 0
    assert section in whole("en")


def test_a_table_that_is_not_there_is_told(committed: Schemas) -> None:
    with pytest.raises(UnknownName, match="no table `moods`"):
        dictionary.markdown(committed, "en", only="moods")
