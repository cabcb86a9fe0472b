"""Strategies for Table Schemas: every field type, every option of it, every constraint, keys, missing values.

A field comes as a plain descriptor. ``cell_for`` draws what stands in its column: mostly what fits, the more of the
rest the greater the ``mess``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import frictionless.fields
from hypothesis import strategies as st

from tests.differential.values import CANONICAL, NASTY, ODD, PATTERNS

TYPES = tuple(CANONICAL)
SUPPORTED: Mapping[str, tuple[str, ...]] = {
    kind: tuple(getattr(frictionless.fields, f"{kind.capitalize()}Field").supported_constraints) for kind in TYPES
}
FORMATS: Mapping[str, tuple[str, ...]] = {
    "string": ("default", "uri", "email", "uuid", "binary", "wkt"),
    "date": ("default", "any", "%d/%m/%Y", "%Y-%m-%d", "%d %b %Y"),
    "datetime": ("default", "any", "%d/%m/%Y %H:%M"),
    "time": ("default", "any", "%H:%M"),
    "geopoint": ("default", "array", "object"),
    "geojson": ("default", "topojson"),
}
PROFILES = "https://datapackage.org/profiles/2.0"  # named, never fetched; exclusive bounds are refused without it
MISSING = (["NA"], ["", "NA"], ["", "-", "nan", "0"], [], [" "], ["", "null", "None"], ["1"], ["", "NaN"])


@st.composite
def fields(draw: st.DrawFn, kind: str, name: str, *, constraints: int = 1, plain: bool = False) -> dict[str, Any]:
    """One field of a type. ``plain``: neither format nor options."""
    field: dict[str, Any] = {"name": name, "type": kind}
    if not plain:
        if kind in FORMATS and draw(st.booleans()):
            field["format"] = draw(st.sampled_from(FORMATS[kind]))
        field |= draw(_options(kind))
        if draw(st.integers(0, 9)) == 0:
            field["missingValues"] = draw(st.sampled_from(MISSING))
    wanted = draw(st.lists(st.sampled_from(SUPPORTED[kind]), max_size=constraints, unique=True)) if constraints else []
    if wanted:
        field["constraints"] = {one: draw(_constraint(one, kind)) for one in wanted}
    return field


def _options(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    match kind:
        case "integer":
            return st.fixed_dictionaries({}, optional={"bareNumber": st.booleans()})
        case "number":
            return st.fixed_dictionaries(
                {},
                optional={
                    "bareNumber": st.booleans(),
                    "groupChar": st.sampled_from((",", ".", " ", "'", "")),
                    "decimalChar": st.sampled_from((".", ",", "")),
                    "floatNumber": st.booleans(),
                },
            )
        case "boolean":
            return st.sampled_from(
                (
                    {},
                    {},
                    {"trueValues": ["yes", "sí"], "falseValues": ["no"]},
                    {"trueValues": ["1"], "falseValues": ["1"]},
                )
            )
        case "array":
            items = st.sampled_from(
                (
                    {"type": "integer"},
                    {"type": "string", "constraints": {"minLength": 2}},
                    {"constraints": {"enum": [1]}},
                )
            )
            return st.fixed_dictionaries({}, optional={"arrayItem": items})
        case "list":
            kinds = st.sampled_from(("string", "integer", "boolean", "number", "date", "time", "datetime"))
            return st.fixed_dictionaries({}, optional={"delimiter": st.sampled_from((";", ",")), "itemType": kinds})
        case _:
            return st.just({})


def _constraint(name: str, kind: str) -> st.SearchStrategy[Any]:
    match name:
        case "required" | "unique":
            return st.booleans() if name == "unique" else st.sampled_from((True, True, True, False))
        case "minLength" | "maxLength":
            return st.integers(0, 6)
        case "pattern":
            return st.sampled_from(PATTERNS)
        case "enum":
            good = st.sampled_from(CANONICAL[kind])
            return st.lists(st.one_of(good, good, good, st.sampled_from(ODD[kind])), min_size=1, max_size=4)
        case _:
            bound: st.SearchStrategy[Any] = st.sampled_from(CANONICAL[kind])
            if kind in {"integer", "number", "year"}:
                return st.one_of(bound, st.sampled_from((0, 1, 2000)), st.just(0.5) if kind == "number" else bound)
            return st.one_of(bound, bound, bound, bound, st.sampled_from(ODD[kind]))


def cell_for(field: Mapping[str, Any], mess: int) -> st.SearchStrategy[str]:
    """A cell of the field's column. ``mess`` 0: what fits; 1: also what is odd; 2: anything."""
    kind = field["type"]
    pool = list(CANONICAL[kind]) * 3
    pool += [text for text in map(_text, field.get("constraints", {}).get("enum", ())) if text]
    if mess:
        pool += [*ODD[kind], "", "NA"]
    if mess > 1:
        pool += [*NASTY, *CANONICAL["string"]]
    return st.sampled_from(pool)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


@st.composite
def schemas(
    draw: st.DrawFn,
    kinds: Sequence[str] = TYPES,
    *,
    width: tuple[int, int] = (1, 4),
    constraints: int = 1,
    plain: bool = False,
    keys: bool = False,
) -> dict[str, Any]:
    """A Table Schema of some fields of the kinds named; ``keys``: with unique fields and a primary key."""
    names = ("id", "b", "Código", "d e", "f", "g")
    count = draw(st.integers(*width))
    schema: dict[str, Any] = {
        "fields": [
            draw(fields(draw(st.sampled_from(kinds)), names[index], constraints=constraints, plain=plain))
            for index in range(count)
        ]
    }
    if any(one.startswith("exclusive") for field in schema["fields"] for one in field.get("constraints", ())):
        schema["$schema"] = f"{PROFILES}/tableschema.json"
    if draw(st.integers(0, 3)) == 0:
        schema["missingValues"] = draw(st.sampled_from(MISSING))
    if keys:
        for field in schema["fields"]:
            if draw(st.booleans()):
                field.setdefault("constraints", {})["unique"] = True
        if draw(st.booleans()):
            present = [field["name"] for field in schema["fields"]]
            schema["primaryKey"] = draw(st.lists(st.sampled_from(present), min_size=1, max_size=2, unique=True))
    return schema
