"""Keys, media types and cache policy of everything public."""

from datetime import UTC, datetime

import pytest

from ogp_pipeline.publishing import layout
from ogp_pipeline.store import attempts, keys, probe
from tests.every import for_every


def test_every_key_that_the_layout_makes_is_a_key() -> None:
    attempt = attempts.name(datetime(2024, 1, 31, 23, 59, 59, tzinfo=UTC), bytes(8))
    for key in (
        layout.data(attempt, "plan/commitments.csv"),
        layout.release(12),
        layout.version("1.2.0-rc.1", "plan/plan.xlsx"),
        layout.latest("datapackage.json"),
        probe.key_of(attempt, 1),
        layout.collected(attempt),
        layout.signature(3),
        layout.key(1),
        layout.LATEST,
    ):
        assert keys.check(key) == key


def test_release_numbers_are_not_padded() -> None:
    assert layout.release(7) == "releases/7.json"


@pytest.mark.parametrize(
    ("key", "media_type"),
    [
        ("v/1.0.0/plan/x.csv", "text/csv; charset=utf-8"),
        ("releases/1.json", "application/json"),
        ("x.parquet", "application/vnd.apache.parquet"),
        ("catalog.ttl", "text/turtle; charset=utf-8"),
        ("v/1.0.csv/none", "application/octet-stream"),
    ],
)
def test_media_types_follow_the_ending_of_the_name(key: str, media_type: str) -> None:
    assert layout.media_type(key) == media_type


@for_every(
    ("key", "forever"),
    [
        ("data/a/x.csv", True),
        ("releases/1.json", True),
        ("v/1.0.0/x.csv", True),
        ("tombstones/collected/a.json", True),
        ("keys/1.json", True),
        ("releases/1.sig.json", True),
        ("latest/x.csv", False),
        ("latest.json", False),
        ("versions.json", False),
        ("es/index.html", False),
    ],
)
def test_only_what_never_changes_is_cached_for_ever(key: str, forever: bool) -> None:
    assert ("immutable" in layout.cache_control(key)) is forever
