"""What the themes share: rows for a schema, a resource around it, a plain CSV of both."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.differential.case import Case
from tests.differential.files import Rows, written
from tests.differential.schemas import PROFILES, cell_for

# One value, spelt in several ways: what keys must see as the same, or must not.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "any": ("a", "1", "01", "a ", ""),
    "boolean": ("true", "True", "1", "0", "x"),
    "date": ("2020-01-05", "2020-1-5", "２０２０-01-05", "2020-01-06", ""),
    "datetime": ("2020-01-05T10:11:12Z", "2020-01-05T12:11:12+02:00", "2020-01-05 10:11:12Z", "2020-01-05T10:11:12"),
    "duration": ("P1D", "PT24H", "P1W", "P7D", "P1M"),
    "geopoint": ("1,2", "1.0,2.0", " 1,2", "2,1"),
    "integer": ("1", "01", "+1", " 1 ", "１", "2", "10", "1_0", "-0", "0", "x", ""),
    "number": (
        "1",
        "1.0",
        "1.00",
        "1e0",
        "10e-1",
        "NaN",
        "nan",
        "sNaN",
        "-0",
        "0",
        "0.10",
        ".1",
        "",
        "x",
        "INF",
        "inf",
    ),
    "string": ("a", "A", "a ", "é", "e\u0301", "", "b"),
    "time": ("10:11:12", "10:11:12Z", "12:11:12+02:00", "10:11:12.0"),
    "year": ("2020", "２０２０", "2021", " 202", "0202"),
    "yearmonth": ("2020-01", "2020-1", "2020-02", "２０２０-01"),
    "array": ("[1]", "[1.0]"),
    "list": ("a,b", "a"),
    "object": ("{}",),
    "geojson": ("{}",),
}


@st.composite
def rows_of(
    draw: st.DrawFn, schema: Mapping[str, Any], *, mess: int | None = None, most: int = 7, spelt: bool = False
) -> Rows:
    """The header and up to ``most`` rows."""
    mess = draw(st.sampled_from((0, 1, 1, 2, 2))) if mess is None else mess
    columns = [
        st.sampled_from(SPELLINGS[field["type"]]) if spelt else cell_for(field, mess) for field in schema["fields"]
    ]
    body = draw(st.lists(st.tuples(*columns), max_size=most, min_size=1 if spelt else 0))
    return [[field["name"] for field in schema["fields"]], *map(list, body)]


def table(schema: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    named = {"$schema": f"{PROFILES}/dataresource.json"} if "$schema" in schema else {}
    return named | {"name": "table", "path": "table.csv", "schema": schema} | more


@st.composite
def csv_case(draw: st.DrawFn, schema: Mapping[str, Any], rows: Rows) -> Case:
    """A UTF-8 file whose dialect is declared three times out of four."""
    content = draw(written(rows))
    more: dict[str, Any] = {}
    if draw(st.integers(0, 3)):
        more = {"dialect": {"csv": {"delimiter": ","}}, "encoding": "utf-8"}
    return Case({"table.csv": content}, table(schema, **more))
