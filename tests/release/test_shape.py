"""Canonical rows: in the order of their keys, each of which stands once."""

import pyarrow as pa
import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release.shape import CanonicalColumn, Shape, in_key_order

SHAPE = Shape("pairs", (CanonicalColumn("a", "string", required=True), CanonicalColumn("b", "integer")), ("a", "b"))


def _rows(*pairs: tuple[str, int | None]) -> pa.Table:
    first, second = zip(*pairs, strict=True) if pairs else ((), ())
    return pa.table({"a": pa.array(first, pa.string()), "b": pa.array(second, pa.int64())})


def test_rows_are_put_in_the_order_of_their_keys() -> None:
    assert in_key_order(_rows(("b", 1), ("a", 2), ("a", 1)), SHAPE).equals(_rows(("a", 1), ("a", 2), ("b", 1)))
    for few in (_rows(), _rows(("a", 1)), _rows(("a", None), ("b", None))):
        assert in_key_order(few, SHAPE).equals(few)


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("b", 1), ("a", 2), ("b", 1), ("a", 2), ("c", 1)], "2 keys stand twice or more, the first is a/2"),
        ([("b", 1), ("b", 1), ("b", 1)], "1 keys stand twice or more, the first is b/1"),
        ([("b", None), ("a", 1), ("b", None)], "1 keys stand twice or more, the first is b/None"),
    ],
    ids=["apart", "three times", "without a part"],
)
def test_a_key_that_stands_twice_is_refused(pairs: list[tuple[str, int | None]], told: str) -> None:
    with pytest.raises(OgpError, match=told):
        in_key_order(_rows(*pairs), SHAPE)
