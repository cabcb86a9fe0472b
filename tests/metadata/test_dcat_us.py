"""data.json by data.gov's own schema, and the preview of DCAT-US 3 by what its drafts say."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from jsonschema.validators import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from ogp_pipeline.i18n.text import Text
from ogp_pipeline.metadata.documents import documents

VALIDATORS = Path(__file__).parents[1] / "validators"


def _validator() -> Draft4Validator:
    folder = VALIDATORS / "dcat-us-1.1"
    catalog, dataset = (
        json.loads((folder / name).read_text()) for name in ("nonfederal_catalog.json", "dataset-non-federal.json")
    )
    # The schema names its part by a relative address, which counts from its own id.
    part = "https://project-open-data.cio.gov/v1.1/schema/dataset-non-federal.json"
    registry = Registry().with_resource(part, Resource(contents=dataset, specification=DRAFT4))
    return Draft4Validator(catalog, registry=registry, format_checker=jsonschema.FormatChecker())


@pytest.fixture
def document(made: dict[str, bytes]) -> dict:
    return json.loads(made["data.json"])


def test_data_json_passes_the_schema_of_data_gov(document: dict) -> None:
    assert [error.message for error in _validator().iter_errors(document)] == []
    assert len(document["dataset"]) == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", ""),
        ("title", None),
        ("modified", "yesterday"),
        ("accessLevel", "open"),
        ("contactPoint", {"fn": ""}),
        ("contactPoint", {"fn": "Desk", "hasEmail": "opendata@example.org"}),
        ("temporal", "2024"),
        ("keyword", []),
    ],
)
def test_the_schema_finds_a_fault_that_we_plant(document: dict, name: str, value: object) -> None:
    spoilt = copy.deepcopy(document)
    spoilt["dataset"][2][name] = value
    assert list(_validator().iter_errors(spoilt))


def test_identifiers_are_those_of_the_catalogue_and_links_lead_to_files(document: dict, folder: Path) -> None:
    for dataset in document["dataset"]:
        assert dataset["identifier"].startswith("https://data.example.org/xx/catalog.ttl#dataset-")
        for distribution in dataset["distribution"]:
            assert (folder / distribution["downloadURL"].removeprefix("https://data.example.org/xx/")).is_file()
    progress = next(one for one in document["dataset"] if one["identifier"].endswith("-progress"))
    assert progress["modified"] == "2024-07-11T12:00:00Z" and progress["accrualPeriodicity"] == "R/P3M"
    assert progress["temporal"] == "2024-01-01/2025-12-31"


def test_the_preview_of_dcat_us_3_is_what_its_drafts_ask(made: dict[str, bytes]) -> None:
    schema = json.loads((VALIDATORS / "dcat-us-3" / "reduced.json").read_text())
    judge = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    preview = json.loads(made["dcat-us-3.json"])
    assert [error.message for error in judge.iter_errors(preview)] == []
    assert preview["dataset"][0]["titleMap"] == {"en": "Plan: Commitments", "es": "Plan: Compromisos"}
    del preview["dataset"][1]["description"]
    preview["dataset"][2]["distribution"][0]["checksum"]["checksumValue"] = "none"
    assert len(list(judge.iter_errors(preview))) == 2


def test_a_programme_in_spanish_without_an_address_is_harvestable_too(published) -> None:
    publication = published.programme.publication
    spanish = Text(es=publication.title.get("es"))
    asked = {
        "title": spanish,
        "description": spanish,
        "contact": None,
        "publisher": None,
        "spatial": [],
        "languages": ["es"],
    }
    programme = published.programme.model_copy(
        update={"publication": publication.model_copy(update=asked), "languages": ["es"], "country": "MX"}
    )
    made = documents(published.chain, programme, published.schemas)
    document = json.loads(made["data.json"])
    assert not list(_validator().iter_errors(document))
    first = document["dataset"][0]
    assert first["title"] == "Plan: Compromisos" and first["spatial"] == "México"
    assert first["landingPage"].endswith("/es/index.html#data-plan")
    assert "changes.es.atom" in made and "changes.en.atom" not in made
