"""Checkpoints: what is kept and moved on is the fold of all; what is damaged is named, ignored and made again."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ogp_pipeline.intake import layout
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs import checkpoint
from ogp_pipeline.runs.known_state import keep_state, known_entries, known_tables, prior_state
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Object
from ogp_pipeline.tables.fold import fold
from ogp_pipeline.tables.tables import Tables
from ogp_pipeline.validation import PriorState
from tests.frames import assert_same
from tests.runs import long_ledger
from tests.runs.long_ledger import TODAY
from tests.sample import by_day
from tests.small_country import FILES, NOW, published
from tests.tables import kept_ledger
from tests.tables.country import SCHEMAS, Ledger, update
from tests.tables.drawn_ledgers import START, deliveries

TABLES = (".csv", ".jsonl", ".parquet")
SOURCE: Source = TypeAdapter(Source).validate_python(
    {"id": "a", "supplier": "a", "kind": "folder", "path": "x", "files": "*.csv", "read": {"kind": "csv"},
     "tables": {"updates": {"columns": {}}}}
)  # fmt: skip


def same(one: Tables, other: Tables) -> bool:
    assert_same(one.frames, other.frames)
    return (dict(one.origins), one.rulings, one.unfit) == (dict(other.origins), other.rulings, other.unfit)


def folded(workspace: Workspace, ledger: Ledger, as_of: date = TODAY) -> Tables:
    return fold(ledger.entries, ledger.read, workspace.programme, workspace.sha256, SCHEMAS, as_of)


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Ledger]:
    """A ledger of six entries, kept after the fourth."""
    ledger = long_ledger.ledger()
    first = Ledger(ledger.entries[:4], ledger.rows)
    workspace = kept_ledger.workspace(tmp_path)
    kept_ledger.keep(workspace.intake, first)
    keep_state(workspace, TODAY)
    kept_ledger.keep(workspace.intake, ledger, first=5)
    return tmp_path, ledger


@settings(max_examples=6, deadline=None)
@given(deliveries(), st.integers(0, 9), st.integers(0, 7))
def test_kept_after_any_entry_and_moved_on_it_is_the_fold_of_all(ledger: Ledger, kept: int, days: int) -> None:
    as_of = START + timedelta(days=days)
    with TemporaryDirectory() as folder:
        first = kept_ledger.workspace(Path(folder))
        kept_ledger.keep(first.intake, Ledger(ledger.entries[:kept], ledger.rows))
        keep_state(first, as_of)
        kept_ledger.keep(first.intake, ledger, first=kept + 1)
        then = kept_ledger.workspace(Path(folder))
        entries = known_entries(then)
        assert bool(kept) == (then.memory.checkpoint is not None)
        of_all = {day: folded(then, ledger, day) for day in {as_of, date.max, START}}
        for day, tables in of_all.items():
            assert same(known_tables(then, entries, day), tables)
        keep_state(then, as_of)
        last = kept_ledger.workspace(Path(folder))
        assert same(known_tables(last, known_entries(last), as_of), of_all[as_of])
        assert last.memory.damage == []


@settings(max_examples=8, deadline=None)
@given(deliveries())
def test_what_rules_look_up_is_moved_on_to_what_it_would_be_if_it_were_made_anew(ledger: Ledger) -> None:
    with TemporaryDirectory() as folder:
        workspace = kept_ledger.workspace(Path(folder))
        entries = kept_ledger.keep(workspace.intake, ledger)
        assert known_entries(workspace) == entries
        for n in range(len(entries) + 1):
            tables = folded(workspace, Ledger(ledger.entries[:n], ledger.rows), date.max)
            anew = PriorState.from_tables(tables, SCHEMAS)
            moved_on = prior_state(workspace, SOURCE, entries[:n])
            there = pickle.loads(pickle.dumps(moved_on))
            assert anew == replace(moved_on, replaced={}, in_time=frozenset())
            assert moved_on == there, "with what is known of its source"
            for name in ("updates", "evidence", "corrections", "milestones"):
                assert anew.said(name) == moved_on.said(name) == there.said(name)


def test_the_state_for_rules_is_made_once_and_sent_as_what_has_changed(tmp_path: Path) -> None:
    ledger = long_ledger.ledger()
    workspace = kept_ledger.workspace(tmp_path)
    entries = kept_ledger.keep(workspace.intake, ledger)
    known_entries(workspace)
    first, again, second = (prior_state(workspace, SOURCE, entries[:n]) for n in (4, 4, 5))
    assert first.keys is again.keys and first.said is again.said
    assert second.base is not None and len(second.since) == 1, "one row came; the other fits no table"


class Counting(DirectoryStore):
    """Notes which keys are read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[str] = []

    def get(self, key: str) -> Object | None:
        self.read.append(key)
        return super().get(key)

    def download(self, key: str, path: Path) -> bool:
        self.read.append(key)
        return super().download(key, path)


