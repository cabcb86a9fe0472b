"""What frictionless 5.21 surprisingly accepts and refuses, type by type (FACTS 1), each value with its verdict.

The verdicts are checked too: they say what the comparison is about, and they fail first when frictionless changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.differential.case import Case
from tests.differential.files import written_plainly


@dataclass(frozen=True)
class Casting:
    """One field, the texts it accepts, and those it refuses."""

    field: Mapping[str, Any]
    valid: Sequence[str] = ()
    invalid: Sequence[str] = ()
    missing: Sequence[str] = ("",)
    more: Mapping[str, Any] = field(default_factory=dict)

    def case(self, cells: Sequence[str]) -> Case:
        """A file with a counter beside the cells, so that no row is blank."""
        rows = [["n", "x"], *([str(number), cell] for number, cell in enumerate(cells))]
        fields = [{"name": "n", "type": "integer"}, {"name": "x", **self.field}]
        schema = {"fields": fields, "missingValues": list(self.missing)}
        resource = {"name": "table", "path": "table.csv", "schema": schema, "encoding": "utf-8"}
        resource["dialect"] = {"csv": {"delimiter": ","}}
        return Case({"table.csv": written_plainly(rows)}, resource)


def _of(kind: str, /, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


POSITIVE = {"minimum": 0}

CASTINGS: Mapping[str, Casting] = {
    "integer": Casting(
        _of("integer"),
        ("１２", "٣", "+5", " 5 ", "1_000", "007", "\x1c5", "9" * 400, "-0", "5\n", "\u00a05", "9223372036854775808"),
        ("1.0", "1e3", "1,000", "9" * 4301, "²", "−5", "1__0", "_1", "0x10", "5 5", "1\x005"),
    ),
    "integer, not bare": Casting(_of("integer", bareNumber=False), ("€5%", "$ -5", "５"), ("5.5", "€", "--5")),
    "integer, minimum": Casting(_of("integer", constraints=POSITIVE), ("-0", "+0", "9" * 400), ("-1", "-" + "9" * 400)),
    "number": Casting(
        _of("number"),
        (
            "NaN",
            "sNaN",
            "INF",
            "1_0.5",
            ".5",
            "1.",
            "１.５",
            "1e-400",
            " 2 ",
            "-Infinity",
            "nan123",
            "1e400",
            "9" * 5000,
        ),
        ("0x1", "1,5", "e1", "--1", "1.2.3", "infinit"),
    ),
    "number, minimum 0": Casting(
        _of("number", constraints=POSITIVE), ("inf", "-0", "1e-400"), ("NaN", "-1e-400", "-inf")
    ),
    "number, minimum 0, signaling NaN": Casting(_of("number", constraints=POSITIVE), ("1",)),
    "number, groups": Casting(_of("number", groupChar=","), ("1,0,0", "1,,0", "1.0,0", "1,000.5"), (",", "1 000")),
    "number, decimal comma": Casting(
        _of("number", decimalChar=",", groupChar="."), ("1,5", "1.000,5", "1.5", "1"), ("1,5,0",)
    ),
    "number, decimal comma without groups": Casting(_of("number", decimalChar=","), ("1,5", "5"), ("1.5", "1.000,5")),
    "number, not bare": Casting(_of("number", bareNumber=False), ("€5%", "$ -5.5", "5.5 km"), ("€", "5-5")),
    "number, floats": Casting(
        _of("number", floatNumber=True), ("1e400", "0.1", "nan", "1_0"), ("sNaN", "nan123", "0x1")
    ),
    "boolean": Casting(
        _of("boolean"), ("true", "True", "TRUE", "1", "0", "False"), ("tRUE", " true", "yes", "１", "01")
    ),
    "boolean, own words": Casting(
        _of("boolean", trueValues=["sí"], falseValues=["no"]), ("sí", "no"), ("si", "Sí", "true")
    ),
    "date": Casting(
        _of("date"),
        ("2020-1-5", "２０２０-01-05", "2024-02-29", "0001-01-01", "9999-12-31"),
        (
            "2020-01-05 ",
            "10000-01-01",
            "2023-02-29",
            "05/01/2020",
            "20200105",
            "2020-01-05\n",
            "2020-00-10",
            "0000-01-01",
        ),
    ),
    "date, bounds": Casting(
        _of("date", constraints={"minimum": "2020-01-05", "maximum": "2020-1-31"}),
        ("2020-1-5",),
        ("2020-01-04", "2020-2-1"),
    ),
    "date, any": Casting(_of("date", format="any"), ("5", "monday", "10:00", "5 Jan 2020", "2020-01-05"), ("ayer",)),
    "date, own format": Casting(
        _of("date", format="%d/%m/%Y"), ("05/01/2020", "5/1/2020"), ("2020-01-05", "31/02/2020")
    ),
    "datetime": Casting(
        _of("datetime"),
        ("2020-01-05 10:11:12", "2020-01-05T24:00:00", "2020-01-05T10:11:12,5", "2020-01-05T10:11:12Z"),
        ("2020-01-05T10:11", "2020-01-05", "2020-01-05T10:11:60", "2020-01-05T25:00:00", "9999-12-31T24:00:00"),
    ),
    "time": Casting(_of("time"), ("24:00:00", "10:11:12Z", "10:11:12.5"), ("10:11", "1:11:12", "10:11:60")),
    "year": Casting(_of("year"), ("+999", " 202", "1_00", "２０２０", "0000"), ("20200", "-001", "99", "20 0")),
    "yearmonth": Casting(
        _of("yearmonth"), ("2020-1", "2020- 1", "20_20-1", "99999-12", " 2020-01 "), ("2020-13", "2020", "2020-01-01")
    ),
    "string, pattern a|b": Casting(
        _of("string", constraints={"pattern": "a|b"}), ("axyz", "b", "b\n", "a"), ("bz", "xb")
    ),
    "string, pattern and newline": Casting(
        _of("string", constraints={"pattern": "[a-z]+"}), ("a\n", "ab"), ("a\n\n", "a\r")
    ),
    "string, digits": Casting(_of("string", constraints={"pattern": r"\d+"}), ("1", "٣", "１２"), ("²", "a", "½")),
    "string, words": Casting(
        _of("string", constraints={"pattern": r"\w+"}), ("é", "_", "²", "ª", "日本"), ("e\u0301", "😀", "-")
    ),
    "string, blanks": Casting(
        _of("string", constraints={"pattern": r"\s+"}), ("\x1c", "\x85", "\u2028"), ("\u200b", "a")
    ),
    "string, case": Casting(_of("string", constraints={"pattern": "(?i:ks)"}), ("KS", "\u212aS", "kſ"), ("k",)),
    "string, dot": Casting(
        _of("string", constraints={"pattern": "a.b"}), ("a\rb", "a\u2028b", "a😀b", "a\x00b"), ("a\nb", "a\r\nb")
    ),
    "string, end": Casting(_of("string", constraints={"pattern": r"a\Z"}), ("a",), ("a\n", "b")),
    "string, length": Casting(
        _of("string", constraints={"minLength": 2, "maxLength": 2}),
        ("éa", "😀😀", "e\u0301", "\r\n"),
        ("é", "😀", "👍🏽a"),
    ),
    "string, uri": Casting(
        _of("string", format="uri"), ("a:b", "http:", "http://a b", "http://["), ("www.a.com", "a b")
    ),
    "string, uuid": Casting(
        _of("string", format="uuid"),
        ("{12345678-1234-5678-1234-567812345678}", "12345678123456781234567812345678", "urn:uuid:" + "12345678" * 4),
        ("12345678-1234-5678-1234-56781234567", "g" * 32),
    ),
    "string, email": Casting(
        _of("string", format="email"), ("é@b.com", "a@1.com", "a@é.com"), ("a@b", "a@b.c", "a b@c.com")
    ),
    "string, binary": Casting(_of("string", format="binary"), ("Y!W?Jj", "YWJj", "!"), ("YWJ",)),
    "string, 'NA' missing": Casting(_of("string", constraints={"required": True}), ("x", ""), ("NA",), missing=("NA",)),
    "any, required": Casting(_of("any", constraints={"required": True}), ("x", " "), ("", "-"), missing=("", "-")),
    "duration": Casting(_of("duration"), ("P1,5D", "-P1D", "P1Y"), ("p1y", "P", "1Y")),
    "geopoint": Casting(_of("geopoint"), (" 1 , 2 ", "1e2,1", "１,２"), ("nan,1", "181,0", "1", "1,2,3")),
    "array": Casting(_of("array"), ("[NaN]", " [1]", "[1e999]"), ("[1", "null", "(1,)")),
    "array, items": Casting(_of("array", arrayItem={"type": "integer"}), ("[1]", '["1"]', "[1.0]"), ("[1.5]", '["a"]')),
    "object": Casting(_of("object"), ('{"a": NaN}', ' {"a": 1} ', '{"a": 1, "a": 2}'), ("[]", "{a: 1}", "null")),
    "geojson": Casting(_of("geojson"), ('{"type": "Point", "coordinates": [1, 2]}',), ('{"type": "Point"}', "[]")),
    "list": Casting(_of("list", itemType="integer"), ("1,2", "1", " 1 , 2"), ("a", "1,,2", "1;2")),
    "enum of equal values": Casting(
        _of("integer", constraints={"enum": ["1", "02"]}), ("1", "01", "+1", "2"), ("3", "-1")
    ),
    "enum of numbers": Casting(_of("number", constraints={"enum": ["1.0", "NaN"]}), ("1", "1.00"), ("NaN", "2")),
}


def cases() -> Iterator[tuple[str, Case]]:
    """Each casting with good and bad values in one file, and with the good ones alone."""
    for name, casting in CASTINGS.items():
        yield f"{name}: all", casting.case([*casting.valid, *casting.invalid, ""])
        yield f"{name}: valid", casting.case(casting.valid)
    bound = CASTINGS["number, minimum 0, signaling NaN"]
    yield "number, minimum 0, signaling NaN: raises", bound.case(["1", "sNaN"])
