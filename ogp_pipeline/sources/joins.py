"""Rows of another file or sheet of the same delivery, found by a key: an agency's name by its number.

A key without a partner is a problem, and so is one with several that differ: neither is guessed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from ogp_pipeline.formats.records import FileProblem, RawRow, Where
from ogp_pipeline.programme.mapping_parts import Join
from ogp_pipeline.sources.parts import RowPart

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """One joined file: its rows by their key."""

    name: str
    join: Join
    rows: Mapping[Key, Sequence[RawRow]]
    columns: tuple[str, ...]


class Joins:
    """All that a mapping joins, over the rows of a delivery."""

    def __init__(self, joins: Mapping[str, Join], rows: Sequence[RawRow]) -> None:
        self._indexes = [_index(name, join, rows) for name, join in joins.items()]
        self.problems = [problem for index in self._indexes for problem in _lacking(index, rows)]

    def add(self, row: RawRow, part: RowPart, problems: list[FileProblem]) -> RowPart:
        """The part with the columns of its partners; what is wrong with its keys goes to ``problems``."""
        for index in self._indexes:
            columns = list(index.join.on)
            key = tuple(_squeezed(part.cell(row, column)) for column in columns)
            partners = index.rows.get(key, ()) if all(key) else ()
            if len(partners) == 1:
                offered = {f"{index.name}/{name}": text for name, text in partners[0].values.items()}
                partners_of_part = {**part.partners, index.name: partners[0]}
                part = replace(part, values={**part.values, **offered}, partners=partners_of_part)
                continue
            part = replace(part, values={**part.values, **{f"{index.name}/{name}": "" for name in index.columns}})
            if index.rows and all(key) and not (index.join.optional and not partners):
                details = {"file": _described(index.join), "columns": ", ".join(index.join.on.values())}
                rule = "no-partner/several" if partners else "no-partner"
                where = part.locate(row, columns[0])
                problems.append(FileProblem(rule, where, "; ".join(key), details, number=row.number))
        return part


def takes(row: RawRow, files: str | None, sheet: str | None) -> bool:
    """Whether a row comes from a file and sheet of such names (None: any)."""
    return (files is None or fnmatchcase(row.file, files)) and (
        sheet is None or (row.sheet is not None and fnmatchcase(row.sheet, sheet))
    )


def _index(name: str, join: Join, rows: Sequence[RawRow]) -> _Index:
    rows_of_key: dict[Key, list[RawRow]] = {}
    columns: dict[str, None] = {}
    for row in rows:
        if not takes(row, join.files, join.sheet):
            continue
        columns.update(dict.fromkeys(row.values))
        key = tuple(_squeezed(row.values.get(column, "")) for column in join.on.values())
        same = rows_of_key.setdefault(key, [])
        if all(key) and not any(other.values == row.values for other in same):
            same.append(row)
    return _Index(name, join, rows_of_key, tuple(columns))


def _lacking(index: _Index, rows: Sequence[RawRow]) -> Iterator[FileProblem]:
    """The file that is not there, or a column of its key that it does not have."""
    if not rows:
        return
    if not index.rows:
        yield FileProblem("no-partner/file", Where(rows[0].file), None, {"file": _described(index.join)})
        return
    file, sheet = next((row.file, row.sheet) for row in rows if takes(row, index.join.files, index.join.sheet))
    for column in index.join.on.values():
        if column not in index.columns:
            yield FileProblem("missing-column", Where(file, sheet=sheet, column=column), None, {"column": column})


def _described(join: Join) -> str:
    return " / ".join(name for name in (join.files, join.sheet) if name is not None)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def columns_of(joins: Mapping[str, Join], named: Iterable[str]) -> list[str]:
    """The headings of joined files that are read: their keys, and what is taken from them."""
    keys = [column for join in joins.values() for column in join.on.values()]
    parted = (name.partition("/") for name in named)
    return list(dict.fromkeys([*keys, *(tail for head, slash, tail in parted if slash and head in joins)]))
