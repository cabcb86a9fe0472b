"""What cannot go well by being tried again: older software than what stands, and a store that refuses us."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.errors import OlderSoftware, StoreRefused
from ogp_pipeline.runs import run
from ogp_pipeline.runs.outcomes import Failed
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.version import VERSION
from tests.small_country import NOW, SmallCountry, published


def _older(country: SmallCountry) -> Workspace:
    workspace = country.open()
    return replace(workspace, schemas=replace(workspace.schemas, version="1.99.0"))


def test_nothing_is_taken_in_or_published_and_the_software_to_install_is_named(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    before = country.public_files()
    record = run.run(_older(country), NOW + timedelta(days=1), "rolled-back")
    assert isinstance(record.outcome, Failed) and not record.kept
    assert "release 1.0.0" in record.outcome.reason and "here has schemas 1.99.0" in record.outcome.reason
    assert f"Install the software with ogp-pipeline {VERSION} or newer" in record.outcome.reason
    assert country.public_files() == before
    assert record.sources == () and country.open().intake.get("runs/rolled-back.json") is None
    with pytest.raises(OlderSoftware):
        run.release(_older(country), [], NOW.date(), "rolled-back")


def test_a_ledger_that_newer_software_has_grown_is_enough(tmp_path: Path) -> None:
    workspace = _older(published(tmp_path / "country"))
    workspace = replace(workspace, publication=DirectoryStore(tmp_path / "nothing"))
    refused = run.refusal(workspace, NOW + timedelta(days=1))
    assert refused is not None and "of the ledger" in refused.reason


def test_a_store_that_refuses_us_is_asked_for_one_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    country, asked = published(tmp_path / "country"), []

    def refused(_: Workspace, source: str, __: object) -> SourceResult:
        asked.append(source)
        raise StoreRefused("403 InvalidAccessKeyId: the access key is unknown there")

    monkeypatch.setattr(run, "collect_source", refused)
    record = country.run("wrong-key", NOW + timedelta(days=1))
    assert asked == ["institutions"]
    assert isinstance(record.outcome, Failed) and "InvalidAccessKeyId" in record.outcome.reason
