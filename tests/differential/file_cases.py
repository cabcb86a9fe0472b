"""Themes about the file: how it is split, encoded, packed, limited, described.

Files are small: a case is validated twice, and a small file is where a fault shrinks to anyway. What needs size
(limits, long cells) repeats a few drawn rows.
"""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from tests.differential.case import Case
from tests.differential.files import gzipped, hurt_bytes, hurt_rows, json_lines, workbook, written, zipped
from tests.differential.schemas import schemas
from tests.differential.tables import csv_case, rows_of, table

ENCODINGS = (
    "cp1252", "utf-8", "utf-8-sig", "iso-8859-1", "utf-16", "utf-16-le", "cp1250", "ascii", "shift_jis", "utf-32",
)  # fmt: skip

# What a workbook's cell may hold.
TYPED: tuple[object, ...] = (
    1, 1.0, 1.5, True, None, "", dt.datetime.fromisoformat("2020-01-05"), dt.datetime.fromisoformat("2020-01-05T10:11"),
    dt.date(2020, 1, 5), dt.time(10, 11), dt.datetime.fromisoformat("1900-01-01"), 1e300, -0.0, 10**15, "1", "=1+1",
    dt.timedelta(hours=30), "#N/A",
)  # fmt: skip


@st.composite
def structure(draw: st.DrawFn) -> Case:
    """Broken tables and broken bytes under a simple schema."""
    schema = draw(schemas(("integer", "string", "date", "any"), width=(1, 4), constraints=1, plain=True, keys=False))
    rows = draw(hurt_rows(draw(rows_of(schema))))
    case = draw(csv_case(schema, rows))
    return Case({"table.csv": draw(hurt_bytes(case.files["table.csv"]))}, case.resource)


@st.composite
def soup(draw: st.DrawFn) -> Case:
    """Nothing but delimiters, quotes, line ends and a few letters: which reader splits like Python's?"""
    schema = draw(schemas(("string", "integer"), width=(2, 3), constraints=1, plain=True))
    pieces = ("a", "1", ",", ",", '"', '"', "\n", "\n", "\r\n", "\r", " ", '""', "é", "\x00", '",', ',"', '"\n', '\n"')
    header = ",".join(field["name"] for field in schema["fields"]) + "\n"
    text = draw(st.one_of(st.just(header), st.just(header), st.just(""))) + "".join(
        draw(st.lists(st.sampled_from(pieces), max_size=40))
    )
    control = draw(st.sampled_from(({"csv": {"delimiter": ","}}, {"csv": {"delimiter": ","}}, {})))
    return Case({"table.csv": text.encode()}, table(schema, dialect=control, encoding="utf-8"))


@st.composite
def headers(draw: st.DrawFn) -> Case:
    """Repeated, missing, extra, blank, moved and renamed columns; headers elsewhere, or none; comments."""
    schema = draw(schemas(("integer", "string", "date"), width=(1, 4), constraints=1, plain=True, keys=True))
    rows = draw(rows_of(schema, mess=1))
    labels = list(rows[0])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(labels) - 1))
        match draw(st.integers(0, 5)):
            case 0:
                labels[at] = labels[at].upper()
            case 1:
                labels[at] = draw(st.sampled_from(("", " ", "x", "x", "id", f" {labels[at]} ")))
            case 2:
                labels[at] = labels[0]
            case 3 if len(labels) > 1:
                del labels[at]
            case 4:
                labels.insert(at, draw(st.sampled_from(("x", "", "id"))))
            case _:
                labels.reverse()
    rows[0] = labels
    if draw(st.booleans()):
        match = st.sampled_from(("exact", "equal", "subset", "superset", "partial"))
        schema["fieldsMatch"] = draw(match)
    dialect: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {"csv": st.just({"delimiter": ","})},
            optional={
                "header": st.booleans(),
                "headerRows": st.sampled_from(([1], [2], [1, 2], [])),
                "headerCase": st.booleans(),
                "commentChar": st.sampled_from(("#", "a", "1")),
                "commentRows": st.sampled_from(([2], [1, 3])),
                "skipBlankRows": st.booleans(),
            },
        )
    )
    content = draw(written(draw(hurt_rows(rows)) if draw(st.booleans()) else rows))
    return Case({"table.csv": content}, table(schema, dialect=dialect, encoding="utf-8"))


