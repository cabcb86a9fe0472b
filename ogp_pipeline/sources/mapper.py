"""Carries out a mapping: raw rows of a file to rows of one canonical table, still as text.

The order of the steps is the mapping's promise (see ``ogp_pipeline.programme.mapping``). Every value keeps the place
that it came from, also a piece of a split cell or one link of many. A value that the mapping does not know is
a problem and leaves the cell empty; the row is handed on, so that its other faults are found in the same
round.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.mapping import Skip, TableMapping
from ogp_pipeline.sources import prose
from ogp_pipeline.sources.columns import Cell, Part, Step, prepare
from ogp_pipeline.sources.records import MappedRow

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
    pattern = _pattern(mapping)
    done = Mapped(problems=_missing(table, mapping, rows, required, fields))
    aside: dict[int, int] = {}
    seen: set[tuple[str, ...]] = set()
    foreign = {(one.where.file, one.where.sheet) for one in done.problems if one.rule == "unknown-headings"}
    for row in rows:
        if (row.file, row.sheet) in foreign or not _kept(row, mapping.where):
            continue
        if (skip := _skip(row, mapping.skip)) is not None:
            aside[skip] = aside.get(skip, 0) + 1
            continue
        for part in _parts(row, mapping, pattern):
            made = _canonical(table, row, part, steps, done.problems) if steps else _identical(table, row, fields)
            key = tuple(made.values.values())
            if not (mapping.distinct and key in seen):
                done.rows.append(made)
            seen.add(key)
    done.skipped.extend((mapping.skip[index], count) for index, count in sorted(aside.items()))
    return done


def unknown_columns(headings: Sequence[str], mapping: TableMapping, fields: Collection[str]) -> list[str]:
    """The headings that nothing will read. Always empty unless the mapping is the identity."""
    return [] if mapping.columns else [heading for heading in headings if heading not in fields]


def _pattern(mapping: TableMapping) -> re.Pattern[str] | None:
    if mapping.split is None:
        return None
    try:
        return compile_given(mapping.split.on)
    except re.error as error:
        raise ProgrammeError("mapping", [(None, f"`split.on: {mapping.split.on}`: {error}")]) from error


def _kept(row: RawRow, where: Mapping[str, list[str]]) -> bool:
    return all(_says(row, column, values) for column, values in where.items())


def _says(row: RawRow, column: str, values: Sequence[str]) -> bool:
    """Is the cell's plain text, white space squeezed, one of the values?"""
    text = " ".join(prose.plain(row.values.get(column, "")).split())
    return text in {" ".join(value.split()) for value in values}


def _skip(row: RawRow, skips: Sequence[Skip]) -> int | None:
    """The index of the first ``skip`` that sets the row aside."""
    return next((i for i, skip in enumerate(skips) if _says(row, skip.column, skip.values)), None)


def _parts(row: RawRow, mapping: TableMapping, pattern: re.Pattern[str] | None) -> Iterator[Part]:
    """What one raw row becomes: itself, or one per piece, link or repeated column that is not empty."""
    offered = {"_file": row.file}
    if mapping.split is not None and pattern is not None:
        column = mapping.split.column
        pieces = [piece for piece in _split(row.values.get(column, ""), pattern) if piece[0]]
        for number, (text, offset) in enumerate(pieces, start=1):
            yield Part(number, {**offered, "_piece": text}, column, _line(row, column, offset))
    elif mapping.links is not None:
        column = mapping.links.column
        for number, link in enumerate(prose.links(row.values.get(column, "")), start=1):
            values = {**offered, "_url": link.url, "_label": link.label}
            yield Part(number, values, column, _line(row, column, link.offset))
    elif mapping.unpivot is not None:
        filled = [name for name in mapping.unpivot.columns if row.values.get(name, "").strip()]
        for number, name in enumerate(filled, start=1):
            yield Part(number, {**offered, "_piece": row.values[name]}, name, None)
    else:
        yield Part(1, offered, None, None)


