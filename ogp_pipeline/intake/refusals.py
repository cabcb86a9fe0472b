"""Files that were refused and not replaced since: so that others hear for certain what their own file waits for.

A view beside the ledger, one object for each source. It needs no care: a refusal ends with the entry behind it of the
same source that has a file of the same name (or any, where each delivery states the tables in full).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785

from ogp_pipeline.intake import layout
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.store.protocol import Store

FORMAT = "ogp-refused-1"
_KEPT = 20  # of one source


@dataclass(frozen=True, slots=True)
class RefusedFiles:
    """The names of a delivery's files. ``n``: the ledger's newest entry then. ``whole``: as its source says.
    ``tables``: those of which it held rows; none where that could not be told.
    """

    files: tuple[str, ...]
    n: int
    whole: bool
    tables: tuple[str, ...] = ()

    def may_hold(self, table: str) -> bool:
        """Whether rows of that table may stand in it: a workbook of many tables is often filled in for one."""
        return not self.tables or table in self.tables

    def stands(self, source: str, entries: Sequence[Entry]) -> bool:
        """Whether nothing of its source has taken its place."""
        return not any(
            entry.source == source
            and not entry.retires
            and (self.whole or set(self.files) & {name for name, _ in entry.files})
            for entry in entries[self.n :]
        )


def note(store: Store, source: str, refused: RefusedFiles, entries: Sequence[Entry]) -> None:
    """Remember it. What stood of the same names, or stands no longer, is forgotten."""
    others = [other for other in standing(store, source, entries) if not set(other.files) & set(refused.files)]
    listed: list[Any] = [asdict(kept) for kept in [refused, *others][:_KEPT]]
    content = rfc8785.dumps({"format": FORMAT, "refused": listed})
    store.put_view(layout.refused(source), content, "application/json")  # in doubt: a hint may be lost


def standing(store: Store, source: str, entries: Sequence[Entry]) -> list[RefusedFiles]:
    """What of a source was refused and not replaced since, the newest first."""
    stored = store.get(layout.refused(source))
    if stored is None:
        return []
    every = [
        RefusedFiles(tuple(document["files"]), document["n"], document["whole"], tuple(document.get("tables", ())))
        for document in json.loads(stored.data)["refused"]
    ]
    return [refused_files for refused_files in every if refused_files.stands(source, entries)]
