"""Others read what we publish, each with its own library: CKAN's harvester, a CSVW validator, Croissant's loader.

They live in an environment of their own (``make consumers``), so they are asked through scripts in tests/consumers.
"""

import json
import shutil
from pathlib import Path

import pytest

from ogp_pipeline.release import croissant, csvw
from tests.consumers.environment import ask
from tests.consumers.loading import check_loads

BASE = "https://data.example.org/xx"


@pytest.fixture(scope="module")
def asked(published, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[dict]]:
    """What CKAN finds in the catalogue after each of both releases, and in the last one in each notation."""
    early = tmp_path_factory.mktemp("catalogs")
    paths = [early / f"{releases}.ttl" for releases in (1, 2)]
    for releases, path in enumerate(paths, start=1):
        path.write_bytes(published.documents(releases)["catalog.ttl"])
    return ask("ckan_reads.py", *paths, *(folder / f"catalog.{ending}" for ending in ("ttl", "rdf", "jsonld")))


@pytest.fixture(scope="module")
def harvests(asked: list[list[dict]]) -> list[list[dict]]:
    """After the first release, and after the second."""
    return asked[:2]


def _extra(dataset: dict, key: str) -> str | None:
    return next((extra["value"] for extra in dataset["extras"] if extra["key"] == key), None)


def test_ckan_finds_every_dataset_with_title_licence_and_contact(harvests: list[list[dict]]) -> None:
    datasets = {_extra(dataset, "uri"): dataset for dataset in harvests[1]}
    assert set(datasets) == {
        f"{BASE}/catalog.ttl#dataset-{name}"
        for name in ("plan", "progress", "evaluation", "participation", "metrics", "reference")
    }
    for dataset in datasets.values():
        assert dataset["title"].endswith(": Commitments") and len(dataset["notes"]) > 50
        assert dataset["license_id"] == "cc-by"
        assert _extra(dataset, "publisher_name") == "Open Government Secretariat"
        assert _extra(dataset, "contact_email") == "opendata@example.org"
        assert dataset["tags"]


def test_ckan_finds_every_file_with_format_licence_and_checksum(harvests: list[list[dict]], published) -> None:
    sums = {file.name: (file.sha256, file.bytes) for file in published.chain[-1].files}
    resources = [resource for dataset in harvests[1] for resource in dataset["resources"]]
    assert (
        len(resources) == 2 * len({file.table for file in published.chain[-1].files if file.rows and file.logical}) + 6
    )
    assert {resource["format"] for resource in resources} == {"CSV", "Parquet", "XLSX"}
    for resource in resources:
        name = resource["url"].removeprefix(f"{BASE}/latest/")
        assert (resource["hash"], resource["size"]) == sums[name]
        assert resource["license"] == "Creative Commons Attribution 4.0 International"
        assert resource["name"] and resource["description"]


def test_ckan_finds_the_same_in_every_notation(asked: list[list[dict]]) -> None:
    turtle, *others = (
        sorted(
            (_extra(dataset, "uri"), dataset["title"], dataset["license_id"], resource["uri"], resource["format"])
            for dataset in harvest
            for resource in dataset["resources"]
        )
        for harvest in asked[2:]
    )
    assert len(turtle) > 30 and others == [turtle, turtle]


def test_two_releases_are_the_same_datasets_and_resources_to_ckan(harvests: list[list[dict]]) -> None:
    first, second = (
        {_extra(dataset, "uri"): sorted(one["uri"] for one in dataset["resources"]) for dataset in harvest}
        for harvest in harvests
    )
    assert first == second and len(first) == 6
    assert all(resources and len(set(resources)) == len(resources) for resources in first.values())
    names = [{one["uri"]: one["name"] for dataset in harvest for one in dataset["resources"]} for harvest in harvests]
    assert names[0] == names[1]


def test_ckan_sees_which_dataset_changed(harvests: list[list[dict]]) -> None:
    changed = {
        _extra(new, "uri").rpartition("-")[2]
        for old, new in zip(*(sorted(harvest, key=lambda one: _extra(one, "uri")) for harvest in harvests), strict=True)
        if _extra(old, "modified") != _extra(new, "modified")
    }
    assert changed == {"metrics", "progress", "reference"}


def test_ckans_loader_finds_the_types_that_the_descriptor_says(folder: Path) -> None:
    assert check_loads(folder) > 10


def test_ckans_loader_finds_a_fault_that_we_plant(folder: Path, tmp_path: Path) -> None:
    """Keys that look like numbers are numbers to it: 0001 is 1."""
    shutil.copytree(folder / "latest", tmp_path / "latest")
    shutil.copy(folder / "catalog.jsonld", tmp_path)
    path = tmp_path / "latest" / "plan" / "commitments.csv"
    path.write_bytes(path.read_bytes().replace(b"XX000", b"000"))
    with pytest.raises(AssertionError, match=r"commitments\.csv"):
        check_loads(tmp_path)


PLANTED = {
    "no such commitment": ("XX0001.1,XX0001,", "XX0001.1,XX0009,"),
    "no day": ("2024-06-30", "30 June 2024"),
    "no such code": (",day", ",week"),
    "another heading": ("milestone_id,", "milestone,"),
}


def test_a_csvw_validator_accepts_what_we_publish_and_finds_every_fault_that_we_plant(
    folder: Path, tmp_path: Path
) -> None:
    for name, (old, new) in PLANTED.items():
        shutil.copytree(folder / "latest", tmp_path / name)
        path = tmp_path / name / "plan" / "milestones.csv"
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new).encode())
    places = [folder / "latest", *(tmp_path / name for name in PLANTED)]
    ours, *planted = ask("csvw_reads.py", *(place / csvw.NAME for place in places))
    assert ours == []
    assert [name for name, complaints in zip(PLANTED, planted, strict=True) if not complaints] == []


def test_croissant_is_valid_and_its_records_are_the_rows(folder: Path, published) -> None:
    newest = published.chain[-1]
    tables = ("commitments", "updates", "metrics", "reporting_periods")
    told = ask("croissant_reads.py", folder / "v" / newest.version / croissant.NAME, *tables)
    assert told["errors"] == [] and told["warnings"] == []
    rows = {file.table: file.rows for file in newest.files if file.table}
    assert told["rows"] == {table: rows[table] for table in tables}


def test_croissants_judge_finds_a_fault_that_we_plant(folder: Path, tmp_path: Path) -> None:
    document = json.loads((folder / "latest" / croissant.NAME).read_text())
    document["recordSet"][0]["field"][0]["source"]["fileObject"]["@id"] = "nowhere.csv"
    path = tmp_path / croissant.NAME
    path.write_text(json.dumps(document))
    assert ask("croissant_reads.py", path)["errors"]
