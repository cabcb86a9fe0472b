"""Raw files go by the programme's rule alone: each leaves a tombstone, and nothing that rests on them changes."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.cli.app import main
from ogp_pipeline.errors import AnotherLedger, BrokenHistory, OgpError, ProgrammeError
from ogp_pipeline.intake import held, layout, ledger, removals
from ogp_pipeline.runs import run
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.upkeep import reproduction, retention, tracing, wholeness
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import FILES, NOW, SmallCountry, linked, published

UPDATES = FILES["agency/updates.csv"]
CHANGED = UPDATES.replace("not_started", "in_progress").replace("The draft", "A draft")
DAY = timedelta(days=1)
LATER = NOW + 400 * DAY
RULES = "retention: {accepted: {days: 365}, turned_away: {days: 90}}\npublication:\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The agency's file, refused once, and replaced by another of which every row is new; rules for both."""
    country = published(tmp_path_factory.mktemp("kept") / "country")
    country.edit("publication:\n", RULES)
    country.write("agency/updates.csv", UPDATES.replace("in_progress", "flying"))
    country.collect(NOW + DAY)
    country.write("agency/updates.csv", CHANGED)
    country.collect(NOW + 2 * DAY)
    return country.folder


@pytest.fixture
def country(kept: Path, tmp_path: Path) -> SmallCountry:
    return linked(kept, tmp_path / "country")


def sha256_of(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def raw(country: SmallCountry) -> set[str]:
    return {path.name for path in (country.folder / "var/private/raw").glob("*")}


def others(country: SmallCountry) -> dict[str, bytes]:
    private = country.folder / "var/private"
    left_out = ("raw", "removed", "state", ".store")
    files = [path for path in private.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(private)): path.read_bytes()
        for path in files
        if path.relative_to(private).parts[0] not in left_out
    }


def remove(country: SmallCountry, now: object = LATER) -> retention.Plan:
    assert now is LATER
    return retention.carry_out(country.open(), retention.plan(country.open(), LATER), "the archivist", LATER)


def test_only_what_is_old_and_superseded_or_refused_is_planned(country: SmallCountry) -> None:
    planned = {file.sha256: file for file in retention.plan(country.open(), LATER).files}
    first, refused = sha256_of(UPDATES), sha256_of(UPDATES.replace("in_progress", "flying"))
    assert planned.keys() == {first, refused}, "the forum's files and the newest still have rows that stand"
    assert (planned[first].rule, planned[first].entry) == ("accepted", 5)
    assert (planned[refused].rule, planned[refused].entry) == ("turned_away", None)
    assert planned[first].names == ("updates.csv",) and planned[first].bytes == len(UPDATES)
    after_days = {days: len(retention.plan(country.open(), NOW + days * DAY).files) for days in (89, 92, 365, 366)}
    assert after_days == {89: 0, 92: 1, 365: 1, 366: 2}


def test_every_file_goes_where_the_rule_says_all(country: SmallCountry) -> None:
    country.edit("accepted: {days: 365}", "accepted: {days: 365, only: all}")
    assert {file.sha256 for file in retention.plan(country.open(), LATER).files} == raw(country)


def test_what_goes_leaves_a_tombstone_and_all_else_stays(country: SmallCountry) -> None:
    before, stood = others(country), raw(country)
    done = remove(country)
    assert done.log == "removed/000001.json"
    assert stood - raw(country) == {file.sha256 for file in done.files} and len(done.files) == 2
    assert others(country) == before, "receipts, rows, records and ledger"
    [removal] = removals.read(country.open().intake)
    entries = ledger.read(country.open().intake)
    assert (removal.by, removal.ledger) == ("the archivist", ledger.head_of(entries))
    assert [file.entry for file in removal.files] == [5, None], "in the ledger's order"
    seen = wholeness.look(country.open().intake)
    assert (seen.faults, seen.removed) == ((), 2)


