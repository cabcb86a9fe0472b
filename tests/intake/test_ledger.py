"""The ledger: one line of entries whoever appends, and no change to it goes unseen."""

import json
import threading
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from ogp_pipeline.errors import BrokenHistory, LedgerMoved, StoreError
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import InDoubt


@dataclass
class Doubtful:
    """A store whose answers to ``create`` get lost, after or before the write happened."""

    inner: DirectoryStore
    happens: bool
    lost: int

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Any:
        if self.lost == 0:
            return self.inner.create(key, data, media_type)
        self.lost -= 1
        if self.happens:
            self.inner.create(key, data, media_type)
        return InDoubt("no answer")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def _rewrite(path, changes):
    path.chmod(0o644)
    path.write_bytes(json.dumps(json.loads(path.read_bytes()) | changes).encode())


def add(store, draft):
    """Append, examining anew (here: reading anew) whenever somebody else was quicker."""
    while True:
        try:
            return ledger.append(store, draft, ledger.read(store))
        except LedgerMoved:
            continue


def test_what_was_examined_under_an_older_ledger_is_not_appended(store, draft):
    one = add(store, draft("a.csv"))
    with pytest.raises(LedgerMoved, match="entry 1"):
        ledger.append(store, draft("b.csv"), [])
    assert ledger.append(store, draft("a.csv"), []) == one, "the same delivery is no contradiction"
    assert ledger.read(store) == [one]


def test_of_a_whole_source_the_newest_entry_is_the_last_word_whatever_its_name(store, draft):
    first, other = draft("a.csv", "1" * 64, whole=True), draft("b.csv", "2" * 64, whole=True)
    assert [add(store, one).n for one in (first, other, first)] == [1, 2, 3]


def test_entries_are_numbered_and_each_holds_the_hash_of_the_one_before(store, draft):
    one = add(store, draft("a.csv"))
    two = add(store, draft("b.csv"))
    assert (one.n, one.previous, two.n, two.previous) == (1, None, 2, one.sha256)
    assert ledger.read(store) == [one, two]
    assert ledger.read(store, upto=1) == [one]
    assert ledger.head_of(ledger.read(store)) == (2, two.sha256)
    assert sorted(store.list("ledger/")) == ["ledger/000001.json", "ledger/000002.json"]


def test_an_empty_ledger_has_no_head(store):
    assert ledger.read(store) == []
    assert ledger.head_of([]) == (0, "")


def test_an_entry_comes_back_as_it_was(store, draft):
    entry = add(store, draft(known_why="Lo dice el plan", counts={"updates": 3}, whole=True))
    assert ledger.read(store) == [entry]
    assert ledger.read(store)[0].data == entry.data


def test_racing_appends_all_get_a_number_and_the_chain_holds(store, draft):
    start = threading.Barrier(8)
    entries = []

    def work(number):
        start.wait()
        for turn in range(3):
            entries.append(add(store, draft(f"{number}-{turn}.csv")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    chain = ledger.read(store)
    assert [entry.n for entry in chain] == list(range(1, 25))
    assert sorted(entry.n for entry in entries) == list(range(1, 25))
    assert {entry.files for entry in chain} == {entry.files for entry in entries}


def test_racing_appends_of_the_same_delivery_make_one_entry(store, draft):
    start = threading.Barrier(8)
    entries = []

    def work():
        start.wait()
        entries.append(add(store, draft()))

    threads = [threading.Thread(target=work) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(ledger.read(store)) == 1
    assert {entry.n for entry in entries} == {1}


@pytest.mark.parametrize("happens", [True, False], ids=["answer lost", "request lost"])
def test_a_lost_answer_neither_loses_nor_doubles_the_entry(store, draft, happens):
    entry = add(Doubtful(store, happens, 2), draft())
    assert ledger.read(store) == [entry]


def test_a_store_that_never_answers_is_given_up(store, draft):
    with pytest.raises(StoreError, match="ledger/000001"):
        add(Doubtful(store, False, 99), draft())
    assert ledger.read(store) == []


def test_a_changed_entry_is_found_out_by_the_next_one(store, draft, tmp_path):
    one = add(store, draft("a.csv"))
    add(store, draft("b.csv"))
    path = tmp_path / "private" / layout.ledger(1)
    path.chmod(0o644)
    path.write_bytes(replace(one, supplier="otro").data)
    with pytest.raises(BrokenHistory, match="ledger/000002"):
        ledger.read(store)


def test_a_removed_entry_is_found_out(store, draft, tmp_path):
    for name in ("a.csv", "b.csv", "c.csv"):
        add(store, draft(name))
    (tmp_path / "private" / layout.ledger(3)).replace(tmp_path / "private" / layout.ledger(2))
    with pytest.raises(BrokenHistory, match="ledger/000002"):
        ledger.read(store)


@pytest.mark.parametrize("changes", [{"n": 7}, {"format": "other"}, {"known_on": "never"}, {"extra": 1}])
def test_what_is_no_entry_is_refused(store, draft, tmp_path, changes):
    add(store, draft())
    _rewrite(tmp_path / "private" / layout.ledger(1), changes)
    with pytest.raises(BrokenHistory, match="ledger/000001"):
        ledger.read(store)


def test_only_the_last_word_on_a_file_counts_as_the_same(store, draft):
    for sha256 in ("1" * 64, "2" * 64):
        add(store, draft("a.csv", sha256))
    back = add(store, draft("a.csv", "1" * 64))
    assert back.n == 3, "a file that changed back is news"
    assert add(store, draft("a.csv", "1" * 64)).n == 3
    assert add(store, draft("a.csv", "1" * 64, source="otra")).n == 4


def test_a_historic_import_of_another_day_is_news(store, draft):
    first = add(store, draft(known_why="Plan", known_on=date(2022, 12, 31)))
    assert add(store, draft(known_why="Plan", known_on=date(2022, 12, 31))) == first
    assert add(store, draft(known_why="Plan", known_on=date(2022, 12, 30))).n == 2
