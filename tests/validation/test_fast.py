"""The fast validation gives frictionless' own report, whatever stands in the file.

Each case is compared with ``frictionless.Resource.validate`` in chunks of several sizes, down to a few bytes, so that
chunk borders fall everywhere. ``tests/differential`` does the same over thousands of generated cases.
"""

import itertools
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import polars as pl
import pytest

from ogp_pipeline.validation import comparable, validate
from ogp_pipeline.validation.fast.chunks import CHUNK
from ogp_pipeline.validation.fast.patterns import translate
from tests.every import for_every

SIZES = (7, 64, CHUNK)
COMMA = {"csv": {"delimiter": ","}}


def _field(kind: str, name: str = "b", **more: Any) -> dict[str, Any]:
    constraints = {key: more.pop(key) for key in list(more) if key in CONSTRAINTS}
    return {"name": name, "type": kind, **more, **({"constraints": constraints} if constraints else {})}


CONSTRAINTS = {
    *("required", "unique", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("pattern", "enum"),
}


def _agree(
    folder: Path,
    content: bytes | str,
    *fields: Mapping[str, Any],
    strategy: str | None = "arrow",
    name: str = "t.csv",
    schema: Mapping[str, Any] = {},
    resource: Mapping[str, Any] = {},
    sizes: tuple[int, ...] = SIZES,
    **options: Any,
) -> list[str]:
    """Compare; the types of the errors."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    described = {"name": "t", "path": name, "dialect": COMMA, "schema": {"fields": list(fields), **schema}, **resource}

    def fresh() -> frictionless.Resource:
        return frictionless.Resource.from_descriptor(described, basepath=str(folder))

    expected = fresh().validate(**options)
    wanted = comparable(expected)
    for size in sizes:
        got = validate(fresh(), chunk_size=size, **options)
        assert comparable(got) == wanted, f"in chunks of {size}"
        if strategy is not None:
            assert got.tasks[0].stats["strategy"] == strategy, got.tasks[0].stats["strategy_reason"]
    return [error.type for error in expected.tasks[0].errors]


def _column(folder: Path, field: Mapping[str, Any], *cells: str, **more: Any) -> list[str]:
    """A table of an ``id`` and one column with these cells, quoted."""
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
    text = f"id,{field['name']}\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(quoted))
    return _agree(folder, text, _field("integer", "id"), field, **more)


PLAIN = (_field("integer", "a"), _field("string"))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa,b\n1,x\n",
        b"\xef\xbb\xbfa,b\n1,\xef\xbb\xbfx\n\xef\xbb\xbf2,y\n",
        b'a,b\n1,"x ""y"" z"\n"2","3,4"\n',
        b'a,b\r\n1,"first\r\nsecond\r\n"\r\n2,"\n\r\n\r"\r\n3,x\r\n',
        b'a,b\r1,x\r2,"y\rz"\r',
        b"a,b\n1,x\r\n2,y\r3,z\n",
        b'a,b\n1,5" wide\n2,x\n3,6" and 7"\n4,y\n',
        b'a,b\n1,"x"y\n2,"z" \n3, "w"\n',
        b'a,b\n1,x\n2,"never closed\n3,y\n',
        b"a,b\n1,\x00\n2,\x1a\n3,\xe2\x80\xa8\n4,x\x0by\x1cz\n",
        b"a,b\n1,x\n\n2,y\n\n\n3,z\n,\n\"\",\n",
        b"a,b\n1\n2,x,y,z\n,\n3,x\n4,\"p\nq\",r\n5\n",
        b"a,b\n1,x",
        b"a,b\n",
        b"a,b",
        b"a,b\n1," + b"long " * 2000 + b"\n2,x\n",
        b"a,b\n1,\xff\n",
    ],
)  # fmt: skip
def test_a_file_is_split_as_by_csv(tmp_path: Path, content: bytes) -> None:
    _agree(tmp_path, content, *PLAIN, strategy=None)


def test_a_line_end_in_quotes_survives_every_chunk_border(tmp_path: Path) -> None:
    content = 'a,b\r\n1,"p\r\nq"\r\nx,"r\r\n\r\ns"\r\n3,"\r\n"\r\n'
    field = _field("string", enum=["p\r\nq", "r\r\n\r\ns", "\r\n"])
    assert _agree(tmp_path, content, PLAIN[0], field, sizes=tuple(range(3, 40))) == ["type-error"]


def test_one_column_is_enough(tmp_path: Path) -> None:
    assert _agree(tmp_path, 'a\n1\n\n""\nx\n2,3\n', _field("integer", "a")) == [
        *("blank-row", "blank-row", "type-error", "extra-cell")
    ]


@pytest.mark.parametrize("labels", ["a,a", "b,a", "a", "a,b,c", ",b", "A,B", " a,b "])
def test_headers_are_judged_by_frictionless(tmp_path: Path, labels: str) -> None:
    _agree(tmp_path, f"{labels}\n1,x\nz,y\n", *PLAIN)


@pytest.mark.parametrize("match", ["equal", "subset", "superset", "partial"])
def test_fields_are_matched_by_name(tmp_path: Path, match: str) -> None:
    _agree(tmp_path, "b,a,c\nx,1,\ny,z,\n", *PLAIN, schema={"fieldsMatch": match}, strategy=None)


def test_the_header_may_stand_lower_or_nowhere(tmp_path: Path) -> None:
    _agree(tmp_path, "made by us\n\na,b\n1,x\nz,y\n", *PLAIN, resource={"dialect": COMMA | {"headerRows": [3]}})
    _agree(tmp_path, "1,x\nz,y\n", *PLAIN, resource={"dialect": COMMA | {"header": False}})


CASES = [
    (_field("integer"), ["１２", "٣", "+5", " 5 ", "1_000", "007", "\x1c5", "-0", "", "1.0", "1e3", "9" * 400]),
    (_field("integer", bareNumber=False), ["€5%", "$ -5", "5.5", "7", "+7", "--7"]),
    (_field("integer", minimum=0, maximum="10"), ["-1", "0", "10", "11", " 11", "+3", "9" * 30]),
    (_field("number"), ["NaN", "sNaN", "INF", "1_0.5", ".5", "1.", "１.５", "1e-400", " 2 ", "0x1", "1e" + "9" * 21]),
    (_field("number", minimum=0), ["0", "-0", "inf", "NaN", "-1e-400", "1e-400", "0.0000001", "-0.1", "5"]),
    (_field("number", maximum="0.1"), ["0.1", "0.10000000000000000001", "0.09999999999999999999", "0.11", "-7"]),
    (_field("number", groupChar=",", minimum=5), ["1,0,0", "1,,0", ",", "1.0,0", "4", "5", "6.5"]),
    (_field("number", decimalChar=",", groupChar=".", maximum=2), ["1,5", "2,5", "1.000", "2", "1,5,1", "0,1"]),
    (_field("number", bareNumber=False, maximum=1), ["€.5", ".5", "0.5", "$2", "x", "+.9"]),
    (_field("number", floatNumber=True, maximum=1), ["0.5", "1", "1.0000000000000000001", "2", "nan"]),
    (_field("boolean"), ["true", "1", "FALSE", "tRUE", " true", "yes"]),
    (_field("boolean", trueValues=["sí"], falseValues=["no"]), ["sí", "no", "true", "SÍ"]),
    (_field("date"), ["2020-1-5", "２０２０-01-05", "2024-02-29", "2023-02-29", "2020-01-05 ", "0001-01-01", "x"]),
    (_field("date", minimum="2020-01-05", maximum="2021-01-01"), ["2020-01-04", "2020-01-05", "2021-1-2", "x"]),
    (_field("date", format="%d/%m/%Y"), ["05/01/2020", "5/1/2020", "2020-01-05"]),
    (_field("datetime"), ["2020-01-05T10:11:12", "2020-01-05 10:11:12", "2020-01-05T24:00:00", "2020-01-05T10:11"]),
    (_field("time"), ["10:11:12", "24:00:00", "10:11:12Z", "10:11"]),
    (_field("year", minimum=1000), ["+999", " 202", "1_00", "２０２０", "2020", "20200", "0001", "-001"]),
    (_field("yearmonth", maximum="2020-06"), ["2020-1", "2020- 1", "20_20-1", "2020-07", "99999-12", "2020-13"]),
    (_field("string", minLength=2, maxLength=3), ["a", "ñu", "ñuñ", "ñuñu", "😀😀", ""]),
    (_field("string", enum=["a", "B"]), ["a", "b", "B", "a ", ""]),
    (_field("string", required=True), ["", "a", " "]),
    (_field("string", required=True, missingValues=["NA", "-"]), ["", "NA", "-", "na"]),
    (_field("integer", missingValues=["NA"]), ["", "NA", "7"]),
    (_field("string", format="email"), ["a@b.com", "é@b.com", "a@b", "ana.li@salud.gob.gt", "a@-b.com"]),
    (_field("string", format="uri"), ["a:b", "http://a b", "www.a.com", "https://x.org/a_b~c"]),
    (_field("string", format="uuid"), ["12345678-1234-5678-1234-567812345678", "{" + "1" * 32 + "}", "1" * 31]),
    (_field("geopoint"), ["1,2", " 1 , 2 ", "181,0", "0,90", "0,90.1", "179.9,-89.9", "nan,1"]),
    (_field("list", itemType="integer", delimiter=";"), ["1;2", "1;x", ""]),
    (_field("array"), ["[NaN]", "[1", "{}"]),
    (_field("any"), ["x", ""]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "cells"), CASES, ids=lambda value: str(value)[:60] if isinstance(value, dict) else ""
)
def test_cells_are_read_as_by_frictionless(tmp_path: Path, field: dict[str, Any], cells: list[str]) -> None:
    assert "blank-row" not in _column(tmp_path, field, *cells)


def test_exclusive_bounds_belong_to_the_second_standard(tmp_path: Path) -> None:
    version = {"$schema": "https://datapackage.org/profiles/2.0/dataresource.json"}
    for field in (_field("integer", exclusiveMinimum=0, exclusiveMaximum=9), _field("number", exclusiveMinimum="0")):
        found = _column(tmp_path, field, "0", "1", "8", "9", "0.0", "-0", resource=version)
        assert "constraint-error" in found


def test_numbers_which_polars_reads_python_reads_too() -> None:
    """The casts of ``screen.py`` are as conservative as they say, in the polars that is installed."""
    alphabet = "07+-_. eEinfa\t\u00a0,٣x"
    texts = pl.Series(["".join(some) for n in range(1, 5) for some in itertools.product(alphabet, repeat=n)])
    for text in texts.filter(texts.cast(pl.Int64, strict=False).is_not_null()):
        int(text)
    numbers = texts.cast(pl.Float64, strict=False)
    for text, number in zip(texts.filter(numbers.is_finite()), numbers.filter(numbers.is_finite()), strict=True):
        assert float(Decimal(text)) == number


PATTERNS = [
    r"\d+", r"\w+", r"\S+", r"\D*", "a|b", "^a$", r"\s*", r"\bfoo\b", "(?i:s)s?", "(?=a)a.*", r"(a)\1", "[^a]", ".",
    "a.b", r"[\w-]+", r"[^\d]+", "a{0,3}", "(ab)*", "", r"a\Z", "(|a)+", "(a|)*b", "[]a]", "a*?b", "a++", "(?>a)b?",
    "(a|b){1,2}", r"C\d{2}(\.\d+)*", "é+", "x?$", "(a?)*b", r"[^\W\d]+", "\n", "a{,2}",
]  # fmt: skip
TEXTS = [
    "", "a", "b", "ab", "aa", "ba", "bz", "axyz", "a\n", "\n", "foo", "٣", "12", "é", "éé", "_", "ſ", "s", "S",
    "\x1c", "\x85", "\u2028", " ", "a b", "a.b", "C01.1", "C01.10.1", "-", "&", "aab", "aaab", "abab", "z", "x", "😀",
    "\u00a0", "K", "x\n",
]  # fmt: skip


@for_every("pattern", PATTERNS)
def test_a_translated_pattern_accepts_no_more_than_pythons(pattern: str) -> None:
    if (translation := translate(pattern)) is None:
        return
    accepted = pl.Series(TEXTS).str.contains(translation.expression)
    for text in pl.Series(TEXTS).filter(accepted):
        assert re.compile(f"^{pattern}$").match(text) or (translation.ascii_only and not text.isascii())


def test_ordinary_patterns_are_translated() -> None:
    assert all(translate(pattern) for pattern in (r"C\d{2}(\.\d+)*", "[A-Z]{3}-[0-9]{4}", "a|b", r"[\w-]+", ".*", "é+"))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_judged_as_by_python(tmp_path: Path, pattern: str) -> None:
    _column(tmp_path, _field("string", pattern=pattern), *TEXTS, sizes=(CHUNK,))


KEYS = [
    (_field("integer", unique=True), ["1", "01", "+1", "2", "x", "", "x", "", " 2 ", "1.0"]),
    (_field("number", unique=True), ["1", "1.0", "1e0", "0", "-0", "-0.0", "NaN", "NaN", "0.1", "0.10"]),
    (_field("number", unique=True), ["9007199254740993", "9007199254740992", "1e400", "2e400", "inf", "INF"]),
    (_field("string", unique=True), ["a", "A", "a ", "a", "ß", "ss", "", ""]),
    (_field("boolean", unique=True), ["true", "1", "false"]),
    (_field("date", unique=True), ["2020-01-05", "2020-1-5", "2020-01-06"]),
    (_field("year", unique=True), ["0020", " 020", "2020"]),
    (_field("yearmonth", unique=True), ["2020-01", "2020-1", "2020- 1"]),
    (_field("any", unique=True), ["1", "01", "1"]),
]


@pytest.mark.parametrize(("field", "cells"), KEYS)
def test_unique_compares_values_and_names_the_last_row(tmp_path: Path, field: dict[str, Any], cells: list[str]) -> None:
    _column(tmp_path, field, *cells)


def test_keys_of_types_without_a_canonical_form_take_another_strategy(tmp_path: Path) -> None:
    field = _field("datetime", unique=True)
    cells = ["2020-01-05T10:00:00Z", "2020-01-05T11:00:00+01:00"]
    assert _column(tmp_path, field, *cells, strategy="cells") == ["unique-error"]
    assert _column(tmp_path, _field("integer", unique=True), "9" * 30, "0" + "9" * 30, strategy="cells") == [
        "unique-error"
    ]


def test_a_primary_key_is_unique_and_never_wholly_missing(tmp_path: Path) -> None:
    text = "a,b\n1,x\n1,y\n01,x\n,\n,x\n,x\nz,\n1,y,more\n2\n2,\n"
    for key in ("a", ["a", "b"], ["b", "a"]):
        assert "primary-key" in _agree(tmp_path, text, *PLAIN, schema={"primaryKey": key})


def test_the_order_of_errors_depends_on_the_keys(tmp_path: Path) -> None:
    fields = [_field("integer", "a", minimum=5), _field("integer", "b", minimum=5), _field("integer", "c", unique=True)]
    text = "a,b,c\n1,1,1\n1,1,1\n1,1,x,3\n"
    _agree(tmp_path, text, *fields, schema={"primaryKey": ["b"]})


def test_foreign_keys_are_looked_up(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("code,n\nA,1\nB,2\n")
    (tmp_path / "t.csv").write_text("c,m\nA,01\nB,2\nC,1\nA,x\n,\nA,\nA\nB,2,3\n")
    fields = [_field("string", "c"), _field("integer", "m")]
    reference = {"resource": "other", "fields": ["code", "n"]}
    keys = [{"fields": ["c", "m"], "reference": reference}]
    own = [{"fields": ["c"], "reference": {"resource": "", "fields": ["c"]}}]
    other_fields = [_field("string", "code"), _field("integer", "n")]
    for foreign in (keys, own, keys + own):
        package = {
            "name": "p",
            "resources": [
                {"name": "t", "path": "t.csv", "schema": {"fields": fields, "foreignKeys": foreign}, "dialect": COMMA},
                {"name": "other", "path": "other.csv", "schema": {"fields": other_fields}, "dialect": COMMA},
            ],
        }

        def fresh(package: dict[str, Any] = package) -> frictionless.Resource:
            return frictionless.Package.from_descriptor(package, basepath=str(tmp_path)).get_resource("t")

        expected = comparable(fresh().validate())
        for size in SIZES:
            got = validate(fresh(), chunk_size=size)
            assert comparable(got) == expected
            assert got.tasks[0].stats["strategy"] == "arrow"


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 5, 1000])
def test_a_limit_of_errors_stops_at_the_same_row(tmp_path: Path, limit: int) -> None:
    rows = "".join(f"{'x' if n % 3 else n},{n % 4}{'y' * 200}\n" for n in range(120))  # several times 8192 bytes
    text = "a,b\n" + rows
    schema = {"primaryKey": ["b"]}
    _agree(tmp_path, text, *PLAIN, limit_errors=limit, sizes=(1000, CHUNK))
    _agree(tmp_path, text, *PLAIN, limit_errors=limit, schema=schema, sizes=(1000, CHUNK))
    _agree(tmp_path, "q,r,s\n" + rows, *PLAIN, limit_errors=limit, strategy=None, sizes=(1000,))


def test_limited_rows_and_declared_statistics(tmp_path: Path) -> None:
    _agree(tmp_path, "a,b\n1,x\ny,z\n3,w\n", *PLAIN, strategy="cells", limit_rows=2)
    declared = {"hash": "sha256:00", "bytes": 7, "fields": 3, "rows": 9}
    found = _agree(tmp_path, "a,b\n1,x\n", *PLAIN, resource=declared)
    assert found == ["hash-count", "byte-count", "field-count", "row-count"]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-16-le", "iso8859-15"])
def test_other_encodings_take_the_same_strategy(tmp_path: Path, encoding: str) -> None:
    text = 'a,b\r\n1,Educación\r\nñ,"niñez\r\nÓ"\r\n3,x\r\n'
    _agree(tmp_path, text.encode(encoding), *PLAIN, resource={"encoding": encoding})


def test_tabs_have_universal_line_ends(tmp_path: Path) -> None:
    text = 'a\tb\r\n1\t"p\r\nq\rr"\r\nx\ty\r3\tz\n'
    fields = (PLAIN[0], _field("string", enum=["p\nq\nr"]))
    _agree(tmp_path, text, *fields, name="t.tsv", resource={"dialect": {}})


def test_what_is_not_plain_takes_another_strategy(tmp_path: Path) -> None:
    escaped = {"csv": {"delimiter": ",", "escapeChar": "\\"}}
    _agree(tmp_path, "a,b\n1,x\\,y\nz,\n", *PLAIN, resource={"dialect": escaped}, strategy="cells")
    commented = COMMA | {"commentChar": "#", "skipBlankRows": True}
    _agree(tmp_path, "a,b\n#c\n1,x\n\nz,y\n", *PLAIN, resource={"dialect": commented}, strategy="cells")
    _agree(tmp_path, b'{"a": 1, "b": "x"}\n{"a": "z", "b": null}\n', *PLAIN, name="t.jsonl", strategy="cells",
           resource={"dialect": {}})  # fmt: skip
    inline = {"name": "t", "data": [["a", "b"], [1, "x"], [True, None], ["1", 2], []], "schema": {"fields": [*PLAIN]}}
    got = validate(dict(inline))
    assert comparable(got) == comparable(frictionless.Resource.from_descriptor(inline).validate())
    assert got.tasks[0].stats["strategy"] == "cells"


def test_what_frictionless_cannot_open_it_says_itself(tmp_path: Path) -> None:
    _agree(tmp_path, b"", *PLAIN, strategy=None)
    resource = frictionless.Resource(path="absent.csv", basepath=str(tmp_path))
    got = validate(resource)
    assert [error.type for error in got.tasks[0].errors] == ["scheme-error"]
    assert got.tasks[0].stats["strategy"] == "plain"


def test_what_frictionless_raises_ours_raises(tmp_path: Path) -> None:
    field = _field("array", unique=True)
    with pytest.raises(TypeError):
        _column(tmp_path, field, "[1]")
    (tmp_path / "t.csv").write_text('id,b\n1,"[1]"\n')
    schema = {"fields": [_field("integer", "id"), field]}
    with pytest.raises(TypeError):
        validate(tmp_path / "t.csv", schema=schema)


def test_a_path_and_a_schema_are_enough_and_the_resource_stays_untouched(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    schema = {"fields": [*PLAIN]}
    for source in (tmp_path / "t.csv", str(tmp_path / "t.csv")):
        report = validate(source, schema=schema)
        assert report.valid and report.tasks[0].stats["strategy"] == "arrow"
        assert report.tasks[0].stats["rows"] == 1
    resource = frictionless.Resource(path="t.csv", basepath=str(tmp_path))
    before = resource.to_descriptor()
    validate(resource, schema=schema)
    assert resource.to_descriptor() == before and resource.closed


def test_errors_cast_in_a_mould_are_equal_in_every_slot(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\nx,1\ny,1\n,\n3\n3,4,5\n3,4\n,5\n\n1,2,3,4\n3\n,6\n")
    fields = [_field("integer", "a"), _field("integer", "b", minimum=2, unique=True)]
    schema = {"fields": fields, "primaryKey": ["a"]}

    def fresh() -> frictionless.Resource:
        return frictionless.Resource(
            path="t.csv", basepath=str(tmp_path), schema=frictionless.Schema.from_descriptor(schema)
        )

    expected, got = fresh().validate().tasks[0].errors, validate(fresh()).tasks[0].errors
    assert len(expected) == len(got) > 12
    for one, other in zip(expected, got, strict=True):
        assert type(one) is type(other) and vars(one) == vars(other) and one.message == other.message
        for name in (attribute.name for attribute in type(one).__attrs_attrs__ if not attribute.name.startswith("_")):
            assert getattr(one, name) == getattr(other, name)
