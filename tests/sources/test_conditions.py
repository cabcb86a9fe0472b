"""What a condition of a mapping says of a cell."""

from typing import Any

from ogp_pipeline.formats.records import FileProblem, Where
from ogp_pipeline.programme.mapping_parts import Condition
from ogp_pipeline.sources.conditions import prepare
from tests.every import for_every

HERE = Where("f.csv")


def held(cell: str, **parts: Any) -> bool | str:
    """Whether it holds, or the rule of what is wrong with the cell."""
    found = prepare(Condition.model_validate(parts), "where").holds(cell, lambda: HERE)
    return found.rule if isinstance(found, FileProblem) else found


@for_every(
    ("condition", "holding", "others"),
    [
        ({"is": ["In progress"]}, ["In  progress", "<b>In progress</b>"], ["in progress", ""]),
        ({"not": ["Note"]}, ["Action", ""], ["Note"]),
        ({"match": r"^\*"}, ["* preliminary"], ["2 * 3"]),
        ({"match": "^A", "not": ["A9"]}, ["A1"], ["A9", "B1"]),
        ({"empty": True}, ["", "  "], ["0"]),
        ({"empty": False}, ["0"], ["", "\t"]),
        ({"least": 1, "below": 10}, ["1", "9.99", "5 %"], ["0", "10", "", "-3"]),
        ({"up_to": 1000, "decimal": ","}, ["1.000", "999,5"], ["1.001"]),
        ({"least": "2024-07-01", "date": ["%d/%m/%Y"]}, ["01/07/2024", "2025-01-01"], ["30/06/2024", ""]),
    ],
)
def test_a_cell_is_as_the_condition_says(condition: dict[str, Any], holding: list[str], others: list[str]) -> None:
    assert [held(cell, **condition) for cell in holding] == [True] * len(holding)
    assert [held(cell, **condition) for cell in others] == [False] * len(others)


def test_no_row_is_left_out_because_of_a_number_or_a_day_that_nobody_can_read() -> None:
    assert held("1O", least=1) == "not-a-number"
    assert held("soon", least="2024-01-01") == "bad-date"
    assert held("03/04/2024", least="2024-01-01", date=["%d/%m/%Y", "%m/%d/%Y"]) == "ambiguous-date"
