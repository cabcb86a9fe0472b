"""The data version: semantic, computed from what changed, never chosen by hand.

major   a reader's program may break: a table or column is gone, a type or a key is another,
        a column that was always filled may be empty, a code or a scale is gone from the code lists
minor   there is more: rows, columns, tables or codes were added
patch   anything else: values corrected, rows withdrawn, titles, labels or licence reworded
"""

from collections.abc import Iterable

from semver import Version

from ogp_pipeline.release.changes import Counts, SchemaChange, SchemaChangeKind

FIRST = "1.0.0"
_ADDING = frozenset({SchemaChangeKind.TABLE_ADDED, SchemaChangeKind.FIELD_ADDED})
_BREAKING = frozenset(SchemaChangeKind) - _ADDING  # so a kind that nobody has sorted breaks


def next_version(base: str | None, counts: Counts, schema_changes: Iterable[SchemaChange]) -> str:
    """The version after ``base`` (None: there is none, so ``FIRST``). Only for content that differs."""
    if base is None:
        return FIRST
    kinds = {change.kind for change in schema_changes}
    version = Version.parse(base)
    if kinds & _BREAKING:
        return str(version.bump_major())
    if counts.added or kinds:
        return str(version.bump_minor())
    return str(version.bump_patch())
