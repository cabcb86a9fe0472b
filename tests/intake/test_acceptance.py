"""Settling: what is written for each verdict, in which order; a run which dies half way does no harm."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.intake import accepted, layout, ledger
from ogp_pipeline.intake.acceptance import record_failure
from ogp_pipeline.intake.recognition import AcceptedBefore, New, TurnedAwayBefore
from ogp_pipeline.store.directory import DirectoryStore

UPDATE = "milestone_id,period_id,status,progress_es\n"
GOOD = UPDATE + "MX0001.1,2024-1,in_progress,Avanza\nMX0001.2,2024-1,not_started,\n"
BAD = GOOD.replace("not_started", "casi")
WRITES = ("create", "swap", "put_file", "copy", "put_view")


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Mortal:
    """A store whose process dies instead of its ``fatal``-th write (from 1)."""

    inner: DirectoryStore
    fatal: int
    keys: list[str]

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if name not in WRITES:
            return method

        def write(key: str, *arguments: Any) -> Any:
            if len(self.keys) + 1 == self.fatal:
                raise Killed
            self.keys.append(key)
            return method(key, *arguments)

        return write


def _content(store):
    return {key: store.get(key).data for key in store.list("")}


def test_an_accepted_delivery_is_in_the_ledger_with_its_rows_and_receipts(office, country):
    delivery, report = country.send("updates", GOOD)
    settled = office.settle(delivery, report)
    (entry,) = ledger.read(office.store)
    assert settled.entry == entry
    assert (entry.delivery, entry.supplier, entry.known_on) == (delivery.id, "foro", date(2024, 7, 1))
    assert entry.counts == {"updates": 2}
    assert entry.files == (("updates.csv", delivery.files[0].sha256),)
    examination = Path(settled.receipts["json"]).stem
    assert examination.startswith(delivery.id)
    assert list(office.store.list("")) == sorted(
        [
            f"deliveries/{examination}.json",
            "ledger/000001.json",
            f"raw/{delivery.files[0].sha256}",
            f"receipts/foro/{examination}.en.html",
            f"receipts/foro/{examination}.es.html",
            f"receipts/foro/{examination}.json",
            f"rows/{entry.rows}.jsonl",
        ]
    )
    assert office.store.get(layout.raw(delivery.files[0].sha256)).data == GOOD.encode()
    row = next(accepted.read(office.store, entry.rows))
    assert (row.table, row.values["status"], row.where.line) == ("updates", "in_progress", 2)
    assert (row.origins["status"].file, row.origins["status"].column) == ("updates.csv", "status")


def test_a_rejected_delivery_leaves_a_receipt_and_no_rows(office, country):
    delivery, report = country.send("updates", BAD)
    settled = office.settle(delivery, report)
    assert (settled.verdict, settled.entry, settled.blocking) == ("rejected", None, 1)
    assert ledger.read(office.store) == []
    assert not list(office.store.list("rows/"))
    receipt = json.loads(office.store.get(settled.receipts["json"]).data)
    assert receipt["summary"]["es"] == "1 cosa por corregir en 1 de 2 renglones"
    assert office.store.get(layout.raw(delivery.files[0].sha256)).data == BAD.encode()


def test_the_ledger_is_written_last(office, country, store):
    watched = Mortal(store, 0, [])
    office.settle(*country.send("updates", GOOD), store=watched)
    folders = [key.partition("/")[0] for key in watched.keys]
    assert folders == ["raw", "rows", "receipts", "receipts", "receipts", "deliveries", "ledger"]


@pytest.mark.parametrize("content", [GOOD, BAD], ids=["accepted", "rejected"])
@pytest.mark.parametrize("fatal", range(1, 9))
def test_a_run_that_dies_at_any_write_is_made_good_by_the_next(office, country, store, tmp_path, content, fatal):
    delivery, report = country.send("updates", content)
    mortal = Mortal(store, fatal, [])
    died = False
    try:
        office.settle(delivery, report, store=mortal)
    except Killed:
        died = True
        assert ledger.read(store) == []
        assert isinstance(office.seen(delivery), New)
        office.settle(delivery, report)
    assert died == (fatal <= 7)
    other = DirectoryStore(tmp_path / "undisturbed")
    type(office)(country, other).settle(delivery, report)
    assert _content(store) == _content(other)


def test_the_same_bytes_again_are_recognised_on_any_day(office, country):
    delivery, report = country.send("updates", GOOD)
    assert isinstance(office.seen(delivery), New)
    entry = office.settle(delivery, report).entry
    tomorrow = replace(delivery, envelope=replace(delivery.envelope, known_on=date(2024, 7, 2)))
    for again in (delivery, tomorrow):
        assert office.seen(again) == AcceptedBefore(entry)
    assert isinstance(office.seen(country.send("updates", GOOD + "\n")[0]), New)


def test_the_same_bytes_under_another_mapping_are_news(office, country):
    delivery, report = country.send("updates", GOOD)
    office.settle(delivery, report)
    assert isinstance(office.seen(delivery), AcceptedBefore)
    assert isinstance(office.seen(delivery, programme="b" * 64), AcceptedBefore)
    assert isinstance(office.seen(delivery, mapping="c" * 64), New)


def test_settling_twice_changes_nothing(office, country):
    delivery, report = country.send("updates", GOOD)
    first = office.settle(delivery, report)
    before = _content(office.store)
    assert office.settle(delivery, report).entry == first.entry
    after = _content(office.store)
    new = {key for key in after if after[key] != before.get(key)}
    assert all(key.startswith(("deliveries/", "receipts/")) for key in new), "only the second look's own receipt"


def test_turned_away_bytes_are_examined_again_only_if_something_changed(office, country):
    delivery, report = country.send("updates", BAD)
    settled = office.settle(delivery, report)
    seen = office.seen(delivery)
    assert seen == TurnedAwayBefore(delivery.id, "rejected", settled.receipts["json"], 1)
    tomorrow = replace(delivery, envelope=replace(delivery.envelope, known_on=date(2024, 7, 2)))
    assert office.seen(tomorrow) == seen
    assert isinstance(office.seen(delivery, programme="b" * 64), New)
    office.settle(*country.send("updates", GOOD, name="otro.csv"))
    assert isinstance(office.seen(delivery), New), "the ledger has moved"


def test_an_empty_delivery_is_remembered_and_not_in_the_ledger(office, country):
    delivery, report = country.send("updates", UPDATE)
    settled = office.settle(delivery, report)
    assert (settled.verdict, settled.entry) == ("nothing_received", None)
    assert isinstance(office.seen(delivery), TurnedAwayBefore)


def test_our_own_failure_gets_a_receipt_and_is_tried_again(office, country):
    delivery, _ = country.send("updates", GOOD)
    settled = record_failure(delivery, office.now(), office.store, country.programme, country.schemas)
    assert settled.verdict == "not_processed"
    page = office.store.get(settled.receipts["es"]).data.decode()
    assert "No pudimos revisar su archivo" in page
    assert isinstance(office.seen(delivery), New)
