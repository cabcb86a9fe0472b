"""A rehearsal does what a run does, says the same of it, and leaves every byte as it was."""

import json
import re
import shutil
from pathlib import Path

import pytest

from ogp_pipeline.cli.views_run import show_run
from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import layout
from ogp_pipeline.runs import rehearsal, run
from ogp_pipeline.runs.outcomes import Published, Rejected, Unchanged
from ogp_pipeline.runs.record import RunRecord
from tests import inbox_country, small_country
from tests.inbox_country import DONE_LATER, InboxCountry
from tests.small_country import NOW, SmallCountry

HEAD = "milestone_id,period_id,status,progress_en\n"


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    return small_country.published(tmp_path / "country")


def every_byte(folder: Path) -> dict[str, tuple[int, bytes]]:
    """All files with the time of their last change."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def rehearse(country: SmallCountry, folder: Path) -> tuple[RunRecord, rehearsal.Preview]:
    preview = rehearsal.prepare(country.open(), folder)
    record = run.run(preview.workspace, NOW, "rehearsal")
    preview.complete()
    return record, preview


def test_it_shows_the_next_release_says_of_it_what_a_run_does_and_changes_nothing(
    country: SmallCountry, tmp_path: Path
) -> None:
    country.write("agency/updates.csv", small_country.CORRECTED)
    before = every_byte(country.folder)
    record, preview = rehearse(country, tmp_path / "preview")
    assert every_byte(country.folder) == before
    assert record.outcome == Published("1.0.1")
    assert preview.start_page.is_file()
    rows = (tmp_path / "preview/site/latest/progress/updates.csv").read_text(encoding="utf-8")
    assert ",Out." in rows
    (result,) = [one for one in record.sources if one.source == "updates"]
    receipt = result.deliveries[0].receipt
    assert receipt is not None and (tmp_path / "preview/private" / receipt).is_file()
    for_good = json.loads((small_country.corrected_once() / "var/private" / layout.run("second")).read_bytes())
    said = json.loads(record.to_bytes())
    assert (said["outcome"], said["releases"]) == (for_good["outcome"], for_good["releases"])


def test_what_would_be_rejected_is_rejected_with_the_exit_code_of_a_run(country: SmallCountry, tmp_path: Path) -> None:
    country.write("agency/updates.csv", HEAD + "XX0001.1,2024-H1,Delayed,x\n")
    record, _ = rehearse(country, tmp_path / "preview")
    assert isinstance(record.outcome, Rejected) and record.outcome.exit_code == 4


def test_without_news_the_pages_that_stand_are_shown(country: SmallCountry, tmp_path: Path) -> None:
    record, preview = rehearse(country, tmp_path / "preview")
    assert record.outcome == Unchanged("1.0.0")
    public = country.public_files()
    shown = {str(path.relative_to(tmp_path / "preview/site")) for path in (tmp_path / "preview/site").rglob("*")}
    pages = {name for name in public if name.endswith(".html")}
    assert preview.start_page.is_file() and pages <= shown


def test_a_preview_replaces_an_earlier_one_and_nothing_else(country: SmallCountry, tmp_path: Path) -> None:
    rehearsal.prepare(country.open(), tmp_path / "preview")
    rehearsal.prepare(country.open(), tmp_path / "preview")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    with pytest.raises(OgpError, match="Nothing was touched"):
        rehearsal.prepare(country.open(), tmp_path / "mine")


def test_files_stay_in_their_inbox_and_nobody_gets_a_receipt(on_disk: InboxCountry, tmp_path: Path) -> None:
    on_disk.drop("updates.csv", DONE_LATER)
    on_disk.drop("check/updates.csv", DONE_LATER)
    before = on_disk.inbox()
    record, _ = rehearse(on_disk, tmp_path / "preview")
    assert on_disk.inbox() == before
    assert inbox_country.of_agency(record).state == "accepted"


def test_a_draft_says_so_on_each_page_and_the_first_release_is_as_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    country = small_country.build(tmp_path / "country")
    before = every_byte(country.folder)
    for _ in range(2):  # as often as one likes
        preview = rehearsal.draft(country.open())
        record = run.run(preview.workspace, NOW, "draft")
    assert record.outcome == Published("1.0.0") and preview.folder == country.folder / "var/draft"
    assert preview.folder.stat().st_mode & 0o077 == 0
    show_run(record, preview.workspace, None, "es", as_json=False, preview=preview)
    said = capsys.readouterr().out
    assert "Se publicaría: versión 1.0.0" in said and "Publicado" not in said
    pages = [path for path in preview.start_page.parent.rglob("*.html") if "releases" not in path.parts]
    marks = re.compile('<p role="note"><strong>(?:DRAFT: nothing|BORRADOR: nada)')
    unmarked = [path for path in pages if len(marks.findall(path.read_text(encoding="utf-8"))) != 1]
    assert len(pages) > 3 and not unmarked
    packages = [path.read_text(encoding="utf-8") for path in (preview.folder / "site").rglob("datapackage.json")]
    assert packages and all('"title": "DRAFT: ' in package for package in packages)
    shutil.rmtree(preview.folder)
    assert every_byte(country.folder) == before


def test_there_is_no_draft_once_there_is_a_release(country: SmallCountry) -> None:
    with pytest.raises(OgpError, match="--dry-run shows"):
        rehearsal.draft(country.open())
