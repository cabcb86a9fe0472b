"""A ledger of two sources that grows, as it lies in a store: for what keeps and reads its state."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.protocol import Store
from tests.tables import kept_ledger
from tests.tables.country import Ledger, update

TODAY = date(2024, 6, 1)


def ledger(length: int = 6) -> Ledger:
    """Two sources that speak of the same rows, one row that no column holds, one delivery that withdraws."""
    made = Ledger()
    for n in range(length):
        rows = {"updates": [update(f"m{n % 4}", "r1", "in_progress", percent=str(n)), update("m9", "r1", percent="x")]}
        rows |= {"clusters": [{"cluster_id": f"k{n}", "plan_id": "p1", "name_en": "Data"}]} if n % 2 else {}
        day = date(2024, 1, 1) + timedelta(days=n)
        made.deliver(day.isoformat(), rows, source="ab"[n % 2], whole=n == 2)
    return made


def opened(store: Store, length: int) -> Workspace:
    """A workspace of a new process on the store, in which the ledger is put if it is not there."""
    kept_ledger.keep(store, ledger(length))
    return replace(kept_ledger.workspace(Path()), intake=store)
