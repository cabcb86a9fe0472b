"""The fold: what was known on a day, typed, in key order, each row with its origin."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from ogp_pipeline.errors import NotFound, SchemaError
from tests.tables.country import SCHEMAS, Ledger, period, plan, programme, update

COUNTRY = programme(
    plan(
        "p1",
        "us-nap5",
        period("r1", "2023-01-01", "2023-06-30", "2023-07-15", asks=["progress_text"], title={"es": "Ronda 1"}),
        period("r2", "2023-07-01", "2023-12-31"),
    )
)
LATE = "2024-06-01"


def statuses(tables):
    frame = tables.frames["updates"]
    return dict(zip(frame["milestone_id"], frame["status"], strict=True))


def test_every_table_is_there_with_the_schemas_columns_and_types_even_without_a_delivery():
    frames = Ledger().fold(programme(), LATE).frames
    assert list(frames) == list(SCHEMAS.tables)
    for name, table in SCHEMAS.tables.items():
        assert list(frames[name].columns) == list(table.field_names)
        assert len(frames[name]) == 0
    assert str(frames["updates"]["percent"].dtype) == "decimal128(18, 6)[pyarrow]"
    assert str(frames["updates"]["nil"].dtype) == "boolean"
    assert str(frames["updates"]["completed_on"].dtype) == "date32[day][pyarrow]"
    assert frames["updates"]["status"].dtype == pd.StringDtype("pyarrow")


def test_text_becomes_typed_values_and_an_empty_cell_is_null():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [
        update("m1", "r1", percent="+40", nil="false", completed_on="2023-7-5", progress_en="  NA "),
    ]})  # fmt: skip
    row = ledger.fold(COUNTRY, LATE).frames["updates"].iloc[0]
    assert row["percent"] == 40
    assert row["nil"] is False or not row["nil"]
    assert row["completed_on"] == date(2023, 7, 5)
    assert row["progress_en"] == "  NA "
    assert row["status"] is pd.NA and row["progress_es"] is pd.NA and row["submitted_on"] is pd.NA


def test_rows_stand_in_key_order_and_numbers_in_keys_sort_as_numbers():
    ledger = Ledger()
    rows = [{"milestone_id": m, "period_id": "r1", "number": n, "kind": "link"} for m, n in
            [("m2", "1"), ("m1", "10"), ("m1", "9")]]  # fmt: skip
    ledger.deliver("2023-08-01", {"evidence": rows})
    frame = ledger.fold(COUNTRY, LATE).frames["evidence"]
    assert list(zip(frame["milestone_id"], frame["number"], strict=True)) == [
        ("m1", 9),
        ("m1", 10),
        ("m2", 1),
    ]
    assert isinstance(frame.index, pd.RangeIndex)


def test_what_became_known_later_is_invisible():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "in_progress")]})
    ledger.deliver("2024-02-01", {"updates": [update("m1", "r1", "complete"), update("m2", "r2", "complete")]})
    assert statuses(ledger.fold(COUNTRY, "2023-07-31")) == {}
    assert statuses(ledger.fold(COUNTRY, "2024-01-31")) == {"m1": "in_progress"}
    assert statuses(ledger.fold(COUNTRY, "2024-02-01")) == {"m1": "complete", "m2": "complete"}


def test_a_later_row_replaces_the_whole_row_and_the_number_counts_more_than_the_day():
    ledger = Ledger()
    ledger.deliver("2024-02-01", {"updates": [update("m1", "r1", "in_progress", progress_en="Begun.")]})
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "complete")]})  # by a clock that was behind
    frame = ledger.fold(COUNTRY, LATE).frames["updates"]
    assert statuses(ledger.fold(COUNTRY, LATE)) == {"m1": "complete"}
    assert frame["progress_en"].isna().all()


def test_what_was_accepted_once_under_a_clock_of_years_to_come_is_waited_for_and_what_came_later_still_counts_more():
    ledger = Ledger()
    ledger.deliver("2031-01-01", {"updates": [update("m1", "r1", "in_progress"), update("m2", "r1", "in_progress")]})
    ledger.deliver("2024-02-01", {"updates": [update("m1", "r1", "complete")]})
    assert statuses(ledger.fold(COUNTRY, LATE)) == {"m1": "complete"}
    assert statuses(ledger.fold(COUNTRY, "2031-01-01")) == {"m1": "complete", "m2": "in_progress"}


def test_a_historic_import_counts_from_the_day_that_it_asserts():
    ledger = Ledger()
    ledger.deliver("2024-02-01", {"updates": [update("m1", "r1", "complete")]})
    entry = ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "in_progress"), update("m2", "r1")]})
    ledger.entries[-1] = replace(entry, known_why="minutes of the forum")
    assert statuses(ledger.fold(COUNTRY, LATE))["m1"] == "complete"
    assert statuses(ledger.fold(COUNTRY, "2023-12-31"))["m1"] == "in_progress"


def test_a_file_that_is_only_read_in_another_way_counts_where_it_counted():
    ledger = Ledger()
    first = ledger.deliver("2024-02-01", {"updates": [update("m1", "r1", "in_progress")]})
    ledger.deliver("2024-02-02", {"updates": [update("m1", "r1", "complete")]}, source="forum")
    again = ledger.deliver("2024-02-01", {"updates": [update("m1", "r1", "not_started"), update("m2", "r1")]})
    read_anew = replace(again, files=first.files, mapping="another")
    ledger.rows[again.rows] = [replace(row, where=replace(row.where, file=first.files[0][0])) for row in
                               ledger.rows[again.rows]]  # fmt: skip
    ledger.entries[-1] = read_anew
    assert statuses(ledger.fold(COUNTRY, LATE))["m1"] == "complete"
    ledger.entries[-1] = replace(read_anew, mapping=first.mapping)
    assert statuses(ledger.fold(COUNTRY, LATE))["m1"] == "not_started", "sent again it would be news"


def test_keys_are_compared_as_values_not_as_text():
    ledger = Ledger()
    first = {"milestone_id": "m1", "period_id": "r1", "number": "01", "kind": "link"}
    ledger.deliver("2023-08-01", {"evidence": [first]})
    ledger.deliver("2023-08-02", {"evidence": [{**first, "number": "1", "kind": "file"}]})
    tables = ledger.fold(COUNTRY, LATE)
    assert list(tables.frames["evidence"]["kind"]) == ["file"]
    assert tables.origin("evidence", "m1/r1/1").known_on == date(2023, 8, 2)


def test_of_two_rows_with_one_key_in_a_delivery_the_last_stands():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "in_progress"), update("m1", "r1", "complete")]})
    assert statuses(ledger.fold(COUNTRY, LATE)) == {"m1": "complete"}


def test_a_whole_delivery_withdraws_what_its_source_said_before_in_its_tables_only():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {
        "updates": [update("m1", "r1", "complete"), update("m2", "r1", "complete")],
        "clusters": [{"cluster_id": "k1", "plan_id": "p1", "name_en": "Data"}],
    })  # fmt: skip
    ledger.deliver("2023-08-02", {"updates": [update("m3", "r1", "complete")]}, source="other")
    ledger.deliver("2023-08-03", {"updates": [update("m1", "r1", "in_progress")]}, whole=True)
    assert statuses(ledger.fold(COUNTRY, "2023-08-02")) == dict.fromkeys(("m1", "m2", "m3"), "complete")
    tables = ledger.fold(COUNTRY, LATE)
    assert statuses(tables) == {"m1": "in_progress", "m3": "complete"}
    assert list(tables.frames["clusters"]["cluster_id"]) == ["k1"]


def test_a_whole_delivery_of_an_empty_table_withdraws_all_of_it():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "complete")]})
    ledger.deliver("2023-08-02", {"updates": []}, whole=True)
    assert statuses(ledger.fold(COUNTRY, LATE)) == {}


def test_a_source_that_was_replaced_speaks_again_when_the_other_withdraws():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "in_progress")]}, source="agency")
    ledger.deliver("2023-08-02", {"updates": [update("m1", "r1", "complete")]}, source="forum")
    ledger.deliver("2023-08-03", {"updates": []}, source="forum", whole=True)
    tables = ledger.fold(COUNTRY, LATE)
    assert statuses(tables) == {"m1": "in_progress"}
    assert tables.origin("updates", ("m1", "r1")).source == "agency"


def test_plans_and_periods_come_from_the_programme_file():
    tables = Ledger().fold(COUNTRY, LATE)
    (only,) = tables.frames["action_plans"].to_dict("records")
    assert (only["plan_id"], only["country"], only["scale"]) == ("p1", "XX", "us-nap5")
    first, second = tables.frames["reporting_periods"].to_dict("records")
    assert (first["title_es"], first["asks_status"], first["asks_evidence"]) == ("Ronda 1", False, False)
    assert (second["due_date"], second["asks_status"], second["asks_evidence"]) == (
        date(2023, 12, 31),
        True,
        True,
    )
    origin = tables.origin("reporting_periods", "r1")
    assert (origin.supplier, origin.file, origin.file_sha256) == ("programme", "programme.yaml", "c" * 64)
    assert origin.known_on == date(2022, 12, 28)


def test_the_origin_of_a_row_names_delivery_file_line_and_the_cell_of_each_column():
    ledger = Ledger()
    entry = ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "complete"), update("m2", "r1")]})
    origin = ledger.fold(COUNTRY, LATE).origin("updates", ("m2", "r1"))
    assert (origin.delivery, origin.supplier, origin.source) == (entry.delivery, "agency-supplier", "agency")
    assert (origin.file, origin.file_sha256) == entry.files[0]
    assert origin.place.line == 3
    assert origin.locate("status").column == "STATUS"
    assert origin.locate("percent") == origin.place


def test_every_row_has_exactly_one_origin():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1"), update("m2", "r1")]})
    ledger.deliver("2023-08-02", {"updates": [update("m1", "r1")]}, whole=True)
    tables = ledger.fold(COUNTRY, LATE)
    assert set(tables.origins) == {
        ("action_plans", ("p1",)),
        ("reporting_periods", ("r1",)),
        ("reporting_periods", ("r2",)),
        ("updates", ("m1", "r1")),
    }
    with pytest.raises(NotFound, match="m2/r1"):
        tables.origin("updates", "m2/r1")


def test_the_order_in_which_entries_are_given_does_not_matter():
    ledger = Ledger()
    for day in ("2023-08-03", "2023-08-01", "2023-08-02"):
        ledger.deliver(day, {"updates": [update("m1", "r1", progress_en=day), update(f"m-{day}", "r1")]})
    straight = ledger.fold(COUNTRY, LATE)
    ledger.entries.reverse()
    turned = ledger.fold(COUNTRY, LATE)
    for name, frame in straight.frames.items():
        pd.testing.assert_frame_equal(frame, turned.frames[name])
    assert straight.origins == turned.origins


@pytest.mark.parametrize("percent", ["many", "9" * 30])
def test_an_accepted_row_that_no_column_can_hold_is_set_aside_and_named(percent):
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", percent=percent), update("m2", "r1", "complete")]})
    tables = ledger.fold(COUNTRY, LATE)
    assert statuses(tables) == {"m2": "complete"}
    [unfit] = tables.unfit
    assert (unfit.table, unfit.key, unfit.column, unfit.text) == ("updates", ("m1", "r1"), "percent", percent)
    assert (unfit.origin.source, unfit.origin.locate("percent").line) == ("agency", 2)
    assert ("updates", ("m1", "r1")) not in tables.origins


def test_until_a_row_is_mended_the_one_before_it_speaks():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", "not_started", percent="0")]})
    ledger.deliver("2023-08-02", {"updates": [update("m1", "r1", "complete", percent="9" * 30)]})
    ledger.deliver("2023-08-03", {"updates": [update("m1", "r1", "complete", percent="9" * 20)]})
    before = ledger.fold(COUNTRY, LATE)
    assert statuses(before) == {"m1": "not_started"}
    assert [one.text for one in before.unfit] == ["9" * 20], "only what the source said last is to be mended"
    ledger.deliver("2023-08-04", {"updates": [update("m1", "r1", "in_progress", percent="50")]})
    after = ledger.fold(COUNTRY, LATE)
    assert (statuses(after), after.unfit) == ({"m1": "in_progress"}, ())
    assert ledger.fold(COUNTRY, "2023-08-03").unfit == before.unfit, "a day that has passed stays as it was known"


@pytest.mark.parametrize("whole", [False, True])
def test_a_row_without_a_readable_key_is_mended_when_its_file_or_all_of_its_source_is_stated_anew(whole):
    ledger = Ledger()
    named = {"milestone_id": "m1", "period_id": "r1", "kind": "link"}
    ledger.deliver("2023-08-01", {"evidence": [{**named, "number": "9" * 20}, {**named, "number": "1"}]}, whole=whole)
    before = ledger.fold(COUNTRY, LATE)
    assert [one.key for one in before.unfit] == [("m1", "r1", "9" * 20)]
    assert len(before.frames["evidence"]) == 1
    ledger.deliver("2023-08-02", {"evidence": [{**named, "number": "2"}]}, source="other")
    assert ledger.fold(COUNTRY, LATE).unfit == before.unfit
    again = ledger.deliver("2023-08-03", {"evidence": [{**named, "number": "3"}]}, whole=whole)
    if not whole:
        assert ledger.fold(COUNTRY, LATE).unfit == before.unfit
        [(sent, _)] = ledger.entries[0].files
        ledger.entries[-1] = replace(again, files=((sent, "f" * 64),))
        ledger.rows[again.rows] = [replace(one, where=replace(one.where, file=sent)) for one in ledger.read(again)]
    assert ledger.fold(COUNTRY, LATE).unfit == ()


def test_rows_of_a_table_that_nobody_supplies_are_an_error():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"metrics": [{"metric_id": "m"}]})
    with pytest.raises(SchemaError, match="«metrics»"):
        ledger.fold(COUNTRY, LATE)


def test_a_column_that_the_table_does_not_have_is_left_out():
    ledger = Ledger()
    ledger.deliver("2023-08-01", {"updates": [update("m1", "r1", telephone="none")]})
    assert "telephone" not in ledger.fold(COUNTRY, LATE).frames["updates"].columns
