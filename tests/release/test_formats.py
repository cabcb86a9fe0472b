"""Every format gives back exactly what went in, and the bytes are the promised ones."""

import csv
import json
from datetime import date
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogp_pipeline.errors import OgpError
from ogp_pipeline.publishing import layout
from ogp_pipeline.release import csv_format, jsonl_format, parquet_format, proof, xlsx_format, xlsx_rows
from ogp_pipeline.release.shape import CanonicalColumn, Shape, canonical, frame_of
from ogp_pipeline.release.table_formats import TABLE_FORMATS
from tests.sample import drawn

WIDE = Shape(
    "wide",
    (
        CanonicalColumn("id", "string"),
        CanonicalColumn("n", "integer"),
        CanonicalColumn("text", "string"),
        CanonicalColumn("yes", "boolean"),
        CanonicalColumn("day", "date"),
        CanonicalColumn("value", "number"),
    ),
    ("id", "n"),
)
ABOUT = xlsx_format.About([{"en": "A title", "es": "Un título"}])

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
nasty = st.sampled_from(
    [
        "",
        " ",
        '"',
        ",",
        "\r",
        "\n",
        "\r\n",
        '"\r\n",',
        "=1+1",
        "@x",
        "-",
        "007",
        "NA",
        "true",
        "_x0041_",
        "\ufeff",
        "🏛️",
    ]
)
rows_of = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6),
            "n": st.integers(-(2**62), 2**62),
            "text": st.none() | texts | nasty,
            "yes": st.none() | st.booleans(),
            "day": st.none() | st.dates(),
            "value": st.none() | st.decimals(-(10**9), 10**9, places=6),
        }
    ),
    max_size=8,
    unique_by=lambda row: (row["id"], row["n"]),
)
hypothesis_settings = settings(
    max_examples=drawn(25, 200),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def frame(rows):
    return pd.DataFrame(
        {
            "id": pd.Series([row["id"] for row in rows], dtype="string"),
            "n": pd.Series([row["n"] for row in rows], dtype="Int64"),
            "text": pd.Series([row["text"] for row in rows], dtype="string"),
            "yes": pd.Series([row["yes"] for row in rows], dtype="boolean"),
            "day": pd.Series([row["day"] for row in rows], dtype=object),
            "value": pd.Series([row["value"] for row in rows], dtype=object),
        }
    )


def row(**values):
    return {"id": "a", "n": 1, "text": None, "yes": None, "day": None, "value": None, **values}


@hypothesis_settings
@given(rows_of)
@pytest.mark.parametrize("module", [csv_format, parquet_format, jsonl_format])
def test_what_is_written_is_read_back(module, tmp_path, rows):
    expected = canonical(frame(rows), WIDE)
    module.write(frame(rows), WIDE, tmp_path / "file")
    assert module.read_rows(tmp_path / "file", WIDE).equals(expected)


@hypothesis_settings
@given(rows_of)
def test_a_workbook_holds_its_rows_cell_by_cell(tmp_path, schema_table, rows):
    table = canonical(frame(rows), WIDE)
    xlsx_format.write({"wide": table}, [schema_table], ABOUT, tmp_path / "book.xlsx")
    proof.check_workbook(tmp_path / "book.xlsx", {"wide": table}, [schema_table])


AWKWARD = [
    *(
        "a & b",
        "<b>",
        "a > b",
        '"',
        "'",
        "_x0041_",
        "_x_",
        " a",
        "a ",
        "\u00a0a",
        "a\u2028",
        "one\ntwo",
        "\ttab",
        "\x01\x1f",
    ),
    *("\r", "a\r\nb", "\ufffe\uffff", "\ufeff", "🏛️", "🏛" * 16_000, "á" * 16_001, "=1+1", "https://example.org", "007"),
]


def cell_by_cell(sheet, rows, value_of, day, headings):
    """The rows as XlsxWriter itself writes them."""
    for number, line in enumerate(zip(*(column.to_pylist() for column in rows.columns), strict=True), headings):
        for column, value in enumerate(map(value_of, line)):
            if isinstance(value, bool):
                sheet.write_boolean(number, column, value)
            elif isinstance(value, str):
                sheet.write_string(number, column, value)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif value is not None:
                sheet.write_number(number, column, value)


def test_rows_made_by_the_column_have_the_bytes_of_rows_made_cell_by_cell(tmp_path, schema_table, monkeypatch):
    days = [None, date(1899, 12, 31), date(1900, 2, 28), date(1900, 3, 1), date(2024, 2, 29), date(9999, 12, 31)]
    values = [None, *map(Decimal, ("0", "-0.5", "1.000001", "12345678.9", "0.1", "1e9"))]
    lines = [
        row(n=n, text=text, yes=(None, True, False)[n % 3], day=days[n % len(days)], value=values[n % len(values)])
        for n, text in enumerate([*AWKWARD, None, "plain"])
    ]
    tables = {"wide": canonical(frame([*lines, row(id="b", n=2**60)]), WIDE)}
    xlsx_format.write(tables, [schema_table], ABOUT, tmp_path / "ours.xlsx")
    proof.check_workbook(tmp_path / "ours.xlsx", tables, [schema_table])
    monkeypatch.setattr(xlsx_rows, "append", cell_by_cell)
    xlsx_format.write(tables, [schema_table], ABOUT, tmp_path / "theirs.xlsx")
    assert (tmp_path / "ours.xlsx").read_bytes() == (tmp_path / "theirs.xlsx").read_bytes()


@pytest.mark.parametrize("text", ["<r>x</r>", "<r><t>x</t></r>", "🏛️" * 20_000, "á" * 32_760 + "🏛" * 4])
def test_texts_that_a_writer_takes_for_markup_or_counts_otherwise_do_not_stop_a_release(tmp_path, schema_table, text):
    """XlsxWriter writes the first as they stand, as its own markup; cells count an emoji twice."""
    tables = {"wide": canonical(frame([row(text=text)]), WIDE)}
    xlsx_format.write(tables, [schema_table], ABOUT, tmp_path / "book.xlsx")
    proof.check_workbook(tmp_path / "book.xlsx", tables, [schema_table])
    [told] = [line[2].value for line in openpyxl.load_workbook(tmp_path / "book.xlsx")["wide"].iter_rows(min_row=3)]
    assert told == text or (told.endswith(" […]") and text.startswith(told.removesuffix(" […]")))


@pytest.fixture
def schema_table(schemas):
    """``WIDE`` as a table of the schemas, with titles and descriptions."""
    updates = schemas.tables["updates"]
    fields = [updates.fields[0].__class__(f.name, f.type, False, False, {}, TEXT, TEXT, "x") for f in WIDE.fields]
    return updates.__class__("wide", "plan", TEXT, TEXT, tuple(fields), WIDE.primary_key, (), True, {})


TEXT = {"en": "English", "es": "Español"}


def test_the_canonical_csv_byte_by_byte(tmp_path):
    rows = [
        row(id="b", n=10, text="", yes=False),
        row(id="b", n=9, text='say "sí",\nplease', day=date(2024, 2, 29), value=Decimal("0.5")),
        row(id="a", n=-1, text="línea\r\ndos", yes=True, value=Decimal("1E-6")),
    ]
    csv_format.write(frame(rows), WIDE, tmp_path / "wide.csv")
    assert (tmp_path / "wide.csv").read_bytes() == (
        "id,n,text,yes,day,value\r\n"
        'a,-1,"línea\r\ndos",true,,0.000001\r\n'
        'b,9,"say ""sí"",\nplease",,2024-02-29,0.500000\r\n'
        "b,10,,false,,\r\n"
    ).encode()


def test_rendering_gives_the_bytes_of_the_file(tmp_path):
    rows = canonical(frame([row(text="á"), row(n=2)]), WIDE)
    csv_format.write_rows(rows, tmp_path / "wide.csv")
    assert b"".join(csv_format.render(rows)) == (tmp_path / "wide.csv").read_bytes()


def test_reading_csv_gives_the_frames_types(tmp_path):
    csv_format.write(frame([row(yes=True, day=date(2024, 1, 1), value=Decimal(1))]), WIDE, tmp_path / "wide.csv")
    read = csv_format.read_csv(tmp_path / "wide.csv", WIDE)
    assert [str(dtype) for dtype in read.dtypes] == [
        "string",
        "Int64",
        "string",
        "boolean",
        "date32[day][pyarrow]",
        "decimal128(18, 6)[pyarrow]",
    ]
    assert read.loc[0, "value"] == Decimal("1.000000")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,n,text\r\n", "columns"),
        ("id,n,text,yes,day,value\r\na,1\r\n", "line 2"),
        ("id,n,text,yes,day,value\r\na,one,,,,\r\n", "wide, n"),
        ("id,n,text,yes,day,value\r\na,1,,yes,,\r\n", "wide, yes"),
        ("id,n,text,yes,day,value\r\na,1,,,2024-02-31,\r\n", "wide, day"),
    ],
)
def test_a_csv_that_is_not_the_tables_is_refused(tmp_path, text, says):
    (tmp_path / "wide.csv").write_bytes(text.encode())
    with pytest.raises(OgpError, match=says):
        csv_format.read_csv(tmp_path / "wide.csv", WIDE)


