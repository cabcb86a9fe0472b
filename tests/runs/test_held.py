"""Deliveries of which the effect is out of proportion, in whole runs: held, told, and let in, declared or replaced."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ogp_pipeline.cli import app
from ogp_pipeline.errors import NotFound, OgpError, StoreError
from ogp_pipeline.intake import held, layout, ledger
from ogp_pipeline.runs import checking, run, status, templating
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.outcomes import Held, Published, Unchanged
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.summary import summary_markdown
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.upkeep import admission
from tests.small_country import NOW, SmallCountry, build, linked

HEADING = "milestone_id,commitment_id,institution_id,title_en,due_date,due_precision"
FIRST = [
    "XX0001.1,XX0001,M1,Publish the draft,2024-06-30,day",
    "XX0001.2,XX0001,M1,Publish the law,2025-06-30,day",
    "XX0002.1,XX0002,M2,Publish the rulings,2025-06-30,day",
]
NINE = [*FIRST, *(f"XX0002.{n},XX0002,M2,Step {n},2025-06-30,day" for n in range(2, 8))]
WHOLE = {"files: milestones.csv, read: {kind: csv}": "files: milestones.csv, read: {kind: csv}, whole: true"}
EXTRA = (
    "  - {id: extra, supplier: forum, kind: folder, path: inbox/forum, files: extra.csv, read: {kind: csv}, "
    "tables: {institutions: {columns: {}}}}\n"
)
UPDATES = "milestone_id,period_id,status,progress_en\n"
STOOD = (
    "XX0001.1,2024-H1,in_progress,The draft is being discussed.\nXX0001.2,2024-H1,not_started,Waits for the draft.\n"
)
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A country of which nine milestones stand, stated in full; each test works on a copy."""
    country = build(tmp_path_factory.mktemp("forum") / "country", **WHOLE)
    country.write("forum/milestones.csv", "\n".join([HEADING, *NINE, ""]))
    country.collect()
    return country.folder


@pytest.fixture
def country(forum: Path, tmp_path: Path) -> SmallCountry:
    return linked(forum, tmp_path / "copy")


def send_milestones(country: SmallCountry, rows: list[str], heading: str = HEADING) -> SourceResult:
    country.write("forum/milestones.csv", "\n".join([heading, *rows, ""]))
    return run.collect_source(country.open(), "milestones", NOW)


def send_updates(country: SmallCountry, content: str, heading: str = UPDATES) -> SourceResult:
    country.write("agency/updates.csv", heading + content)
    return run.collect_source(country.open(), "updates", LATER)


def receipt_of(country: SmallCountry, result: SourceResult, form: str = "json") -> Any:
    [delivery] = result.deliveries
    stored = country.open().intake.get((delivery.receipt or "").removesuffix("json") + form)
    assert stored is not None
    return json.loads(stored.data) if form == "json" else stored.data.decode()


def standing(country: SmallCountry) -> int:
    return len(ledger.read(country.open().intake))


def test_a_third_of_a_full_statement_is_held_and_the_receipt_names_what_would_go(country: SmallCountry) -> None:
    before = standing(country)
    result = send_milestones(country, NINE[:6])
    assert (result.state, standing(country)) == ("held", before)
    receipt = receipt_of(country, result)
    table = receipt["effect"]["tables"]["milestones"]
    assert receipt["verdict"] == "held"
    assert (table["withdrawn"]["total"], table["stated"], table["unchanged"]) == (3, 9, 6)
    assert [row["key"] for row in table["withdrawn"]["rows"]] == [["XX0002.5"], ["XX0002.6"], ["XX0002.7"]]
    assert "3 of 9 rows" in receipt["summary"]["en"]
    page = receipt_of(country, result, "es.html")
    assert all(words in page for words in ("retira 3 de 9 renglones", "XX0002.7", "«retira»", "ogp accept"))


