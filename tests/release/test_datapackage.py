"""The descriptor: valid by the v2 profiles, accepted by frictionless, a fair base for the next release."""

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import frictionless
import jsonschema
import pytest
from frictionless import Package

from ogp_pipeline.i18n.text import Text
from ogp_pipeline.programme.publisher import Contact
from ogp_pipeline.release.build import build
from ogp_pipeline.release.changes import Snapshot, compare
from ogp_pipeline.release.datapackage import content_hash
from ogp_pipeline.schema.schemas import DATASETS
from tests.release.as_base import CREATED, base_of, built_sample

PROFILES = Path(__file__).parents[1] / "validators" / "datapackage-2.0"


@pytest.fixture(scope="module")
def built():
    return built_sample()


@pytest.fixture
def described(built):
    return json.loads((built.folder / "datapackage.json").read_text(encoding="utf-8"))


@cache
def profile(name):
    schema = json.loads((PROFILES / name).read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def validate(instance, name):
    profile(name).validate(instance)


def test_the_descriptor_passes_the_v2_profiles(described):
    validate(described, "datapackage.json")
    for resource in described["resources"]:
        validate(resource, "dataresource.json")
        validate(resource["schema"], "tableschema.json")
        validate(resource["dialect"], "tabledialect.json")


def test_frictionless_validates_it_as_it_lies_there(built, content):
    report = frictionless.validate(str(built.folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert report.stats["tasks"] == len(content.tables)


def test_frictionless_reads_the_rows_with_their_types(built):
    updates = Package(str(built.folder / "datapackage.json")).get_resource("updates")
    row = updates.read_rows()[1]
    assert (row["percent"], row["completed_on"], row["nil"]) == (100, date(2022, 11, 30), None)


@pytest.mark.parametrize(
    ("table", "old", "new", "error"),
    [
        ("plan/milestones.csv", "MX0001.1.1,MX0001,MX0001.1,", "MX0001.1.1,MX0001,MX0009.9,", "foreign-key"),
        ("plan/commitments.csv", "MX0001,plan-1,agua", "MX0001,plan-1,aire", "foreign-key"),
        ("progress/updates.csv", "MX0001.2,r2", "MX0001.1,r2", "primary-key"),
        ("progress/updates.csv", "100", "101", "hash-count"),
    ],
)
def test_frictionless_sees_when_a_published_file_was_altered(built, tmp_path, table, old, new, error):
    folder = shutil.copytree(built.folder, tmp_path / "copy")
    path = folder / table
    text = path.read_bytes().decode()
    assert text.count(old) >= 1
    path.write_bytes(text.replace(old, new, 1).encode())
    report = Package(str(folder / "datapackage.json")).get_resource(path.stem).validate()
    assert error in [found[0] for found in report.flatten(["type"])]


def test_it_says_in_both_languages_what_it_is_and_under_which_licence(described):
    assert (described["title"], described["es"]["title"]) == (
        "Open-government commitments",
        "Compromisos de gobierno abierto",
    )
    assert described["licenses"][0]["name"] == "CC0-1.0"
    assert (described["version"], described["created"], described["asOf"]) == ("1.0.0", CREATED, "2023-01-16")
    edition = {"version": "1.0.0", "created": CREATED, "asOf": "2023-01-16"}
    assert described["datasets"] == dict.fromkeys(DATASETS, edition)
    for resource in described["resources"]:
        assert resource["es"]["title"] and resource["title"]
        assert all(field["es"]["title"] for field in resource["schema"]["fields"])


def test_the_content_hash_ignores_version_and_day_and_nothing_else(described):
    later = {**described, "version": "9.9.9", "created": "2030-01-01T00:00:00Z", "asOf": "2029-12-31", "datasets": {}}
    assert content_hash(later) == content_hash(described)
    for name in set(described) - {"version", "created", "asOf", "datasets"}:
        assert content_hash({**described, name: "other"}) != content_hash(described)


def test_a_release_read_back_is_the_content_it_was_built_from(built, content, schemas):
    base = base_of(built)
    datasets = {name: table.dataset for name, table in schemas.tables.items()}
    changes = compare(base.tables, Snapshot(content.tables, schemas.tables, datasets))
    assert changes.schema == ()
    assert all(lines.empty for lines in changes.lines.values())
    assert (base.version, base.content_hash) == ("1.0.0", built.content_hash)


def test_what_portals_are_told_is_part_of_the_content(built, sample, programme, schemas, described, tmp_path):
    assert described["contributors"][0]["roles"] == ["publisher"]
    contact = Contact(name=Text(es="Datos abiertos"), email="datos@example.org")
    publication = programme.publication.model_copy(update={"contact": contact})
    asked = programme.model_copy(update={"publication": publication})
    base = base_of(built)
    again = build(sample, base, asked, schemas, tmp_path / "again", date(2023, 1, 16), created=CREATED)
    assert not again.unchanged and again.version == "1.0.1"
    document = json.loads((again.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert document["catalog"]["contact"] == {"name": {"es": "Datos abiertos"}, "email": "datos@example.org"}
    validate(document, "datapackage.json")
