"""A disk that is not mounted is no "nothing received"."""

import shutil

import pytest

from ogp_pipeline.runs.collect import collect_source
from tests.small_country import NOW, build, published


@pytest.fixture
def country(tmp_path):
    return published(tmp_path / "country")


def result(country):
    return collect_source(country.open(), "updates", NOW)


def test_a_folder_that_is_not_there_is_named(country):
    workspace = country.open()
    shutil.rmtree(country.folder / "inbox/agency")
    found = collect_source(workspace, "updates", NOW)
    assert found.state == "failed" and "no folder inbox/agency" in found.reason and "mounted" in found.reason


def test_an_empty_place_where_files_came_from_is_named_until_it_is_mounted_or_marked(country):
    agency = country.folder / "inbox/agency"
    agency.rename(country.folder / "away")
    agency.mkdir()
    for _ in range(2):
        found = result(country)
        assert found.state == "failed" and "nothing at all in inbox/agency" in found.reason
    (agency / ".keep").touch()
    assert result(country).state == "nothing"
    shutil.rmtree(agency)
    (country.folder / "away").rename(agency)
    assert result(country).state == "same"


def test_an_empty_folder_that_never_gave_a_file_is_only_empty(tmp_path):
    country = build(tmp_path / "country")
    (country.folder / "inbox/agency/updates.csv").unlink()
    assert list((country.folder / "inbox/agency").iterdir()) == []
    assert result(country).state == "nothing"
