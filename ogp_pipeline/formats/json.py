"""A JSON list of objects, one row each. Nested objects become columns ``outer/inner``; lists are joined by
``;``.

Numbers keep the digits that the sender wrote. Every row carries its JSON pointer, so a cell's place is
``<pointer>/<column>``.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from ogp_pipeline.formats import bounds
from ogp_pipeline.formats.content import JSON, Kind
from ogp_pipeline.formats.decoding import decode, place
from ogp_pipeline.formats.format import File, Format, Options
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Where, unreadable
from ogp_pipeline.formats.tabular import illegible_cells
from ogp_pipeline.formats.vocabulary import Vocabulary

_MAX_DEPTH = 20
_NO_JSON = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*[^\s\[{][^\r\n]*[,;\t|]")
_LOOKED_AT = 4096
_SHOWN_KEYS = 8


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys it was given twice."""

    repeated: tuple[str, ...] = ()


class _Number(str):
    """A JSON number as written."""


class _NotJson(ValueError):
    """Raised for NaN and Infinity, which Python reads and JSON does not know."""


class JsonReader(Options):
    """A list of objects. ``at`` is a JSON pointer to it (default: the document itself)."""

    kind: Literal["json"]
    at: str = ""


def read(file: File, reader: JsonReader, limits: Limits) -> Reading:
    """Rows, headings and problems of a JSON document's bytes."""
    name = file.name
    text = decode(file.content, name)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    document = _parse(text, name)
    if isinstance(document, FileProblem):
        return Reading([], (), [document])
    items = _at(document, reader.at, name)
    if isinstance(items, FileProblem):
        return Reading([], (), [items])
    if not items:
        return Reading([], (), [FileProblem("empty-file", Where(name, pointer=reader.at))])
    rows: list[RawRow] = []
    problems: list[FileProblem] = []
    for index, item in enumerate(items):
        where = Where(name, pointer=f"{reader.at}/{index}")
        if not isinstance(item, _Object):
            problems.append(unreadable(where, "reading.why.no_object", _shown(item)))
            continue
        problems += [
            FileProblem("repeated-column", Where(name, pointer=f"{at}/{key}", column=key), key, {"column": key})
            for at, key in _repetitions(item, where.pointer or "")
        ]
        row = _row(item, len(rows) + 1, where)
        problems += illegible_cells(row)
        rows.append(row)
    if file.known:
        rows, mended = _mended(rows, file.known)
        problems += [FileProblem("headings-mended", Where(name), None, {"pairs": mended})] if mended else []
    headings = tuple(dict.fromkeys(column for row in rows for column in row.values))
    return bounds.within(Reading(rows, headings, problems), name, limits)


def _parse(text: str, name: str) -> Any:  # noqa: ANN401 (JSON is anything)
    deep = unreadable(Where(name), "reading.why.deep")
    try:
        document = _loaded(text)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Extra data") and (items := _lines(text)) is not None:
            return items
        line, column = place(text, error.pos)
        details = {"line": str(line), "column": str(column)}
        if error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip()):
            return FileProblem("truncated", Where(name, line), None, details)
        found = unreadable(Where(name, line), "reading.why.place", line=line, column=column, told=error.msg)
        return FileProblem(found.rule, found.where, None, {**found.details, **details})
    except _NotJson as error:
        return unreadable(Where(name), "reading.why.json_number", given=error)
    except RecursionError:
        return deep
    return deep if _depth(document) > _MAX_DEPTH else document


def _loaded(text: str) -> Any:  # noqa: ANN401 (JSON is anything)
    return json.loads(text, object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_constant)


def _lines(text: str) -> list[Any] | None:
    """The objects of a file that has one on each line (JSON Lines); None if it is no such file."""
    try:
        items = [_loaded(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None
    return items if all(isinstance(item, _Object) and _depth(item) <= _MAX_DEPTH for item in items) else None


def _depth(document: object) -> int:
    """Levels of lists and objects, level by level: a recursive count would need the depth that it is to
    refuse.
    """
    depth, level = 0, [document]
    while level := [inner for outer in level for inner in _inner(outer) if isinstance(inner, dict | list)]:
        depth += 1
    return depth


def _inner(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        found.repeated = tuple(key for key, count in counts.items() if count > 1)
    return found


def _constant(name: str) -> Any:  # noqa: ANN401 (the hook's type)
    raise _NotJson(name)


def _at(document: object, pointer: str, name: str) -> list[Any] | FileProblem:
    """The list at a JSON pointer (RFC 6901)."""
    found = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        elif isinstance(found, dict) and key in found:
            found = found[key]
        else:
            return unreadable(Where(name, pointer=pointer), "reading.why.nothing_at", at=pointer)
    if not isinstance(found, list):
        if isinstance(found, _Object):
            keys = ", ".join(list(found)[:_SHOWN_KEYS])
            return unreadable(Where(name, pointer=pointer), "reading.why.one_object", keys=keys)
        at = pointer or "/"
        return unreadable(Where(name, pointer=pointer), "reading.why.no_list_at", at=at)
    return found


def _row(item: _Object, number: int, where: Where) -> RawRow:
    values: dict[str, str] = {}
    typed: set[str] = set()
    for column, value in _flat(item, ""):
        values[column] = _text(value)
        if isinstance(value, _Number | bool):
            typed.add(column)
    return RawRow(where.file, number, values, pointer=where.pointer, typed=frozenset(typed))


def _mended(rows: Sequence[RawRow], known: Vocabulary) -> tuple[list[RawRow], str]:
    """The rows under the columns that their keys nearly name, and which were taken for which; '' if none was."""
    keys = dict.fromkeys(key for row in rows for key in row.values)
    meant = {key: name for key in keys if key not in known.names and (name := known.name(key)) is not None}
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


def _flat(item: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in item.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ";".join(_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _repetitions(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, _Object):
        yield from ((pointer, key) for key in value.repeated)
        for key, inner in value.items():
            yield from _repetitions(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _repetitions(inner, f"{pointer}/{index}")


def _shown(item: object) -> str:
    return _text(item)[:80]


def _accepts(file: File, found: Kind | None, _: JsonReader) -> bool:
    return found is JSON or (found is None and _NO_JSON.match(file.content[:_LOOKED_AT]) is None)


FORMAT = Format(JsonReader, JSON, _accepts, read)
