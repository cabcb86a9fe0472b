"""From what stands now back to what stood on an earlier day, without reading again what has not changed since.

An entry of which all rows still stand needs no reading: they are there, typed. Only the others are read: of which a row
was said anew by its source, withdrawn, retired or set aside. So the way back costs what has changed since.
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.standing import RowSaid, Standing
from ogp_pipeline.tables.tables import Key


def whole_entries(standing: Standing, entries: Iterable[Entry]) -> Mapping[int, Sequence[RowSaid]]:
    """Number -> rows of each entry that still stand in full, as current rows or behind another source's."""
    rows: dict[int, list[RowSaid]] = {}
    for name in standing.schemas.tables:
        for key, said in standing.table(name).items():
            for row in said:
                rows.setdefault(row.step.entry.n, []).append((name, key, row))
    counts = {entry.n: sum(entry.counts.values()) for entry in entries if not entry.retires}
    return {n: of_entry for n, of_entry in rows.items() if len(of_entry) == counts.get(n)}


class Cut:
    """Frames of earlier days, cut out of those of ``now``: most rows that stood then still stand."""

    def __init__(self, now: Standing) -> None:
        self._now = now
        self._keys: dict[str, list[Key]] = {}

    def frame(self, then: Standing, name: str) -> pd.DataFrame | None:
        """The frame of a table of an earlier day; None if a row stood then that does not stand now."""
        earlier, later, frame = then.table(name), self._now.table(name), self._now.frame(name)
        stood = [(said := earlier.get(key)) is not None and said[-1] is later[key][-1] for key in self._of(name, frame)]
        if sum(stood) != len(earlier):
            return None
        return frame if all(stood) else frame.loc[stood].reset_index(drop=True)

    def _of(self, name: str, frame: pd.DataFrame) -> list[Key]:
        """The keys of a frame's rows, in its order."""
        if name not in self._keys:
            parts = [frame[part].astype(object) for part in self._now.schemas.table(name).primary_key]
            self._keys[name] = [tuple(map(columns.rendered, key)) for key in zip(*parts, strict=True)]
        return self._keys[name]