def let_in(country: SmallCountry) -> None:
    [waiting] = held.waiting(country.open().intake, ledger.read(country.open().intake))
    admission.admit(country.open(), waiting.delivery, "An engineer", "Agreed in session 12")


def test_a_held_delivery_turns_every_run_red_until_it_is_let_in_and_then_its_rows_are_what_stands(
    country: SmallCountry,
) -> None:
    """That what stands is published then: the next, at night, and runs/test_inbox."""
    send_milestones(country, NINE[:6])
    first = country.run("held")
    assert first.outcome == Held(1, "1.0.0")
    [waiting] = first.on_hold
    again = country.run("again", LATER)
    assert again.outcome == Held(1)
    assert len(list(country.open().intake.list("receipts/forum/" + waiting.delivery))) == 3  # one receipt, not two
    assert waiting.delivery[:12] in summary_markdown(again, "es")
    assert [one.delivery for one in status.read(country.open(), LATER.date()).on_hold] == [waiting.delivery]
    admitted = admission.admit(country.open(), waiting.delivery[:8], "An engineer", "Agreed in session 12")
    assert admitted.entry.by_hand == ledger.ByHand("An engineer", "Agreed in session 12", waiting.delivery)
    assert admission.admit(country.open(), waiting.delivery, "x", "y").before
    after = run.conclude(country.open(), "after", LATER, 1.0, [], [], [Unchanged("1.0.0")])
    assert not after.on_hold and not status.read(country.open(), LATER.date()).on_hold
    stand = known_tables(country.open(), known_entries(country.open()), LATER.date()).frames["milestones"]
    assert list(stand["milestone_id"]) == [row.split(",")[0] for row in NINE[:6]]


@pytest.mark.night
def test_what_was_let_in_is_published_by_the_next_run(country: SmallCountry) -> None:
    assert country.run("first").outcome == Published("1.0.0")
    send_milestones(country, NINE[:6])
    let_in(country)
    published = country.run("after", LATER)
    assert isinstance(published.outcome, Published) and not published.on_hold
    assert published.releases[0].changes["removed"] >= 3
    listed = (country.folder / "var/public/latest/plan/milestones.csv").read_text(encoding="utf-8")
    assert "XX0002.4" in listed and "XX0002.5" not in listed


@pytest.mark.parametrize(("heading", "number"), [("withdraws", "3"), ("Retira", " 3 ")])
def test_what_its_sender_declares_in_a_column_goes_through(country: SmallCountry, heading: str, number: str) -> None:
    send_milestones(country, NINE[:6])
    rows = [f"{NINE[0]},{number}", *(f"{row}," for row in NINE[1:6])]
    result = send_milestones(country, rows, f"{HEADING},{heading}")
    receipt = receipt_of(country, result)
    assert (result.state, result.rows) == ("accepted", 6)
    assert not receipt["problems"]  # nobody calls the column unknown
    assert "3 rows withdrawn" in receipt["summary"]["en"] and "nothing else" not in " ".join(receipt["next"]["en"])
    assert not held.waiting(country.open().intake, ledger.read(country.open().intake))


def test_another_number_than_what_happens_opens_nothing(country: SmallCountry) -> None:
    result = send_milestones(country, [*(f"{row}," for row in NINE[:5]), f"{NINE[5]},2"], f"{HEADING},withdraws")
    assert result.state == "held"
    receipt = receipt_of(country, result)
    assert receipt["rows"]["read"] == 6
    assert receipt["effect"]["holds"][0]["declared"] == 2
    assert "You declared 2; it is 3." in receipt["effect"]["why"]["en"][0]


def test_few_rows_are_told_and_not_held(country: SmallCountry) -> None:
    result = send_milestones(country, NINE[:7])
    assert result.state == "accepted"
    assert "2 rows withdrawn" in receipt_of(country, result)["summary"]["en"]
    assert "Compruebe" in receipt_of(country, result, "es.html")


