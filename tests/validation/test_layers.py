"""Layers say what a copy with the changes in it would say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.validation.layers import Over, SetOver, over

NAMES = st.sampled_from("abcd")


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(NAMES, st.integers()), st.dictionaries(NAMES, st.none() | st.integers()))
def test_a_mapping_over_another_is_the_changed_copy(below: dict[str, int], above: dict[str, int | None]) -> None:
    copy = {name: value for name, value in {**below, **above}.items() if value is not None}
    layered = Over(above, below)
    assert layered == copy and len(layered) == len(copy) and sorted(layered) == sorted(copy)
    assert [(name in layered, layered.get(name)) for name in "abcde"] == [(n in copy, copy.get(n)) for n in "abcde"]


@settings(max_examples=50, deadline=None)
@given(st.frozensets(NAMES), st.dictionaries(NAMES, st.booleans()))
def test_a_set_over_another_is_the_changed_copy(below: frozenset[str], above: dict[str, bool]) -> None:
    copy = {name for name in below if above.get(name, True)} | {name for name, there in above.items() if there}
    layered = SetOver(above, below)
    assert layered == copy and len(layered) == len(copy) and bool(layered) == bool(copy)
    assert [name in layered for name in "abcde"] == [name in copy for name in "abcde"]
    assert layered | {"z"} == copy | {"z"}


def test_of_two_mappings_the_upper_one_wins() -> None:
    both = over({"a": 1}, {"a": 2, "b": 3})
    assert (dict(both), both.get("a"), both.get("c")) == ({"a": 1, "b": 3}, 1, None)
