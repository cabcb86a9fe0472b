"""Where something stands in nested objects, if not where it is looked for: for whoever writes the programme file."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogp_pipeline.formats import nested
from ogp_pipeline.formats.vocabulary import Vocabulary

_LEVELS = 4  # of objects that are looked through
_LOOKED_AT = 50  # objects of a list
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Place:
    """``there``: as a person finds it in the file. ``setting``: what to write in the programme file."""

    there: str
    setting: str


def column(name: str, headings: Sequence[str], objects: Sequence[Mapping[str, Any]]) -> Place | None:
    """Where a column stands that is no heading: in an object, outside one, or in a list of ``objects``' own."""
    last = name.rpartition("/")[2]
    same = [heading for heading in headings if heading.rpartition("/")[2] == last and ("/" in heading or "/" in name)]
    if same:
        there = min(same, key=lambda heading: (heading.count("/"), len(heading)))
        return Place(there, f"from: {_written(there)}")
    for outer in objects[:_LOOKED_AT]:
        for path, listed in _lists(outer):
            if any(name in item for item in listed):
                inside = ".".join(map(_token, path))
                setting = f"items: {{one: {inside}}}; from: {_written(f'_one/{name}')}"
                return Place(f"{'/'.join(path)}[]/{name}", setting)
    return None


def rows(document: object, vocabulary: Vocabulary) -> Place | None:
    """Where the objects stand whose keys are the columns that are read: a list of them, or an object of objects."""
    if not vocabulary:
        return None
    best: tuple[tuple[int, int], Place] | None = None
    for path, collection in _collections(document):
        inner = list(collection.values()) if isinstance(collection, dict) else collection
        keys = dict.fromkeys(key for item in inner[:_LOOKED_AT] for key, _ in nested.flat(item))
        fitting = (sum(map(vocabulary.reads, keys)), sum(vocabulary.reads(key.rpartition("/")[2]) for key in keys))
        pointer = "".join(f"/{nested.token(key)}" for key in path)
        if isinstance(collection, dict):
            expression = ".".join(map(_token, path)) or "@"
            place = Place(f"{pointer}/*", f"rows: {json.dumps(expression, ensure_ascii=False)}")
        else:
            place = Place(pointer or "/", f"at: {pointer}" if pointer else 'at: ""')
        if any(fitting) and (best is None or fitting > best[0]):
            best = (fitting, place)
    return best[1] if best is not None else None


def _collections(document: object) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every list of objects and every object of objects of the upper levels, with its keys."""
    level: list[tuple[tuple[str, ...], object]] = [((), document)]
    for _ in range(_LEVELS):
        for path, value in level:
            inner = list(value.values()) if isinstance(value, dict) else value
            if isinstance(inner, list) and inner and all(isinstance(each, dict) and each for each in inner):
                yield path, value
        level = [
            ((*path, key), inner) for path, value in level if isinstance(value, dict) for key, inner in value.items()
        ]


def _lists(outer: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """The lists of objects that stand in an object, or in objects of it."""
    for key, inner in outer.items():
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield (*path, key), inner
        elif isinstance(inner, dict) and len(path) < _LEVELS:
            yield from _lists(inner, (*path, key))


def _token(key: str) -> str:
    """A key as it stands in a JMESPath expression."""
    return key if _NAME.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _written(text: str) -> str:
    """A name as it stands in YAML."""
    return text if re.fullmatch(r"[\w/][\w/ .-]*", text) else json.dumps(text, ensure_ascii=False)
