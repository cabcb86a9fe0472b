"""Keys: no row twice, nothing that points nowhere, and parts that hang under the right whole."""

import re
from collections.abc import Collection, Iterator
from functools import cached_property

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.model import Reference
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.prior_state import Key
from ogp_pipeline.validation.rules import authority
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, row_as_seen

_PARTS = re.compile(r"[._-]")
_SHOWN = 10


@rule("repeated-key")
def repeated_key(scope: Scope) -> Iterator[Problem]:
    """``repeated-key``: the same key in two rows of one delivery. A key known before is a correction."""
    for name, rows in scope.rows.items():
        primary_key = scope.schemas.table(name).primary_key
        first: dict[Key, MappedRow] = {}
        for row in rows:
            key = tuple(row.values.get(column, "") for column in primary_key)
            if not any(key):
                continue
            if (other := first.setdefault(key, row)) is not row:
                shown = " / ".join(part for part in key if part)
                yield scope.problem("repeated-key", row, primary_key[0], shown, **_other(row, other), key=shown)


def _other(row: MappedRow, other: MappedRow) -> dict[str, str]:
    """Where the first row with that key stands, as ``{other}``; with the file's name if that is another."""
    place = other.row.locate()
    at = str(row_as_seen(other.row))
    if place.sheet is not None and place.sheet != row.row.sheet:
        at = f"{place.sheet}!{at}"
    return {"other": at if other.row.file == row.row.file else f"{at} ({place.file})"}


@rule("foreign-key")
def foreign_key(scope: Scope) -> Iterator[Problem]:
    """``foreign-key``: a reference to a row that is neither known nor in this delivery.

    So is the subject of a judgement or decision, in the table that the row itself names. References to reporting
    periods are left to ``period-unknown``, which can name the periods that exist.
    """
    offered: dict[str, _Offered] = {}
    for row, reference in _unknown(scope):
        other = reference.table
        if existing := scope.keys.get(other):
            allowed = offered.setdefault(other, _Offered(scope, other, existing)).instead_of(row, reference)
            shown = " / ".join(reference.key)
            yield scope.problem("foreign-key", row, reference.field, shown, other_table=other, table=other, **allowed)


@rule("reference-not-yet")
def reference_not_yet(scope: Scope) -> Iterator[Problem]:
    """``reference-not-yet``: a reference to a table of which nothing was accepted, perhaps because a file of it was
    refused. Nothing could be chosen instead."""
    for row, reference in _unknown(scope):
        other = reference.table
        if not scope.keys.get(other):
            shown, titles = " / ".join(reference.key), scope.schemas.table(other).title
            senders = {
                source.supplier: scope.programme.supplier(source.supplier).names
                for source in scope.programme.sources
                if other in source.tables
            }
            own = other in scope.supplier.may_supply and (not senders or scope.supplier.id in senders)
            words = {}
            for language in ENGLISH_FIRST:
                names = ", ".join(names.get(language) for names in senders.values())
                key = "rule.send_first" if own else "rule.wait_for" if names else "rule.wait_for_table"
                words[f"step_{language}"] = say(key, language, title=titles[language], names=names)
            yield scope.problem("reference-not-yet", row, reference.field, shown, other_table=other, **words)


def _unknown(scope: Scope) -> Iterator[tuple[MappedRow, Reference]]:
    """Every reference to a row that is neither known nor in this delivery."""
    for name, rows in scope.rows.items():
        table = scope.schemas.table(name)
        for row in rows:
            for reference in table.references(row.values):
                existing = scope.keys.get(reference.table)
                if reference.table != "reporting_periods" and any(reference.key) and reference.key not in existing:
                    yield row, reference


class _Offered:
    """What could stand in place of an unknown identifier: the supplier's own first, then all."""

    def __init__(self, scope: Scope, table: str, existing: Collection[Key]) -> None:
        self._scope, self._table, self._existing = scope, table, existing

    @cached_property
    def _own(self) -> list[str]:
        mine = authority.own_commitments(self._scope.supplier, self._scope.known.institutions_of)
        ids = sorted({key[0] for key in self._existing} - {""}, key=natural)
        if mine is None or self._table not in ("commitments", "milestones"):
            return ids
        commitment_of = (
            self._scope.commitment_of if self._table == "milestones" else {identifier: identifier for identifier in ids}
        )
        return [identifier for identifier in ids if commitment_of.get(identifier) in mine] or ids

    def instead_of(self, row: MappedRow, reference: Reference) -> dict[str, str]:
        """``{allowed}``: up to ten, those that begin as the unknown one does first, and how many more there are.

        Where a column says who speaks, and its supplier speaks in its own name only: that name.
        """
        own = authority.own_name(self._scope.supplier)
        if own is not None and (own,) in self._existing and reference.field in authority.speaks_in(row.table):
            return {f"allowed_{language}": own for language in ENGLISH_FIRST}
        start = _PARTS.split(reference.key[0], maxsplit=1)[0]
        near = [identifier for identifier in self._own if _PARTS.split(identifier, maxsplit=1)[0] == start]
        chosen = (
            near + [identifier for identifier in self._own if identifier not in set(near)] if near else self._own
        )[:_SHOWN]
        more = len(self._own) - len(chosen)
        listed = ", ".join(chosen)
        return {
            f"allowed_{language}": say("rule.and_more", language, listed=listed, more=more) if more else listed
            for language in ENGLISH_FIRST
        }


def natural(identifier: str) -> list[tuple[int, str]]:
    """A key to sort identifiers by: ``C1.2`` before ``C1.10``."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", identifier)]


@rule("hierarchy")
def hierarchy(scope: Scope) -> Iterator[Problem]:
    """``hierarchy``: something hangs under one commitment by its own words and under another by its code or
    parent.

    Codes are compared part by part: ``C01.10.1`` is not under ``C01.1``, if there is a ``C01.10``.
    """
    stated = scope.of("milestones")
    commitments, milestones = (
        {key[0] for key in scope.keys.get(name)} if stated else set() for name in ("commitments", "milestones")
    )
    for row in stated:
        own = row.values.get("commitment_id", "")
        by_code = _PARTS.split(row.values.get("milestone_id", ""), maxsplit=1)[0]
        by_parent = scope.commitment_of.get(row.values.get("parent_id", ""), own)
        if own and by_code in commitments and by_code != own:
            yield scope.problem("hierarchy", row, "milestone_id", other=by_code, own=own)
        elif by_parent != own:
            yield scope.problem("hierarchy", row, "parent_id", other=by_parent, own=own)
        elif (other := _above(row.values.get("milestone_id", ""), milestones)) and _elsewhere(row, other):
            parent = row.values["parent_id"]
            yield scope.problem("hierarchy", row, "milestone_id", other=other, own=parent)
    for name in ("barriers", "going_beyond"):
        for row in scope.of(name):
            own = row.values.get("commitment_id", "")
            other = scope.commitment_of.get(row.values.get("milestone_id", ""), own)
            if other != own:
                yield scope.problem("hierarchy", row, "milestone_id", other=other, own=own)


def _above(milestone: str, milestones: set[str]) -> str | None:
    """The nearest milestone under which this one's code stands."""
    ends = [match.start() for match in _PARTS.finditer(milestone)]
    return next((milestone[:end] for end in reversed(ends) if milestone[:end] in milestones), None)


def _elsewhere(row: MappedRow, above: str) -> bool:
    """Whether the row's parent is neither ``above`` nor, by its code, over it."""
    parent = row.values.get("parent_id", "")
    return bool(parent) and parent != above and not (above.startswith(parent) and _PARTS.match(above, len(parent)))
