"""Loading refuses whatever contradicts itself, with file and field; the version follows every byte."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import SchemaError, UnknownName
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas

Edit = Callable[[dict[str, Any]], None]


def _change(path: Path, edit: Edit) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _first_field(name: str, value: Any) -> Edit:
    return lambda table: table["fields"][0].update({name: value})


def _no_spanish(table: dict[str, Any]) -> None:
    del table["fields"][2]["es"]


def _twice(table: dict[str, Any]) -> None:
    table["fields"].append(table["fields"][0])


def _foreign(resource: str, fields: list[str]) -> Edit:
    key = {"fields": ["plan_id"], "reference": {"resource": resource, "fields": fields}}
    return lambda table: table.update(foreignKeys=[key])


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_no_spanish, r"clusters\.json: fields\.2: .*no text in es"),
        (_first_field("type", "strng"), r"clusters\.json: fields\.0\.type"),
        (_first_field("example", ""), r"clusters\.json: fields\.0\.example"),
        (_first_field("tittle", "x"), r"clusters\.json: fields\.0\.tittle"),
        (_first_field("codes", "moods"), r"clusters\.json: cluster_id: .*moods"),
        (_twice, r"clusters\.json: fields: .*twice"),
        (lambda table: table.update(primaryKey=["cluster"]), r"clusters\.json: keys: cluster "),
        (lambda table: table.update(dataset="plans"), r"clusters\.json: dataset: .*plan, progress"),
        (lambda table: table.update(name="cluster"), r"clusters\.json: name: "),
        (_foreign("plans", ["plan_id"]), r"clusters\.json: foreignKeys: plans is not a table"),
        (
            _foreign("action_plans", ["country"]),
            r"clusters\.json: foreignKeys: .*primary key of action_plans",
        ),
        (lambda table: table.update(looksInto=["moods"]), r"clusters\.json: looksInto: moods"),
        (lambda table: table.update(looksInto=["stakeholders"]), r"circle: .*clusters"),
        (_foreign("stakeholders", ["stakeholder_id"]), r"circle: .*clusters"),
    ],
)
def test_a_malformed_table_is_refused_with_file_and_field(copy: Path, edit: Edit, told: str) -> None:
    _change(copy / "tables" / "clusters.json", edit)
    with pytest.raises(SchemaError, match=told):
        schemas.load(copy)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda table: table.update(subject={"table": "subject", "key": "subject_id"}), "not both fields"),
        (lambda table: table["fields"][1]["constraints"].pop("enum"), "subject_table: lists no tables"),
        (lambda table: table["fields"][1]["constraints"].update(enum=["updates"]), "subject: updates is not a table"),
        (lambda table: table["fields"][1]["constraints"].update(enum=["moods"]), "subject: moods is not a table"),
    ],
)
def test_a_subject_that_leads_nowhere_is_refused(copy: Path, edit: Edit, told: str) -> None:
    _change(copy / "tables" / "decisions.json", edit)
    with pytest.raises(SchemaError, match=rf"decisions\.json: .*{told}"):
        schemas.load(copy)


def test_a_reference_of_another_type_is_refused(copy: Path) -> None:
    _change(copy / "tables" / "clusters.json", lambda table: table["fields"][1].update(type="integer"))
    with pytest.raises(SchemaError, match=r"clusters\.json: plan_id: has another type than action_plans\.plan_id"):
        schemas.load(copy)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sector,1,,,oversight,2,", "sector,1,,,government,2,", r"sector\.csv: code: .*twice"),
        ("sector,1,,,oversight,2,", "sector,1,,,oversight,3,", r"sector\.csv: order: sector"),
        ("sector,1,,,oversight,2,", "sector,1,,,oversight,two,", r"sector\.csv:3: order: "),
        ("sector,1,,,oversight,2,", "sector,1,soon,,oversight,2,", r"sector\.csv:3: valid_from: "),
        ("sector,1,,,oversight,2,", "sectors,1,,,oversight,1,", r"sector\.csv: scale: "),
        ("Órgano garante", "", r"sector\.csv:3: label_es: "),
        ("label_en,label_es", "label_es,label_en", r"sector\.csv:1: the columns are "),
        ("Órgano garante,", "Órgano garante,,", r"sector\.csv:3: has 14 cells; it must have 13"),
        ("Órgano garante,", '"Órgano" garante,', r"sector\.csv: cannot be read as CSV"),
    ],
)
def test_a_malformed_code_list_is_refused_with_line_and_column(copy: Path, old: str, new: str, told: str) -> None:
    _replace(copy / "codes" / "sector.csv", old, new)
    with pytest.raises(SchemaError, match=told):
        schemas.load(copy)


def test_a_list_without_codes_is_refused(copy: Path) -> None:
    path = copy / "codes" / "sector.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"sector\.csv: .*holds no code"):
        schemas.load(copy)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("empty-file,blocks,", "empty-file,stops,", r"rules\.csv:3: level: "),
        ("empty-file,blocks,", "header-only,blocks,", r"rules\.csv: id: .*twice"),
    ],
)
def test_a_malformed_rule_is_refused_with_line_and_column(copy: Path, old: str, new: str, told: str) -> None:
    _replace(copy / "rules.csv", old, new)
    with pytest.raises(SchemaError, match=told):
        schemas.load(copy)


def test_all_mistakes_of_a_file_are_told_at_once(copy: Path) -> None:
    def spoil(table: dict[str, Any]) -> None:
        table["fields"][0]["type"] = "strng"
        del table["es"]

    _change(copy / "tables" / "clusters.json", spoil)
    with pytest.raises(SchemaError) as caught:
        schemas.load(copy)
    assert len(str(caught.value).splitlines()) == 2


def test_bytes_that_are_no_json_are_refused(copy: Path) -> None:
    (copy / "tables" / "clusters.json").write_bytes(b"{\xff")
    with pytest.raises(SchemaError, match=r"clusters\.json: cannot be read as JSON"):
        schemas.load(copy)


def test_a_folder_without_schemas_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"crosswalks\.csv"):
        schemas.load(tmp_path)


def test_a_metric_needs_every_text_in_every_language(copy: Path) -> None:
    texts = {"en": "Milestones", "es": "Hitos", "fr": "Jalons"}
    metric = {"id": "trial", "unit": "milestone", "dimensions": ["plan"]}
    metric |= dict.fromkeys(("title", "definition", "numerator", "denominator", "source"), texts)
    path = copy / "metrics" / "trial.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(metric), encoding="utf-8")
    loaded = schemas.load(copy).metrics["trial"]
    assert (loaded.unit, loaded.dimensions, loaded.source) == ("milestone", ("plan",), texts)
    path.write_text(json.dumps({**metric, "source": {"en": "Ours"}}), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"trial\.json: source: .*no text in es"):
        schemas.load(copy)


def test_the_version_is_the_declared_one_and_a_fingerprint(committed: Schemas) -> None:
    declared, _, fingerprint = committed.version.partition("+")
    assert declared == (schemas.schemas_root() / "VERSION").read_text().strip()
    assert len(fingerprint) == 12 and int(fingerprint, 16) >= 0


def test_the_same_files_elsewhere_have_the_same_version(copy: Path, committed: Schemas) -> None:
    assert schemas.load(copy).version == committed.version


@pytest.mark.parametrize(
    "name", ["tables/clusters.json", "codes/sector.csv", "codes/crosswalks.csv", "rules.csv", "VERSION"]
)
def test_the_version_follows_every_file(copy: Path, committed: Schemas, name: str) -> None:
    path = copy / name
    content = path.read_bytes()
    changed = b"9.9.9\n" if name == "VERSION" else content
    if name.endswith(".json"):
        changed = content + b"\n"
    elif name.endswith(".csv"):
        lines = content.splitlines(keepends=True)
        changed = b"".join(lines[:-1])  # without the last line
    path.write_bytes(changed)
    assert schemas.load(copy).version != committed.version


def test_the_default_folder_is_read_once(committed: Schemas) -> None:
    assert schemas.load() is committed


def test_in_another_process_what_is_sent_later_holds_the_same_schemas(committed: Schemas) -> None:
    first, later = (pickle.loads(pickle.dumps([committed, each])) for each in ("first", "later"))
    assert first[0] == committed and first[0] is not committed
    assert later == [first[0], "later"] and later[0] is first[0]


def test_unknown_names_are_told_with_those_that_exist(committed: Schemas) -> None:
    with pytest.raises(
        UnknownName, match=r"no table `milestone`\. Did you mean `milestones`\? There are: .*milestones"
    ):
        committed.table("milestone")
    with pytest.raises(UnknownName, match=r"no dataset `plans`\. Did you mean `plan`\? There are: plan, "):
        committed.dataset_tables("plans")
    with pytest.raises(SchemaError, match="table updates has no field state"):
        committed.table("updates").field("state")


def test_an_installed_package_finds_the_schemas_inside_itself(tmp_path: Path) -> None:
    source = Path(schemas.__file__).parents[1]
    package = tmp_path / "site" / "ogp_pipeline"
    package.mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "version.py"):
        shutil.copy(source / name, package)
    for room in ("i18n", "schema"):
        shutil.copytree(source / room, package / room)
    script = "from ogp_pipeline.schema import schemas; import sys; sys.stdout.write(schemas.load().version)"
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    run = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True, "timeout": 60}
    missing = subprocess.run(command, check=False, **run)
    assert missing.returncode != 0 and "no schemas found" in missing.stderr
    shutil.copytree(schemas.schemas_root(), package / "_schemas")
    found = subprocess.run(command, check=True, **run)
    assert found.stdout == schemas.load().version


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
