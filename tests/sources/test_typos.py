"""What a date or number written in another fashion can mean, and no guess beyond that."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.sources import typos
from tests.every import for_every

JANUARY = [date(2024, 1, 15)]


@for_every(
    "text",
    [
        "15/01/2024", "15.1.2024", "15-01-2024", "01/15/2024", "2024/1/15", "2024.01.15", "15 de enero de 2024",
        "15 de enero del 2024", "15 enero 2024", "15-ene-2024", "15 Ene. 2024", "January 15, 2024", "Jan 15 2024",
        "15th January 2024", "2024/01/15 00:00", "15/01/2024 0:00:00", " 15/01/2024\u200b", "15\u00a0de enero de 2024",
    ],
)  # fmt: skip
def test_a_date_that_can_be_read_in_one_way(text: str) -> None:
    assert typos.dates(text) == JANUARY


def test_a_date_that_can_be_read_in_two_ways_gives_both() -> None:
    assert typos.dates("03/04/2024") == [date(2024, 4, 3), date(2024, 3, 4)]
    assert typos.dates("05/05/2024") == [date(2024, 5, 5)]


def test_a_day_that_a_spreadsheet_counted_is_told_by_both_of_its_calendars() -> None:
    assert typos.dates("45306") == [date(2024, 1, 15), date(2028, 1, 16)]


@pytest.mark.parametrize(
    ("text", "days"),
    [("20240115", [date(2024, 1, 15)]), ("15012024", [date(2024, 1, 15)]), ("20112024", [date(2024, 11, 20)])],
)
def test_a_day_in_digits_alone(text: str, days: list[date]) -> None:
    assert typos.dates(text) == days


@for_every(
    "text",
    ["15/01/24", "15/01/2024 10:30", "31/02/2024", "enero de 2024", "20306", "20241345", "mañana", "", "15/01-2024"],
)
def test_what_does_not_say_a_day_is_no_slip(text: str) -> None:
    assert typos.dates(text) == []


@for_every(
    ("text", "readings"),
    [
        ("62,5", ["62.5"]), ("62.5", ["62.5"]), ("62 %", ["62"]), ("62%", ["62"]), ("62,5 %", ["62.5"]),
        ("1.234", ["1234", "1.234"]), ("1,234", ["1234", "1.234"]), ("1.234.567", ["1234567"]),
        ("1 234", ["1234"]), ("1\u202f234", ["1234"]), ("1.234,5", ["1234.5"]), ("1,234.5", ["1234.5"]),
        ("0,125", ["0.125"]), ("+5", ["5"]), ("-1,5", ["-1.5"]), ("1.234.5", []), ("12.34,5.6", []), ("veinte", []),
        ("1,2,3", []), ("", []), ("%", []),
    ],
)  # fmt: skip
def test_the_readings_of_a_number(text: str, readings: list[str]) -> None:
    assert typos.numbers(text, percent=True) == readings


def test_a_percent_sign_says_something_only_where_percents_stand() -> None:
    assert typos.numbers("62 %", percent=False) == []


@settings(deadline=None, derandomize=True)
@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_in_words_is_read_back(day: date) -> None:
    for language in ("es", "en"):
        assert typos.dates(typos.in_words(day, language)) == [day]


@settings(deadline=None, derandomize=True)
@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_numeric_date_always_has_its_own_day_among_the_readings(day: date) -> None:
    assert day in typos.dates(f"{day.day}/{day.month}/{day.year}")
    assert day in typos.dates(f"{day.month:02}.{day.day:02}.{day.year}")


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=20))
def test_no_text_is_too_strange_to_be_looked_at(text: str) -> None:
    assert len(typos.dates(text)) <= 2
    assert len(typos.numbers(text, percent=True)) <= 2
    assert typos.seen(typos.seen(text)) == typos.seen(text)


@for_every(
    ("text", "day"),
    [
        ("2024-05-30 14:00", "2024-05-30"),
        ("2024-05-30T10:00:00Z", "2024-05-30"),
        ("2024-05-30T10:00:00.123-06:00", "2024-05-30"),
        ("30/05/2024 2:30 p. m.", "2024-05-30"),
        ("30 mai 2024, 14 h 30", "2024-05-30"),
        ("03/04/2024 9:00", "2024-04-03 / 2024-03-04"),
        ("12:00 AM", "2024-02-29"),
        ("14:30", "2024-02-29"),
        ("2024-05-30", None),
        ("31/02/2024", None),
        ("soon", None),
        ("0.5", None),
    ],
)
def test_a_time_is_told_from_a_day(text, day):
    assert typos.without_time(text) == day
