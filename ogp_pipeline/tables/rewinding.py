"""From what stands now back to what stood on an earlier day, without reading again what has not changed since.

An entry of which all rows still stand needs no reading: they are there, typed. Only the others are read: of which a row
was said anew by its source, withdrawn, retired or set aside. So the way back costs what has changed since.
"""

from collections.abc import Iterable, Mapping, Sequence

from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.tables.standing import RowSaid, Standing


def whole_entries(standing: Standing, entries: Iterable[Entry]) -> Mapping[int, Sequence[RowSaid]]:
    """Number -> rows of each entry that still stand in full, as current rows or behind another source's."""
    rows: dict[int, list[RowSaid]] = {}
    for name in standing.schemas.tables:
        for key, said in standing.table(name).items():
            for one in said:
                rows.setdefault(one.step.entry.n, []).append((name, key, one))
    counts = {entry.n: sum(entry.counts.values()) for entry in entries if not entry.retires}
    return {n: of_entry for n, of_entry in rows.items() if len(of_entry) == counts.get(n)}
