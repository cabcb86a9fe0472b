"""``openapi.json`` is what OpenAPI 3.1 says, and describes every key that the layout promises to programs."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ogp_pipeline.metadata.openapi import KEY, for_programs, openapi
from ogp_pipeline.metadata.registry import Releases
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout
from tests.metadata.conftest import Published2

SCHEMA = json.loads((Path(__file__).parents[1] / "validators/openapi-3.1/schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def programme(published: Published2) -> Programme:
    return published.programme


@pytest.fixture(scope="module")
def described(programme: Programme) -> dict[str, Any]:
    made = for_programs(Releases((), programme, ()))
    assert list(made) == [KEY] and made[KEY] == openapi(programme)
    document: dict[str, Any] = json.loads(made[KEY])
    return document


def test_it_is_valid_and_the_check_notices_what_is_not(described: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(described)) == []
    path = described["paths"]["/latest.json"]
    broken = described | {"paths": {"/latest.json": path | {"get": {"responses": {"20": {}}}}}}
    assert list(validator.iter_errors(broken))


def test_every_reference_and_parameter_leads_somewhere_and_names_are_used_once(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in described["components"]["schemas"], name
    operations = [item["get"]["operationId"] for item in described["paths"].values()]
    assert len(set(operations)) == len(operations)
    for path, item in described["paths"].items():
        assert {one["name"] for one in item.get("parameters", [])} == {p.split("}")[0] for p in path.split("{")[1:]}


def test_every_document_of_the_protocol_is_described(described: dict[str, Any]) -> None:
    keys = {path.removeprefix("/") for path in described["paths"]}
    assert {layout.LATEST, layout.VERSIONS, layout.DELTAS, layout.PAGES} <= keys
    for folder in ("releases/", "keys/", "v/", "latest/", "tombstones/"):
        assert any(key.startswith(folder) for key in keys), folder


def test_its_bytes_do_not_follow_releases(programme: Programme) -> None:
    assert openapi(programme) == openapi(programme)
    assert programme.publication.root in openapi(programme).decode()
