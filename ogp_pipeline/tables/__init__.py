"""From the ledger to tables: what was known on a day, in typed columns, with the origin of every row.

    tables          what the result looks like: ``Tables``, ``Origin``
    columns         text of an accepted cell -> typed value; lists of values -> a frame with declared types
    corrections     what the forum corrects: applied to the folded tables, with what became of each
    order           in which order entries count
    standing        for every key what each source said last, moved on entry by entry
    owners          who gave the rows that stand
    views           frames and origins of what stands, made when they are asked for
    fold            ledger entries, programme file and ``as_of`` -> ``Tables``
    past            the tables as known on earlier days
    plan_windows    the half-years and years of a plan
    rewinding       what still stands of earlier entries, so that the past need not be read again
    provenance      the published table that says where every row came from
    reference_date  the only place where "today" becomes ``as_of``

Every function is given the day that it speaks of: nothing here reads the clock.
"""

from ogp_pipeline.tables.fold import fold
from ogp_pipeline.tables.provenance import provenance
from ogp_pipeline.tables.reference_date import reference_date
from ogp_pipeline.tables.tables import Key, Origin, Ruling, Tables, written

__all__ = ["Key", "Origin", "Ruling", "Tables", "fold", "provenance", "reference_date", "written"]
