"""Objects in objects and lists in lists: what JMESPath finds in the object that a row was.

An expression is the engineer's, what it looks at is the supplier's: where the two do not fit, that is a problem of the
file, never an exception.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_FRACTION = re.compile(r"-?[0-9]{1,9}\.[0-9]{1,6}")
KEY = "_key"  # what an object is called in an object of objects


class Number(str):
    """A number as it was written: nothing is rounded by reading it."""

    __slots__ = ()


class Unfit(Exception):
    """Raised where what stands in a file cannot be worked with as an expression wants; said in plain words."""


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a list, or of an object of objects, and the JSON pointer to it (if that can be told)."""

    value: Any
    pointer: str | None


def fault(expression: str) -> str | None:
    """What is wrong with an expression; None if nothing is."""
    try:
        _compiled(expression)
    except JMESPathError as error:
        return " ".join(str(error).split())
    return None


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:  # noqa: ANN401 (the library has no types)
    return jmespath.compile(expression)


def find(expression: str, value: object) -> Any:  # noqa: ANN401 (JSON is anything)
    """What an expression finds. Unfit where the file's values are of another kind than it works with."""
    try:
        return _compiled(expression).search(value)
    except (JMESPathError, ArithmeticError, RecursionError) as error:
        raise Unfit(f"{type(error).__name__}: {error}") from error


def plain(value: object) -> Any:  # noqa: ANN401 (JSON is anything)
    """The value with numbers that can be compared. One of so many digits that it would be rounded stays a text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if not isinstance(value, Number):
        return value
    written = str(value)
    if _WHOLE.fullmatch(written):
        return int(written)
    return float(written) if _FRACTION.fullmatch(written) else written


def text(value: object) -> str:
    """What was found, as the text of a cell: nothing for null, a list of values joined by ``;``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ";".join(text(item) for item in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def flat(item: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The columns of an object: ``outer/inner`` for objects in it."""
    for key, value in item.items():
        if isinstance(value, dict) and value:
            yield from flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value


def items(value: object, places: Mapping[int, str]) -> list[Item]:
    """The objects that an expression found: of a list, of an object of objects (with their ``_key``), or one alone.

    ``places``: of ``pointers``. What is no object becomes one with the value as its ``value``. Null is none.
    """
    if value is None:
        return []
    if isinstance(value, Mapping):
        if value and all(isinstance(inner, dict) for inner in value.values()):
            return [Item({KEY: key, **inner}, places.get(id(inner))) for key, inner in value.items()]
        return [Item(value, places.get(id(value)))] if value else []
    listed: Sequence[Any] = value if isinstance(value, list) else [value]
    wrapped = (item if isinstance(item, dict) else {"value": item} for item in listed if item is not None)
    return [Item(item, places.get(id(item))) for item in wrapped]


def pointers(value: object, base: str = "") -> dict[int, str]:
    """The JSON pointer of every object in a value, by its identity: an expression gives the same objects back."""
    places: dict[int, str] = {}
    left: list[tuple[object, str]] = [(value, base)]
    while left:
        inner, at = left.pop()
        if isinstance(inner, dict):
            places.setdefault(id(inner), at)
            left.extend((child, f"{at}/{token(key)}") for key, child in inner.items())
        elif isinstance(inner, list):
            left.extend((child, f"{at}/{index}") for index, child in enumerate(inner))
    return places


def tokens(pointer: str) -> list[str]:
    """The keys and numbers of which a JSON pointer (RFC 6901) is made."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def token(key: object) -> str:
    """A key as it stands in a JSON pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")
