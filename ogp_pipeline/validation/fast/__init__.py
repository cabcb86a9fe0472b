"""Frictionless' own report on a table, at the speed of parsing. Screen and explain.

Frictionless is the authority; what stands here only finds the rows which it need not look at. Three lanes, and every
doubt raises ``Fallback`` and falls one lane down:

arrow   plain CSV or TSV: split by Arrow in chunks with proven ends, cells proved valid by vectorised tests
cells   any local table: frictionless' own cells, each distinct text read once
plain   frictionless, untouched

The safety rests on four claims, each held by ``tests/differential``:
1. A test of ``screen.py`` passes only what frictionless accepts; what it does not pass is read by frictionless' reader.
2. A chunk ends between two records (``chunks.py`` proves it), and inside a chunk Arrow splits as Python's csv does.
3. Two rows whose keys are equal under frictionless have equal hashes in ``keys.py``; the rows of a group are explained.
4. ``explain.py`` makes of one row the errors which ``frictionless.table.Row`` and ``TableResource.row_stream`` make.

fallback.py    Fallback
opening.py     the resource, opened by frictionless; what is known about its columns, keys and dialect
readers.py     frictionless' cell readers, remembering
moulds.py      frictionless' errors, built fast
explain.py     the errors of one row
patterns.py    a regular expression of Python as a stricter one of Rust
screen.py      which cells are certainly valid
keys.py        which rows may share a key
window.py      the part of a file that is being looked at
chunks.py      the bytes of a file as frames of text
arrow_lane.py, cells_lane.py, lanes.py
rows.py        rows which are in memory already
report.py      the report, and what of two reports may be compared
export.py      the report as JSON
"""

from ogp_pipeline.validation.fast.export import to_json
from ogp_pipeline.validation.fast.report import comparable
from ogp_pipeline.validation.fast.strategies import validate

__all__ = ["comparable", "to_json", "validate"]
