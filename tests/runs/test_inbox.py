"""Whole runs on an inbox: what is dropped comes back as a receipt, and leaves only when that stands."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.packaging.custom import StringProperty

from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.outcomes import NothingReceived, Published, Rejected, Unchanged
from ogp_pipeline.upkeep import admission
from tests.inbox_country import (
    DONE_LATER,
    GOOD,
    UPDATES,
    InboxCountry,
    Open,
    collect,
    copy,
    done,
    entries,
    lying,
    of_agency,
    open_country,
    receipts,
)
from tests.small_country import NOW


@pytest.fixture
def country(open_copy: Open) -> InboxCountry:
    """With the agency's inbox in a folder, and in a bucket."""
    return open_copy()


def test_a_dropped_file_is_published_and_comes_back_as_a_receipt(country: InboxCountry) -> None:
    country.drop("Informe de avance.csv", GOOD)
    record = country.run("first")
    assert record.outcome == Published("1.1.0")
    assert of_agency(record).state == "accepted" and of_agency(record).rows == 2
    names = list(country.inbox())
    assert [name.rpartition(" ")[0] for name in names] == [
        "done/2024-07-10/Informe de avance",
        "receipts/2024-07-10/Informe de avance",
        "receipts/2024-07-10/Informe de avance",
    ]
    assert sorted(Path(name).suffix for name in names) == [".csv", ".html", ".json"]
    [page] = [data.decode() for name, data in country.inbox().items() if name.endswith(".html")]
    assert '<html lang="es">' in page
    assert country.inbox()[names[0]] == GOOD.encode()
    assert country.run("second").outcome == Unchanged("1.1.0"), "an inbox that was emptied is no alarm"


def test_an_inbox_into_which_nobody_ever_put_anything_is_silent(tmp_path: Path) -> None:
    country = open_country(tmp_path)
    for path in (tmp_path / "inbox/forum").iterdir():
        path.unlink()
    assert country.run("first").outcome == NothingReceived()


def test_the_same_bytes_again_are_said_to_be_so_and_leave_the_ledger_alone(country: InboxCountry) -> None:
    country.drop("a.csv", GOOD)
    collect(country)
    country.drop("copy of a.csv", GOOD)
    assert collect(country, NOW + timedelta(days=1)).state == "same"
    [entry] = entries(country)
    first, again = receipts(country)
    assert (first["verdict"], again["verdict"]) == ("accepted", "same_as_before")
    assert again["earlier"] == {"delivery": entry.delivery, "received_at": entry.received_at}
    assert "2024" in again["summary"]["es"]
    assert lying(country) == []


def test_a_file_that_was_corrected_and_is_sent_once_more_is_news_when_somebody_lets_it_in(
    country: InboxCountry,
) -> None:
    country.drop("a.csv", GOOD)
    collect(country)
    country.drop("b.csv", DONE_LATER)
    collect(country, NOW + timedelta(days=1))
    country.drop("a.csv", GOOD)
    result = collect(country, NOW + timedelta(days=2))
    assert (result.state, lying(country)) == ("held", [])
    admission.admit(country.open(), result.deliveries[0].id, "An engineer", "The correction was wrong")
    assert [entry.files[0][0] for entry in entries(country)] == ["a.csv", "b.csv", "a.csv"]
    workspace = country.open()
    stand = known_tables(workspace, known_entries(workspace), NOW.date() + timedelta(days=2)).frames["updates"]
    assert sorted(stand["progress_en"]) == ["The draft is being discussed.", "Waits for the draft."]


def test_a_file_that_says_something_else_does_not_make_an_older_one_news(country: InboxCountry) -> None:
    country.drop("a.csv", DONE_LATER)
    collect(country)
    country.drop("b.csv", UPDATES + "XX0001.2,2024-H1,complete,Done too\n")
    collect(country, NOW + timedelta(days=1))
    country.drop("a.csv", DONE_LATER)
    assert collect(country, NOW + timedelta(days=2)).state == "same"
    assert len(entries(country)) == 2