def counting(folder: Path) -> tuple[Workspace, Counting]:
    store = Counting(folder / "private")
    return replace(kept_ledger.workspace(folder), intake=store), store


@pytest.mark.parametrize("length", [5, 50])
def test_what_is_kept_costs_five_reads_whatever_its_age_and_one_for_each_table(tmp_path: Path, length: int) -> None:
    first = kept_ledger.workspace(tmp_path)
    kept_ledger.keep(first.intake, long_ledger.ledger(length))
    keep_state(first, TODAY)
    workspace, store = counting(tmp_path)
    entries = known_entries(workspace)
    assert (len(entries), len(store.read)) == (length, 5)
    store.read.clear()
    tables = known_tables(workspace, entries, TODAY)
    assert len(store.read) <= 2, "rows that no table can hold, and the table whose rows might stand instead"
    store.read.clear()
    assert len(tables.frames["clusters"]) == length // 2
    assert len(store.read) == 1
    store.read.clear()
    keep_state(workspace, TODAY)
    assert store.read == []


def parts(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in (folder / "private/state").rglob("*") if path.is_file())


DAMAGES = {
    "removed": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "other bytes": lambda path: path.write_bytes(path.read_bytes()[:-9] + b"\x00" * 9),
}


@pytest.mark.parametrize("damage", by_day(DAMAGES, ["removed"]))
def test_whatever_of_it_is_damaged_is_named_ignored_and_made_again(kept: tuple[Path, Ledger], damage: str) -> None:
    folder, ledger = kept
    original = {path: path.read_bytes() for path in parts(folder)}
    of_all = folded(kept_ledger.workspace(folder), ledger)
    assert len(original) >= 6, "hint, index, chain, two tables, rows set aside, what waits"
    for path in original:
        for other, content in original.items():
            other.parent.mkdir(parents=True, exist_ok=True)
            other.write_bytes(content)
        DAMAGES[damage](path)
        workspace = kept_ledger.workspace(folder)
        assert same(known_tables(workspace, known_entries(workspace), TODAY), of_all)
        keep_state(workspace, TODAY)
        after = kept_ledger.workspace(folder)
        assert same(known_tables(after, known_entries(after), TODAY), of_all)
        assert after.memory.damage == []
        assert after.memory.checkpoint is not None and after.memory.checkpoint.index.n == len(ledger.entries)


@pytest.mark.parametrize("damage", ["removed", "other bytes"])
def test_damage_is_said_in_the_log(kept: tuple[Path, Ledger], damage: str, caplog: pytest.LogCaptureFixture) -> None:
    folder, _ = kept
    index = next(path for path in parts(folder) if path.parent.name.startswith("000004-"))
    DAMAGES[damage](index)
    workspace = kept_ledger.workspace(folder)
    known_entries(workspace)
    assert index.name in caplog.text and "made again" in caplog.text
    assert workspace.memory.checkpoint is None