@pytest.mark.night
def test_no_release_needs_a_raw_file_to_be_rebuilt(country: SmallCountry) -> None:
    country.edit("accepted: {days: 365}", "accepted: {days: 365, only: all}")
    remove(country)
    assert raw(country) == set()
    [result] = reproduction.reproduce(country.open(), "1.0.0", None, lambda *_: None)
    assert result.differences == () and result.unproven is None


def test_a_second_removal_follows_the_first_and_a_changed_log_is_named(country: SmallCountry) -> None:
    remove(country)
    assert retention.plan(country.open(), LATER).files == ()
    country.edit("accepted: {days: 365}", "accepted: {days: 365, only: all}")
    assert remove(country).log == "removed/000002.json"
    assert raw(country) == set() and wholeness.look(country.open().intake).faults == ()
    log = country.folder / "var/private/removed/000001.json"
    log.write_bytes(log.read_bytes().replace(b"archivist", b"plumber!!"))
    with pytest.raises(BrokenHistory, match=r"removed/000002\.json does not follow"):
        removals.read(country.open().intake)
    assert [fault.key for fault in wholeness.look(country.open().intake).faults if fault.key == "removed/"]


def test_trace_says_that_the_file_was_removed_by_which_rule(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tracing.trace(country.open(), "updates", "XX0001.1/2024-H1", None, "1.0.0").row
    assert before is not None and before.removed is None
    remove(country)
    row = tracing.trace(country.open(), "updates", "XX0001.1/2024-H1", None, "1.0.0").row
    assert row is not None and row.removed is not None and row.file == "updates.csv"
    assert (row.removed.rule, row.removed.by, row.removed.log) == ("accepted", "the archivist", "removed/000001.json")
    assert all(cell.received is None for cell in row.cells) and any(cell.where for cell in row.cells)
    for language, word in (("es", "retirado"), ("en", "removed"), ("fr", "supprimé")):
        with pytest.raises(SystemExit):
            main(["trace", "updates", "XX0001.1/2024-H1", "--version", "1.0.0", "-p", str(country.folder), "--lang", language])  # fmt: skip  # noqa: E501
        assert word in capsys.readouterr().out


def test_a_removal_that_was_killed_is_completed_and_told_once(country: SmallCountry) -> None:
    planned = retention.plan(country.open(), LATER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DirectoryStore, "delete", _killed)
        with pytest.raises(KeyboardInterrupt):
            retention.carry_out(country.open(), planned, "the archivist", LATER)
    assert {file.sha256 for file in planned.files} <= raw(country)
    done = remove(country)
    assert done.log is None and not {file.sha256 for file in planned.files} & raw(country)
    assert len(removals.read(country.open().intake)) == 1


def _killed(store: DirectoryStore, key: str) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("when", ["told", "removed"])
def test_bytes_that_come_again_at_that_very_moment_are_not_lost(country: SmallCountry, when: str) -> None:
    """The refused file comes once more, between the plan and the removal, or between that and the last look."""
    bad = UPDATES.replace("in_progress", "flying")

    def comes_again() -> None:
        country.write("agency/updates.csv", bad)
        run.collect_source(country.open(), "updates", LATER - DAY)

    planned = retention.plan(country.open(), LATER)
    delete, once = DirectoryStore.delete, [comes_again]

    def deleting(store: DirectoryStore, key: str) -> None:
        if key.startswith("raw/") and when == "told" and once:
            once.pop()()
        delete(store, key)
        if key.startswith("raw/") and when == "removed" and once:
            once.pop()()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DirectoryStore, "delete", deleting)
        retention.carry_out(country.open(), planned, "the archivist", LATER)
    assert sha256_of(bad) in raw(country) and sha256_of(UPDATES) not in raw(country)
    assert sha256_of(bad) not in {file.sha256 for file in retention.plan(country.open(), LATER).files}


