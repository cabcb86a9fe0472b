"""Carries out a mapping: raw rows of a file to rows of one canonical table, still as text.

The order of the steps is the mapping's promise (see ``ogp_pipeline.programme.mapping``). Every value keeps the place
that it came from, also a piece of a split cell or one link of many. A value that the mapping does not know is
a problem and leaves the cell empty; the row is handed on, so that its other faults are found in the same
round.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ogp_pipeline.formats import elsewhere, nested
from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.composition import composed_of
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.mapping_parts import Skip
from ogp_pipeline.sources import conditions
from ogp_pipeline.sources.columns import Cell, Step, prepare
from ogp_pipeline.sources.joins import Joins, columns_of, takes
from ogp_pipeline.sources.parts import RowPart, maker, nested_of
from ogp_pipeline.sources.records import MappedRow, OwnPlaces

_SHOWN = 8  # headings of a file of which none fits


@dataclass(frozen=True, slots=True)
class Mapped:
    """Rows of one table, what is wrong, and how many raw rows each ``skip`` set aside (if it did)."""

    rows: list[MappedRow] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    skipped: list[tuple[Skip, int]] = field(default_factory=list)


def apply(
    table: str,
    mapping: TableMapping,
    rows: Sequence[RawRow],
    base: Path,
    fields: Sequence[str] = (),
    required: Collection[str] = (),
) -> Mapped:
    """Canonical rows (text) of ``table``; ``base`` is the folder of the programme file (for ``map_file``).

    A mapping without ``columns`` is the identity: ``fields`` (canonical names; all headings if empty) are
    taken as they are, ends trimmed; ``required`` ones that the file has no heading for are
    ``missing-column``. Raises ProgrammeError if the mapping itself cannot be carried out (a regular
    expression, a ``map_file``).
    """
    steps = {name: prepare(name, column, base) for name, column in mapping.columns.items()}
    filters = _Filters(mapping)
    make, joins, identity = maker(mapping), Joins(mapping.join, rows), _Identity(table, fields)
    looks_inside = any(column.jmespath is not None for column in mapping.columns.values()) and mapping.items is None
    own = filters.own(rows)
    done = Mapped(problems=[*_missing(table, mapping, own, required, fields), *joins.problems])
    aside: dict[int, int] = {}
    seen: set[tuple[str, ...]] = set()
    foreign = {
        (problem.where.file, problem.where.sheet) for problem in done.problems if problem.rule == "unknown-headings"
    }
    for row in own:
        if foreign and (row.file, row.sheet) in foreign:
            continue
        offered = {"_file": row.file, "_sheet": row.sheet or ""}
        whole = RowPart(1, offered)
        if not filters.keep(row, whole, done.problems):
            continue
        if (skip := filters.skip(row, whole, done.problems)) is not None:
            aside[skip] = aside.get(skip, 0) + 1
            continue
        try:
            parts = [whole] if make is None else list(make(row, offered))
        except nested.Unfit:
            done.problems.append(FileProblem("unfit-nested", row.locate(), None, {}, table))
            continue
        inside = nested_of(row) if looks_inside else None
        for single in parts:
            part = replace(single, nested=inside) if looks_inside else single
            part = joins.add(row, part, done.problems) if mapping.join else part
            if not filters.keep_part(row, part, done.problems):
                continue
            made = _canonical(table, row, part, steps, done.problems) if steps else identity.row(row)
            if mapping.distinct:
                key = tuple(made.values.values())
                if key in seen:
                    continue
                seen.add(key)
            done.rows.append(made)
    done.skipped.extend((mapping.skip[index], count) for index, count in sorted(aside.items()))
    return done


def unknown_columns(headings: Sequence[str], mapping: TableMapping, fields: Collection[str]) -> list[str]:
    """The headings that nothing will read. Always empty unless the mapping is the identity."""
    return [] if mapping.columns else [heading for heading in headings if heading not in fields]


def columns_read(mapping: TableMapping) -> list[str]:
    """The raw columns that a mapping names, each once, also those of files that it joins."""
    named = [name for alternatives, _ in _needed(mapping, (), optional=True) for name in alternatives]
    offered = [name for name in _named(mapping) if mapping.offers(name)]
    return list(dict.fromkeys([*named, *columns_of(mapping.join, offered)]))


class _Filters:
    """Which rows a mapping takes: its conditions, prepared once. Problems are numbers that a condition cannot read."""

    def __init__(self, mapping: TableMapping) -> None:
        tests = [
            (column, conditions.prepare(condition, f"where.{column}")) for column, condition in mapping.where.items()
        ]
        self._where = [(name, test) for name, test in tests if name in ("_file", "_sheet") or not mapping.offers(name)]
        self._later = [(name, test) for name, test in tests if (name, test) not in self._where]
        self._skips = [(condition.column, conditions.prepare(condition, "skip")) for condition in mapping.skip]
        self._files, self._sheet = mapping.files, mapping.sheet
        self._joins = list(mapping.join.values()) if mapping.files is None and mapping.sheet is None else []

    def own(self, rows: Sequence[RawRow]) -> Sequence[RawRow]:
        """The rows of the files and sheets of the mapping, without those of files that are only joined."""
        files, sheet, joins = self._files, self._sheet, self._joins
        if files is None and sheet is None and not joins:
            return rows
        taken = (row for row in rows if takes(row, files, sheet))
        return [row for row in taken if not any(takes(row, join.files, join.sheet) for join in joins)]

    def keep(self, row: RawRow, part: RowPart, problems: list[FileProblem]) -> bool:
        """Whether a raw row is as the mapping wants it."""
        return not self._where or all(_holds(test, name, row, part, problems) for name, test in self._where)

    def keep_part(self, row: RawRow, part: RowPart, problems: list[FileProblem]) -> bool:
        """Whether a row made of it is."""
        return not self._later or all(_holds(test, name, row, part, problems) for name, test in self._later)

    def skip(self, row: RawRow, part: RowPart, problems: list[FileProblem]) -> int | None:
        """The index of the first ``skip`` that sets the row aside."""
        if not self._skips:
            return None
        tests = enumerate(self._skips)
        return next((i for i, (name, test) in tests if _holds(test, name, row, part, problems)), None)


def _holds(test: conditions.Test, name: str, row: RawRow, part: RowPart, problems: list[FileProblem]) -> bool:
    held = test.holds(part.cell(row, name), lambda: part.locate(row, name))
    if isinstance(held, FileProblem):
        problems.append(replace(held, number=row.number))
        return False
    return held


def _canonical(
    table: str, row: RawRow, part: RowPart, steps: Mapping[str, Step], problems: list[FileProblem]
) -> MappedRow:
    values: dict[str, str] = {}
    origins: dict[str, Where] = {}
    for name, step in steps.items():
        cell: Cell = step(row, part)
        values[name], origins[name] = cell.text, cell.where
        if cell.problem is not None:
            problems.append(replace(cell.problem, table=table, column=name, number=row.number))
    return MappedRow(table, values, origins, row)


class _Identity:
    """A mapping without columns. Rows under the same headings share the list of those that are read."""

    def __init__(self, table: str, fields: Sequence[str]) -> None:
        self._table, self._fields = table, frozenset(fields)
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def row(self, row: RawRow) -> MappedRow:
        headings = tuple(row.values)
        names = self._known.get(headings)
        if names is None:
            names = tuple(name for name in headings if not self._fields or name in self._fields)
            self._known[headings] = names
        values = {name: row.values[name].replace("\r\n", "\n").replace("\r", "\n").strip() for name in names}
        return MappedRow(self._table, values, OwnPlaces(row, names), row)


def _missing(
    table: str,
    mapping: TableMapping,
    rows: Sequence[RawRow],
    required: Collection[str],
    other_headings: Collection[str],
) -> list[FileProblem]:
    """One problem for each file and each raw column that the mapping names and no row of the file has.

    A file of which no heading at all is known (neither needed nor one of ``other_headings``) is one problem, not many.
    """
    present: dict[tuple[str, str | None], dict[str, None]] = {}
    objects: dict[tuple[str, str | None], list[Mapping[str, Any]]] = {}
    repeated = [compile_given(pattern) for pattern in mapping.unpivot.headings.values()] if mapping.unpivot else []
    for row in rows:
        present.setdefault((row.file, row.sheet), {}).update(dict.fromkeys(row.values))
        if row.nested is not None:
            objects.setdefault((row.file, row.sheet), []).append(row.nested)
    problems = []
    needed = _needed(mapping, required)
    for (file, sheet), headings in present.items():
        lacking = [names for names in needed if headings.keys().isdisjoint(names[0])]
        inside = objects.get((file, sheet), [])
        places = {names[0]: elsewhere.column(names[0], [*headings], inside) for names, _ in lacking if inside}
        foreign = headings.keys().isdisjoint(other_headings) and not any(places.values())
        if not mapping.columns and len(lacking) == len(needed) > 1 and foreign:
            shown = ", ".join(f"«{heading}»" for heading in list(headings)[:_SHOWN])
            problems.append(FileProblem("unknown-headings", Where(file, sheet=sheet), shown, {}, table))
            continue
        for (name, *_), column in lacking:
            where = Where(file, sheet=sheet, column=name)
            if (place := places.get(name)) is None:
                problems.append(FileProblem("missing-column", where, None, {"column": name}, table, column))
                continue
            details = {"column": name, "there": place.there, "setting": place.setting}
            problems.append(FileProblem("missing-column/elsewhere", where, None, details, table, column))
        for pattern in repeated:
            if not any(map(pattern.search, headings)):
                details = {"column": pattern.pattern}
                problems.append(FileProblem("missing-column", Where(file, sheet=sheet), None, details, table))
    return problems


def _needed(
    mapping: TableMapping, required: Collection[str], *, optional: bool = False
) -> list[tuple[tuple[str, ...], str | None]]:
    """The raw columns a mapping reads, each with its alternatives and the canonical column it serves, each
    once. ``optional``: also those that a file may lack.
    """
    needed: dict[tuple[str, ...], str | None] = {}

    def want(names: Iterable[str], column: str | None = None) -> None:
        wanted = tuple(names)
        if not any(map(mapping.offers, wanted)):
            needed.setdefault(wanted, column)

    for name in [*mapping.where, *(skip.column for skip in mapping.skip)]:
        want([name])
    for part in (mapping.split, mapping.links):
        if part is not None:
            want([part.column])
    for name in mapping.unpivot.columns if mapping.unpivot is not None else []:
        want([name])
    for name in (column for join in mapping.join.values() for column in join.on):
        want([name])
    for name, column in mapping.columns.items():
        if column.optional and not optional:
            continue
        if column.source is not None:
            for names in [[source] for source in column.sources] if column.joined is not None else [column.sources]:
                want(names, name)
        for alternatives in composed_of(column):
            want([alternatives], name)
    if not mapping.columns:
        for name in required:
            want([name], name)
    return list(needed.items())


def _named(mapping: TableMapping) -> list[str]:
    """Every raw column that is named anywhere, also those that the mapping itself offers."""
    columns = [name for column in mapping.columns.values() for name in (*column.sources, *composed_of(column))]
    return [*mapping.where, *columns, *(name for join in mapping.join.values() for name in join.on)]
