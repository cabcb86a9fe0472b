"""From a wrong workbook to an accepted one by way of its marked copy, through the whole pipeline."""

import io
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup

from ogp_pipeline.cli import app
from ogp_pipeline.runs import run
from tests.small_country import NOW, SmallCountry, build

FROM = "files: updates.csv, read: {kind: csv}"
TO = "files: updates.xlsx, read: {kind: xlsx}"


def _workbook(*statuses: str) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "updates"
    made.active.append(["milestone_id", "period_id", "status", "progress_en"])
    for number, status in enumerate(statuses, 1):
        made.active.append([f"XX0001.{number}", "2024-H1", status, "Under way."])
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    country = build(tmp_path / "country", **{FROM: TO})
    (country.folder / "inbox/agency/updates.csv").unlink()
    country.write("agency/updates.xlsx", _workbook("in_progress", "No Trackab"))
    return country


def _receipts(country: SmallCountry) -> list[Path]:
    return sorted((country.folder / "var/private/receipts/agency").iterdir())


def test_the_marked_copy_lies_beside_the_receipt_and_can_be_corrected_and_sent(country: SmallCountry) -> None:
    country.collect()
    (copy,) = [path for path in _receipts(country) if path.suffix == ".xlsx"]
    page = next(path for path in _receipts(country) if path.name.endswith(".es.html"))
    link = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one("a[href]")
    assert link is not None and page.parent / str(link["href"]) == copy

    workbook = openpyxl.load_workbook(copy)
    assert workbook.sheetnames == ["Revisión", "updates"]
    assert workbook["updates"]["C3"].comment is not None
    workbook["updates"]["C3"] = "not_started"
    workbook.save(country.folder / "inbox/agency/updates.xlsx")
    updates = run.collect_source(country.open(), "updates", NOW)
    assert (updates.state, updates.rows) == ("accepted", 2)


@pytest.mark.night
def test_the_same_delivery_again_writes_the_same_copy(country: SmallCountry) -> None:
    country.run("first")
    before = {path.name: path.read_bytes() for path in _receipts(country)}
    for path in (country.folder / "var/private/examined").iterdir():
        path.unlink()
    country.run("second")
    assert {path.name: path.read_bytes() for path in _receipts(country)} == before


def test_check_writes_the_marked_copy(country: SmallCountry, tmp_path: Path) -> None:
    file, copy = country.folder / "inbox/agency/updates.xlsx", tmp_path / "marked.xlsx"
    arguments = ["check", str(file), "--as", "agency", "-p", str(country.folder)]
    with pytest.raises(SystemExit) as left:
        app.main([*arguments, "--receipt", str(copy)])
    assert left.value.code == 4
    assert openpyxl.load_workbook(copy)["updates"]["C3"].comment is not None
    with pytest.raises(SystemExit) as left:
        app.main([*arguments, "--receipt", str(tmp_path / "marked.pdf")])
    assert left.value.code == 2


def test_check_says_when_there_is_nothing_to_mark(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, copy = tmp_path / "updates.xlsx", tmp_path / "marked.xlsx"
    file.write_bytes(b"nothing")
    arguments = ["check", str(file), "--as", "agency", "-p", str(country.folder), "--receipt", str(copy)]
    with pytest.raises(SystemExit):
        app.main(arguments)
    assert "no hay celdas que señalar" in capsys.readouterr().err
    assert not copy.exists()
