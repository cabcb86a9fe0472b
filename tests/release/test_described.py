"""What stands beside the tables: a dictionary for each, CSV on the Web, Croissant. tests/consumers has them read."""

import csv
import hashlib
import json

import pandas as pd
import pytest
import yaml

from ogp_pipeline.release import citation, croissant, csvw, dictionary_csv
from tests.release.as_base import CREATED, built_sample


@pytest.fixture(scope="module")
def built():
    return built_sample()


@pytest.fixture(scope="module")
def columns(built, schemas):
    """Table -> the columns of its CSV file."""
    found = {}
    for table in schemas.tables.values():
        with (built.folder / csvw.path(table)).open(encoding="utf-8", newline="") as file:
            found[table.name] = next(csv.reader(file))
    return found


def test_every_column_of_every_table_has_its_line_in_the_dictionary(built, schemas, columns):
    for table in schemas.tables.values():
        lines = pd.read_csv(built.folder / dictionary_csv.name(table), dtype=str, keep_default_na=False)
        assert list(lines.columns) == list(dictionary_csv.headings(table))
        assert list(lines["field"]) == columns[table.name]
        for heading in ("title_es", "title_en", "description_es", "description_en", "type"):
            assert (lines[heading] != "").all(), f"{table.name}: {heading}"


def test_the_citation_names_the_descriptor_beside_it_by_its_hash(built):
    cited = yaml.safe_load((built.folder / citation.NAME).read_bytes())
    described = (built.folder / "datapackage.json").read_bytes()
    assert cited["identifiers"][0]["value"] == f"sha256:{hashlib.sha256(described).hexdigest()}"
    assert cited["version"] == built.version and cited["url"].endswith(f"/v/{built.version}/")


def test_a_dictionary_tells_keys_codes_and_bounds(schemas):
    table = schemas.tables["milestones"]
    lines = {line["field"]: line for line in csv.DictReader(dictionary_csv.dictionary(table).decode().splitlines())}
    assert lines["milestone_id"]["key"] == "true" and lines["title_en"]["key"] == "false"
    assert lines["commitment_id"]["references"] == "commitments.commitment_id"
    assert lines["parent_id"]["references"] == "milestones.milestone_id"
    assert "day" in lines["due_precision"]["values"].split("|")
    values = [
        line
        for table in schemas.tables.values()
        for line in csv.DictReader(dictionary_csv.dictionary(table).decode().splitlines())
    ]
    assert {line["separator"] for line in values} == {"", ";"} and any(line["minimum"] for line in values)


def test_a_dictionary_read_with_defaults_loses_no_word(built, schemas):
    """pandas takes some words for nothing; none of ours may be one of them."""
    for table in schemas.tables.values():
        path = built.folder / dictionary_csv.name(table)
        careless, careful = pd.read_csv(path, dtype=str), pd.read_csv(path, dtype=str, keep_default_na=False)
        assert careless.fillna("").equals(careful)


def test_csvw_names_the_files_that_are_there_with_their_columns(built, columns):
    document = json.loads((built.folder / csvw.NAME).read_text(encoding="utf-8"))
    assert {table["url"] for table in document["tables"]} == {
        file.name for file in built.files if file.table and file.name.endswith(".csv")
    }
    for table in document["tables"]:
        name = table["url"].rpartition("/")[2].removesuffix(".csv")
        assert [column["name"] for column in table["tableSchema"]["columns"]] == columns[name]
        assert {said["@language"] for column in table["tableSchema"]["columns"] for said in column["dc:title"]} == {
            "en",
            "es",
        }


def test_csvw_gives_types_codes_and_keys(built):
    document = json.loads((built.folder / csvw.NAME).read_text(encoding="utf-8"))
    tables = {table["url"]: table["tableSchema"] for table in document["tables"]}
    milestones = tables["plan/milestones.csv"]
    assert milestones["primaryKey"] == ["milestone_id"]
    assert milestones["foreignKeys"] == [
        {
            "columnReference": ["commitment_id"],
            "reference": {"resource": "plan/commitments.csv", "columnReference": ["commitment_id"]},
        }
    ]
    kinds = {column["name"]: column["datatype"] for column in milestones["columns"]}
    assert kinds["due_date"] == "date" and "day" in kinds["due_precision"]["format"]


def test_croissant_names_frozen_files_with_their_checksums(built, programme):
    document = json.loads((built.folder / croissant.NAME).read_text(encoding="utf-8"))
    sums = {file.name: file.sha256 for file in built.files}
    for file in document["distribution"]:
        assert file["contentUrl"] == f"{programme.publication.root}/v/{built.version}/{file['@id']}"
        assert file["sha256"] == sums[file["@id"]]
    assert document["version"] == built.version and document["datePublished"] == CREATED
    assert len(document["recordSet"]) == len(document["distribution"])
