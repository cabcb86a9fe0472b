"""Ledgers that hypothesis draws, with everything that may befall one.

Whole deliveries, historic imports, clocks that go back, files sent or read again, rows that no column can hold,
corrections, rows that a person retired.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from ogp_pipeline.intake.ledger import ByHand
from tests.tables.country import Ledger, update

START = date(2024, 1, 1)
PERCENT = st.sampled_from(["10", "20", "9" * 20])  # the last fits no column
UPDATES = st.builds(
    lambda milestone, percent: update(milestone, "r1", "in_progress", percent=percent),
    st.sampled_from(["m1", "m2"]),
    PERCENT,
)
EVIDENCE = st.builds(
    lambda number: {"milestone_id": "m1", "period_id": "r1", "number": number, "kind": "link"},
    st.sampled_from(["1", "01", "2", "9" * 20]),
)
CORRECTIONS = st.builds(
    lambda identity, until: {"correction_id": identity, "table": "updates", "key": "m1/r1", "field": "percent",
                             "expected": "10", "value": "99", "reason_en": "x", "made_on": "2024-01-02",
                             "until": until},
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["", "2024-01-04"]),
)  # fmt: skip


RETIRED = st.one_of(
    st.builds(lambda milestone: ("updates", {"milestone_id": milestone, "period_id": "r1"}),
              st.sampled_from(["m1", "m2"])),
    st.builds(lambda number: ("evidence", {"milestone_id": "m1", "period_id": "r1", "number": number}),
              st.sampled_from(["1", "2"])),
)  # fmt: skip


@st.composite
def deliveries(draw: st.DrawFn) -> Ledger:
    """A ledger with everything that may befall it."""
    ledger = Ledger()
    for _ in range(draw(st.integers(1, 9))):
        day = START + timedelta(days=draw(st.integers(0, 6)))
        if ledger.entries and draw(st.integers(0, 4)) == 0:
            retire(ledger, day, draw(st.sampled_from("ab")), draw(st.lists(RETIRED, min_size=1, max_size=3)))
            continue
        rows = {"updates": draw(st.lists(UPDATES, max_size=3))}
        for table, of_table in (("evidence", EVIDENCE), ("corrections", CORRECTIONS)):
            if draw(st.booleans()):
                rows[table] = draw(st.lists(of_table, max_size=2))
        entry = ledger.deliver(
            day.isoformat(), rows, source=draw(st.sampled_from("ab")), whole=draw(st.integers(0, 3)) == 0
        )
        name = draw(st.sampled_from(["one.csv", "two.csv"]))
        lines = [replace(row, where=replace(row.where, file=name)) for row in ledger.rows[entry.rows]]
        ledger.rows[entry.rows] = lines
        ledger.entries[-1] = replace(
            entry,
            files=((name, draw(st.sampled_from(["1" * 64, "2" * 64]))),),
            mapping=draw(st.sampled_from(["m", "n"])),
            known_why=draw(st.sampled_from([None, None, "from the archive"])),
        )
    return ledger


def retire(ledger: Ledger, day: date, source: str, named: Sequence[tuple[str, dict[str, str]]]) -> None:
    """An entry by which a person retired rows, whether they stand or not."""
    rows: dict[str, list[dict[str, str]]] = {}
    for table, key in named:
        rows.setdefault(table, []).append(key)
    entry = ledger.deliver(day.isoformat(), rows, source=source)
    ledger.entries[-1] = replace(entry, files=(), mapping="", receipt="", by_hand=ByHand("a person", "moved"))
