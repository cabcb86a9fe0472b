"""What a sender declares in the file: found in any column order and language, and taken away before the rest."""

import pytest

from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.records import RawRow, Reading
from ogp_pipeline.intake.effect import Guard
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.sources import FolderSource
from ogp_pipeline.validation import declaration
from ogp_pipeline.validation.mapped_delivery import ReadDelivery
from tests.every import for_every


def source(**columns: object) -> FolderSource:
    mapping = TableMapping.model_validate({"columns": columns})
    return FolderSource(
        id="s", supplier="s", kind="folder", path=".", read=CsvReader(kind="csv"), tables={"updates": [mapping]}
    )


def received(headings: tuple[str, ...], *rows: tuple[str, ...]) -> ReadDelivery:
    made = [RawRow("a.csv", n, dict(zip(headings, row, strict=True))) for n, row in enumerate(rows, start=1)]
    return ReadDelivery({"a.csv": Reading(made, headings, [])})


@for_every(
    ("heading", "guard"),
    [
        ("withdraws", Guard.WITHDRAWS),
        ("RETIRA", Guard.WITHDRAWS),
        ("Vacía", Guard.EMPTIES),
        ("vacia", Guard.EMPTIES),
        ("goes_back", Guard.GOES_BACK),
        ("retrocede", Guard.GOES_BACK),
    ],
)
def test_the_heading_says_what_is_meant(heading: str, guard: Guard) -> None:
    taken, declared = declaration.take(received(("id", heading), ("1", ""), ("2", " 7 ")), source())
    assert declared == {guard: 7}
    assert taken.readings["a.csv"].headings == ("id",)
    assert [row.values for row in taken.rows] == [{"id": "1"}, {"id": "2"}]


def test_a_line_with_the_number_alone_is_no_row_and_an_empty_line_stays_one() -> None:
    taken, declared = declaration.take(received(("id", "withdraws"), ("1", ""), ("", "3"), ("", "")), source())
    assert declared == {Guard.WITHDRAWS: 3}
    assert [row.number for row in taken.rows] == [1, 3]


@pytest.mark.parametrize("text", ["", "three", "-3", "3.5", "9" * 10])
def test_what_is_no_number_declares_nothing(text: str) -> None:
    assert declaration.take(received(("id", "withdraws"), ("1", text)), source())[1] == {}


def test_a_column_that_the_mapping_reads_is_data() -> None:
    delivery = received(("id", "withdraws"), ("1", "3"))
    taken, declared = declaration.take(delivery, source(status={"from": "withdraws"}))
    assert declared == {} and taken.rows[0].values["withdraws"] == "3"
