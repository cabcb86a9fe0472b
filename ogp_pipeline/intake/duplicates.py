"""Did these bytes come before? As asked of an inbox, where names mean nothing and every arrival is an event.

They are *the same as before* while every row that they gave is still what their source said last. A file that was
corrected by a later one and then sent once more is news: it takes the correction back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from ogp_pipeline.intake import accepted
from ogp_pipeline.intake.accepted import AcceptedRow
from ogp_pipeline.intake.ledger import Entry, dated_after
from ogp_pipeline.intake.recognition import AcceptedBefore, ExaminationContext, Seen, turned_away
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.store.protocol import Store

ReadRows = Callable[[Entry], Iterator[AcceptedRow]]


def recognise(
    delivery: Delivery,
    store: Store,
    now: ExaminationContext,
    entries: Sequence[Entry],
    source: Source,
    schemas: Schemas,
) -> Seen:
    """As ``recognition.recognise``, for what came through an inbox."""
    entry = earlier(
        delivery,
        entries,
        now.mapping,
        source.whole,
        lambda accepted_entry: accepted.rows_of(store, accepted_entry),
        schemas,
    )
    return AcceptedBefore(entry) if entry is not None else turned_away(delivery, store, now)


def earlier(
    delivery: Delivery, entries: Sequence[Entry], mapping: str, whole: bool, read_rows: ReadRows, schemas: Schemas
) -> Entry | None:
    """The entry that makes the delivery superfluous: the same bytes under the same mapping, nothing restated since."""
    hashes = sorted(file.sha256 for file in delivery.files)
    envelope = delivery.envelope
    own = [entry for entry in entries if entry.source == envelope.source and not dated_after(entry, envelope.known_on)]
    for index in reversed(range(len(own))):
        entry = own[index]
        if entry.mapping == mapping and sorted(sha256 for _, sha256 in entry.files) == hashes:
            later = own[index + 1 :]
            return None if later and (whole or _restated(entry, later, read_rows, schemas)) else entry
    return None


def is_the_same_arrival(delivery: Delivery, entry: Entry) -> bool:
    """Whether the entry is this very arrival: a run that died after the ledger was written left its file lying."""
    return datetime.fromisoformat(entry.received_at) == delivery.envelope.received_at


def _restated(entry: Entry, later: Iterable[Entry], read_rows: ReadRows, schemas: Schemas) -> bool:
    keys = {_key(row, schemas) for row in read_rows(entry)}
    return any(_key(row, schemas) in keys for entry_later in later for row in read_rows(entry_later))


def _key(row: AcceptedRow, schemas: Schemas) -> tuple[str, ...]:
    return (row.table, *(row.values.get(column, "") for column in schemas.table(row.table).primary_key))
