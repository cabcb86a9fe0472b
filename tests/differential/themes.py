"""The themes of the run. Each stresses one part, so that a failure says where to look."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from tests.differential import file_cases as of_files
from tests.differential import value_cases as of_values
from tests.differential.case import Case

Strategy = st.SearchStrategy[Case]

NUMERIC = ("integer", "number", "boolean", "year")
DATED = ("date", "datetime", "time", "year", "yearmonth", "duration")
NESTED = ("array", "object", "geojson", "geopoint", "list", "any")

# Theme -> its strategy and its share of every 100 files.
THEMES: Mapping[str, tuple[Callable[[], Strategy], int]] = {
    "types": (of_values.of_types, 9),
    "constraints": (lambda: of_values.of_types(constraints=3), 9),
    "numbers": (lambda: of_values.of_types(NUMERIC, constraints=2), 9),
    "dates": (lambda: of_values.of_types(DATED, constraints=2), 8),
    "strings": (lambda: of_values.of_types(("string",), constraints=2), 9),
    "nested": (lambda: of_values.of_types(NESTED, constraints=1), 4),
    "keys": (of_values.keys, 10),
    "foreign keys": (of_values.foreign_keys, 6),
    "structure": (of_files.structure, 8),
    "soup": (of_files.soup, 6),
    "headers": (of_files.headers, 7),
    "dialects": (of_files.dialects, 6),
    "encodings": (of_files.encodings, 6),
    "limits": (of_files.limits, 4),
    "long cells": (of_files.long_cells, 2),
    "declared": (of_files.declared, 3),
    "formats": (of_files.formats, 5),
    "workbooks": (of_files.workbooks, 1),
    "everything": (of_values.everything, 8),
}
