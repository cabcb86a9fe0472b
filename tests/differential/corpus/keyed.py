"""Unique fields, primary and foreign keys over values which are equal in one way and different in another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.differential.case import Case
from tests.differential.files import written_plainly
from tests.differential.values import CANONICAL, NASTY, ODD

# Type -> values of which frictionless sees some as the same.
ALIKE: Mapping[str, Sequence[str]] = {
    "integer": ("1", "01", "+1", "１", " 1", "1_0", "10", "-0", "0", "x", "", "9" * 30, "9" * 30),
    "number": (
        "1",
        "1.0",
        "1e0",
        "NaN",
        "nan",
        "NaN",
        "-0",
        "0",
        "0.1",
        "0.10",
        "inf",
        "INF",
        "",
        "x",
        "1e400",
        "1e400",
    ),
    "string": ("a", "A", "a ", "a", "é", "e\u0301", "", "NaN", "NaN", "\x00", "\x00"),
    "boolean": ("true", "1", "TRUE", "false", "", "x"),
    "date": ("2020-01-05", "2020-1-5", "２０２０-01-05", "2020-01-06", "", "x", ""),
    "datetime": ("2020-01-05T10:11:12Z", "2020-01-05T12:11:12+02:00", "2020-01-05 10:11:12Z", "2020-01-05T10:11:12"),
    "yearmonth": ("2020-01", "2020-1", "2020-02"),
    "year": ("2020", "２０２０", "0202", " 202"),
    "duration": ("P1D", "PT24H", "P12M", "P1Y"),
    "geopoint": ("1,2", "1.0,2.00", "2,1"),
    "time": ("10:11:12", "10:11:12.0", "10:11:12Z"),
    "any": ("1", "01", "1", "NaN", "NaN"),
}

# Types whose keys the fastest strategy compares by itself, and the texts of each which it can: no larger numbers.
COMPARED = ("any", "boolean", "date", "integer", "number", "string", "year", "yearmonth")
_LONGEST = 18
_RAISES = "sNaN"


def _table(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    fixed = {"encoding": "utf-8", "dialect": {"csv": {"delimiter": ","}}}
    return {"name": name, "path": f"{name}.csv", "schema": schema} | fixed


def _file(cells: Sequence[str]) -> bytes:
    return written_plainly([["n", "x"], *([str(number), cell] for number, cell in enumerate(cells))])


def _schema(kind: str, **more: Any) -> dict[str, Any]:
    unique = {"constraints": {"unique": True}} if more.pop("unique", False) else {}
    return {"fields": [{"name": "n", "type": "integer"}, {"name": "x", "type": kind, **unique}], **more}


def cases() -> Iterator[tuple[str, Case]]:
    """Every type as unique field, primary key, and reference; then what raises."""
    reference = {"fields": ["x"], "reference": {"resource": "other", "fields": ["x"]}}
    for kind, cells in ALIKE.items():
        files = {"table.csv": _file(cells), "other.csv": _file(cells[: len(cells) // 2])}
        yield f"unique {kind}", Case(files, _table("table", _schema(kind, unique=True)))
        yield f"key of {kind}", Case(files, _table("table", _schema(kind, primaryKey=["x"])))
        other = (_table("other", _schema(kind)),)
        yield f"reference by {kind}", Case(files, _table("table", _schema(kind, foreignKeys=[reference])), other)
    yield from _of_several()
    yield from _that_raise()


def of_every_text(kind: str) -> Iterator[tuple[str, Case]]:
    """Each text of a type, good or refused, beside a row that lacks it: where it is refused, both have one key."""
    texts = [text for text in (*CANONICAL[kind], *ODD[kind], *NASTY) if len(text) <= _LONGEST and text != _RAISES]
    beside = [[cell, str(number)] for number, text in enumerate(dict.fromkeys(texts)) for cell in (text, "")]
    files = {"table.csv": written_plainly([["x", "n"], *beside])}
    one, other = {"name": "x", "type": kind}, {"name": "n", "type": "string"}
    yield f"key of every text: {kind}", Case(files, _table("table", {"fields": [one, other], "primaryKey": ["x"]}))
    schema = {"fields": [one | {"constraints": {"unique": True}}, other], "primaryKey": ["n", "x"]}
    yield f"unique and key of every text: {kind}", Case(files, _table("table", schema))


def _of_several() -> Iterator[tuple[str, Case]]:
    files = {"table.csv": b"n,x\n1,a\n01,a\n1,b\n,\n1,\n,a\n,\n1,\n"}
    for key in (["n", "x"], ["x", "n"], "n"):
        yield f"key of {key}", Case(files, _table("table", _schema("string", primaryKey=key)))
    yield "key and unique", Case(files, _table("table", _schema("string", primaryKey=["n"], unique=True)))
    yield "key that no column has", Case({"table.csv": b"n\n1\n1\n"}, _table("table", _schema("any", primaryKey=["x"])))
    own = {"fields": ["n"], "reference": {"resource": "", "fields": ["x"]}}
    yield (
        "reference to itself",
        Case({"table.csv": b"n,x\n1,2\n2,1\n3,\n,3\n"}, _table("table", _schema("integer", foreignKeys=[own]))),
    )
    two = {"fields": ["n", "x"], "reference": {"resource": "other", "fields": ["n", "x"]}}
    files = {"table.csv": b"n,x\n1,a\n1,b\n,a\n,\n1,\n", "other.csv": b"n,x\n1,a\n,a\n2,b\n"}
    table = _table("table", _schema("string", foreignKeys=[two]))
    yield "reference by two fields", Case(files, table, (_table("other", _schema("string")),))
    mixed = (_table("other", _schema("number")),)
    keyed = _schema("integer", foreignKeys=[{"fields": ["x"], "reference": {"resource": "other", "fields": ["x"]}}])
    files = {"table.csv": b"n,x\n1,1\n2,2\n3,3\n", "other.csv": b"n,x\n1,1.0\n2,2.5\n3,3e0\n"}
    yield "reference from integer to number", Case(files, _table("table", keyed), mixed)


def _that_raise() -> Iterator[tuple[str, Case]]:
    for kind, cell in (("array", "[1]"), ("object", "{}"), ("list", "a"), ("number", "sNaN")):
        files = {"table.csv": _file(["", cell, cell])}
        yield f"unique {kind}, {cell}", Case(files, _table("table", _schema(kind, unique=True)))
        yield f"key of {kind}, {cell}", Case(files, _table("table", _schema(kind, primaryKey=["x"])))
    bounded = _schema("datetime")
    bounded["fields"][1]["constraints"] = {"minimum": "2020-01-05T10:11:12Z"}
    files = {"table.csv": _file(["2020-01-06T10:11:12Z", "2020-01-06T10:11:12"])}
    yield "a naive time against an aware bound", Case(files, _table("table", bounded))