def test_json_lines_hold_every_key_in_schema_order(tmp_path):
    rows = [row(text="ñ", yes=False, day=date(2024, 1, 1), value=Decimal("0.25"))]
    jsonl_format.write(frame(rows), WIDE, tmp_path / "wide.jsonl")
    text = (tmp_path / "wide.jsonl").read_text(encoding="utf-8")
    assert text == '{"id":"a","n":1,"text":"ñ","yes":false,"day":"2024-01-01","value":0.250000}\n'
    jsonl_format.write(frame([row()]), WIDE, tmp_path / "wide.jsonl")
    assert json.loads((tmp_path / "wide.jsonl").read_text()) == row()


def test_parquet_has_types_and_no_metadata_of_a_program(tmp_path):
    parquet_format.write(frame([row()]), WIDE, tmp_path / "wide.parquet")
    file = pq.ParquetFile(tmp_path / "wide.parquet")
    assert file.metadata.metadata is None
    assert file.schema_arrow.field("value").type == pa.decimal128(18, 6)
    assert not file.schema_arrow.field("id").nullable
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_text_like_a_formula_a_link_or_a_number_stays_a_text_in_the_workbook(tmp_path, schema_table):
    texts_in = ["=1+1", "https://example.org", "007", "{=A1}", "@SUM(A1)"]
    rows = canonical(frame([row(n=n, text=text) for n, text in enumerate(texts_in)]), WIDE)
    xlsx_format.write({"wide": rows}, [schema_table], ABOUT, tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["wide"]
    cells = [sheet.cell(row=3 + n, column=3) for n in range(len(texts_in))]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(t, "s", None) for t in texts_in]
    assert sheet.freeze_panes == "A3"


