"""What stands, moved on entry by entry, is what a fold of the whole ledger gives, and what a plain one says."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.tables.fold import fold, tables_of, visible
from ogp_pipeline.tables.order import steps_of
from ogp_pipeline.tables.owners import Owners, counted
from ogp_pipeline.tables.rewinding import Cut, whole_entries
from ogp_pipeline.tables.standing import Standing, move_on
from ogp_pipeline.tables.tables import Key, Tables
from ogp_pipeline.tables.views import owners
from tests.frames import assert_same
from tests.sample import drawn
from tests.tables import backward
from tests.tables.country import PROGRAMME_SHA256, SCHEMAS, Ledger, programme, update
from tests.tables.drawn_ledgers import START, deliveries, retire

COUNTRY = programme()


def said(tables: Tables) -> tuple[backward.Current, backward.Unfit]:
    current = {row: (origin.delivery, origin.place.line) for row, origin in tables.origins.items()}
    unfit = {(u.origin.source, u.table, u.key): (u.origin.delivery, u.origin.place.line) for u in tables.unfit}
    return current, unfit


def same(one: Tables, other: Tables) -> None:
    assert_same(one.frames, other.frames)
    assert (dict(one.origins), one.rulings, one.unfit) == (dict(other.origins), other.rulings, other.unfit)


@settings(max_examples=drawn(6, 100), deadline=None)
@given(deliveries(), st.randoms(use_true_random=False), st.integers(0, 7))
def test_moved_on_in_any_steps_and_any_order_it_is_the_fold_of_all(ledger, chance, days) -> None:
    as_of = START + timedelta(days=days)
    of_all = fold(ledger.entries, ledger.read, COUNTRY, PROGRAMME_SHA256, SCHEMAS, as_of)
    assert said(of_all) == backward.fold(ledger.entries, ledger.read, as_of)
    steps = visible(steps_of(ledger.entries), as_of)
    chance.shuffle(steps)
    standing = Standing(SCHEMAS)
    while steps:
        size = chance.randint(1, len(steps))
        standing, steps = move_on(standing, steps[:size], ledger.read), steps[size:]
        tables_of(standing, COUNTRY, PROGRAMME_SHA256, as_of).frames["updates"]  # what was made is not kept too long
        assert all(told(owners(standing, name)) == told(anew(standing, name)) for name in SCHEMAS.tables)
    same(tables_of(standing, COUNTRY, PROGRAMME_SHA256, as_of), of_all)


def anew(standing: Standing, name: str) -> Owners:
    entries = {key: said[-1].step.entry for key, said in standing.table(name).items()}
    return counted((key, entry.source, entry.supplier) for key, entry in entries.items())


def told(owners: Owners) -> tuple[dict[str, int], dict[str, frozenset[Key]]]:
    """Without those that gave nothing."""
    rows = {supplier: number for supplier, number in owners.rows.items() if number}
    return rows, {source: keys for source, keys in owners.keys.items() if keys}


@settings(max_examples=drawn(6, 100), deadline=None)
@given(deliveries(), st.integers(0, 7))
def test_from_what_stands_now_an_earlier_day_is_what_reading_all_again_gives(ledger, days) -> None:
    steps = steps_of(ledger.entries)
    now = move_on(Standing(SCHEMAS), steps, ledger.read)
    typed = whole_entries(now, ledger.entries)

    def read(entry: Entry) -> Iterator:
        assert entry.n not in typed
        return ledger.read(entry)

    as_of = START + timedelta(days=days)
    rewound = move_on(Standing(SCHEMAS), visible(steps, as_of), read, typed)
    of_all = fold(ledger.entries, ledger.read, COUNTRY, PROGRAMME_SHA256, SCHEMAS, as_of)
    same(tables_of(rewound, COUNTRY, PROGRAMME_SHA256, as_of, Cut(now).frame), of_all)


def test_an_entry_that_nothing_has_changed_since_is_not_read_for_an_earlier_day() -> None:
    ledger = Ledger()
    ledger.deliver("2024-01-01", {"updates": [update("m1", "r1"), update("m2", "r1")]})
    ledger.deliver("2024-01-02", {"updates": [update("m2", "r1", "complete")]})
    ledger.deliver("2024-01-03", {"updates": [update("m3", "r1")]}, source="b")
    standing = move_on(Standing(SCHEMAS), steps_of(ledger.entries), ledger.read)
    assert sorted(whole_entries(standing, ledger.entries)) == [2, 3]


def test_moving_on_leaves_what_stood_as_it_was() -> None:
    ledger = Ledger()
    ledger.deliver("2024-01-01", {"updates": [update("m1", "r1", "in_progress")]})
    ledger.deliver("2024-01-02", {"updates": [update("m2", "r1", "complete")]}, whole=True)
    first, second = steps_of(ledger.entries)
    before = move_on(Standing(SCHEMAS), [first], ledger.read)
    frame, untouched = before.frame("updates"), before.frame("milestones")
    after = move_on(before, [second], ledger.read)
    assert before.frame("updates") is frame
    assert (list(before.table("updates")), list(after.table("updates"))) == ([("m1", "r1")], [("m2", "r1")])
    assert after.frame("milestones") is untouched, "what has not changed is made once"


def test_what_a_person_retires_is_told_as_changed_and_waits_no_longer_to_be_mended() -> None:
    ledger = Ledger()
    fit, unfit = update("m1", "r1", percent="10"), update("m2", "r1", percent="9" * 20)
    ledger.deliver("2024-01-01", {"updates": [fit, unfit]}, source="a")
    keys = [{"milestone_id": name, "period_id": "r1"} for name in ("m1", "m2")]
    retire(ledger, START, "a", [("updates", key) for key in keys])
    first, second = steps_of(ledger.entries)
    before = move_on(Standing(SCHEMAS), [first], ledger.read)
    after = move_on(before, [second], ledger.read)
    assert (len(before.asides), before.changed) == (1, {"updates": {("m1", "r1")}})
    assert (after.asides, after.changed, after.table("updates")) == ({}, {"updates": {("m1", "r1")}}, {})


def test_what_is_withdrawn_in_the_same_step_is_not_read() -> None:
    ledger = Ledger()
    for day in ("2024-01-01", "2024-01-02", "2024-01-03"):
        ledger.deliver(day, {"updates": [update("m1", "r1")]}, whole=True)
    read = []

    def counted(entry) -> Iterator:
        read.append(entry.n)
        return ledger.read(entry)

    move_on(Standing(SCHEMAS), steps_of(ledger.entries), counted)
    assert read == [3]


def test_rows_of_a_table_that_nobody_supplies_stop_the_tables_until_they_are_withdrawn() -> None:
    ledger = Ledger()
    ledger.deliver("2024-01-01", {"metrics": [{"metric_id": "x"}], "updates": [update("m1", "r1")]})
    standing = move_on(Standing(SCHEMAS), steps_of(ledger.entries), ledger.read)
    with pytest.raises(SchemaError, match="metrics"):
        tables_of(standing, COUNTRY, PROGRAMME_SHA256, START)
    ledger.deliver("2024-01-02", {"metrics": []}, whole=True)
    standing = move_on(standing, steps_of(ledger.entries)[1:], ledger.read)
    assert len(tables_of(standing, COUNTRY, PROGRAMME_SHA256, START).origins) == 1