def test_the_programme_sets_its_guards_and_a_source_its_own(country: SmallCountry) -> None:
    country.edit(
        "publication:\n", "guards:\n  withdraws: {rows: 2, share: 0.1, why: Nine rows are few}\npublication:\n"
    )
    assert send_milestones(country, NINE[:7]).state == "held"
    country.edit("whole: true", "whole: true, guards: {withdraws: {hold: false, why: The list is long}}")
    assert send_milestones(country, NINE[:6]).state == "accepted"


def test_a_first_delivery_says_what_it_adds_and_one_that_changes_nothing_says_so(country: SmallCountry) -> None:
    [entry] = [one for one in ledger.read(country.open().intake) if one.source == "updates"]
    stored = country.open().intake.get(entry.receipt)
    assert stored is not None
    assert json.loads(stored.data)["effect"]["told"]["en"] == [
        "Progress updates: adds 2 rows; there was none of yours before."
    ]
    same = receipt_of(country, send_updates(country, STOOD + "\n"))
    assert "nothing changes" in same["summary"]["en"]


@pytest.mark.parametrize(
    ("rows", "guard"),
    [
        ("XX0001.1,2024-H1,,The draft is being discussed.\n", "empties"),
        ("XX0001.1,2024-H1,not_started,The draft is being discussed.\n", "goes_back"),
    ],
)
def test_a_status_that_vanishes_or_goes_back_without_a_word_is_held(
    country: SmallCountry, rows: str, guard: str
) -> None:
    result = send_updates(country, rows)
    receipt = receipt_of(country, result)
    assert (result.state, [one["guard"] for one in receipt["effect"]["holds"]]) == ("held", [guard])


def test_who_says_why_may_go_back_and_who_declares_may_empty(country: SmallCountry) -> None:
    assert send_updates(country, "XX0001.1,2024-H1,not_started,The draft was withdrawn.\n").state == "accepted"
    emptying = "XX0001.1,2024-H1,,The draft was withdrawn.,1\n"
    assert send_updates(country, emptying, UPDATES[:-1] + ",vacia\n").state == "accepted"


def test_an_older_file_sent_again_is_held_also_with_another_ending(country: SmallCountry) -> None:
    newer = STOOD.replace("not_started", "in_progress")
    assert send_updates(country, newer).state == "accepted"
    for content in (STOOD, STOOD + "\n"):
        result = send_updates(country, content)
        assert result.state == "held"
        assert [one["guard"] for one in receipt_of(country, result)["effect"]["holds"]] == ["goes_back", "older"]


def test_what_another_supplier_said_is_not_taken_over_unnoticed(country: SmallCountry) -> None:
    country.edit("commitment_institutions, milestones]", "commitment_institutions, milestones, updates]")
    source = (
        "  - {id: forum-updates, supplier: forum, kind: folder, path: inbox/forum, files: updates.csv, "
        "read: {kind: csv}, tables: {updates: {columns: {}}}}\n"
    )
    country.edit("publication:\n", source + "publication:\n")
    country.write("forum/updates.csv", UPDATES + "XX0001.1,2024-H1,in_progress,Another word.\n")
    result = run.collect_source(country.open(), "forum-updates", LATER)
    assert result.state == "held"
    assert "takes over 1 row of agency" in " ".join(receipt_of(country, result)["effect"]["told"]["en"])


def test_a_newer_delivery_replaces_what_is_on_hold(country: SmallCountry) -> None:
    [waiting] = send_milestones(country, NINE[:6]).deliveries
    assert send_milestones(country, NINE[:8]).state == "accepted"
    assert not held.waiting(country.open().intake, ledger.read(country.open().intake))
    with pytest.raises(OgpError, match="replaced by entry"):
        admission.admit(country.open(), waiting.id, "An engineer", "Too late")


