"""What a release holds: all tables, in canonical form."""

import pandas as pd
import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release import csv_format
from ogp_pipeline.release.content import assemble, logical_hash, rules
from ogp_pipeline.schema.schemas import load


def test_every_table_of_the_schemas_is_there_even_without_rows(content, schemas):
    assert list(content.tables) == list(schemas.tables)
    assert content.tables["proposals"].empty
    assert list(content.tables["proposals"].columns) == list(schemas.tables["proposals"].field_names)


def test_codes_and_definitions_come_from_the_schemas(content, schemas):
    codes = content.tables["code_lists"]
    assert len(codes) == sum(len(codes_of) for codes_of in schemas.codes.values())
    complete = codes[(codes["scale"] == "us-nap5") & (codes["code"] == "complete")].iloc[0]
    assert complete["list"] == "progress_status"
    assert complete["label_en"] == schemas.codes_of("progress_status", "us-nap5")[-1].label["en"]
    assert set(content.tables["metric_definitions"]["metric_id"]) == set(schemas.metrics)


def test_every_rule_is_published_with_the_words_that_a_sender_reads():
    schemas = load()
    published = rules(schemas).set_index("rule_id")
    assert set(published.index) == set(schemas.rules)
    late = published.loc["period-late"]
    assert (late["level"], late["applies_to"]) == ("please_check", "cell")
    assert late["title_es"] == schemas.rule("period-late").title["es"]


def test_no_code_or_label_is_read_as_missing_by_pandas(content, schemas, tmp_path):
    path = tmp_path / "code_lists.csv"
    csv_format.write(content.tables["code_lists"], schemas.tables["code_lists"], path)
    guessed = pd.read_csv(path, dtype=str)
    kept = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    pd.testing.assert_frame_equal(guessed, kept)


def test_a_logical_hash_does_not_depend_on_the_order_of_rows(content, schemas):
    table = schemas.tables["milestones"]
    frame = content.tables["milestones"]
    assert logical_hash(frame, table) == logical_hash(frame.iloc[::-1], table)
    assert logical_hash(frame, table) != logical_hash(frame.iloc[1:], table)


def test_a_frame_that_no_schema_knows_is_refused(content, schemas):
    with pytest.raises(OgpError, match="no schema describes these tables: rumours"):
        assemble({"rumours": pd.DataFrame()}, schemas)


def test_the_real_schemas_can_be_published_with_no_rows_at_all():
    schemas = load()
    content = assemble({}, schemas)
    from_schemas = len(content.tables["code_lists"]) + len(schemas.metrics) + len(schemas.rules)
    assert sum(len(frame) for frame in content.tables.values()) == from_schemas
