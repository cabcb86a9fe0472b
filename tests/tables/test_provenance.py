"""The published provenance: one row for every row, naming the delivery, file and place."""

from datetime import date

import pandas as pd

from ogp_pipeline.tables.provenance import provenance
from tests.tables.country import SCHEMAS, Ledger, period, plan, programme, update

COUNTRY = programme(plan("p1", "us-nap5", period("r1", "2023-01-01", "2023-06-30")))


def test_every_row_is_listed_once_in_key_order_with_where_it_came_from():
    ledger = Ledger()
    entry = ledger.deliver("2023-08-01", {"updates": [update("m2", "r1"), update("m1", "r1")]})
    frame = provenance(ledger.fold(COUNTRY, "2023-09-01"))
    assert list(frame.columns) == list(SCHEMAS.table("provenance").field_names)
    assert list(zip(frame["table"], frame["key"], strict=True)) == [
        ("action_plans", "p1"),
        ("reporting_periods", "r1"),
        ("updates", "m1/r1"),
        ("updates", "m2/r1"),
    ]
    row = frame.iloc[2]
    assert (row["delivery"], row["line"], row["known_on"]) == (entry.delivery, 3, date(2023, 8, 1))
    assert (row["file"], row["file_sha256"]) == entry.files[0]
    assert row["sheet"] is pd.NA and frame.iloc[0]["line"] is pd.NA


def test_without_rows_it_is_empty_and_typed():
    frame = provenance(Ledger().fold(programme(), "2023-09-01"))
    assert len(frame) == 0
    assert str(frame["line"].dtype) == "Int64"
