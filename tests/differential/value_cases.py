"""Themes about what stands in the cells: types, constraints, keys, references."""

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.differential.case import Case
from tests.differential.files import hurt_bytes, hurt_rows, written
from tests.differential.schemas import TYPES, schemas
from tests.differential.tables import csv_case, rows_of
from tests.differential.values import NASTY


@st.composite
def of_types(draw: st.DrawFn, kinds: Sequence[str] = TYPES, constraints: int = 0) -> Case:
    """Cells of some types, good and bad."""
    schema = draw(schemas(kinds, constraints=constraints))
    return draw(csv_case(schema, draw(rows_of(schema))))


@st.composite
def keys(draw: st.DrawFn) -> Case:
    """Unique fields and primary keys over values spelt in several ways."""
    often = ("integer", "number", "string", "date", "boolean", "year", "yearmonth")
    schema = draw(schemas(draw(st.sampled_from((often, often, often, TYPES))), width=(1, 3), keys=True, constraints=1))
    rows = draw(rows_of(schema, spelt=draw(st.integers(0, 3)) > 0, most=9))
    return draw(csv_case(schema, rows))


@st.composite
def foreign_keys(draw: st.DrawFn) -> Case:
    """References to another file, or to the file itself; of other types, of several fields, to what is not there."""
    often = ("integer", "string", "number", "date", "any", "year")
    schema = draw(schemas(often, width=(1, 3), keys=draw(st.booleans()), constraints=0, plain=True))
    other = draw(schemas(often, width=(1, 3), keys=False, constraints=0, plain=True))
    shared = min(len(schema["fields"]), len(other["fields"]))
    if draw(st.integers(0, 3)):
        for mine, theirs in zip(schema["fields"], other["fields"], strict=False):
            theirs["type"] = mine["type"]
    own = draw(st.integers(0, 4)) == 0
    target = schema if own else other
    count = draw(st.integers(1, min(2, shared)))
    names = [field["name"] for field in schema["fields"]]
    reference = [field["name"] for field in target["fields"]][:count]
    key = {"fields": names[:count], "reference": {"resource": "" if own else "other", "fields": reference}}
    schema["foreignKeys"] = [key]
    if count == 1 and len(names) > 1 and draw(st.booleans()):
        schema["foreignKeys"].append({**key, "fields": [names[-1]]})
    case = draw(csv_case(schema, draw(rows_of(schema, spelt=True, most=8))))
    files = {**case.files, "other.csv": draw(written(draw(rows_of(other, spelt=True)), ends=("\n",)))}
    return Case(files, case.resource, ({"name": "other", "path": "other.csv", "schema": other},))


@st.composite
def everything(draw: st.DrawFn) -> Case:
    """All of it at once."""
    schema = draw(schemas(width=(1, 6), constraints=2, keys=True))
    rows = draw(hurt_rows(draw(rows_of(schema, most=9))))
    if len(rows) > 1 and rows[1]:
        rows[1][0] = draw(st.sampled_from(NASTY))
    case = draw(csv_case(schema, rows))
    content = draw(hurt_bytes(case.files["table.csv"]))
    return Case({"table.csv": content}, case.resource, options=draw(st.sampled_from(({}, {}, {"limit_errors": 3}))))
