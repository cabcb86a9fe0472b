"""Lists of objects to rows: the part that JSON, JSON Lines and YAML share.

Nested objects become columns ``outer/inner``; lists of values are joined by ``;``. Every row keeps its object, for
expressions, and its JSON pointer, so a cell's place is ``<pointer>/<column>``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import field_validator, model_validator

from ogp_pipeline.formats import bounds, elsewhere, nested
from ogp_pipeline.formats.format import File, Options
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.nested import Number
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Where, unreadable
from ogp_pipeline.formats.tabular import illegible_cells
from ogp_pipeline.formats.vocabulary import Vocabulary

MAX_DEPTH = 20
_SHOWN_KEYS = 8
_SHOWN = 80


class Object(dict[str, Any]):
    """An object that remembers the keys it was given twice, and in which line it begins."""

    repeated: tuple[str, ...] = ()
    line: int | None = None


class TreeOptions(Options):
    """``at``: a JSON pointer to the list of objects (default: the document itself). ``rows``: instead of it, a JMESPath
    expression that finds them, or an object of objects, whose names are offered as ``_key``.
    """

    at: str = ""
    rows: str | None = None

    @field_validator("rows")
    @classmethod
    def _is_expression(cls, rows: str | None) -> str | None:
        if rows is not None and (fault := nested.fault(rows)) is not None:
            raise ValueError(f"is not a JMESPath expression: {fault}")
        return rows

    @model_validator(mode="after")
    def _one(self) -> "TreeOptions":
        if self.at and self.rows is not None:
            raise ValueError("`at` and `rows` exclude each other")
        return self


@dataclass(frozen=True, slots=True)
class Selected:
    """What may be a row, and its place."""

    value: Any
    where: Where


def made(pairs: list[tuple[str, Any]]) -> Object:
    """An object of its keys and values."""
    item = Object(pairs)
    if len(item) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        item.repeated = tuple(key for key, count in counts.items() if count > 1)
    return item


def depth(document: object) -> int:
    """Levels of lists and objects, level by level: a recursive count would need the depth that it is to
    refuse. What stands in a level twice, by a reference, is counted once.
    """
    levels, level = 0, [document]
    while level := list({id(inner): inner for outer in level for inner in _inner(outer)}.values()):
        levels += 1
        if levels > MAX_DEPTH:
            break
    return levels


def _inner(value: object) -> Iterable[object]:
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (value for value in values if isinstance(value, dict | list))


def read(document: object, options: TreeOptions, file: File, limits: Limits) -> Reading:
    """Rows, headings and problems of a document, or the one problem for which there are none."""
    selected = select(document, options, file.name)
    if isinstance(selected, FileProblem) and (place := elsewhere.rows(document, file.vocabulary)) is not None:
        details = {"file": file.name, "at": options.rows or options.at or "/"}
        details |= {"there": place.there, "setting": place.setting}
        return Reading([], (), [FileProblem("rows-elsewhere", selected.where, None, details)])
    if isinstance(selected, FileProblem):
        return Reading([], (), [selected])
    if not selected:
        return Reading([], (), [FileProblem("empty-file", Where(file.name, pointer=options.at))])
    return reading(selected, file.name, limits, file.vocabulary)


def select(document: object, options: TreeOptions, name: str) -> list[Selected] | FileProblem:
    """The rows of a document, or why there are none."""
    if options.rows is None:
        items = _at(document, options.at, name)
        if isinstance(items, FileProblem):
            return items
        return [Selected(item, Where(name, pointer=f"{options.at}/{index}")) for index, item in enumerate(items)]
    try:
        rows = nested.find(options.rows, document)
    except nested.Unfit:
        rows = None
    items = nested.items(rows, nested.pointers(document))
    if not items:
        return unreadable(Where(name), "reading.why.nothing_at", at=options.rows)
    return [Selected(item.value, Where(name, pointer=item.pointer)) for item in items]


def reading(selected: Sequence[Selected], name: str, limits: Limits, vocabulary: Vocabulary | None) -> Reading:
    """Rows, headings and problems. ``vocabulary``: the columns that a key may nearly name."""
    rows: list[RawRow] = []
    problems: list[FileProblem] = []
    if selected and all(isinstance(chosen.value, list) for chosen in selected):
        listed = _under_headings(selected, vocabulary)
        if listed is None:
            return Reading([], (), [unreadable(Where(name), "reading.why.lists")])
        problems.append(FileProblem("lists-for-rows", selected[0].where))
        selected = listed
    for chosen in selected:
        item, where = chosen.value, chosen.where
        if not isinstance(item, dict):
            problems.append(unreadable(where, "reading.why.no_object", nested.text(item)[:_SHOWN]))
            continue
        problems += [
            FileProblem("repeated-column", Where(name, pointer=f"{at}/{key}", column=key), key, {"column": key})
            for at, key in _repetitions(item, where.pointer or "")
        ]
        row = _row(item, len(rows) + 1, where)
        problems += illegible_cells(row)
        rows.append(row)
    if vocabulary:
        rows, mended = _mended(rows, vocabulary)
        problems += [FileProblem("headings-mended", Where(name), None, {"pairs": mended})] if mended else []
    headings = tuple(dict.fromkeys(column for row in rows for column in row.values))
    return bounds.within(Reading(rows, headings, problems), name, limits)


def _under_headings(selected: Sequence[Selected], vocabulary: Vocabulary | None) -> list[Selected] | None:
    """Objects made of lists, of which the first holds the headings; None if it does not, or if they are not alike."""
    headings, *rows = (chosen.value for chosen in selected)
    if vocabulary is None or not rows or any(len(row) != len(headings) for row in rows):
        return None
    if len(set(map(str, headings))) != len(headings) or not vocabulary.fitting(list(map(str, headings))):
        return None
    names = list(map(str, headings))
    return [
        Selected(Object(zip(names, row, strict=True)), chosen.where)
        for chosen, row in zip(selected[1:], rows, strict=True)
    ]


def _mended(rows: Sequence[RawRow], vocabulary: Vocabulary) -> tuple[list[RawRow], str]:
    """The rows under the columns that their keys nearly name, and which were taken for which; '' if none was."""
    keys = dict.fromkeys(key for row in rows for key in row.values)
    meant = {key: name for key in keys if key not in vocabulary.names and (name := vocabulary.name(key)) is not None}
    if not meant:
        return list(rows), ""
    taken: dict[str, str] = {}

    def under_names(row: RawRow) -> RawRow:
        named = Counter(meant.get(key, key) for key in row.values)
        own = {key: meant[key] for key in row.values if key in meant and named[meant[key]] == 1}
        taken.update(own)
        return replace(
            row,
            values={own.get(key, key): text for key, text in row.values.items()},
            typed=frozenset(own.get(key, key) for key in row.typed),
            shown={name: key for key, name in own.items()},
        )

    mended = [under_names(row) for row in rows]
    return mended, "; ".join(f"«{key}» = {name}" for key, name in taken.items())


def _at(document: object, pointer: str, name: str) -> list[Any] | FileProblem:
    """The list at a JSON pointer (RFC 6901)."""
    value = document
    for key in nested.tokens(pointer):
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return unreadable(Where(name, pointer=pointer), "reading.why.nothing_at", at=pointer)
    if not isinstance(value, list):
        if isinstance(value, dict):
            keys = ", ".join(list(value)[:_SHOWN_KEYS])
            return unreadable(Where(name, pointer=pointer), "reading.why.one_object", keys=keys)
        at = pointer or "/"
        return unreadable(Where(name, pointer=pointer), "reading.why.no_list_at", at=at)
    return value


def _row(item: dict[str, Any], number: int, where: Where) -> RawRow:
    values: dict[str, str] = {}
    typed: set[str] = set()
    for column, value in nested.flat(item):
        values[column] = nested.text(value)
        if isinstance(value, Number | bool):
            typed.add(column)
    line = where.line if where.line is not None else getattr(item, "line", None)
    return RawRow(where.file, number, values, line, pointer=where.pointer, typed=frozenset(typed), nested=item)


def _repetitions(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((pointer, key) for key in getattr(value, "repeated", ()))
        for key, inner in value.items():
            yield from _repetitions(inner, f"{pointer}/{nested.token(key)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _repetitions(inner, f"{pointer}/{index}")
