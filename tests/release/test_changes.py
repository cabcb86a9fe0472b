"""Change lines: what they say, and that base + lines is exactly the new release."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.release import csv_format
from ogp_pipeline.release.apply_changes import apply_changes
from ogp_pipeline.release.changes import (
    LINES,
    Counts,
    SchemaChange,
    SchemaChangeKind,
    Snapshot,
    compare,
    first,
    lines_of,
)
from ogp_pipeline.release.shape import CanonicalColumn, Shape, canonical
from ogp_pipeline.release.version import next_version
from tests.sample import drawn

OLD = Shape(
    "t",
    (
        CanonicalColumn("a", "string"),
        CanonicalColumn("n", "integer"),
        CanonicalColumn("x", "string"),
        CanonicalColumn("gone", "string"),
    ),
    ("a", "n"),
)
NEW = Shape(
    "t",
    (
        CanonicalColumn("a", "string"),
        CanonicalColumn("n", "integer"),
        CanonicalColumn("x", "string"),
        CanonicalColumn("fresh", "boolean"),
    ),
    ("a", "n"),
)
REKEYED = Shape("t", NEW.fields, ("a",))

short = st.none() | st.sampled_from(["", " ", "x", "1", "01", '"', "\r\n", "null", "é/"])


def rows_of(shape, key=("a", "n")):
    """Frames of a shape with few keys, so that additions, deletions and corrections all happen."""
    values = {"string": short, "integer": st.none() | st.integers(0, 3), "boolean": st.none() | st.booleans()}
    filled = {"string": st.sampled_from(["p", "q", "é/", '"']), "integer": st.integers(0, 11)}
    columns = {f.name: filled[f.type] if f.name in key else values[f.type] for f in shape.fields}
    return st.lists(st.fixed_dictionaries(columns), max_size=8, unique_by=lambda row: tuple(row[k] for k in key)).map(
        lambda rows: frame(rows, shape)
    )


def frame(rows, shape):
    dtypes = {"string": "string", "integer": "Int64", "boolean": "boolean"}
    return pd.DataFrame(
        {f.name: pd.Series([row.get(f.name) for row in rows], dtype=dtypes[f.type]) for f in shape.fields}
    )


def snapshot(table, shape):
    return Snapshot({"t": table}, {"t": shape}, {"t": "plan"})


many = settings(max_examples=drawn(40, 400), deadline=None, derandomize=True)


@many
@given(rows_of(OLD), st.sampled_from([OLD, NEW]).flatmap(lambda shape: st.tuples(st.just(shape), rows_of(shape))))
def test_base_and_lines_are_the_new_table(base, target):
    shape, new = target
    changes = compare(snapshot(base, OLD), snapshot(new, shape))
    applied = apply_changes(base, OLD, changes.lines["plan"], shape)
    assert canonical(applied, shape).equals(canonical(new, shape))


@many
@given(rows_of(NEW), rows_of(REKEYED, key=("a",)))
def test_a_new_primary_key_replaces_every_row(base, new):
    base["n"], new["n"] = base["n"].fillna(0), new["n"].fillna(0)
    changes = compare(snapshot(base, NEW), snapshot(new, REKEYED))
    applied = apply_changes(base, NEW, changes.lines["plan"], REKEYED)
    assert canonical(applied, REKEYED).equals(canonical(new, REKEYED))
    assert changes.counts["plan"] == Counts(added=len(new), removed=len(base))


@many
@given(rows_of(OLD), rows_of(OLD))
def test_lines_survive_their_csv_file(tmp_path_factory, base, new):
    lines = lines_of(compare(snapshot(base, OLD), snapshot(new, OLD)).lines["plan"])
    path = tmp_path_factory.getbasetemp() / "changes.csv"
    csv_format.write_rows(lines, path)
    assert csv_format.read_rows(path, LINES).equals(lines)


@many
@given(rows_of(OLD))
def test_equal_tables_have_no_lines_in_whatever_order_their_rows_stand(table):
    changes = compare(snapshot(table, OLD), snapshot(table.iloc[::-1].reset_index(drop=True), OLD))
    assert changes.lines["plan"].empty
    assert changes.total == Counts()
    assert changes.schema == ()


def test_what_the_lines_say():
    base = frame([{"a": "p", "n": 1, "x": "old"}, {"a": "p", "n": 2, "x": "same"}, {"a": "q", "n": 1}], OLD)
    new = frame([{"a": "p", "n": 1, "x": ""}, {"a": "p", "n": 2, "x": "same"}, {"a": "é", "n": 10, "x": "z"}], OLD)
    changes = compare(snapshot(base, OLD), snapshot(new, OLD))
    assert changes.lines["plan"].astype(object).where(lambda f: f.notna(), None).values.tolist() == [
        ["change", "t", '{"a":"p","n":"1"}', "x", "old", None, "computed", None],
        ["delete", "t", '{"a":"q","n":"1"}', "a", "q", None, "computed", None],
        ["delete", "t", '{"a":"q","n":"1"}', "n", "1", None, "computed", None],
        ["add", "t", '{"a":"é","n":"10"}', "a", None, "é", "computed", None],
        ["add", "t", '{"a":"é","n":"10"}', "n", None, "10", "computed", None],
        ["add", "t", '{"a":"é","n":"10"}', "x", None, "z", "computed", None],
    ]
    assert changes.counts == {"plan": Counts(added=1, changed=1, removed=1)}


def test_what_only_comes_from_another_delivery_is_not_called_changed():
    """A tracker is sent again as it is: 166 rows say what they said, and only where they came from is another."""
    before = frame([{"a": "p", "n": 1, "x": "one"}, {"a": "q", "n": 1, "x": "one"}], NEW)
    after = before.assign(x=["two", "one"])
    base, new = (
        Snapshot({"provenance": rows}, {"provenance": NEW}, {"provenance": "reference"}) for rows in (before, after)
    )
    changes = compare(base, new)
    assert changes.counts == {"reference": Counts(origins=1)}
    assert len(changes.lines["reference"]) == 1, "the line is there, and can be applied"
    assert next_version("1.0.0", changes.total, changes.schema) == "1.0.1"


def test_an_empty_text_and_a_missing_one_are_the_same():
    assert (
        compare(
            snapshot(frame([{"a": "p", "n": 1, "x": ""}], OLD), OLD),
            snapshot(frame([{"a": "p", "n": 1, "x": None}], OLD), OLD),
        ).total
        == Counts()
    )


def test_from_nothing_every_row_is_added_and_no_schema_changed():
    changes = compare(None, snapshot(frame([{"a": "p", "n": 1}], OLD), OLD))
    assert (changes.total, changes.schema) == (Counts(added=1), ())
    assert apply_changes(None, None, changes.lines["plan"], OLD)["a"].tolist() == ["p"]


def test_a_first_release_counts_what_is_added_as_the_comparison_with_nothing_does():
    origin = frame([{"a": "p", "n": 1}, {"a": "q", "n": 2}], OLD)
    tables = {"t": origin, "provenance": origin, "none": frame([], OLD)}
    new = Snapshot(tables, dict.fromkeys(tables, OLD), {"t": "plan", "provenance": "reference", "none": "metrics"})
    compared, counted = compare(None, new), first(new)
    assert (counted.counts, counted.schema) == (compared.counts, compared.schema)
    assert counted.total == Counts(added=2)


def test_a_table_that_is_gone_is_deleted_row_by_row_and_said_to_be_gone():
    changes = compare(snapshot(frame([{"a": "p", "n": 1}], OLD), OLD), Snapshot({}, {}, {}))
    assert changes.lines["plan"]["op"].tolist() == ["delete", "delete"]
    assert changes.schema == (SchemaChange("plan", "t", SchemaChangeKind.TABLE_REMOVED),)


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        (NEW, ["t.fresh: field_added", "t.gone: field_removed"]),
        (
            Shape(
                "t",
                (CanonicalColumn("a", "string"), *OLD.fields[1:3], CanonicalColumn("gone", "date")),
                OLD.primary_key,
            ),
            ["t.gone: type_changed"],
        ),
        (Shape("t", OLD.fields, ("n", "a")), ["t: key_changed"]),
    ],
)
def test_schema_changes_are_named(new, kinds):
    empty = Snapshot({"t": frame([], OLD)}, {"t": OLD}, {"t": "plan"})
    other = Snapshot({"t": pd.DataFrame(columns=[f.name for f in new.fields])}, {"t": new}, {"t": "plan"})
    assert [str(change) for change in compare(empty, other).schema] == kinds


def test_a_column_that_may_now_be_empty_is_a_schema_change():
    strict = Shape("t", (CanonicalColumn("a", "string"), CanonicalColumn("x", "string", required=True)), ("a",))
    loose = Shape("t", (CanonicalColumn("a", "string"), CanonicalColumn("x", "string")), ("a",))
    table = frame([], loose)
    assert [str(c) for c in compare(snapshot(table, strict), snapshot(table, loose)).schema] == ["t.x: now_optional"]
    assert compare(snapshot(table, loose), snapshot(table, strict)).schema == ()


CODES = Shape(
    "code_lists",
    tuple(CanonicalColumn(name, "string") for name in ("list", "scale", "code", "label_en")),
    ("list", "scale", "code"),
)


def codes(*rows):
    """A release's code lists: ``list/scale/code=label``."""
    cells = [[*place.split("/"), label] for place, label in (row.split("=") for row in rows)]
    frame = pd.DataFrame(cells, columns=[field.name for field in CODES.fields], dtype="string")
    return Snapshot({"code_lists": frame}, {"code_lists": CODES}, {"code_lists": "reference"})


