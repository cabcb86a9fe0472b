"""The version follows from the changes."""

import pytest

from ogp_pipeline.release.changes import Counts, SchemaChange, SchemaChangeKind
from ogp_pipeline.release.version import next_version
from tests.every import for_every


def schema(*kinds):
    return [SchemaChange("plan", "t", SchemaChangeKind(kind)) for kind in kinds]


@for_every(
    ("base", "counts", "schema_changes", "expected"),
    [
        (None, Counts(added=5), [], "1.0.0"),
        ("1.2.3", Counts(changed=2), [], "1.2.4"),
        ("1.2.3", Counts(removed=2), [], "1.2.4"),
        ("1.2.3", Counts(), [], "1.2.4"),
        ("1.2.3", Counts(added=1, removed=9), [], "1.3.0"),
        ("1.2.3", Counts(), schema("field_added"), "1.3.0"),
        ("1.2.3", Counts(), schema("table_added"), "1.3.0"),
        ("1.2.3", Counts(added=1), schema("field_added", "field_removed"), "2.0.0"),
        ("1.2.3", Counts(), schema("table_removed"), "2.0.0"),
        ("1.2.3", Counts(), schema("type_changed"), "2.0.0"),
        ("1.2.3", Counts(), schema("key_changed"), "2.0.0"),
        ("1.2.3", Counts(), schema("now_optional"), "2.0.0"),
        ("1.2.3", Counts(removed=1), schema("code_removed"), "2.0.0"),
        ("1.2.3", Counts(removed=3), schema("scale_removed"), "2.0.0"),
    ],
)
def test_the_next_version(base, counts, schema_changes, expected):
    assert next_version(base, counts, schema_changes) == expected


def test_only_what_adds_does_not_break_a_readers_program():
    kept = {kind for kind in SchemaChangeKind if next_version("1.2.3", Counts(), schema(kind)) == "1.3.0"}
    assert kept == {SchemaChangeKind.TABLE_ADDED, SchemaChangeKind.FIELD_ADDED}


def test_a_misspelt_kind_is_no_kind():
    with pytest.raises(ValueError, match="feild_removed"):
        schema("feild_removed")
