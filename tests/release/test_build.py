"""Building a release: complete, checked, reproducible, and refused when it must not leave."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import ogp_pipeline
from ogp_pipeline.errors import OgpError
from ogp_pipeline.release.build import build
from ogp_pipeline.release.changes import PROVENANCE
from ogp_pipeline.release.content import Content
from ogp_pipeline.schema.schemas import DATASETS
from tests.release.as_base import AS_OF, CREATED, base_of, built_sample


@pytest.fixture(scope="module")
def first():
    return built_sample()


@pytest.fixture(scope="module")
def corrected(sample):
    clusters = sample.tables["clusters"].copy()
    clusters.loc[0, "name_en"] = "Clean water"
    return Content({**sample.tables, "clusters": clusters})


@pytest.fixture(scope="module")
def second(first, corrected, programme, schemas, tmp_path_factory):
    """The first release with one value corrected."""
    folder, day = tmp_path_factory.mktemp("release") / "second", date(2023, 2, 1)
    return build(corrected, base_of(first), programme, schemas, folder, day, created="2025-01-01T00:00:00Z")


@pytest.fixture(scope="module")
def third(second, corrected, programme, schemas, tmp_path_factory):
    """The second under another licence."""
    licence = programme.publication.licence.model_copy(update={"id": "CC-BY-4.0", "title": "Another licence"})
    publication = programme.publication.model_copy(update={"licence": licence})
    relicensed = programme.model_copy(update={"publication": publication})
    folder = tmp_path_factory.mktemp("release") / "third"
    return build(corrected, base_of(second), relicensed, schemas, folder, AS_OF, created="2026-01-01T00:00:00Z")


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_release_holds_every_table_in_every_format_and_nothing_else(first, schemas):
    expected = {"datapackage.json", "csvw-metadata.json", "croissant.json", "CITATION.cff"}
    for table in schemas.tables.values():
        expected |= {f"{table.dataset}/{table.name}.{ending}" for ending in ("csv", "parquet", "jsonl")}
        expected |= {f"{table.dataset}/{name}" for name in (f"{table.dataset}.xlsx", f"dictionary/{table.name}.csv")}
    assert set(hashes(first.folder)) == expected
    assert {file.name for file in first.files} == expected


def test_what_is_said_of_each_file_is_true_of_its_bytes(first):
    for file in first.files:
        assert file.bytes == file.path.stat().st_size
        assert file.sha256 == hashlib.sha256(file.path.read_bytes()).hexdigest()
        if file.table and file.name.endswith(".csv"):
            assert file.logical == file.sha256
            assert file.rows == len(pd.read_csv(file.path))
    logical = {file.table: {f.logical for f in first.files if f.table == file.table} for file in first.files}
    assert all(len(values) == 1 for table, values in logical.items() if table)


def test_the_first_release_is_1_0_0_and_every_row_an_addition(first, content):
    assert (first.version, first.unchanged) == ("1.0.0", False)
    of_data = {name: frame for name, frame in content.tables.items() if name != PROVENANCE}
    assert first.changes.total.added == sum(len(frame) for frame in of_data.values())
    assert first.datasets["plan"].added == 18
    assert first.datasets["plan"].schema_changes == []


def test_the_same_content_is_unchanged_even_on_a_later_day(first, content, programme, schemas, tmp_path):
    base = base_of(first)
    again = build(content, base, programme, schemas, tmp_path / "again", date(2024, 5, 5), created=CREATED)
    assert (again.unchanged, again.version, again.content_hash) == (True, "1.0.0", first.content_hash)
    assert again.changes.total == type(again.changes.total)()


def test_a_corrected_value_makes_a_patch(second):
    assert (second.version, second.unchanged) == ("1.0.1", False)
    assert second.datasets["plan"].changed == 1
    text = (second.folder / "plan/changes/clusters.jsonl").read_text(encoding="utf-8")
    assert text == '{"op":"change","key":["agua"],"set":{"name_en":"Clean water"},"cause":"computed"}\n'
    changes = [file.name for file in second.files if "changes" in file.name]
    assert changes == [f"plan/changes/clusters.{ending}" for ending in ("csv", "parquet", "jsonl")] + ["changes.json"]


@pytest.fixture(scope="module")
def later(first, sample, programme, schemas, tmp_path_factory):
    """Two releases more, each with another name and another due date; the second also as a delta from the first."""
    bases, made, folder = [base_of(first)], [], tmp_path_factory.mktemp("later")
    for name, day in (("Clean water", date(2023, 2, 1)), ("Water for all", date(2023, 3, 1))):
        clusters, milestones = sample.tables["clusters"].copy(), sample.tables["milestones"].copy()
        clusters.loc[0, "name_en"], milestones.loc[0, "due_date"] = name, day.replace(year=2024)
        changed = Content({**sample.tables, "clusters": clusters, "milestones": milestones})
        place, earlier = folder / name.split()[-1], bases[:-1]
        made.append(build(changed, bases[-1], programme, schemas, place, day, created=CREATED, earlier=earlier))
        bases.append(base_of(made[-1]))
    return made


def test_a_release_may_have_a_delta_from_an_older_one_too(later):
    made = later[-1]
    names = {file.name for file in made.files if "changes" in file.name}
    folders = ("changes", "changes-from-1.0.0")
    tables = {
        f"plan/{folder}/{table}.{ending}"
        for table in ("clusters", "milestones")
        for folder in folders
        for ending in ("csv", "parquet", "jsonl")
    }
    assert names == tables | {"changes.json", "changes-from-1.0.0.json"}
    told = json.loads((made.folder / "changes-from-1.0.0.json").read_bytes())
    assert (told["from"], told["to"]) == ("1.0.0", "1.0.2")
    assert [one["path"] for one in told["tables"][0]["files"]] == [
        f"plan/changes-from-1.0.0/clusters.{ending}" for ending in ("csv", "parquet", "jsonl")
    ]


def test_the_due_dates_that_a_milestone_once_had_go_on_from_release_to_release(later, sample):
    name, due = sample.tables["milestones"].loc[0, ["milestone_id", "due_date"]]
    told = json.loads((later[-1].folder / "news.json").read_bytes())
    assert told["dues"] == {
        name: [
            {"due": due.isoformat(), "version": "1.0.1", "as_of": "2023-02-01", "by": {}, "file": None},
            {"due": "2024-02-01", "version": "1.0.2", "as_of": "2023-03-01", "by": {}, "file": None},
        ]
    }


def readme_of(build, dataset):
    """What the README sheet says."""
    with CalamineWorkbook.from_path(build.folder / dataset / f"{dataset}.xlsx") as book:
        return [cell for row in book.get_sheet_by_name("README").iter_rows() for cell in row]


def test_a_file_has_other_bytes_only_if_its_dataset_changed(first, second, third):
    def differing(old, new):
        before = {file.name: file.sha256 for file in old.files}
        data = {file.name: file.sha256 for file in new.files if file.table or file.name.endswith(".xlsx")}
        return {name for name, sha256 in data.items() if sha256 != before[name]}

    table = {f"plan/clusters.{ending}" for ending in ("csv", "parquet", "jsonl")}
    assert differing(first, second) == {*table, "plan/plan.xlsx"}
    assert differing(second, third) == {f"{name}/{name}.xlsx" for name in DATASETS}
    said = json.loads((second.folder / "datapackage.json").read_text())["datasets"]
    assert {name for name, edition in said.items() if edition["version"] == "1.0.1"} == {"plan"}
    assert (said["plan"]["created"], said["plan"]["asOf"]) == ("2025-01-01T00:00:00Z", "2023-02-01")
    for dataset in DATASETS:
        named = "This dataset last changed in version 1.0.1, as of 2023-02-01"
        assert (named in readme_of(second, dataset)) == (dataset == "plan")


def test_new_words_about_the_same_rows_are_a_new_patch(third):
    assert (third.version, third.unchanged) == ("1.0.2", False)
    assert third.changes.total == type(third.changes.total)()


def test_a_build_elsewhere_and_in_another_time_zone_and_process_is_equal_byte_by_byte(first, tmp_path):
    script = Path(__file__).with_name("build_sample.py")
    root = str(Path(ogp_pipeline.__file__).parents[1])
    environment = {"PYTHONPATH": root, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "3", "LC_ALL": "C"}
    command = [sys.executable, str(script), str(tmp_path / "two/deeper")]
    subprocess.run(command, check=True, env=environment, timeout=300)
    here = hashes(first.folder)
    assert here == hashes(tmp_path / "two/deeper")
    assert len(here) > 70


def test_an_email_address_stops_the_build_and_the_message_says_where(content, programme, schemas, tmp_path):
    updates = content.tables["updates"].copy()
    updates.loc[0, "progress_en"] = "Write to oficina@example.org for more."
    leaking = Content({**content.tables, "updates": updates})
    with pytest.raises(OgpError, match=r"updates, row MX0001\.1/r1, column progress_en: e-mail address") as caught:
        build(leaking, None, programme, schemas, tmp_path / "no", AS_OF, created=CREATED)
    assert "oficina" not in str(caught.value)
    assert not (tmp_path / "no").exists()


def test_a_broken_reference_stops_the_build(content, programme, schemas, tmp_path):
    milestones = content.tables["milestones"].copy()
    milestones.loc[1, "parent_id"] = "MX0001.9"
    broken = Content({**content.tables, "milestones": milestones})
    with pytest.raises(OgpError, match=r"(?s)frictionless.*milestones.*parent_id"):
        build(broken, None, programme, schemas, tmp_path / "no", AS_OF, created=CREATED)


def test_a_table_that_is_gone_from_the_schemas_breaks_readers(first, content, programme, schemas, tmp_path):
    base = base_of(first)
    tables = {name: table for name, table in schemas.tables.items() if name != "attendance"}
    fewer = Content({name: content.tables[name] for name in tables})
    second = build(fewer, base, programme, replace(schemas, tables=tables), tmp_path / "second", AS_OF, created=CREATED)
    assert second.version == "2.0.0"
    assert second.datasets["participation"].schema_changes == ["attendance: table_removed"]
    assert second.datasets["participation"].removed == 1
    described = json.loads((second.folder / "datapackage.json").read_text())
    assert "attendance" not in {resource["name"] for resource in described["resources"]}