@pytest.mark.parametrize(
    ("after", "kinds", "version"),
    [
        (
            ["colour/colour/red=Red", "status/a/1=One", "status/b/1=One"],
            ["code_lists.status/a/2: code_removed"],
            "2.0.0",
        ),
        (["status/a/1=One", "status/a/2=Two", "status/b/1=One"], ["code_lists.colour: scale_removed"], "2.0.0"),
        (
            ["colour/colour/red=Red", "status/a/1=One", "status/a/2=Two"],
            ["code_lists.status/b: scale_removed"],
            "2.0.0",
        ),
        (
            ["colour/colour/blue=Red", "status/a/1=One", "status/a/2=Two", "status/b/1=One"],
            ["code_lists.colour/red: code_removed"],
            "2.0.0",
        ),
        (
            ["colour/colour/red=Red", "colour/colour/blue=Blue", "status/a/1=One", "status/a/2=Two", "status/b/1=One"],
            [],
            "1.1.0",
        ),
        (["colour/colour/red=Crimson", "status/a/1=One", "status/a/2=Two", "status/b/1=One"], [], "1.0.1"),
    ],
    ids=["code-removed", "list-removed", "scale-removed", "code-renamed", "code-added", "label-changed"],
)
def test_a_code_that_is_gone_breaks_readers_and_a_new_one_or_a_label_does_not(after, kinds, version):
    before = codes("colour/colour/red=Red", "status/a/1=One", "status/a/2=Two", "status/b/1=One")
    changes = compare(before, codes(*after))
    assert [str(change) for change in changes.schema] == kinds
    assert next_version("1.0.0", changes.total, changes.schema) == version


def test_a_table_of_codes_that_is_new_or_gone_is_said_once():
    nothing, some = Snapshot({}, {}, {}), codes("colour/colour/red=Red")
    assert [str(change) for change in compare(nothing, some).schema] == ["code_lists: table_added"]
    assert [str(change) for change in compare(some, nothing).schema] == ["code_lists: table_removed"]