def _split(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """Pieces, ends trimmed, and their offsets. (``re.split`` would add the groups of the pattern.)"""
    start = 0
    for match in pattern.finditer(text):
        if match.end() > match.start():
            yield text[start : match.start()].strip(), start
            start = match.end()
    yield text[start:].strip(), start


def _line(row: RawRow, column: str, offset: int) -> int | None:
    """The line of an offset inside a cell, where the reader says that the cell's lines are the file's."""
    line = row.lines.get(column)
    if line is None or column not in row.flowing:
        return None
    return line + row.values[column].count("\n", 0, offset)


def _canonical(
    table: str, row: RawRow, part: Part, steps: Mapping[str, Step], problems: list[FileProblem]
) -> MappedRow:
    values: dict[str, str] = {}
    origins: dict[str, Where] = {}
    for name, step in steps.items():
        cell: Cell = step(row, part)
        values[name], origins[name] = cell.text, cell.where
        if cell.problem is not None:
            problems.append(replace(cell.problem, table=table, column=name, number=row.number))
    return MappedRow(table, values, origins, row)


def _identical(table: str, row: RawRow, fields: Sequence[str]) -> MappedRow:
    names = [name for name in row.values if not fields or name in fields]
    values = {name: row.values[name].replace("\r\n", "\n").replace("\r", "\n").strip() for name in names}
    return MappedRow(table, values, {name: row.locate(name) for name in names}, row)


def _missing(
    table: str, mapping: TableMapping, rows: Sequence[RawRow], required: Collection[str], known: Collection[str]
) -> list[FileProblem]:
    """One problem for each file and each raw column that the mapping names and no row of the file has.

    A file of which no heading at all is known (neither needed nor one of ``known``) is one problem, not a dozen.
    """
    present: dict[tuple[str, str | None], dict[str, None]] = {}
    for row in rows:
        present.setdefault((row.file, row.sheet), {}).update(dict.fromkeys(row.values))
    problems = []
    needed = _needed(mapping, required)
    for (file, sheet), headings in present.items():
        lacking = [names for names in needed if headings.keys().isdisjoint(names[0])]
        if not mapping.columns and len(lacking) == len(needed) > 1 and headings.keys().isdisjoint(known):
            shown = ", ".join(f"«{heading}»" for heading in list(headings)[:_SHOWN])
            problems.append(FileProblem("unknown-headings", Where(file, sheet=sheet), shown, {}, table))
            continue
        for alternatives, column in lacking:
            where = Where(file, sheet=sheet, column=alternatives[0])
            problems.append(FileProblem("missing-column", where, None, {"column": alternatives[0]}, table, column))
    return problems


def _needed(mapping: TableMapping, required: Collection[str]) -> list[tuple[tuple[str, ...], str | None]]:
    """The raw columns a mapping reads, each with its alternatives and the canonical column it serves, each
    once.
    """
    needed: dict[tuple[str, ...], str | None] = {}

    def want(names: Iterable[str], column: str | None = None) -> None:
        wanted = tuple(names)
        if not offered.intersection(wanted):
            needed.setdefault(wanted, column)

    offered = {"_file"}
    if mapping.split is not None or mapping.unpivot is not None:
        offered.add("_piece")
    if mapping.links is not None:
        offered.update({"_url", "_label"})
    for name in mapping.where:
        want([name])
    for skip in mapping.skip:
        want([skip.column])
    for part in (mapping.split, mapping.links):
        if part is not None:
            want([part.column])
    for name in mapping.unpivot.columns if mapping.unpivot is not None else []:
        want([name])
    for name, column in mapping.columns.items():
        if column.source is not None:
            want([column.source] if isinstance(column.source, str) else column.source, name)
    if not mapping.columns:
        for name in required:
            want([name], name)
    return list(needed.items())
