"""One inbox for a party that sends several tables: files told apart by name, and sheets of one workbook."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.sources.folder_inbox import FolderInbox
from tests.inbox_country import InboxCountry
from tests.small_country import FILES, NOW, build

SHARED = "supplier: forum, kind: inbox, path: inbox/forum, settle_seconds: 0"
SHEETS = "institutions", "commitments", "milestones"
SOURCES = "\n".join(
    [
        f"  - {{id: institutions, {SHARED}, files: 'institutions*.csv', read: {{kind: csv}}, whole: true, "
        "tables: {institutions: {columns: {}}}}",
        f"  - {{id: commitments, {SHARED}, files: ['commitments*.csv'], read: {{kind: csv}}, "
        "tables: {commitments: {columns: {}}}}",
        f"  - {{id: workbook, {SHARED}, files: '*.xlsx', read: {{kind: xlsx, sheets: '*'}}, tables: {{"
        + ", ".join(f"{name}: {{sheet: {name}, columns: {{}}}}" for name in SHEETS)
        + "}}",
        "publication:",
    ]
)


def workbook(**more: str) -> bytes:
    """The party's tables, each on a sheet of its own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in SHEETS:
        sheet = book.create_sheet(name)
        for line in (FILES[f"forum/{name}.csv"] + more.get(name, "")).splitlines():
            sheet.append(line.split(","))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture
def country(tmp_path: Path) -> InboxCountry:
    built = build(tmp_path / "country")
    text = (built.folder / "programme.yaml").read_text(encoding="utf-8")
    before, rest = text.split("sources:\n")
    (built.folder / "programme.yaml").write_text(
        f"{before}sources:\n{SOURCES}\n{rest.partition('publication:')[2].removeprefix(chr(10))}", encoding="utf-8"
    )
    for file in (built.folder / "inbox/forum").iterdir():
        file.unlink()
    return InboxCountry(built.folder)


def collect(country: InboxCountry, *, ahead: bool = False) -> dict[str, SourceResult]:
    workspace = country.open()
    sources = [source.id for source in workspace.programme.sources]
    if ahead:
        with pipeline.looking_ahead(workspace, NOW):
            return {source: pipeline.collect_source(workspace, source, NOW) for source in sources}
    return {source: pipeline.collect_source(workspace, source, NOW) for source in sources}


def in_inbox(country: InboxCountry) -> list[str]:
    root = country.folder / "inbox/forum"
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_run_lists_it_once_and_a_second_try_again(country: InboxCountry, monkeypatch: pytest.MonkeyPatch) -> None:
    listed, items = [], FolderInbox.items
    monkeypatch.setattr(FolderInbox, "items", lambda inbox: listed.append(inbox) or items(inbox))
    workspace = country.open()
    for source in workspace.programme.sources:
        pipeline.collect_source(workspace, source.id, NOW)
    assert len(listed) == 1
    country.write("forum/commitments.csv", FILES["forum/commitments.csv"])
    assert pipeline.collect_source(workspace, "commitments", NOW).state == "accepted"
    assert len(listed) == 2


@pytest.mark.parametrize("ahead", [False, True])
def test_each_file_is_the_delivery_of_the_source_whose_name_it_fits(country: InboxCountry, ahead: bool) -> None:
    for name in ("institutions", "commitments"):
        country.write(f"forum/{name} 2024.csv", FILES[f"forum/{name}.csv"])
    states = {name: result.state for name, result in collect(country, ahead=ahead).items()}
    assert states == {"institutions": "accepted", "commitments": "accepted", "workbook": "nothing"}
    taken = {(entry.source, name) for entry in ledger.read(country.open().intake) for name, _ in entry.files}
    assert taken == {("institutions", "institutions 2024.csv"), ("commitments", "commitments 2024.csv")}
    assert len([name for name in in_inbox(country) if name.startswith("done/")]) == 2


def test_each_table_is_whole_or_not_by_itself(country: InboxCountry) -> None:
    for name in ("institutions", "commitments"):
        country.write(f"forum/{name}.csv", FILES[f"forum/{name}.csv"])
    collect(country)
    head, first, *_ = FILES["forum/commitments.csv"].splitlines()
    country.write("forum/commitments.csv", f"{head}\n{first.replace('Open', 'Opened')}x\n")
    assert collect(country)["commitments"].state == "accepted"
    entries = ledger.read(country.open().intake)
    assert [(entry.source, entry.whole) for entry in entries] == [
        ("institutions", True), ("commitments", False), ("commitments", False),
    ]  # fmt: skip


def test_a_workbook_with_a_sheet_for_each_table_is_one_delivery(country: InboxCountry) -> None:
    country.write("forum/all.xlsx", workbook())
    result = collect(country)["workbook"]
    assert result.state == "accepted", receipts_of(country)
    [entry] = ledger.read(country.open().intake)
    assert {name for name, count in entry.counts.items() if count} == set(SHEETS)


def test_a_sheet_in_which_something_is_wrong_is_named(country: InboxCountry) -> None:
    country.write("forum/all.xlsx", workbook(milestones="XX0009.1,,,,,\n"))
    assert collect(country)["workbook"].state == "rejected"
    [receipt] = receipts_of(country)
    blocking = [one["where"]["sheet"] for one in receipt["problems"] if one["level"] == "blocks"]
    assert set(blocking) == {"milestones"}


def test_what_fits_no_name_is_answered_once_with_the_names_that_are_taken(country: InboxCountry) -> None:
    country.write("forum/Commitments.CSV", FILES["forum/commitments.csv"])
    country.write("forum/notes.txt", "Ask them")
    results = collect(country, ahead=True)
    assert [results[name].state for name in ("institutions", "commitments", "workbook")] == [
        "rejected",
        "nothing",
        "nothing",
    ]
    told = {receipt["files"][0]["name"]: receipt["problems"][0] for receipt in receipts_of(country)}
    assert {one["rule"] for one in told.values()} == {"file-not-taken"}
    assert "commitments.csv" in told["Commitments.CSV"]["todo"]["es"]
    assert "commitments*.csv" in told["notes.txt"]["wrong"]["en"]
    assert not [name for name in in_inbox(country) if "/" not in name]
    assert len(collect(country)["institutions"].deliveries) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", files: '*.xlsx'", "", "say in both which `files` are theirs"),
        ("'*.xlsx', read: {kind: xlsx, sheets: '*'}", "'*.xlsx', read: {kind: csv}", "takes files that end in .xlsx"),
        ("files: ['commitments*.csv']", "files: 'institutions*.csv'", "takes the same files"),
        ("files: ['commitments*.csv']", "files: 'in/*.csv'", "leads into a folder"),
        ("id: commitments, supplier: forum", "id: commitments, supplier: agency", "another supplier's"),
    ],
)
def test_what_cannot_be_told_apart_is_a_mistake_of_the_programme_file(
    country: InboxCountry, old: str, new: str, said: str
) -> None:
    path = country.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ProgrammeError) as caught:
        country.open()
    assert any(said in message for _, message in caught.value.mistakes), caught.value.mistakes


def receipts_of(country: InboxCountry) -> list[dict[str, object]]:
    root = country.folder / "inbox/forum/receipts"
    return [json.loads(path.read_bytes()) for path in sorted(root.rglob("*.json"))]
