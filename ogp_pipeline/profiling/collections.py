"""JSON and YAML: where the list of objects stands, and which lists and objects of objects lie in its objects."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ogp_pipeline.errors import OgpError
from ogp_pipeline.formats import nested
from ogp_pipeline.formats.records import RawRow

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEEPEST = 4
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # all values as they are written
_MAP = 3  # an object of so many objects alike is a collection


@dataclass(frozen=True, slots=True)
class Level:
    """A collection in the objects of the level above. ``name``: what its columns begin with, ``path``: JMESPath."""

    name: str
    path: str


def place(content: bytes, kind: str) -> dict[str, str]:
    """Where the list of objects stands: ``at``, as a JSON pointer; nothing where the document is the list.

    Of a document with an object of objects instead, ``rows``.
    """
    if kind == "jsonl":
        return {}
    try:
        document = json.loads(content) if kind == "json" else yaml.load(content, _Loader)
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}  # the reader says what is wrong, with the place
    lists = {pointer: listed for pointer, listed in _lists(document, "", 0) if len(listed)}
    if not lists and isinstance(document, dict) and (inside := _inside([document])):
        path, _ = max(inside.items(), key=lambda place_and_list: len(place_and_list[1]))
        return {"rows": ".".join(map(_quoted, path))}
    if not lists:
        raise OgpError("there is no list of objects in the document")
    best = max(lists, key=lambda pointer: (len(json.dumps(lists[pointer], default=str)), -len(pointer)))
    return {"at": best} if best else {}


def _lists(value: object, pointer: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            yield pointer, value
        elif depth < _DEEPEST:
            return
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _lists(inner, f"{pointer}/{nested.token(key)}", depth + 1)
    if isinstance(value, list) and depth < _DEEPEST:
        for index, inner in enumerate(value[:1]):
            if isinstance(inner, dict):
                for key, below in inner.items():
                    if isinstance(below, list) and len(value) == 1:
                        yield from _lists(below, f"{pointer}/{index}/{nested.token(key)}", depth + 2)


def chain(rows: Sequence[RawRow]) -> list[Level]:
    """The collections in each other that hold most objects, from the outside in."""
    objects: list[Any] = [row.nested for row in rows if row.nested is not None]
    levels: list[Level] = []
    while objects and len(levels) < _DEEPEST:
        inside = _inside(objects)
        if not inside:
            break
        keys = max(inside, key=lambda path: len(inside[path]))
        above = f"_{levels[-1].name}." if levels else ""
        name = _free(keys[-1], [level.name for level in levels])
        levels.append(Level(name, above + ".".join(map(_quoted, keys))))
        objects = inside[keys]
    return levels


def _inside(objects: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], list[Any]]:
    """Path -> the objects of the collections there, over all of the objects."""
    lists: dict[tuple[str, ...], list[Any]] = {}
    maps: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for document in objects:
        for path, value in _values(document, ()):
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
                lists.setdefault(path, []).extend(value)
            elif isinstance(value, dict) and value and all(isinstance(item, dict) for item in value.values()):
                maps.setdefault(path, []).append(value)
    for path, several in maps.items():
        keys = {key for document in several for key in document}
        if len(keys) >= _MAP and _are_alike([inner for document in several for inner in document.values()]):
            lists.setdefault(path, []).extend(inner for document in several for inner in document.values())
    return lists


def _values(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, inner in value.items():
        yield (*path, key), inner
        if isinstance(inner, dict) and len(path) < 2:
            yield from _values(inner, (*path, key))


def _are_alike(objects: Sequence[Mapping[str, Any]]) -> bool:
    """Whether they share a key, so that they are several of one thing."""
    return bool(set.intersection(*(set(document) for document in objects)))


def _quoted(key: str) -> str:
    return key if _NAME.fullmatch(key) else json.dumps(key)


def _free(key: str, taken: Sequence[str]) -> str:
    """A name made of a key, in the singular where English has one."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_")
    plain = plain if re.match("[A-Za-z]", plain) else f"item_{plain}".rstrip("_")
    plain = plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > 3 else plain
    return plain if plain not in taken else f"{plain}_{len(taken) + 1}"