@st.composite
def dialects(draw: st.DrawFn) -> Case:
    """Delimiters, quote and escape characters, declared or left to the sniffer."""
    schema = draw(schemas(("integer", "string", "number"), width=(1, 4), constraints=1, plain=True))
    delimiter = draw(st.sampled_from((",", ";", "\t", "|", ":", " ", "ñ")))
    quote = draw(st.sampled_from(('"', '"', '"', "'", "|")))
    content = draw(written(draw(rows_of(schema)), delimiter=delimiter, quote=quote))
    control = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "delimiter": st.sampled_from((delimiter, delimiter, delimiter, ",", ";;", "")),
                "quoteChar": st.sampled_from((quote, quote, '"', "")),
                "doubleQuote": st.booleans(),
                "escapeChar": st.sampled_from(("\\", '"')),
                "skipInitialSpace": st.booleans(),
                "lineTerminator": st.sampled_from(("\n", "\r\n")),
                "nullSequence": st.just("\\N"),
            },
        )
    )
    return Case({"table.csv": content}, table(schema, dialect={"csv": control}))


@st.composite
def encodings(draw: st.DrawFn) -> Case:
    """Bytes in one encoding, declared as the same, as another, or not at all."""
    schema = draw(schemas(("string", "integer", "any"), width=(1, 3), constraints=1, plain=True))
    rows = draw(rows_of(schema, mess=1))
    for row in rows[1:]:
        row[0] = draw(st.sampled_from(("año", "Ministerio de Educación", "€ 5", "“cita”", "ĉ", "日本", row[0])))
    names = (
        "cp1252",
        "utf-8",
        "utf-8-sig",
        "iso-8859-1",
        "utf-16",
        "utf-16-le",
        "cp1250",
        "ascii",
        "shift_jis",
        "utf-32",
    )
    real = draw(st.sampled_from(names[:6] + names))
    content = draw(written(rows, encoding=real))
    if draw(st.integers(0, 5)) == 0:
        content = draw(hurt_bytes(content))
    more: dict[str, Any] = {}
    match draw(st.integers(0, 6)):
        case 0 | 1 | 2 | 3:
            more["encoding"] = real
        case 4:
            more["encoding"] = draw(
                st.sampled_from((*ENCODINGS, "utf8", "latin1", "UTF-8", "windows-1252", "nonsense"))
            )
        case _:
            pass
    if draw(st.integers(0, 3)):
        more["dialect"] = {"csv": {"delimiter": ","}}
    return Case({"table.csv": content}, table(schema, **more))


@st.composite
def limits(draw: st.DrawFn) -> Case:
    """Enough rows to pass the 8,192 bytes which text streams pull, and limits of errors and rows."""
    schema = draw(schemas(("integer", "string", "date"), width=(2, 3), constraints=1, plain=True, keys=True))
    header, *body = draw(hurt_rows(draw(rows_of(schema, mess=draw(st.sampled_from((0, 1, 2))), most=5))))
    good, times = [["1", "a", "x"][: len(header)]], draw(st.sampled_from((1, 10, 100)))
    rows = [header, *(good * times), *body, *(good * times), *(body * draw(st.sampled_from((1, 3, 20))))]
    options = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "limit_errors": st.sampled_from((0, 1, 2, 3, 10, 100)),
                "limit_rows": st.sampled_from((1, 2, 50)),
            },
        )
    )
    content = draw(written(rows, ends=draw(st.sampled_from((("\n",), ("\r\n",))))))
    resource = table(schema, dialect={"csv": {"delimiter": ","}}, encoding="utf-8")
    return Case({"table.csv": content}, resource, options=options)


