"""Whoever uses the data can cite them: a file that reference managers read, one line for people, and no version where
that would change a workbook's bytes."""

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.programme.model import Licence, Programme
from ogp_pipeline.release import citation, readme

FORMAT = json.loads((Path(__file__).parents[1] / "validators/cff-1.2.0/schema.json").read_text(encoding="utf-8"))
DESCRIPTOR = {"version": "1.2.0", "created": "2024-03-01T00:00:00Z"}
SHA256 = hashlib.sha256(b"the descriptor").hexdigest()


def changed(programme: Programme, **publication: object) -> Programme:
    return programme.model_copy(update={"publication": programme.publication.model_copy(update=publication)})


def cff(programme: Programme) -> dict[str, object]:
    document = yaml.load(citation.to_cff(programme, DESCRIPTOR, SHA256), yaml.BaseLoader)  # as text: a day is no object
    jsonschema.validate(document, FORMAT)
    return document


@pytest.mark.parametrize("doi", [None, "10.5281/zenodo.1234567"])
def test_the_file_is_what_its_format_says_and_names_this_very_version(programme: Programme, doi: str | None) -> None:
    document = cff(changed(programme, doi=doi))
    assert (document["version"], document["date-released"], document["type"]) == ("1.2.0", "2024-03-01", "dataset")
    assert document["url"] == f"{programme.publication.root}/v/1.2.0/"
    assert document["license"] == programme.publication.licence.id
    assert document["identifiers"][0]["value"] == f"sha256:{SHA256}"  # type: ignore[index]
    assert document.get("doi") == doi


def test_a_licence_that_the_format_does_not_list_is_named_by_its_address(programme: Programme) -> None:
    own = Licence(id="MX-Libre-1", title="Libre Uso MX", url="https://example.org/libre")
    document = cff(changed(programme, licence=own))
    assert "license" not in document and document["license-url"] == own.url


def test_it_is_in_the_programmes_first_language(programme: Programme) -> None:
    first = cff(programme)
    other = cff(programme.model_copy(update={"languages": list(reversed(programme.languages))}))
    assert len(programme.languages) > 1 and first["title"] != other["title"] and first["message"] != other["message"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_line_says_who_what_which_version_when_where_and_its_hash(programme: Programme, language: str) -> None:
    cited = citation.citation(programme, "1.2.0", "2024-03-01T12:00:00Z", SHA256, language)
    line = cited.to_text(language)
    for part in (cited.publisher, cited.title, "(2024)", "1.2.0", "2024-03-01", SHA256, cited.address):
        assert part in line
    with_doi = citation.citation(changed(programme, doi="10.5281/zenodo.7"), "1.2.0", "2024-03-01", SHA256, language)
    assert "https://doi.org/10.5281/zenodo.7" in with_doi.to_text(language)


def test_the_workbook_says_how_to_cite_it_without_a_version(programme: Programme) -> None:
    for language in LANGUAGES:
        line = readme._cite(programme, language)
        assert programme.publication.title.get(language) in line and f"{programme.publication.root}/" in line
        assert "1.2" not in line and "CITATION.cff" in line
