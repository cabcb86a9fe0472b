"""The proof of a built release: what it asks of frictionless, and what it need not ask again."""

import json
import shutil

import pytest
from frictionless import FrictionlessException

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release import proof
from ogp_pipeline.release.shape import canonical
from tests.release.as_base import built_sample


@pytest.fixture
def accepted(tmp_path):
    """A release that was accepted in this process; a copy, to be spoilt."""
    return shutil.copytree(built_sample().folder, tmp_path / "accepted")


def altered(folder, name, old, new):
    """A copy of the release in which one file says something else."""
    copy = folder.with_name("altered")
    shutil.copytree(folder, copy)
    content = (copy / name).read_bytes()
    assert old in content
    (copy / name).write_bytes(content.replace(old, new, 1))
    return copy


def test_what_was_accepted_is_not_asked_again(accepted, monkeypatch):
    monkeypatch.setattr(proof, "validate", lambda resource: pytest.fail(f"asked again about {resource.name}"))
    proof.check_package(accepted / "datapackage.json", ["institutions", "milestones"])


def test_other_bytes_are_asked_about(accepted):
    copy = altered(accepted, "plan/institutions.csv", b"government", b"goverment")
    with pytest.raises(OgpError, match=r"institutions: .*goverment"):
        proof.check_package(copy / "datapackage.json", ["institutions"])


def test_what_points_at_other_bytes_is_asked_about(accepted):
    copy = altered(accepted, "plan/commitments.csv", b"\nMX0001,", b"\nMX0003,")
    with pytest.raises(OgpError, match=r"milestones: .*not found in the lookup table"):
        proof.check_package(copy / "datapackage.json", ["milestones"])


def test_another_descriptor_is_asked_about(accepted):
    copy = altered(accepted, "datapackage.json", b'"name": "clusters"', b'"name": "themes"')
    with pytest.raises(OgpError, match='"clusters" does not exist'):
        proof.check_package(copy / "datapackage.json", ["commitments"])


def test_words_that_frictionless_does_not_take_are_refused_also_of_a_table_without_rows(accepted):
    described = json.loads((accepted / "datapackage.json").read_text())
    [lessons] = [one for one in described["resources"] if one["name"] == "lessons"]
    lessons["schema"]["fields"][0]["type"] = "strnig"
    (accepted / "datapackage.json").write_text(json.dumps(described))
    with pytest.raises(FrictionlessException):
        proof.check_package(accepted / "datapackage.json", [], ["lessons"])


@pytest.mark.parametrize(("ending", "old"), [("csv", b"lesson_id"), ("parquet", b"lesson_id"), ("jsonl", b"")])
def test_a_file_without_rows_is_read_back_if_it_has_other_bytes_than_one_that_was(
    accepted, sample, schemas, ending, old
):
    rows = {name: canonical(sample.tables[name], table) for name, table in schemas.tables.items()}
    assert not rows["lessons"].num_rows
    proof.check(accepted, rows, schemas, ["lessons"])
    copy = altered(accepted, f"{schemas.table('lessons').dataset}/lessons.{ending}", old, b"lessen_id")
    with pytest.raises((OgpError, ValueError)):
        proof.check(copy, rows, schemas, ["lessons"])