@st.composite
def long_cells(draw: st.DrawFn) -> Case:
    """Cells of up to 40,000 characters, some with quotes and line ends inside, in short and long tables."""
    schema = draw(schemas(("string", "integer", "any", "array", "number"), width=(1, 3), constraints=1, plain=True))
    rows = draw(rows_of(schema, mess=1, most=4))
    piece = draw(st.sampled_from(("x", "é", '"', "a\n", "a\r\n", ",", "1", " ", "😀", "[", "\x00")))
    # frictionless itself is quadratic in extra cells, and Python's csv.Sniffer in what is neither letter nor digit:
    # 40,000 blanks after a quoted line take it 16 seconds.
    times = draw(st.sampled_from((100, 40_000) if piece.isalnum() else (100, 1_000)))
    rows.append([piece * times, *rows[0][1:]])
    options = draw(st.sampled_from(({}, {}, {"limit_errors": 1})))
    case = draw(csv_case(schema, rows))
    return Case(case.files, case.resource, options=options)


@st.composite
def declared(draw: st.DrawFn) -> Case:
    """Hash, size and counts that the descriptor promises, kept or not; several parts; no schema at all."""
    schema = draw(schemas(("integer", "string", "boolean"), width=(1, 3), constraints=1, plain=True))
    content = draw(written(draw(rows_of(schema, mess=1)), ends=("\n",)))
    promised = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "hash": st.sampled_from(("md5:d41d8cd98f00b204e9800998ecf8427e", "sha1:aa", "sha256:aa", "aa")),
                "bytes": st.sampled_from((len(content), 1)),
                "fields": st.sampled_from((len(schema["fields"]), 9)),
                "rows": st.sampled_from((3, 9)),
            },
        )
    )
    resource = table(schema, **promised)
    files = {"table.csv": content}
    match draw(st.integers(0, 5)):
        case 0:
            del resource["schema"]
        case 1:
            files["part.csv"] = draw(written(draw(rows_of(schema, mess=1))[1:], ends=("\n",)))
            resource["extrapaths"] = ["part.csv"]
        case 2:
            resource["path"] = "absent.csv"
        case _:
            pass
    return Case(files, resource)


@st.composite
def formats(draw: st.DrawFn) -> Case:
    """TSV, gzip, zip and JSON lines; types and names that say otherwise."""
    schema = draw(schemas(width=(1, 3), constraints=1, keys=draw(st.booleans())))
    rows = draw(hurt_rows(draw(rows_of(schema)))) if draw(st.booleans()) else draw(rows_of(schema))
    match draw(st.sampled_from(("tsv", "tsv", "csv.gz", "csv.zip", "jsonl", "jsonl", "ndjson", "txt"))):
        case "tsv":
            name, content = "table.tsv", draw(written(rows, delimiter="\t"))
        case "csv.gz":
            name, content = "table.csv.gz", gzipped(draw(written(rows)))
        case "csv.zip":
            name, content = "table.csv.zip", zipped(draw(written(rows)), "table.csv")
        case "txt":
            name, content = "table.txt", draw(written(rows))
        case kind:
            values = draw(st.lists(st.sampled_from((1, 1.0, 1.5, True, None, "1", [1], {}, "a", 10**20)), max_size=6))
            name, content = f"table.{kind}", json_lines(rows, values, keyed=draw(st.booleans()))
            if draw(st.integers(0, 5)) == 0:
                content = draw(hurt_bytes(content))
    more = {"type": "table", "format": "csv"} if name.endswith("txt") else {}
    return Case({name: content}, table(schema, **more) | {"path": name})


@st.composite
def workbooks(draw: st.DrawFn) -> Case:
    """Workbooks whose cells have types of their own."""
    schema = draw(schemas(width=(1, 3), constraints=1, keys=draw(st.booleans())))
    rows: list[list[object]] = [list(row) for row in draw(rows_of(schema, most=5))]
    for row in rows[1:]:
        row[0] = draw(st.sampled_from((*TYPED, row[0])))
    if draw(st.integers(0, 3)) == 0:
        rows.insert(draw(st.integers(1, len(rows))), [])
    return Case({"table.xlsx": workbook(rows)}, table(schema) | {"path": "table.xlsx"})