def test_what_a_cell_cannot_hold_is_cut_or_kept_as_text(tmp_path, schema_table):
    rows = canonical(frame([row(text="á" * 40_000, n=2**60, day=date(1899, 1, 1))]), WIDE)
    xlsx_format.write({"wide": rows}, [schema_table], ABOUT, tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["wide"]
    _, number, text, _, day, _ = (cell.value for cell in sheet[3])
    assert (number, day) == (str(2**60), "1899-01-01")
    assert len(text) == 32_767
    assert text.endswith(" […]")


@pytest.mark.parametrize(("language", "title"), [(None, "English"), ("en", "English"), ("es", "Español")])
def test_a_sheet_has_titles_in_words_and_below_them_names_from_which_programs_read_on(
    tmp_path, schema_table, language, title
):
    about = xlsx_format.About(ABOUT.lines, language)
    rows = canonical(frame([row(id="a", n=1), row(id="b", n=2)]), WIDE)
    xlsx_format.write({"wide": rows}, [schema_table], about, tmp_path / "book.xlsx")
    proof.check_workbook(tmp_path / "book.xlsx", {"wide": rows}, [schema_table])
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["wide"]
    assert [cell.value for cell in sheet[1]] == [title] * 6 and sheet.auto_filter.ref == "A2:F4"
    read = pd.read_excel(tmp_path / "book.xlsx", sheet_name="wide", header=1, engine="openpyxl")
    assert list(read.columns) == rows.column_names and read["n"].tolist() == [1, 2] and read["n"].dtype == "int64"


def test_titles_of_another_language_or_none_are_found(tmp_path, schema_table):
    rows = canonical(frame([row()]), WIDE)
    xlsx_format.write({"wide": rows}, [schema_table], xlsx_format.About(ABOUT.lines, "fr"), tmp_path / "book.xlsx")
    with pytest.raises(OgpError, match="other titles"):
        proof.check_workbook(tmp_path / "book.xlsx", {"wide": rows}, [schema_table])


def test_the_workbooks_own_dates_are_fixed(tmp_path, schema_table):
    xlsx_format.write({"wide": canonical(frame([]), WIDE)}, [schema_table], ABOUT, tmp_path / "book.xlsx")
    with ZipFile(tmp_path / "book.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["README", "dictionary", "wide"]
    assert [cell.value for cell in book["README"][1]] == ["A title", "Un título"]


def test_a_table_without_rows_is_read_with_its_columns_and_types(tmp_path):
    """By those who say the types, as the descriptor does; JSON Lines of no row are an empty file, and name nothing."""
    for module, ending in ((csv_format, "csv"), (jsonl_format, "jsonl"), (parquet_format, "parquet")):
        module.write(frame([]), WIDE, tmp_path / f"empty.{ending}")
    assert (tmp_path / "empty.csv").read_bytes() == b"id,n,text,yes,day,value\r\n"
    assert (tmp_path / "empty.jsonl").read_bytes() == b""
    of_polars = {"string": pl.String, "integer": pl.Int64, "boolean": pl.Boolean, "date": pl.Date, "number": pl.Float64}
    schema = {column.name: of_polars[column.type] for column in WIDE.fields}
    for read, ending in ((pl.read_csv, "csv"), (pl.read_ndjson, "jsonl")):
        empty = read(tmp_path / f"empty.{ending}", schema=schema)
        assert (empty.height, dict(empty.schema)) == (0, schema)
    assert pl.read_parquet(tmp_path / "empty.parquet").shape == (0, 6)
    types = {"id": "string", "n": "Int64", "yes": "boolean"}
    assert pd.read_csv(tmp_path / "empty.csv", dtype=types, parse_dates=["day"])["n"].dtype == "Int64"
    assert pd.read_csv(tmp_path / "empty.csv").shape == (0, 6)
    assert pd.read_json(tmp_path / "empty.jsonl", lines=True).empty
    assert pd.read_parquet(tmp_path / "empty.parquet").shape == (0, 6)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row(), row()], "twice or more, the first is a/1"),
        ([row(id="")], "no id"),
        ([row(n=None)], "no n"),
        ([row(value=Decimal("0.1234567"))], "value"),
    ],
)
def test_rows_that_no_release_may_hold_are_refused(rows, says):
    with pytest.raises(OgpError, match=says):
        canonical(frame(rows), WIDE)