def test_a_run_reads_no_note_of_what_was_decided_before_it(country: SmallCountry) -> None:
    store = country.open().intake
    [waiting] = send_milestones(country, NINE[:3]).deliveries
    admission.refuse(country.open(), waiting.id, "An engineer", "An old draft")
    run.conclude(country.open(), "first", LATER, 1.0, [], [], [Unchanged(None)])
    assert not list(store.list(layout.HELD)) and len(list(store.list(layout.DECIDED))) == 1
    assert [note.delivery for note in held.every(store)] == [waiting.id]
    assert send_updates(country, STOOD + "\n").state == "accepted"  # so that everything is examined anew
    assert send_milestones(country, NINE[:3]).state == "same"  # it is remembered that this was refused


def test_what_is_put_on_hold_while_an_earlier_note_is_laid_aside_is_still_named(country: SmallCountry) -> None:
    store = country.open().intake
    send_milestones(country, NINE[:6])
    [(key, early)] = [(key, note) for key, note in held._read(store, layout.HELD)]
    assert send_milestones(country, NINE[:8]).state == "accepted"
    later = replace(early, n=early.n + 1, delivery="e" * 64)
    entries = ledger.read(store)

    class Meanwhile(type(store)):  # type: ignore[misc]  # another process puts a file of that name on hold
        def delete(self, key: str) -> None:
            held.keep(store, later)
            super().delete(key)

    assert not held.settle(Meanwhile(country.folder / "var/private"), entries)
    assert [note.delivery for note in held.settle(store, entries)] == ["e" * 64]
    assert store.get(key) is None


def test_what_is_refused_is_no_longer_named_although_the_file_lies_there(country: SmallCountry) -> None:
    [waiting] = send_milestones(country, NINE[:6]).deliveries
    admission.refuse(country.open(), waiting.id, "An engineer", "An old draft")
    assert send_updates(country, STOOD + "\n").state == "accepted"  # so that everything is examined anew
    assert send_milestones(country, NINE[:6]).state == "same"
    assert not held.waiting(country.open().intake, ledger.read(country.open().intake))
    assert send_milestones(country, NINE[:5]).state == "held"  # another file


def test_a_decision_needs_a_reason_and_a_delivery(country: SmallCountry) -> None:
    [waiting] = send_milestones(country, NINE[:6]).deliveries
    with pytest.raises(OgpError, match="neither may be empty"):
        admission.admit(country.open(), waiting.id, "An engineer", " ")
    with pytest.raises(NotFound, match="ogp held"):
        admission.admit(country.open(), "0" * 12, "An engineer", "Why not")