def test_intake_looks_for_its_files_once_more_after_it_recorded_them(
    country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file goes between the first look, which finds it, and the ledger entry."""
    text = CHANGED.replace("A draft", "Some draft")
    append, raw_key = ledger.append, layout.raw(sha256_of(text))

    def meanwhile(*arguments: object, **named: object) -> ledger.Entry:
        country.open().intake.delete(raw_key)
        return append(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "append", meanwhile)
    country.write("agency/updates.csv", text)
    country.collect(NOW + 3 * DAY)
    assert country.open().intake.head(raw_key) is not None


def _hold(country: SmallCountry) -> str:
    """A delivery on hold: of the whole table, half is missing."""
    country.edit("files: milestones.csv, read: {kind: csv}", "files: milestones.csv, read: {kind: csv}, whole: true")
    country.edit("retention:", "guards: {withdraws: {share: 0.1, rows: 1, why: tried}}\nretention:")
    text = "\n".join(FILES["forum/milestones.csv"].splitlines()[:3]) + "\n"
    country.write("forum/milestones.csv", text)
    country.collect(NOW + 2 * DAY)
    [note] = held.waiting(country.open().intake, ledger.read(country.open().intake))
    return note.files[0].sha256


def _set_aside(country: SmallCountry) -> str:
    """A delivery of which one row waits to be mended."""
    country.edit(
        "files: updates.csv, read: {kind: csv}", "files: updates.csv, read: {kind: csv}, on_bad_rows: quarantine"
    )
    text = CHANGED.replace("XX0001.2,2024-H1,in_progress", "XX0001.2,2024-H1,flying")
    country.write("agency/updates.csv", text)
    country.collect(NOW + 2 * DAY)
    assert ledger.read(country.open().intake)[-1].quarantined
    return sha256_of(text)


@pytest.mark.parametrize("make", [_hold, _set_aside])
def test_what_waits_for_a_decision_stays_whatever_the_rule(
    country: SmallCountry, make: Callable[[SmallCountry], str]
) -> None:
    country.edit("accepted: {days: 365}", "accepted: {days: 365, only: all}")
    waits = make(country)
    assert waits not in {file.sha256 for file in retention.plan(country.open(), LATER).files}
    remove(country)
    assert raw(country) == {waits}


def test_without_a_rule_nothing_goes_and_a_rule_that_says_nothing_is_a_mistake(country: SmallCountry) -> None:
    file = country.folder / "programme.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(RULES, "publication:\n"), encoding="utf-8")
    stood = raw(country)
    assert retention.keep_rules(country.open(), "the schedule", LATER) is None and raw(country) == stood
    with pytest.raises(OgpError, match="kept for ever"):
        retention.plan(country.open(), LATER)
    for wrong in ("retention: {}", "retention: {accepted: {days: 3}}", "retention: {drafts: {days: 90}}"):
        file.write_text(text.replace(RULES, f"{wrong}\npublication:\n"), encoding="utf-8")
        with pytest.raises(ProgrammeError, match="retention"):
            country.open()


def test_from_a_store_that_is_anothers_nothing_goes(country: SmallCountry) -> None:
    planned, stood = retention.plan(country.open(), LATER), raw(country)
    for path in (country.folder / "var/private/ledger").iterdir():
        path.unlink()
    with pytest.raises(AnotherLedger):
        retention.carry_out(country.open(), planned, "the archivist", LATER)
    assert raw(country) == stood


def test_a_schedule_removes_by_itself_and_then_finds_nothing(country: SmallCountry) -> None:
    done = retention.keep_rules(country.open(), "the schedule", LATER)
    assert done is not None and len(done.files) == 2
    assert [removal.by for removal in removals.read(country.open().intake)] == ["the schedule"]
    assert retention.keep_rules(country.open(), "the schedule", LATER) is None


def test_the_command_lists_then_removes(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: str) -> str:
        with pytest.raises(SystemExit) as left:
            main(["retain", str(country.folder), *arguments])
        assert not left.value.code
        return capsys.readouterr().out

    stood = raw(country)
    assert "updates.csv" in call("--lang", "fr") and raw(country) == stood
    done = json.loads(call("--delete", "--by", "me", "--json"))
    assert done["removed"] and len(done["files"]) == 2 and done["log"] == "removed/000001.json"
    assert raw(country) < stood
    assert "No rule" in call("--lang", "en")