def test_a_binary_float_is_refused_as_a_number():
    with pytest.raises(OgpError, match="value"):
        canonical(frame([row(value=0.1)]), WIDE)


def test_other_columns_than_the_tables_are_refused():
    with pytest.raises(OgpError, match=r"missing \['value'\], unknown \['valor'\]"):
        canonical(frame([row()]).rename(columns={"value": "valor"}), WIDE)


def test_canonical_rows_survive_being_a_frame():
    rows = canonical(frame([row(id="é"), row(id="z", yes=True), row(id="Z", value=Decimal(2))]), WIDE)
    assert rows.column("id").to_pylist() == ["Z", "z", "é"]  # by code point, whatever the locale
    assert canonical(frame_of(rows), WIDE).equals(rows)


def test_a_cell_longer_than_the_csv_modules_default_limit_is_read(tmp_path):
    csv_format.write(frame([row(text="x" * 200_000)]), WIDE, tmp_path / "wide.csv")
    assert len(csv_format.read_csv(tmp_path / "wide.csv", WIDE).loc[0, "text"]) == 200_000
    assert csv.field_size_limit() >= 200_000


@pytest.mark.parametrize("form", TABLE_FORMATS, ids=lambda form: form.ending)
def test_the_store_serves_every_format_under_its_own_media_type(form):
    assert layout.media_type(f"plan/commitments.{form.ending}").partition(";")[0] == form.media_type
