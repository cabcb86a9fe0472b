"""Lists of values as a frame: in the order of the keys, whatever their kinds."""

from datetime import date

import pandas as pd

from ogp_pipeline.tables import columns
from tests.tables.country import SCHEMAS

TABLE = SCHEMAS.table("updates")


def test_rows_stand_in_the_order_of_their_keys_as_pandas_would_sort_them() -> None:
    milestones = ["b", "a", None, "Z", "é", "a", None, "b"]
    periods = ["2", "2", "1", None, "1", "1", None, "2"]
    said = {"milestone_id": milestones, "period_id": periods, "percent": [*range(8)], "delivered_on": [date.min] * 8}
    made = columns.frame(TABLE, said)
    rows = pd.DataFrame({"milestone_id": milestones, "period_id": periods, "percent": [*range(8)]})
    expected = rows.sort_values(["milestone_id", "period_id"], kind="stable")
    assert made["percent"].tolist() == expected["percent"].tolist() == [3, 5, 1, 0, 7, 4, 2, 6]
    assert list(made.columns) == list(TABLE.field_names) and list(made.index) == [*range(8)]
    assert {name: str(made[name].dtype) for name in said} == {
        "milestone_id": "string", "period_id": "string", "percent": str(columns.dtype(TABLE.field("percent").type)),
        "delivered_on": "date32[day][pyarrow]",
    }  # fmt: skip