def test_a_file_about_anothers_commitments_says_whose_they_are(country: InboxCountry) -> None:
    country.drop("theirs.csv", UPDATES + "XX0002.1,2024-H1,in_progress,Ours now\n")
    assert isinstance(country.run("second").outcome, Rejected)
    [receipt] = receipts(country)
    assert [problem["rule"] for problem in receipt["problems"]] == ["authority-commitment"]
    assert lying(country) == [] and entries(country) == []


def test_a_file_that_is_only_to_be_checked_changes_nothing_but_gets_its_receipt(country: InboxCountry) -> None:
    private = country.folder / "var/private"

    def kept() -> dict[str, bytes]:
        return {
            str(path): path.read_bytes() for path in private.rglob("*") if path.is_file() and "runs" not in path.parts
        }

    before = kept()
    country.drop("check/good.csv", GOOD)
    country.drop("check/bad.csv", UPDATES + "XX0001.1,2024-H1,No Trackab,x\n")
    assert collect(country).state == "nothing"
    assert kept() == before
    assert {one["verdict"]: one.get("only_checked") for one in receipts(country)} == {
        "accepted": True,
        "rejected": True,
    }
    assert lying(country) == []
    pages = [data.decode() for name, data in country.inbox().items() if re.search("/check good.*html", name)]
    assert len(pages) == 1 and "todavía no guardamos nada" in pages[0]
    assert len([name for name in done(country) if "/check " in name]) == 2


@pytest.mark.parametrize("folder", ["", "check/"])
def test_a_workbook_comes_back_with_its_cells_marked_and_the_page_links_to_it(
    open_copy: Open, tmp_path: Path, folder: str
) -> None:
    country = open_copy(**{"read: {kind: csv}, rhythm_days": "read: {kind: xlsx}, rhythm_days"})
    book = openpyxl.Workbook()
    book.active.append(UPDATES.strip().split(","))
    book.active.append(["XX0001.1", "2024-H1", "No Trackab", "x"])
    book.save(tmp_path / "book.xlsx")
    country.drop(f"{folder}Año 1, informe.xlsx", (tmp_path / "book.xlsx").read_bytes())
    collect(country)
    assert lying(country) == []
    files = country.inbox()
    [page] = [PurePosixPath(name) for name in files if name.endswith(".html")]
    [link] = re.findall('href="([^"#]+xlsx)"', files[str(page)].decode())
    marked = page.parent / unquote(link)
    book = openpyxl.load_workbook(BytesIO(files[str(marked)]))
    assert marked.stem == page.stem and book.sheetnames[0] == "Revisión"
    [receipt] = receipts(country)
    assert [one["name"] for one in receipt["copies"]] == [marked.name]


def test_files_that_belong_together_are_one_delivery(open_copy: Open) -> None:
    country = open_copy(**{"settle_seconds: 0": "settle_seconds: 0, together: true"})
    country.drop("1.csv", DONE_LATER)
    country.drop("2.csv.part", UPDATES)
    assert collect(country).deliveries == ()
    country.take_away("2.csv.part")
    country.drop("2.csv", UPDATES + "XX0001.2,2024-H1,not_started,x\n")
    [delivery] = collect(country).deliveries
    assert (delivery.state, delivery.files) == ("accepted", 2)
    assert lying(country) == [] and len(receipts(country)) == 1
    assert len(done(country)) == 2


def test_a_template_that_was_made_for_another_supplier_says_so(forum: Path, tmp_path: Path) -> None:
    country = copy(forum, tmp_path / "copy", **{"read: {kind: csv}, rhythm_days": "read: {kind: xlsx}, rhythm_days"})
    workspace = country.open()
    path = country.folder / "inbox/agency/plantilla.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "updates"
    names = UPDATES.strip().split(",")
    for row in (names, names, ["XX0001.1", "2024-H1", "in_progress", "Ours"]):
        sheet.append(row)
    told = {layout.TEMPLATE: layout.VERSION, layout.SUPPLIER: "forum", layout.TABLE: "updates"}
    for name, value in {**told, layout.SCHEMAS: workspace.schemas.version}.items():
        book.custom_doc_props.append(StringProperty(name=name, value=value))
    book.save(path)
    assert collect(country).state == "rejected"
    [receipt] = receipts(country)
    assert "wrong-supplier" in {problem["rule"] for problem in receipt["problems"]}
    assert lying(country) == [] and entries(country) == []
