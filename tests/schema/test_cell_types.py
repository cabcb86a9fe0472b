"""What a cell can hold: what the check on arrival lets in goes through the tables and the published files unchanged."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ogp_pipeline.formats.decoding import ILLEGIBLE
from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.release import csv_format, jsonl_format, parquet_format
from ogp_pipeline.release.shape import canonical
from ogp_pipeline.schema import cell_types
from ogp_pipeline.schema.cell_types import NotHeld
from ogp_pipeline.schema.model import Field, Table
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.tables import columns
from ogp_pipeline.validation import table_check
from tests.every import for_every
from tests.sample import drawn
from tests.tables.country import SCHEMAS

WORDS = Text(en="A column", es="Una columna")
TYPES = {"string": "a", "integer": "1", "number": "1.5", "boolean": "true", "date": "2024-01-05"}
TABLE = Table(
    name="cells",
    dataset="registry",
    title=WORDS,
    description=WORDS,
    fields=tuple(
        Field(name, kind, name == "id", False, {}, WORDS, WORDS, sample)
        for name, kind, sample in [("id", "string", "a"), *((kind, kind, sample) for kind, sample in TYPES.items())]
    ),
    primary_key=("id",),
    foreign_keys=(),
    supplied=True,
    descriptor={
        "fields": [{"name": "id", "type": "string"}, *({"name": kind, "type": kind} for kind in TYPES)],
        "missingValues": [""],
    },
)

ODD_NUMBERS = [
    "INF", "-inf", "infinity", "NaN", "sNaN", "-NaN123", "1e400", "1E-400", "-0", "0e-400", "1_000", "+5", "٣٤",
    "1.0000000", "0.3333333333333333", "1500000000000", "999999999999.999999", "-999999999999.999999", "1.23457E+11",
    "1E+12", "9" * 20, "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
]  # fmt: skip
ODD_DATES = [
    "0001-01-01", "9999-12-31", "0000-01-01", "99999-01-01", "-999-01-01", "2024-1-5", "1677-09-21", "2262-04-12",
]  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20).filter(lambda text: not ILLEGIBLE.search(text))
NUMBERS = st.one_of(
    st.sampled_from(ODD_NUMBERS),
    st.integers(-(10**25), 10**25).map(str),
    st.decimals().map(str),
    st.decimals(-(10**13), 10**13, places=7).map(str),
    st.from_regex(r"[+-]?[0-9]{0,14}(\.[0-9]{0,9})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
CELLS = {
    "string": TEXTS,
    "integer": NUMBERS,
    "number": NUMBERS,
    "boolean": st.one_of(st.sampled_from(["true", "false", "True", "FALSE", "1", "0", "yes"]), TEXTS),
    "date": st.one_of(st.sampled_from(ODD_DATES), st.dates().map(str), NUMBERS, TEXTS),
}


FRICTIONLESS = TABLE.frictionless()


def accepted(kind: str, texts: list[str]) -> list[tuple[str, object]]:
    """Of the cells that are not refused: the text that the ledger would get, and what frictionless reads in it."""
    raw = [RawRow("a.csv", number, {}, line=number + 1) for number in range(1, len(texts) + 1)]
    sent = [MappedRow("cells", {"id": "a", kind: text}, {}, row) for row, text in zip(raw, texts, strict=True)]
    checked = table_check.check(TABLE, sent, SCHEMAS)
    refused = {problem.where.line for problem in checked.problems}
    return [
        (row.values[kind], FRICTIONLESS.get_field(kind).read_cell(text)[0])
        for row, text in zip(checked.rows, texts, strict=True)
        if row.row.line not in refused
    ]


@pytest.mark.parametrize("kind", TYPES)
@settings(max_examples=drawn(15, 200), deadline=None)
@given(data=st.data())
def test_what_is_accepted_is_held_by_the_tables_and_every_format_with_the_same_value(kind, data):
    found = accepted(kind, data.draw(st.lists(CELLS[kind], max_size=20)))
    parse = cell_types.parser(kind)
    values = {"id": [f"r{number:02}" for number in range(len(found))], kind: [parse(text) for text, _ in found]}
    rows = canonical(columns.frame(TABLE, values), TABLE)
    said = [None if value == "" else value for _, value in found]
    assert rows[kind].to_pylist() == said
    with TemporaryDirectory() as folder:
        for form in (csv_format, parquet_format, jsonl_format):
            path = Path(folder) / "cells"
            form.write_rows(rows, path)
            assert form.read_rows(path, TABLE)[kind].to_pylist() == said


@settings(max_examples=drawn(100, 1000), deadline=None)
@given(text=NUMBERS, kind=st.sampled_from(["integer", "number"]))
@example(text="0." + "0" * 30 + "1", kind="number")
def test_what_is_refused_is_what_arrow_itself_cannot_hold(text, kind):
    value, notes = FRICTIONLESS.get_field(kind).read_cell(text)
    if notes or value is None:
        assert cell_types.is_held(kind, text)  # another rule's to say
        return
    try:
        held = pa.scalar(exactly(value), cell_types.ARROW[kind]).as_py() == value
    except (pa.ArrowInvalid, OverflowError, ValueError):
        held = False
    assert cell_types.is_held(kind, text) == held


def exactly(value: int | Decimal) -> int | Decimal:
    """Without noughts behind the point, which Arrow counts as places, and without an exponent."""
    if isinstance(value, int) or not value.is_finite():
        return value
    plain = format(value, "f")
    return Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)


@for_every(
    ("kind", "text", "value"),
    [
        ("number", "1.23457E+11", Decimal(123457000000)),
        ("number", "999999999999.9999990", Decimal("999999999999.999999")),
        ("number", "-0", Decimal(0)),
        ("integer", "9223372036854775807", 2**63 - 1),
        ("date", "2024-1-5", date(2024, 1, 5)),
        ("string", "", None),
        ("number", "", None),
    ],
)
def test_a_text_is_read_as_what_it_says(kind, text, value):
    assert cell_types.parser(kind)(text) == value


@for_every("text", ["INF", "NaN", "sNaN", "1e400", "1e-400", "0.3333333333333333", "1500000000000"])
def test_a_number_that_no_column_holds_is_told_from_a_text_that_is_no_number(text):
    with pytest.raises(NotHeld):
        cell_types.parser("number")(text)
    with pytest.raises(ValueError, match="«many» is not a number"):
        cell_types.parser("number")("many")


@pytest.mark.parametrize("kind", TYPES)
def test_a_column_of_the_tables_has_the_type_that_is_published(kind):
    frame = columns.frame(TABLE, {"id": ["a"], kind: [None]})
    assert pa.Array.from_pandas(frame[kind]).type in (cell_types.ARROW[kind], pa.large_string())
    assert pd.isna(frame[kind]).all()
