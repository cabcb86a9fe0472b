"""Half-years and years of a plan: from its first day, without gaps, and no stump at its end."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.tables.plan_windows import HALF_YEAR, YEAR, windows
from tests.every import for_every


@for_every(
    ("starts", "ends", "months", "lasts"),
    [
        ("2022-12-28", "2024-12-31", HALF_YEAR, ["2023-06-27", "2023-12-27", "2024-06-27", "2024-12-27"]),
        ("2022-12-28", "2024-12-31", YEAR, ["2023-12-27", "2024-12-27"]),
        ("2021-01-15", "2022-12-31", YEAR, ["2022-01-14", "2022-12-31"]),
        ("2021-08-31", "2022-08-30", HALF_YEAR, ["2022-02-27", "2022-08-30"]),
        ("2021-03-01", "2021-05-31", HALF_YEAR, ["2021-05-31"]),  # 92 days of 184: half, not shorter
        ("2021-03-01", "2021-05-30", HALF_YEAR, []),
    ],
)
def test_a_rest_is_a_window_if_it_is_half_as_long(starts, ends, months, lasts):
    found = list(windows(date.fromisoformat(starts), date.fromisoformat(ends), months))
    assert [last.isoformat() for _, last in found] == lasts


@settings(max_examples=30)
@given(st.dates(date(2011, 1, 1), date(2040, 1, 1)), st.integers(1, 1500), st.sampled_from([HALF_YEAR, YEAR]))
def test_windows_follow_each_other_within_the_plan(starts, length, months):
    ends = starts + timedelta(days=length)
    found = list(windows(starts, ends, months))
    assert [first for first, _ in found][:1] in ([starts], [])
    assert all(after[0] == before[1] + timedelta(days=1) for before, after in pairwise(found))
    assert all(first <= last <= ends for first, last in found)
