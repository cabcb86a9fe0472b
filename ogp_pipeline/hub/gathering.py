"""From members to the tables of a comparison: what each has published, or what the hub read of it last time.

Decided: the last good figures of a member whose newest release cannot be read are kept. They were verified when they
were read, they carry their version and their day, and ``hub_members`` says that they are kept and why. A member of
which nothing was ever read has a row in ``hub_members`` and nowhere else. One that left the hub's file is gone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ogp_pipeline.errors import BrokenHistory, OgpError, StoreError
from ogp_pipeline.hub import fitness
from ogp_pipeline.hub import rows as hub_rows
from ogp_pipeline.hub.fitness import MEMBERS
from ogp_pipeline.hub.members import Member
from ogp_pipeline.hub.outcomes import NotRead, Reason
from ogp_pipeline.hub.reading import MemberRelease, ReleaseTables, Seen, Standing, stand
from ogp_pipeline.hub.rows import Rows
from ogp_pipeline.hub.schemas import load
from ogp_pipeline.release.content import Content
from ogp_pipeline.release.shape import names
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.store import concurrency

_OF_ALL = "figure_definitions"  # its rows are of no member
_AT_ONCE = 8  # members: each read is a wait for a store


class Before:
    """What the hub's newest release says, by member; nothing before the first. Each table is read when it is needed."""

    def __init__(self, tables: ReleaseTables | None) -> None:
        self._tables = tables

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, Any]]:
        """The rows of ``hub_members`` that name a release."""
        return {row["member_id"]: row for row in self._rows(MEMBERS) if row["version"] is not None}

    def seen(self, member: str) -> Seen | None:
        """What was read of a member last time."""
        row = self.members.get(member)
        return Seen(row["release"], row["sha256"], row["key"], row["version"]) if row else None

    def has(self, standing: Standing) -> bool:
        """Whether what stands was read whole last time."""
        row = self.members.get(standing.member.id)
        return row is not None and row["state"] == "read" and row["sha256"] == standing.release.hash

    def of(self, member: str) -> Rows:
        """All its rows but that of ``hub_members``."""
        own = {table: list(rows.get(member, ())) for table, rows in self._by_member.items()}
        used = {row["definition_id"] for row in own.get("figures", ())}
        return {**own, _OF_ALL: [row for row in self._rows(_OF_ALL) if row["definition_id"] in used]}

    @cached_property
    def _by_member(self) -> Mapping[str, Mapping[str, Sequence[dict[str, Any]]]]:
        copied = [name for name in self._tables.resources if name not in (MEMBERS, _OF_ALL)] if self._tables else []
        grouped: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in copied}
        for name in copied:
            for row in self._rows(name):
                grouped[name].setdefault(row["member_id"], []).append(row)
        return grouped

    def _rows(self, table: str) -> Sequence[dict[str, Any]]:
        return self._tables.rows(table) if self._tables else ()


@dataclass(frozen=True)
class Gathered:
    """The content of a comparison. ``day``: the latest of those of which the releases speak; None if none was read."""

    content: Content
    schemas: Schemas
    day: date | None
    read: Sequence[str]
    not_read: Sequence[NotRead]


def standings(members: Iterable[Member], before: Before) -> list[Standing | NotRead]:
    """What each member has, in the order of their ids: a few small reads of each, several members at a time."""
    ordered = sorted(members, key=lambda member: member.id)
    return list(concurrency.each(lambda member: stand(member, before.seen(member.id)), ordered, _AT_ONCE))


def gather(
    stands: Sequence[Standing | NotRead],
    addresses: Mapping[str, str | None],
    before: Before,
    languages: Sequence[str],
    folder: Path,
    *,
    same_code: bool,
) -> Gathered:
    """Read what stands. ``same_code``: rows that this very software has copied from a release are not read again.

    ``addresses``: of the members, by id; ``languages``: of the hub's pages; ``folder``: for the files.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    definitions: dict[str, dict[str, Any]] = {}
    read: list[str] = []
    not_read: list[NotRead] = []
    for standing in stands:
        row, own, fault = _taken(standing, before, folder, same_code=same_code)
        row["address"] = addresses[row["member_id"]]
        if fault is None:
            read.append(row["member_id"])
        else:
            not_read.append(fault)
        tables.setdefault(MEMBERS, []).append(row)
        for table, rows in own.items():
            if table == _OF_ALL:
                for definition in rows:  # the first one's words stay, filled up by those of others
                    held = definitions.setdefault(definition["definition_id"], {})
                    held.update({name: cell for name, cell in definition.items() if held.get(name) is None})
            else:
                tables.setdefault(table, []).extend(rows)
    tables[_OF_ALL] = list(definitions.values())
    schemas = load((*languages, *sorted(fitness.languages(tables))), languages)
    days = [row["as_of"] for row in tables.get(MEMBERS, ()) if row.get("as_of")]
    frames = {
        name: pd.DataFrame(tables.get(name, ()), columns=names(table), dtype=object)
        for name, table in schemas.tables.items()
    }
    return Gathered(Content(frames), schemas, max(days, default=None), tuple(read), tuple(not_read))


def _taken(
    standing: Standing | NotRead, before: Before, folder: Path, *, same_code: bool
) -> tuple[dict[str, Any], Rows, NotRead | None]:
    """A member's row of ``hub_members``, its other rows, and why its newest release is not what they are from."""
    if isinstance(standing, NotRead):
        return _kept(standing, before)
    member = standing.member
    if same_code and before.has(standing) and before.members[member.id]["address"] == member.address:
        return {**before.members[member.id], "key": standing.key}, before.of(member.id), None
    try:
        release = MemberRelease(standing, folder / member.id)
        row, own = hub_rows.member_row(release), hub_rows.rows_of(release)
        fitness.check({MEMBERS: [row], **own})
        return row, own, None
    except BrokenHistory as error:
        reason, detail = Reason.NOT_VERIFIED, str(error)
    except (StoreError, OSError) as error:
        reason, detail = Reason.UNREACHABLE, str(error)
    except OgpError as error:
        reason, detail = Reason.NOT_UNDERSTOOD, str(error)
    except (KeyError, TypeError, ValueError) as error:  # files with the right hashes that are not of our shape
        reason, detail = Reason.NOT_UNDERSTOOD, f"{type(error).__name__}: {error}"
    return _kept(NotRead(member.id, reason, detail), before)


def _kept(fault: NotRead, before: Before) -> tuple[dict[str, Any], Rows, NotRead]:
    row = before.members.get(fault.member)
    if row is None:
        return {"member_id": fault.member, "state": "not_read", "reason": str(fault.reason)}, {}, fault
    told = {**row, "state": "kept", "reason": str(fault.reason)}
    return told, before.of(fault.member), replace(fault, kept=row["version"])
