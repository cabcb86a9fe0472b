"""Retire rows: they no longer stand, by a ledger entry that says who decided it and why.

For what no source takes back any more: a source that is gone, a table that left its mapping, rows that an older mapping
made of a file. Nothing is deleted: the ledger still holds what was said, and earlier releases show it. A source that
says such a row again makes it stand again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ogp_pipeline.errors import LedgerMoved, NotFound, OgpError, StoreError, WrongUse
from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.intake import accepted, ledger
from ogp_pipeline.intake.ledger import ByHand, Entry, EntryDraft
from ogp_pipeline.runs import clock, left_over
from ogp_pipeline.runs.delivery_intake import TRIES
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.tables.tables import PROGRAMME_SUPPLIER, Key, Origin, Tables, written
from ogp_pipeline.validation import prior_state

Place = tuple[str, Key]  # a table and a key in it


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows of a source: all, or those that fit all that is given.

    ``before``: known before that day. ``left_over``: those that no source gives any more.
    """

    source: str
    table: str | None = None
    before: date | None = None
    keys: tuple[str, ...] = ()
    left_over: bool = False


@dataclass(frozen=True, slots=True)
class Retiring:
    """The rows that would no longer stand, with where each came from.

    ``comes_back``: the source is still asked, so that what it says anew stands again.
    """

    chosen: Chosen
    rows: Mapping[Place, Origin]
    comes_back: bool


def plan(workspace: Workspace, chosen: Chosen) -> Retiring:
    """What would be retired. NotFound: nothing stands that fits. OgpError: rows that stay refer to some of it."""
    return _plan(workspace, chosen, known_entries(workspace, anew=True))


def retire(workspace: Workspace, chosen: Chosen, by: str, reason: str, now: datetime) -> tuple[Retiring, Entry]:
    """Retire them. ``now``: aware. As ``plan`` raises; and a second time NotFound, because nothing is left."""
    if not by.strip() or not reason.strip():
        raise WrongUse("who decides, and why, stands in the ledger: neither may be empty")
    if (refused := clock.refusal(workspace, now)) is not None:
        raise OgpError(refused.reason)
    for _ in range(TRIES):
        entries = known_entries(workspace, anew=True)
        planned = _plan(workspace, chosen, entries)
        try:
            return planned, ledger.append(
                workspace.intake, _draft(workspace, planned, ByHand(by, reason), now), entries, again=True
            )
        except LedgerMoved:
            continue
    raise StoreError(f"the ledger in {workspace.intake.describe()} moved {TRIES} times meanwhile")


def _plan(workspace: Workspace, chosen: Chosen, entries: Sequence[Entry]) -> Retiring:
    tables = known_tables(workspace, entries)
    rows = {
        place: origin
        for place, origin in sorted(tables.origins.items())
        if origin.source == chosen.source and origin.supplier != PROGRAMME_SUPPLIER and _fits(place, origin, chosen)
    }
    if chosen.left_over:
        ghosts = {place for left in left_over.find(workspace, entries, tables) for place in left.rows}
        rows = {place: origin for place, origin in rows.items() if place in ghosts}
    if not rows:
        sources = sorted({origin.source for origin in tables.origins.values() if origin.supplier != PROGRAMME_SUPPLIER})
        raise NotFound(f"no row stands that fits; sources of which rows stand are {', '.join(sources) or 'none'}")
    _refuse_if_leaned_on(workspace, tables, rows)
    return Retiring(chosen, rows, any(source.id == chosen.source for source in workspace.programme.sources))


def _fits(place: Place, origin: Origin, chosen: Chosen) -> bool:
    table, key = place
    return (
        chosen.table in (None, table)
        and (chosen.before is None or origin.known_on < chosen.before)
        and (not chosen.keys or written(key) in chosen.keys)
    )


def _refuse_if_leaned_on(workspace: Workspace, tables: Tables, rows: Mapping[Place, Origin]) -> None:
    """OgpError if a row that stays refers to one that goes: first that one must go."""
    leaning = sorted(
        f"{name} {written(key)}"
        for table in workspace.schemas.tables.values()
        if table.supplied and (name := table.name) in tables.frames
        for key, other, referred in prior_state.references(table, tables.frames[name])
        if (other, referred) in rows and (name, key) in tables.origins and (name, key) not in rows
    )
    if leaning:
        shown = ", ".join(leaning[:5]) + (" …" if len(leaning) > 5 else "")
        raise OgpError(f"{len(leaning)} rows that stay refer to these: {shown}; retire or correct those first")


def _draft(workspace: Workspace, planned: Retiring, by_hand: ByHand, now: datetime) -> EntryDraft:
    """The entry: its rows object names what no longer stands, each with the place where it was said."""
    rows = [
        MappedRow(
            table,
            dict(zip(workspace.schemas.table(table).primary_key, key, strict=True)),
            {},
            RawRow(origin.file, 0, {}, origin.place.line, origin.place.sheet, pointer=origin.place.pointer),
        )
        for (table, key), origin in planned.rows.items()
    ]
    counts: dict[str, int] = {}
    for table, _ in planned.rows:
        counts[table] = counts.get(table, 0) + 1
    sha256 = accepted.write(workspace.intake, rows)
    today = workspace.programme.local(now).date()
    return EntryDraft(
        delivery=sha256,
        source=planned.chosen.source,
        supplier=next(iter(planned.rows.values())).supplier,
        received_at=now.isoformat(),
        known_on=max([today, *(origin.known_on for origin in planned.rows.values())]),
        known_why=None,
        programme=workspace.sha256,
        mapping="",
        schemas=workspace.schemas.version,
        whole=False,
        tables=tuple(sorted(counts)),
        rows=sha256,
        counts=counts,
        files=(),
        receipt="",
        by_hand=by_hand,
    )
