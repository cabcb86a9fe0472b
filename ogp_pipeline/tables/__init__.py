"""From the ledger to tables: what was known on a day, in typed columns, with the origin of every row.

tables.py          what the result looks like: ``Tables``, ``Origin``
columns.py         text of an accepted cell -> typed value; lists of values -> a frame with declared types
corrections.py     what the forum corrects: applied to the folded tables, with what became of each
fold.py            ledger entries + programme file + ``as_of`` -> ``Tables``
past.py            the tables as known on earlier days
provenance.py      the published table that says where every row came from
reference_date.py  the only place where "today" becomes ``as_of``
"""

from ogp_pipeline.tables.fold import fold
from ogp_pipeline.tables.provenance import provenance
from ogp_pipeline.tables.reference_date import reference_date
from ogp_pipeline.tables.tables import Key, Origin, Ruling, Tables, written

__all__ = ["Key", "Origin", "Ruling", "Tables", "fold", "provenance", "reference_date", "written"]
