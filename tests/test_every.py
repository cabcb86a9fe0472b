"""What is looked at in one test is looked at all the same."""

import pytest

from tests.every import for_every


def test_all_that_fail_are_told_by_name() -> None:
    @for_every("number", [1, 2, 3, 4], named=lambda number: f"number {number}")
    def is_odd(number: int, most: int) -> None:
        assert number % 2 and number <= most

    with pytest.raises(AssertionError) as told:
        is_odd(most=2)
    assert [line.partition(":")[0] for line in str(told.value).splitlines() if line.startswith("number")] == [
        f"number {number}" for number in (2, 3, 4)
    ]


def test_several_arguments_are_given_and_an_error_that_is_not_raised_is_told_too() -> None:
    @for_every(("text", "number"), [("1", 1), ("2", 3), ("4", 4)])
    def is_read(text: str, number: int) -> None:
        with pytest.raises(ZeroDivisionError):
            1 / (int(text) - number)

    with pytest.raises(AssertionError) as told:
        is_read()
    assert [line[:8] for line in str(told.value).splitlines()] == ["('2', 3)"]


def test_nothing_to_look_at_is_no_success() -> None:
    @for_every("number", [])
    def is_odd(number: int) -> None:
        assert number % 2

    with pytest.raises(AssertionError, match="there is no number"):
        is_odd()


@for_every("name", ["a", "b"])
def test_other_fixtures_are_given(name: str, request: pytest.FixtureRequest) -> None:
    assert name and request.node.name == "test_other_fixtures_are_given"
