"""The data in the pages, by what Google's search for datasets requires; its own test cannot be had here."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from rdflib import RDF, Graph, Namespace, URIRef

from ogp_pipeline.i18n.languages import DEFAULT

SCHEMA = Namespace("http://schema.org/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SHORTEST, LONGEST = 50, 5_000  # characters of a description, says Google


def _described(folder: Path, language: str) -> dict:
    page = BeautifulSoup((folder / language / "index.html").read_text(encoding="utf-8"), "html.parser")
    [data] = page.find_all("script", type="application/ld+json")
    return json.loads(data.string)


def _complaints(dataset: dict) -> list[str]:
    """What Google's documentation of Dataset requires or recommends, and ``dataset`` lacks."""
    lacking = [
        name for name in ("name", "description", "license", "creator", "url", "version") if not dataset.get(name)
    ]
    if not SHORTEST <= len(dataset.get("description", "")) <= LONGEST:
        lacking.append(f"description of {SHORTEST} to {LONGEST} characters")
    if dataset.get("creator", {}).get("@type") not in ("Organization", "Person"):
        lacking.append("type of the creator")
    for download in dataset.get("distribution") or [{}]:
        lacking += [name for name in ("contentUrl", "encodingFormat") if not download.get(name)]
    return lacking


@pytest.mark.parametrize("language", DEFAULT)
def test_every_dataset_has_what_search_engines_require(folder: Path, language: str) -> None:
    document = _described(folder, language)
    assert document["@context"] == "http://schema.org/"
    datasets = [node for node in document["@graph"] if node["@type"] == "Dataset"]
    assert len(datasets) == 6
    for dataset in datasets:
        assert _complaints(dataset) == []


@pytest.mark.parametrize("name", ["name", "description", "license", "creator", "distribution"])
def test_the_judge_finds_what_is_lacking(folder: Path, name: str) -> None:
    dataset = _described(folder, "en")["@graph"][1]
    del dataset[name]
    assert _complaints(dataset)


def test_the_pages_and_the_catalogue_speak_of_the_same_datasets(folder: Path, made: dict[str, bytes]) -> None:
    catalog = Graph().parse(data=made["catalog.ttl"], format="turtle")
    identities = set(catalog.subjects(RDF.type, DCAT.Dataset))
    for language in DEFAULT:
        document = _described(folder, language) | {
            "@context": {"@vocab": str(SCHEMA)}
        }  # the real one is on the network
        graph = Graph().parse(data=json.dumps(document), format="json-ld")
        assert set(graph.subjects(RDF.type, SCHEMA.Dataset)) == identities
        catalogs = {catalog for _, catalog in graph.subject_objects(SCHEMA.includedInDataCatalog)}
        assert catalogs == set(graph.subjects(RDF.type, SCHEMA.DataCatalog))
        files = {URIRef(str(node)) for node in graph.subjects(RDF.type, SCHEMA.DataDownload)}
        assert set(catalog.subjects(RDF.type, DCAT.Distribution)) <= files


def test_each_page_speaks_its_language(folder: Path) -> None:
    said = {language: _described(folder, language)["@graph"] for language in DEFAULT}
    assert [nodes[0]["name"] for nodes in said.values()] == ["Compromisos", "Commitments"]
    assert said["es"][1]["url"].endswith("/es/index.html#data-plan")
    assert said["es"][1]["spatialCoverage"] and said["es"][1]["keywords"] != said["en"][1]["keywords"]
