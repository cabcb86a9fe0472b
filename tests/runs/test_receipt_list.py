"""``ogp receipts``: what was given, newest first, by supplier, source and day; one of them with its files."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ogp_pipeline.cli import app
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import SmallCountry, build, published

BAD = "milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,No Trackab,x\n"


def call(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        app.main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six receipts: all sources once, and the agency's file again, which is refused."""
    country = published(tmp_path_factory.mktemp("country") / "copy")
    country.write("agency/updates.csv", BAD)
    country.run("second", datetime(2024, 7, 12, 9, tzinfo=UTC))
    return country.folder


def listed(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> list[dict]:
    assert call("receipts", folder, *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_the_newest_comes_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys, folder)
    assert len(found) == 6
    assert (found[0]["verdict"], found[0]["source"], found[0]["problems"]) == ("rejected", "updates", 1)
    assert [one["received_at"] for one in found] == sorted((one["received_at"] for one in found), reverse=True)


def test_they_are_found_by_supplier_source_and_day(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {one["supplier"] for one in listed(capsys, folder, "--supplier", "forum")} == {"forum"}
    assert len(listed(capsys, folder, "--supplier", "agency", "--source", "updates")) == 2
    assert len(listed(capsys, folder, "--since", "2024-07-12")) == 1
    assert listed(capsys, folder, "--since", "2024-07-13") == []
    assert call("receipts", folder, "--supplier", "nobody") == 2
    assert "There are: forum, agency" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "said"), [("es", "rechazado"), ("en", "rejected")])
def test_the_list_is_readable_in_both_languages(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ids = [receipt["number"] or receipt["id"][:12] for receipt in listed(capsys, folder)]
    assert call("receipts", folder, "--lang", language) == 0
    shown = capsys.readouterr().out
    assert said in shown
    assert [identity for identity in ids if identity not in shown] == []
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_one_is_shown_with_the_paths_of_its_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newest = listed(capsys, folder)[0]["id"]
    assert call("receipts", folder, "--show", newest[:12]) == 0
    said = capsys.readouterr().out
    assert "por corregir" in said and "línea 2" in said, "the supplier's language"
    pages = [line.partition(": ")[2] for line in said.splitlines() if line.endswith(".html")]
    assert len(pages) == 2 and all(Path(page).is_file() for page in pages)
    assert call("receipts", folder, "--show", newest[:12], "--lang", "en") == 0
    assert "to correct" in capsys.readouterr().out
    assert call("receipts", folder, "--show", newest[:12], "--json") == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "rejected"


def test_an_id_that_is_not_there_or_not_clear_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("receipts", folder, "--show", "zzz") == 2
    assert "no receipt with an id that begins with zzz" in capsys.readouterr().err
    assert call("receipts", folder, "--show", "") == 2
    assert "6 receipts" in capsys.readouterr().err


def test_before_the_first_delivery_there_is_nothing_to_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    country: SmallCountry = build(tmp_path / "new")
    assert call("receipts", country.folder, "--lang", "es") == 0
    assert "No hay acuses" in capsys.readouterr().out
