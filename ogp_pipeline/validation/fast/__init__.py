"""Frictionless' own report on a table, at the speed of parsing. Screen and explain.

Frictionless is the authority; what stands here only finds the rows which it need not look at. Three strategies, and
every doubt raises ``Fallback`` and falls back to the next one:

- arrow: plain CSV or TSV, split by Arrow in chunks with proven ends; cells proved valid by vectorised tests
- cells: any local table; frictionless' own cells, each distinct text read once
- plain: frictionless, untouched

The safety rests on four claims, each held by ``tests/differential``:
1. A test of ``cell_tests.py`` or ``shapes.py`` passes only what frictionless accepts; the rest is read by its reader.
2. A chunk ends between two records (``chunks.py`` proves it), and inside a chunk Arrow splits as Python's csv does.
3. Two rows whose keys are equal under frictionless have equal hashes in ``keys.py``; the rows of a group are explained.
4. ``explain.py`` makes of one row the errors which ``frictionless.table.Row`` and ``TableResource.row_stream`` make.

strategies     which strategy, and the way down
arrow_strategy, cells_strategy  the two quick ones
fallback       why a strategy does not apply
opening        the resource, opened by frictionless; what is known about its columns, keys and dialect
readers        frictionless' cell readers, remembering
error_factory  frictionless' errors, built fast
explain        the errors of one row
error_columns  errors as columns, objects when asked for
chunk_errors   the errors of a chunk as columns
patterns       a regular expression of Python as a stricter one of Rust
shapes         a pattern of fixed length, tested on bytes
cell_tests     which cells are certainly valid
screen         which rows are
keys           which rows may share a key
window         the part of a file that is being looked at
columns        the cells of a chunk, as Arrow's texts and as polars'
chunks         the bytes of a file as columns of text
rows           rows which are in memory already
report         the report, and what of two reports may be compared
export         the report as JSON
column_export  errors kept as columns as JSON
"""

from ogp_pipeline.validation.fast.export import json_parts, to_json
from ogp_pipeline.validation.fast.report import Task, comparable
from ogp_pipeline.validation.fast.strategies import validate

__all__ = ["Task", "comparable", "json_parts", "to_json", "validate"]