def test_letting_in_may_die_at_any_write_and_is_done_once(
    country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    [waiting] = send_milestones(country, NINE[:6]).deliveries
    before = standing(country)
    written: list[str] = []

    def dying(name: str, at: int) -> None:
        real = getattr(DirectoryStore, name)

        def write(store: DirectoryStore, key: str, *rest: Any) -> Any:
            written.append(key)
            if len(written) == at:
                raise StoreError("killed")
            return real(store, key, *rest)

        monkeypatch.setattr(DirectoryStore, name, write)

    at = 0
    while standing(country) == before:
        at += 1
        written.clear()
        with monkeypatch.context():
            for name in ("put_view", "create"):
                dying(name, at)
            try:
                admission.admit(country.open(), waiting.id, "An engineer", "Agreed")
            except StoreError:
                assert standing(country) == before
        monkeypatch.undo()
    assert at > 4  # receipts, record and entry: it died before each of them
    assert standing(country) == before + 1
    assert admission.admit(country.open(), waiting.id, "An engineer", "Agreed").before


def test_the_check_before_sending_shows_the_effect_and_keeps_nothing(country: SmallCountry) -> None:
    path = country.write("forum/milestones.csv", "\n".join([HEADING, *NINE[:6], ""]))
    receipt = checking.check_file(country.open(), path, "forum", "milestones", NOW)
    assert receipt.verdict == "held" and receipt.effect is not None
    assert not list(held.every(country.open().intake))


def test_the_commands_list_and_let_in(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    [waiting] = send_milestones(country, NINE[:6]).deliveries
    folder = str(country.folder)
    for arguments in (["held", folder], ["accept", waiting.id[:10], "--reason", "Agreed", "--by", "Ana", "-p", folder]):
        with pytest.raises(SystemExit) as ended:
            app.main(arguments)
        assert ended.value.code == 0
    with pytest.raises(SystemExit):
        app.main(["held", folder, "--lang", "es"])
    shown = capsys.readouterr().out
    assert waiting.id[:12] in shown and "3 of 9 rows" in shown
    assert "Ana dejó entrar un envío de milestones (6 renglones): Agreed" in shown


def test_a_report_that_came_in_time_is_not_late_however_often_it_is_corrected(country: SmallCountry) -> None:
    for day, words in ((18, "Corrected."), (19, "Corrected again.")):
        country.write("agency/updates.csv", UPDATES + STOOD.replace("Waits for the draft.", words))
        receipt = receipt_of(country, run.collect_source(country.open(), "updates", NOW.replace(day=day)))
        assert receipt["verdict"] == "accepted" and not receipt["problems"]
    country.write("forum/milestones.csv", "\n".join([HEADING, *NINE, "XX0001.9,XX0001,M1,New,2025-06-30,day", ""]))
    run.collect_source(country.open(), "milestones", NOW.replace(day=19))
    country.write("agency/updates.csv", UPDATES + STOOD + "XX0001.9,2024-H1,in_progress,First word.\n")
    receipt = receipt_of(country, run.collect_source(country.open(), "updates", NOW.replace(day=20)))
    assert [(one["rule"], one["where"]["line"]) for one in receipt["problems"]] == [("period-late", 4)]


def test_rows_of_a_template_that_nobody_filled_in_change_nothing(country: SmallCountry) -> None:
    country.edit("files: updates.csv, read: {kind: csv}", "files: '*.xlsx', read: {kind: xlsx}")
    made = templating.make(
        country.open(), "agency", NOW.date(), table="updates", period="2024-H1", language="en", to=country.folder
    )
    workbook = load_workbook(made.path)
    sheet = workbook["updates"]
    names = [cell.value for cell in sheet[2]]
    for row in sheet.iter_rows(min_row=3, max_row=4):
        for name, cell in zip(names, row, strict=True):
            if name in ("status", "progress_en") and cell.row == 3:
                cell.value = None  # somebody cleared what stood
            elif name == "progress_en":
                cell.value = "The draft is out."
    (country.folder / "inbox/agency/updates.csv").unlink()
    workbook.save(country.folder / "inbox/agency/filled.xlsx")
    result = run.collect_source(country.open(), "updates", LATER)
    receipt = receipt_of(country, result)
    table = receipt["effect"]["tables"]["updates"]
    assert (result.state, result.rows, table["changed"]["total"], table["emptied"]["total"]) == ("accepted", 1, 1, 0)
    assert receipt["skipped"][0]["rows"] == 1 and "no se llenó nada" in receipt["skipped"][0]["why"]["es"]


def test_the_number_in_the_newest_receipt_is_the_one_that_lets_it_in(country: SmallCountry) -> None:
    [first] = send_milestones(country, NINE[:6]).deliveries
    country.edit("publication:\n", "guards:\n  older: {hold: false, why: A test}\npublication:\n")  # examined anew
    country.write("forum/extra.csv", "institution_id,name_en,sector\nM3,Third ministry,government\n")
    country.edit("  - {id: updates,", EXTRA + "  - {id: updates,")
    run.collect_source(country.open(), "extra", LATER)
    result = run.collect_source(country.open(), "milestones", LATER)
    [again] = result.deliveries
    assert (again.state, again.id, again.receipt) == ("held", first.id, first.receipt)  # the same to say
    admission.admit(country.open(), receipt_of(country, result)["delivery"][:12], "An engineer", "Agreed")