@pytest.mark.parametrize("changed", ["version", "shape", "fold"])
def test_one_of_other_schemas_or_another_way_to_fold_is_made_again(
    kept: tuple[Path, Ledger], changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, ledger = kept
    schemas = SCHEMAS
    if changed == "version":
        schemas = replace(SCHEMAS, version="9.0.0")
    elif changed == "shape":
        table = SCHEMAS.table("clusters")
        slim = replace(table, fields=tuple(field for field in table.fields if field.name != "name_es"))
        schemas = replace(SCHEMAS, tables={**SCHEMAS.tables, "clusters": slim})
    else:
        monkeypatch.setattr(checkpoint, "fold", lambda: "f" * 64)
    workspace = replace(kept_ledger.workspace(folder), schemas=schemas)
    entries = known_entries(workspace)
    assert workspace.memory.checkpoint is None and len(workspace.memory.damage) == 1
    anew = fold(ledger.entries, ledger.read, workspace.programme, workspace.sha256, schemas, TODAY)
    assert same(known_tables(workspace, entries, TODAY), anew)
    keep_state(workspace, TODAY)
    after = replace(kept_ledger.workspace(folder), schemas=schemas)
    known_entries(after)
    assert after.memory.checkpoint is not None and after.memory.damage == []


def test_one_of_another_ledger_is_not_used(kept: tuple[Path, Ledger]) -> None:
    folder, _ = kept
    for path in (folder / "private/ledger").iterdir():
        path.unlink()
    other = Ledger()
    for n in range(6):
        other.deliver(f"2024-02-0{n + 1}", {"updates": [update(f"x{n}", "r1")]})
    workspace = kept_ledger.workspace(folder)
    kept_ledger.keep(workspace.intake, other)
    assert same(known_tables(workspace, known_entries(workspace), TODAY), folded(workspace, other))
    assert "another ledger" in workspace.memory.damage[0]


def test_a_hint_moves_forward_only_and_what_is_older_than_the_last_two_is_taken_away(tmp_path: Path) -> None:
    ledger = long_ledger.ledger(5)
    slow = kept_ledger.workspace(tmp_path)
    kept_ledger.keep(slow.intake, Ledger(ledger.entries[:2], ledger.rows))
    known_entries(slow)
    for n in range(3, 6):
        kept_ledger.keep(slow.intake, Ledger(ledger.entries[:n], ledger.rows), first=n)
        keep_state(kept_ledger.workspace(tmp_path), TODAY)
    keep_state(slow, TODAY)
    last = kept_ledger.workspace(tmp_path)
    known_entries(last)
    assert last.memory.checkpoint is not None and last.memory.checkpoint.index.n == 5
    indexes = [key for key in last.intake.list(layout.STATE) if key.endswith(".json") and key != layout.STATE_HINT]
    assert [int(key.removeprefix(layout.STATE)[:6]) for key in indexes] == [2, 4, 5]  # the slow one came last
    used = {part for key in indexes for part in _named(last, key)}
    assert {key.rpartition("/")[2] for key in last.intake.list(f"{layout.STATE}parts/")} == used


def _named(workspace: Workspace, key: str) -> set[str]:
    stored = workspace.intake.get(key)
    assert stored is not None
    return checkpoint.Index.model_validate_json(stored.data).parts


def test_entries_of_days_to_come_are_kept_apart_until_their_day(tmp_path: Path) -> None:
    ledger = long_ledger.ledger()
    ledger.deliver("2031-01-01", {"updates": [update("m1", "r1", "complete")]}, source="a")
    workspace = kept_ledger.workspace(tmp_path)
    kept_ledger.keep(workspace.intake, ledger)
    keep_state(workspace, TODAY)
    for day in (TODAY, date(2031, 1, 2)):
        after = kept_ledger.workspace(tmp_path)
        entries: list[Entry] = known_entries(after)
        assert after.memory.checkpoint is not None and after.memory.checkpoint.index.pending == (7,)
        assert same(known_tables(after, entries, day), folded(after, ledger, day))
    keep_state(after, date(2031, 1, 2))
    assert after.memory.checkpoint.index.pending == ()


def test_what_another_process_appended_is_found_when_it_is_asked_for_anew(tmp_path: Path) -> None:
    ledger = long_ledger.ledger()
    workspace = kept_ledger.workspace(tmp_path)
    kept_ledger.keep(workspace.intake, Ledger(ledger.entries[:3], ledger.rows))
    assert len(known_entries(workspace)) == 3
    kept_ledger.keep(workspace.intake, ledger, first=4)
    assert len(known_entries(workspace)) == 3
    entries = known_entries(workspace, anew=True)
    assert len(entries) == 6
    assert same(known_tables(workspace, entries, TODAY), folded(workspace, ledger))
    assert same(known_tables(workspace, entries[:3], TODAY), folded(workspace, Ledger(ledger.entries[:3], ledger.rows)))


@pytest.mark.night
def test_without_its_state_or_with_a_damaged_one_a_run_publishes_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("kept", "damaged"):
        copied = published(tmp_path / name)
        copied.write("agency/updates.csv", FILES["agency/updates.csv"].replace("in_progress", "complete"))
        if name == "damaged":
            for path in (copied.folder / "var/private/state/parts").iterdir():
                path.write_bytes(b"PAR1")
        assert copied.run("second", NOW + timedelta(days=1)).outcome == Published("1.1.0")
        found = copied.public_files().items()
        made.append({key: data for key, data in found if key.startswith("latest/") and key.endswith(TABLES)})
        workspace = copied.open()
        assert len(known_entries(workspace)) == 6 and workspace.memory.damage == []
    assert made[0] == made[1] and len(made[0]) > 30
